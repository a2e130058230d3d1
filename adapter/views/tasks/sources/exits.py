"""Exits without a last day, people who came back, and repayment that HR has to judge or for which
the actual costs are not known (P6)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import or_, select, true

from adapter.ground.store.reading import rows_of, rows_with
from adapter.ground.store.tables.exits import ExitRow, RepaymentStatementRow, StatementOverrideRow
from adapter.register.keys import Role
from adapter.subjects.leaving.claims.log import Claim, claims_with_log
from adapter.subjects.leaving.lifecycle import ExitState
from adapter.subjects.leaving.particulars import Particulars, particulars_of
from adapter.subjects.leaving.settled_items import SettledItem, items_with
from adapter.subjects.leaving.statements import StatementKind, latest_of
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
    newest = latest_of(act.connection, true())
    claimable = _exits_ever_claimable(act)
    overridden = _overrides_by_exit(act, newest)
    claims = {one.claim.exit_id: one.claim for one in claims_with_log(act.connection)}
    for row in rows_of(act.connection, select(ExitRow).order_by(ExitRow.id)):
        statement = newest.get(row.id)
        if row.state == ExitState.SUSPECTED:
            yield _suspected(row)
        if statement is None:
            continue
        if row.state == ExitState.REHIRED and row.id in claimable:
            yield _rehired(row, statement)
        if statement.kind != StatementKind.WITHDRAWN:
            told = overridden[row.id]
            items = items_with(statement, told.standing)
            yield from _of_statement(row, statement, items, told.before)
            yield from _costs_unknown(row, statement, items, claims.get(row.id))


@dataclass(slots=True)
class _Overrides:
    """What HR set of the newest version, and of earlier ones, by trajectory."""

    standing: list[StatementOverrideRow] = field(default_factory=list)
    before: dict[str, StatementOverrideRow] = field(default_factory=dict)


def _overrides_by_exit(
    act: Act, newest: Mapping[str, RepaymentStatementRow]
) -> Mapping[str, _Overrides]:
    set_by_hr = (
        select(StatementOverrideRow, RepaymentStatementRow.exit_id)
        .join(RepaymentStatementRow, RepaymentStatementRow.id == StatementOverrideRow.statement_id)
        .order_by(RepaymentStatementRow.version, StatementOverrideRow.number)
    )
    found: defaultdict[str, _Overrides] = defaultdict(_Overrides)
    for row, exit_id in rows_with(act.connection, set_by_hr):
        if row.statement_id == newest[exit_id].id:
            found[exit_id].standing.append(row)
        else:
            found[exit_id].before[row.trajectory_id] = row
    return found


def _exits_ever_claimable(act: Act) -> frozenset[str]:
    """Of which some version claimed something, by itself or because HR set it."""
    set_by_hr = select(StatementOverrideRow.statement_id).where(
        StatementOverrideRow.claimable_cents != 0
    )
    exits = select(RepaymentStatementRow.exit_id).where(
        or_(
            RepaymentStatementRow.total_claimable_cents != 0,
            RepaymentStatementRow.id.in_(set_by_hr),
        )
    )
    return frozenset(act.connection.execute(exits).scalars())


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
    row: ExitRow,
    newest: RepaymentStatementRow,
    items: tuple[SettledItem, ...],
    before: Mapping[str, StatementOverrideRow],
) -> Iterator[Task]:
    for item in items:
        if item.override is not None or item.computed.status not in _JUDGED:
            continue
        earlier = before.get(item.computed.trajectory_id)
        if item.computed.status is RepaymentStatus.NEEDS_REVIEW:
            yield _task(TaskKind.REPAYMENT_REVIEW, row, newest, item)
        elif earlier is not None:
            numbers = {"set": euros(earlier.claimable_cents)}
            yield _task(TaskKind.OVERRIDE_TO_REPEAT, row, newest, item, numbers)


def _costs_unknown(
    row: ExitRow,
    statement: RepaymentStatementRow,
    items: tuple[SettledItem, ...],
    claim: Claim | None,
) -> Iterator[Task]:
    """Until HR decides on the claim: the basis is the agreed costs then, which may be too high."""
    if claim is not None and claim.state is not ClaimState.PROPOSED:
        return
    told = particulars_of(statement)
    unknown = [
        item.computed.trajectory_id
        for item in items
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
