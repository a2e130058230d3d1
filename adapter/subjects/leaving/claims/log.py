"""The log of a claim: its steps, the last of which tells how it stands, and what payroll holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, func, insert, select

from adapter.ground.store.reading import row_of, row_or_none, rows_of
from adapter.ground.store.tables.claims import ClaimRow, ClaimStepRow, PayrollEntryRow
from policy.claim_states import ClaimState, ClaimStep, step

MACHINE = "adapter"
"""Who is recorded where no person acted."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim as its last step left it; `number` counts the steps. `version` counts what was
    recorded of payroll as well: a correction takes no step, and must not be recorded twice."""

    id: str
    exit_id: str
    opened_at: datetime
    state: ClaimState
    number: int
    version: int
    last: ClaimStepRow

    @property
    def statement_id(self) -> str:
        """The version of the statement that it was last judged or proposed on."""
        return str(self.last.statement_id)


@dataclass(frozen=True, slots=True)
class ClaimEntry:
    """One step to log. `statement_id` None keeps that of the step before."""

    step: ClaimStep
    by: str
    statement_id: str | None = None
    amount_cents: int | None = None
    terms: dict[str, Any] | None = None
    reason: str | None = None


def claim_of_exit(connection: Connection, exit_id: str, *, lock: bool = False) -> Claim | None:
    return _read(connection, ClaimRow.exit_id == exit_id, lock)


def claim_by_id(connection: Connection, claim_id: str, *, lock: bool = False) -> Claim | None:
    return _read(connection, ClaimRow.id == claim_id, lock)


def all_claims(connection: Connection) -> list[Claim]:
    """The one that moved last comes first."""
    last_moves = (
        select(ClaimStepRow.claim_id, func.max(ClaimStepRow.number).label("number"))
        .group_by(ClaimStepRow.claim_id)
        .subquery()
    )
    last = {
        row.claim_id: row
        for row in rows_of(
            connection,
            select(ClaimStepRow).join(
                last_moves,
                (last_moves.c.claim_id == ClaimStepRow.claim_id)
                & (last_moves.c.number == ClaimStepRow.number),
            ),
        )
    }
    counted = select(PayrollEntryRow.claim_id, func.count()).group_by(PayrollEntryRow.claim_id)
    entries = dict(connection.execute(counted).all())
    found = [
        _claim(row, last[row.id], entries.get(row.id, 0))
        for row in rows_of(connection, select(ClaimRow))
    ]
    return sorted(found, key=lambda claim: (claim.last.at, claim.id), reverse=True)


def steps_of(connection: Connection, claim_id: str) -> list[ClaimStepRow]:
    """The oldest first."""
    rows = rows_of(
        connection,
        select(ClaimStepRow).where(ClaimStepRow.claim_id == claim_id).order_by(ClaimStepRow.number),
    )
    return list(rows)


def last_confirmation(connection: Connection, claim_id: str) -> ClaimStepRow | None:
    steps = steps_of(connection, claim_id)
    return next((row for row in reversed(steps) if row.step == ClaimStep.CONFIRM), None)


def open_claim(connection: Connection, exit_id: str, statement_id: str, now: datetime) -> None:
    claim_id = str(uuid4())
    connection.execute(insert(ClaimRow).values(id=claim_id, exit_id=exit_id, opened_at=now))
    proposed = ClaimEntry(ClaimStep.PROPOSE, MACHINE, statement_id)
    _add(connection, claim_id, 1, ClaimState.PROPOSED, proposed, statement_id, now)


def log_step(connection: Connection, claim: Claim, entry: ClaimEntry, now: datetime) -> int:
    """Log a step and return its number; raises `IllegalClaimStep`."""
    state = step(claim.state, entry.step)
    number = claim.number + 1
    statement_id = entry.statement_id or claim.statement_id
    _add(connection, claim.id, number, state, entry, statement_id, now)
    return number


def payroll_entries_of(connection: Connection, claim_id: str) -> list[PayrollEntryRow]:
    """What payroll was asked to take, and corrections of it, the oldest first."""
    rows = rows_of(
        connection,
        select(PayrollEntryRow)
        .where(PayrollEntryRow.claim_id == claim_id)
        .order_by(PayrollEntryRow.recorded_at, PayrollEntryRow.id),
    )
    return list(rows)


def in_payroll_cents(connection: Connection, claim_id: str) -> int:
    """What payroll takes for this claim, corrections deducted."""
    return sum(int(row.amount_cents) for row in payroll_entries_of(connection, claim_id))


def note_payroll(
    connection: Connection,
    claim: Claim,
    amount_cents: int,
    by: str,
    now: datetime,
    *,
    step_number: int,
    payroll_key: str | None = None,
    remark: str | None = None,
) -> None:
    """Record what payroll now holds; an entry with the key of an earlier one is that one."""
    if payroll_key is not None and payroll_key in {
        row.payroll_key for row in payroll_entries_of(connection, claim.id)
    }:
        return
    connection.execute(
        insert(PayrollEntryRow).values(
            id=str(uuid4()),
            claim_id=claim.id,
            step_number=step_number,
            amount_cents=amount_cents,
            payroll_key=payroll_key,
            by=by,
            recorded_at=now,
            remark=remark,
        )
    )


def _read(connection: Connection, chosen: Any, lock: bool) -> Claim | None:
    query = select(ClaimRow).where(chosen)
    row = row_or_none(connection, query.with_for_update() if lock else query)
    if row is None:
        return None
    last = row_of(
        connection,
        select(ClaimStepRow)
        .where(ClaimStepRow.claim_id == row.id)
        .order_by(ClaimStepRow.number.desc())
        .limit(1),
    )
    return _claim(row, last, len(payroll_entries_of(connection, row.id)))


def _claim(row: ClaimRow, last: ClaimStepRow, entries: int) -> Claim:
    return Claim(
        id=row.id,
        exit_id=row.exit_id,
        opened_at=row.opened_at,
        state=ClaimState(last.state),
        number=last.number,
        version=last.number + entries,
        last=last,
    )


def _add(
    connection: Connection,
    claim_id: str,
    number: int,
    state: ClaimState,
    entry: ClaimEntry,
    statement_id: str,
    now: datetime,
) -> None:
    connection.execute(
        insert(ClaimStepRow).values(
            id=str(uuid4()),
            claim_id=claim_id,
            number=number,
            step=entry.step,
            state=state,
            statement_id=statement_id,
            amount_cents=entry.amount_cents,
            terms=entry.terms,
            by=entry.by,
            at=now,
            reason=entry.reason,
        )
    )
