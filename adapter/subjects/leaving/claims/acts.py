"""What HR does with a claim. Each act is about the claim as HR read it: its version goes along."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from adapter.subjects.leaving.claims import orders
from adapter.subjects.leaving.claims.log import (
    Claim,
    ClaimEntry,
    claim_by_id,
    log_step,
    note_payroll,
)
from adapter.subjects.leaving.claims.position import ClaimPosition, position_of
from adapter.subjects.leaving.endings import ending_of
from adapter.subjects.requests.acts import Act
from adapter.subjects.requests.refusals import (
    NotNow,
    OtherVersion,
    UnknownEntry,
    WrongField,
    refuse_if_any,
)
from config.catalogue import text
from connectors.ports import PayDeduction, Payroll
from policy.claim_states import NEXT, ClaimState, ClaimStep
from policy.money import euros


class Pay(StrEnum):
    """From which pay HR claims; recorded, not computed (P6)."""

    GROSS = "gross"
    NET = "net"


@dataclass(frozen=True, slots=True)
class Terms:
    """How the amount is claimed. `set_off` says whether it is taken from the last pay; `year`,
    `period` and `on` say in which period, as payroll numbers them."""

    pay: Pay
    set_off: bool
    year: int
    period: int
    on: date

    def written(self) -> dict[str, Any]:
        return asdict(self) | {"pay": str(self.pay), "on": self.on.isoformat()}


@dataclass(frozen=True, slots=True)
class Confirmation:
    """`amount_cents` is what HR saw and confirms; `period` None is the month of the last day."""

    amount_cents: int
    pay: Pay
    set_off: bool
    period: tuple[int, int] | None = None
    reason: str | None = None


def confirm(
    act: Act, claim_id: str, version: int, wanted: Confirmation, payroll: Payroll | None
) -> None:
    """HR claims the amount. Where it is set off and payroll is connected, the order goes out with
    it. Raises `NotNow`, `WrongFields`, `OtherVersion`, `UnknownEntry`."""
    claim = _taken(act, claim_id, version)
    _refuse_unless_allowed(claim, ClaimStep.CONFIRM)
    standing = position_of(act.connection, claim)
    _refuse_unless_ready(act, standing, wanted)
    terms = _terms(standing, wanted)
    entry = ClaimEntry(
        ClaimStep.CONFIRM,
        act.actor,
        standing.statement.id,
        wanted.amount_cents,
        terms.written(),
        wanted.reason,
    )
    number = log_step(act.connection, claim, entry, act.now)
    if terms.set_off and payroll is not None and payroll.takes(net=terms.pay is Pay.NET):
        deduction = _deduction(standing, number, wanted.amount_cents, terms)
        orders.place_order(act.connection, claim.id, number, deduction, act.now)


def waive(act: Act, claim_id: str, version: int, ground: str) -> None:
    _leave(act, claim_id, version, ClaimStep.WAIVE, ground)


def reopen(act: Act, claim_id: str, version: int, reason: str) -> None:
    """Back to be judged again; after the hand-over only once payroll holds nothing any more."""
    claim = _taken(act, claim_id, version)
    standing = position_of(act.connection, claim)
    if claim.state is ClaimState.HANDED_TO_PAYROLL and standing.in_payroll_cents:
        raise NotNow("claims.conflict.payroll_first", amount=euros(standing.in_payroll_cents))
    _leave(act, claim_id, version, ClaimStep.REOPEN, reason)


def hand_over_by_hand(act: Act, claim_id: str, version: int, remark: str | None) -> None:
    """Someone entered it in payroll, or asked the employee to pay. An order that is still in the
    outbox then writes nothing any more."""
    claim = _taken(act, claim_id, version)
    _refuse_unless_allowed(claim, ClaimStep.HAND_OVER)
    amount_cents = claim.last.amount_cents
    assert amount_cents is not None, "what is handed over was confirmed, with an amount"
    note_payroll(
        act.connection,
        claim,
        amount_cents,
        act.actor,
        act.now,
        step_number=claim.number,
        remark=remark,
    )
    entry = ClaimEntry(ClaimStep.HAND_OVER, act.actor, amount_cents=amount_cents, reason=remark)
    log_step(act.connection, claim, entry, act.now)
    orders.look_again(act.connection, claim.id, act.now)


def settle(act: Act, claim_id: str, version: int, amount_cents: int, remark: str | None) -> None:
    """The money is there, or set off: `amount_cents` in all. Less than was handed over needs a
    remark. It answers the newest version of the statement."""
    claim = _taken(act, claim_id, version)
    _refuse_unless_allowed(claim, ClaimStep.SETTLE)
    standing = position_of(act.connection, claim)
    if amount_cents > standing.in_payroll_cents:
        highest = {"le": euros(standing.in_payroll_cents)}
        refuse_if_any([WrongField("/amountEur", "claims.field.more_than_held", highest)])
    if amount_cents < standing.in_payroll_cents and not (remark or "").strip():
        refuse_if_any([WrongField("/remark", "claims.field.why_less")])
    settled = ClaimEntry(
        ClaimStep.SETTLE, act.actor, standing.statement.id, amount_cents, reason=remark
    )
    log_step(act.connection, claim, settled, act.now)


def correct_payroll(act: Act, claim_id: str, version: int, back_cents: int, remark: str) -> None:
    """Somebody took an amount out of payroll again, or paid it back."""
    claim = _taken(act, claim_id, version)
    standing = position_of(act.connection, claim)
    if not 0 < back_cents <= standing.in_payroll_cents:
        highest = {"le": euros(standing.in_payroll_cents)}
        refuse_if_any([WrongField("/amountEur", "claims.field.within_payroll", highest)])
    note_payroll(
        act.connection,
        claim,
        -back_cents,
        act.actor,
        act.now,
        step_number=claim.number,
        remark=remark,
    )


def one_claim(act: Act, claim_id: str) -> Claim:
    """Raises `UnknownEntry`."""
    claim = claim_by_id(act.connection, claim_id)
    if claim is None:
        raise UnknownEntry
    return claim


def _taken(act: Act, claim_id: str, version: int) -> Claim:
    """The claim, locked, as HR has read it."""
    claim = claim_by_id(act.connection, claim_id, lock=True)
    if claim is None:
        raise UnknownEntry
    if claim.version != version:
        raise OtherVersion
    return claim


def _leave(act: Act, claim_id: str, version: int, wanted: ClaimStep, reason: str) -> None:
    claim = _taken(act, claim_id, version)
    _refuse_unless_allowed(claim, wanted)
    statement_id = position_of(act.connection, claim).statement.id
    log_step(
        act.connection, claim, ClaimEntry(wanted, act.actor, statement_id, reason=reason), act.now
    )
    orders.look_again(act.connection, claim.id, act.now)


def _refuse_unless_allowed(claim: Claim, wanted: ClaimStep) -> None:
    if wanted not in NEXT[claim.state]:
        raise NotNow("claims.conflict.illegal_step", state=claim.state)


def _refuse_unless_ready(act: Act, standing: ClaimPosition, wanted: Confirmation) -> None:
    claim = standing.claim
    if standing.to_review:
        raise NotNow("claims.conflict.items_to_review", trajectories=", ".join(standing.to_review))
    ending = ending_of(act.connection, claim.exit_id)
    if ending is None:
        raise NotNow("claims.conflict.ending_unknown")
    if standing.claimable_cents == 0:
        raise NotNow("claims.conflict.nothing_to_claim")
    if standing.in_payroll_cents:
        raise NotNow("claims.conflict.payroll_first", amount=euros(standing.in_payroll_cents))
    if orders.underway(act.connection, claim.id):
        raise NotNow("claims.conflict.order_underway")
    if wanted.amount_cents != standing.claimable_cents:
        amount = {"amount": euros(standing.claimable_cents)}
        refuse_if_any([WrongField("/amountEur", "claims.field.other_amount", amount)])
    if ending.often_bars_recovery and not (wanted.reason or "").strip():
        refuse_if_any([WrongField("/reason", "claims.field.why_all_the_same")])


def _terms(standing: ClaimPosition, wanted: Confirmation) -> Terms:
    last_day = standing.statement.exit_on
    assert last_day is not None, "nothing is claimable before the last day is known"
    year, period = wanted.period or (last_day.year, last_day.month)
    return Terms(wanted.pay, wanted.set_off, year, period, last_day)


def _deduction(
    standing: ClaimPosition, number: int, amount_cents: int, terms: Terms
) -> PayDeduction:
    return PayDeduction(
        key=orders.payroll_key(standing.claim.id, number),
        employee_id=standing.leaver.employee_id,
        amount_cents=amount_cents,
        net=terms.pay is Pay.NET,
        year=terms.year,
        period=terms.period,
        on=terms.on,
        description=text("claims.payroll.description"),
    )
