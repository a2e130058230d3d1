"""The log of a claim: its steps, the last of which tells how it stands, and what payroll holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, Select, func, insert, select, true

from adapter.ground.store.metadata import aliased
from adapter.ground.store.portions import Cut, Stretch, listed
from adapter.ground.store.reading import row_of, row_or_none, rows_of
from adapter.ground.store.tables.claims import ClaimRow, ClaimStepRow, PayrollEntryRow
from adapter.ground.store.tables.exits import ExitRow
from policy.claim_states import ClaimState, ClaimStep, step

OfClaim = TypeVar("OfClaim", ClaimStepRow, PayrollEntryRow)

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


@dataclass(frozen=True, slots=True)
class LoggedClaim:
    """A claim with all of its steps and of what payroll was asked, each the oldest first."""

    claim: Claim
    steps: tuple[ClaimStepRow, ...]
    entries: tuple[PayrollEntryRow, ...]

    @property
    def in_payroll_cents(self) -> int:
        """What payroll takes for this claim, corrections deducted."""
        return sum(int(row.amount_cents) for row in self.entries)

    def last(self, step: ClaimStep) -> ClaimStepRow | None:
        return next((row for row in reversed(self.steps) if row.step == step), None)


def claims_with_log(
    connection: Connection, chosen: ColumnElement[bool] | None = None
) -> list[LoggedClaim]:
    """The claims that a condition on `ClaimRow` chooses, or all, in a fixed number of readings;
    the one that moved last comes first."""
    wanted = true() if chosen is None else chosen
    steps = _by_claim(
        connection,
        select(ClaimStepRow)
        .join(ClaimRow, ClaimRow.id == ClaimStepRow.claim_id)
        .where(wanted)
        .order_by(ClaimStepRow.number),
    )
    entries = _by_claim(
        connection,
        select(PayrollEntryRow)
        .join(ClaimRow, ClaimRow.id == PayrollEntryRow.claim_id)
        .where(wanted)
        .order_by(PayrollEntryRow.recorded_at, PayrollEntryRow.id),
    )
    found = [
        LoggedClaim(
            _claim(row, steps[row.id][-1], len(entries[row.id])),
            tuple(steps[row.id]),
            tuple(entries[row.id]),
        )
        for row in rows_of(connection, select(ClaimRow).where(wanted))
    ]
    return sorted(found, key=lambda one: (one.claim.last.at, one.claim.id), reverse=True)


def page_of_claims(
    connection: Connection, cut: Cut, state: ClaimState | None, employee_id: str | None
) -> Stretch[str]:
    """The ids of the claims in a state, or of one employee, by the same order. Raises
    `UnknownCursor`."""
    last_moves = (
        select(ClaimStepRow.claim_id, func.max(ClaimStepRow.number).label("number"))
        .group_by(ClaimStepRow.claim_id)
        .subquery()
    )
    last_steps = select(ClaimStepRow).join(
        last_moves,
        (last_moves.c.claim_id == ClaimStepRow.claim_id)
        & (last_moves.c.number == ClaimStepRow.number),
    )
    last = aliased(ClaimStepRow, last_steps.subquery())
    visible = select(last)
    if employee_id is not None:
        theirs = select(ClaimRow.id).join(ExitRow).where(ExitRow.employee_id == employee_id)
        visible = visible.where(last.claim_id.in_(theirs))
    asked = visible if state is None else visible.where(last.state == state)
    order = (last.at, last.claim_id)
    found = listed(connection, asked, order, cut, visible=visible, newest_first=True)
    return found.of(row.claim_id for row in found.items)


def _by_claim(connection: Connection, statement: Select[OfClaim]) -> Mapping[str, list[OfClaim]]:
    found: defaultdict[str, list[OfClaim]] = defaultdict(list)
    for row in rows_of(connection, statement):
        found[row.claim_id].append(row)
    return found


def last_confirmation(connection: Connection, claim_id: str) -> ClaimStepRow | None:
    steps = steps_of(connection, claim_id)
    return next((row for row in reversed(steps) if row.step == ClaimStep.CONFIRM), None)


def steps_of(connection: Connection, claim_id: str) -> list[ClaimStepRow]:
    """The oldest first."""
    rows = rows_of(
        connection,
        select(ClaimStepRow).where(ClaimStepRow.claim_id == claim_id).order_by(ClaimStepRow.number),
    )
    return list(rows)


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
