"""Exits without a last day, people who came back, and repayment that HR has to judge or for which
the actual costs are not known (P6)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy import select

from adapter.ground.store.reading import rows_of
from adapter.ground.store.tables.exits import ExitRow, RepaymentStatementRow
from adapter.register.keys import Role
from adapter.subjects.leaving.claims.log import claim_of_exit
from adapter.subjects.leaving.lifecycle import ExitState
from adapter.subjects.leaving.overrides import SettledItem, overrides_of, settled_items
from adapter.subjects.leaving.particulars import Particulars, particulars_of
from adapter.subjects.leaving.statements import StatementKind, history
from adapter.subjects.requests.acts import Act
from adapter.views.tasks.task import Task, TaskKind
from policy.claim_states import ClaimState
from policy.days import amsterdam_day
from policy.model import RepaymentStatus
from policy.money import euros

CLAUSE = "Visie §7"
A_WEEK, TWO_WEEKS = timedelta(days=7), timedelta(days=14)
_JUDGED = (RepaymentStatus.NEEDS_REVIEW, RepaymentStatus.CLAIMABLE)


def find(act: Act) -> Iterator[Task]:
    for row in rows_of(act.connection, select(ExitRow).order_by(ExitRow.id)):
        versions = history(act.connection, row.id)
        if row.state == ExitState.SUSPECTED:
            yield _suspected(row)
        if row.state == ExitState.REHIRED and any(one.total_claimable_cents for one in versions):
            yield _rehired(row, versions[-1])
        if versions and versions[-1].kind != StatementKind.WITHDRAWN:
            yield from _of_statement(act, row, versions)
            yield from _costs_unknown(act, row, versions[-1])


def _suspected(row: ExitRow) -> Task:
    noticed = amsterdam_day(row.suspected_at or row.noticed_at)
    return Task(
        TaskKind.EXIT_SUSPECTED,
        (row.id,),
        Role.HR,
        arose_on=noticed,
        due_on=noticed + A_WEEK,
        clause=CLAUSE,
        employee_ids=(row.employee_id,),
        numbers={"noticed": noticed.isoformat()},
    )


def _rehired(row: ExitRow, last: RepaymentStatementRow) -> Task:
    came_back = amsterdam_day(row.rehired_at or row.updated_at)
    return Task(
        TaskKind.EXIT_REHIRED,
        (row.id,),
        Role.HR,
        arose_on=came_back,
        due_on=came_back + TWO_WEEKS,
        clause=CLAUSE,
        employee_ids=(row.employee_id,),
        numbers={"version": last.version},
    )


def _of_statement(
    act: Act, row: ExitRow, versions: tuple[RepaymentStatementRow, ...]
) -> Iterator[Task]:
    newest = versions[-1]
    before = {
        override.trajectory_id: override
        for version in versions[:-1]
        for override in overrides_of(act.connection, version.id)
    }
    for item in settled_items(act.connection, newest):
        if item.override is not None or item.computed.status not in _JUDGED:
            continue
        earlier = before.get(item.computed.trajectory_id)
        if item.computed.status is RepaymentStatus.NEEDS_REVIEW:
            yield _task(TaskKind.REPAYMENT_REVIEW, row, newest, item)
        elif earlier is not None:
            numbers = {"set": euros(earlier.claimable_cents)}
            yield _task(TaskKind.OVERRIDE_TO_REPEAT, row, newest, item, numbers)


def _costs_unknown(act: Act, row: ExitRow, statement: RepaymentStatementRow) -> Iterator[Task]:
    """Until HR decides on the claim: the basis is the agreed costs then, which may be too high."""
    claim = claim_of_exit(act.connection, row.id)
    if claim is not None and claim.state is not ClaimState.PROPOSED:
        return
    told = particulars_of(statement)
    unknown = [
        item.computed.trajectory_id
        for item in settled_items(act.connection, statement)
        if item.override is None
        and item.computed.status in _JUDGED
        and _unknown(told.get(item.computed.trajectory_id))
    ]
    if not unknown:
        return
    assert statement.exit_on is not None, "only a withdrawal has no last day"
    made = amsterdam_day(statement.made_at)
    yield Task(
        TaskKind.ACTUAL_COSTS_UNKNOWN,
        (row.id,),
        Role.HR,
        arose_on=made,
        due_on=_due(made, statement.exit_on),
        clause=CLAUSE,
        employee_ids=(row.employee_id,),
        numbers={"trajectories": ", ".join(unknown), "exit": statement.exit_on.isoformat()},
    )


def _unknown(told: Particulars | None) -> bool:
    """A version from before particulars were kept does not tell it."""
    return told is not None and told.actual_costs_cents is None


def _task(
    kind: TaskKind,
    row: ExitRow,
    statement: RepaymentStatementRow,
    item: SettledItem,
    numbers: dict[str, str] | None = None,
) -> Task:
    assert statement.exit_on is not None, "only a withdrawal has no last day"
    made = amsterdam_day(statement.made_at)
    return Task(
        kind,
        (row.id, item.computed.trajectory_id),
        Role.HR,
        arose_on=made,
        due_on=_due(made, statement.exit_on),
        clause=CLAUSE,
        employee_ids=(row.employee_id,),
        numbers={
            "trajectory": item.computed.trajectory_id,
            "amount": euros(item.computed.computed_cents),
            "exit": statement.exit_on.isoformat(),
            **(numbers or {}),
        },
    )


def _due(made: date, exit_on: date) -> date:
    """Before the last pay; who hears of it later gets a week all the same."""
    return max(exit_on, made + A_WEEK)
