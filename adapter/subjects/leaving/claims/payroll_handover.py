"""Hands a confirmed claim over to payroll, once, whatever happens in between.

Payroll does not recognise a repeat by itself, so before every attempt it is read back. A worker
can die between the two systems, an answer can be lost, and HR or the HRIS can change its
mind meanwhile.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from adapter.ground.parts import Parts
from adapter.queues.completion import Completion, Overtaken, configured_payroll
from adapter.queues.outbox import PendingAction
from adapter.subjects.leaving.claims.log import (
    MACHINE,
    Claim,
    ClaimEntry,
    claim_by_id,
    log_step,
    note_payroll,
)
from adapter.subjects.leaving.claims.orders import deduction_of
from connectors.errors import Permanent, Transient
from connectors.ports import PayDeduction, Payroll
from policy.claim_states import ClaimState, ClaimStep
from policy.money import euros

STILL_AT_WORK = timedelta(minutes=20)
"""A payroll that did not answer may go on working for a quarter of an hour (AFAS: 900 seconds).
Until then, not seeing the deduction proves nothing."""


def hand_over(parts: Parts, action: PendingAction) -> Completion:
    payroll = configured_payroll(parts)
    deduction = deduction_of(action.payload)
    held = _held(payroll, deduction)
    if held is None:
        _refuse_unless_wanted(parts, action)
        _deduct(payroll, deduction)
    return lambda connection: _note(connection, parts, action, deduction)


def _held(payroll: Payroll, deduction: PayDeduction) -> int | None:
    held = payroll.held_cents(deduction)
    if held is not None and held != deduction.amount_cents:
        raise Permanent(
            f"payroll holds {euros(held)} euros under {deduction.key}, where "
            f"{euros(deduction.amount_cents)} was asked; correct it there and replay this"
        )
    return held


def _refuse_unless_wanted(parts: Parts, action: PendingAction) -> None:
    with parts.register.read() as connection:
        claim = _claim(connection, action)
    if _waits_for(claim, action):
        return
    tried = action.attempts > 1
    if tried and parts.clock.now() - claim.last.at < STILL_AT_WORK:
        raise Transient(
            f"claim {claim.id} is not to be handed over any more; payroll is read once more when "
            "an earlier attempt can no longer be at work",
            retry_after=STILL_AT_WORK.total_seconds(),
        )
    raise Overtaken


def _deduct(payroll: Payroll, deduction: PayDeduction) -> None:
    try:
        payroll.deduct(deduction)
    except Permanent:
        # Also what a repeat meets, when the first attempt came through after it was looked for.
        if _held(payroll, deduction) is None:
            raise


def _note(
    connection: Connection, parts: Parts, action: PendingAction, deduction: PayDeduction
) -> None:
    """Payroll has it; the claim moves on unless it was judged again meanwhile. Then what payroll
    holds differs from the claim, which is a task for HR."""
    now = parts.clock.now()
    claim = _claim(connection, action, lock=True)
    note_payroll(
        connection,
        claim,
        deduction.amount_cents,
        MACHINE,
        now,
        step_number=action.payload["number"],
        payroll_key=str(deduction.key),
    )
    if _waits_for(claim, action):
        handed = ClaimEntry(ClaimStep.HAND_OVER, MACHINE, amount_cents=deduction.amount_cents)
        log_step(connection, claim, handed, now)


def _waits_for(claim: Claim, action: PendingAction) -> bool:
    """Whether it is still the confirmation that placed this order that stands."""
    return claim.state is ClaimState.CONFIRMED and claim.number == action.payload["number"]


def _claim(connection: Connection, action: PendingAction, **how: Any) -> Claim:
    claim = claim_by_id(connection, action.payload["claim_id"], **how)
    assert claim is not None, "claims are never deleted"
    return claim
