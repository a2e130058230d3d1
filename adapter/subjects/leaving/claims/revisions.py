"""A claim follows the versions of its statement, until it was handed over (Visie §7, P6)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from adapter.subjects.leaving.claims import orders
from adapter.subjects.leaving.claims.log import (
    MACHINE,
    ClaimEntry,
    claim_of_exit,
    log_step,
    open_claim,
)
from policy.claim_states import ClaimState, ClaimStep, after_new_statement


def revise_claim(
    connection: Connection,
    exit_id: str,
    statement_id: str,
    now: datetime,
    *,
    something_due: bool,
) -> None:
    """Bring the claim of an exit to the newest version of its statement; repeating it changes
    nothing. `something_due` says whether that version asks for a claim at all."""
    claim = claim_of_exit(connection, exit_id, lock=True)
    wanted = after_new_statement(
        None if claim is None else claim.state,
        something_due=something_due,
        already_judged=claim is not None and claim.statement_id == statement_id,
    )
    if wanted is None:
        return
    if claim is None:
        open_claim(connection, exit_id, statement_id, now)
        return
    log_step(connection, claim, ClaimEntry(wanted, MACHINE, statement_id), now)
    orders.look_again(connection, claim.id, now)


def judge_again(connection: Connection, exit_id: str, by: str, now: datetime) -> None:
    """An amount was changed: what was confirmed was another one. After the hand-over the claim
    stays as it is, and the difference shows."""
    claim = claim_of_exit(connection, exit_id, lock=True)
    if claim is None or claim.state is not ClaimState.CONFIRMED:
        return
    log_step(connection, claim, ClaimEntry(ClaimStep.PROPOSE, by), now)
    orders.look_again(connection, claim.id, now)
