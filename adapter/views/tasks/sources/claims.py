"""Repayment claims that wait for HR, and what must be known before one can be confirmed (P6)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy import select

from adapter.ground.store.reading import rows_of
from adapter.ground.store.tables.exits import ExitRow
from adapter.register.keys import Role
from adapter.subjects.leaving.claims import orders
from adapter.subjects.leaving.claims.log import Claim
from adapter.subjects.leaving.claims.position import ClaimPosition, positions
from adapter.subjects.leaving.endings import exits_with_ending
from adapter.subjects.leaving.lifecycle import ExitState
from adapter.subjects.leaving.statements import asks_something, latest_of
from adapter.subjects.requests.acts import Act
from adapter.views.tasks.task import Task, TaskKind
from policy.claim_states import ClaimState
from policy.days import amsterdam_day
from policy.money import euros

CLAUSE = "Visie §7"
A_WEEK, TWO_WEEKS, TWO_MONTHS = timedelta(days=7), timedelta(days=14), timedelta(days=61)


def find(act: Act) -> Iterator[Task]:
    yield from _unknown_endings(act)
    ordered = orders.all_underway(act.connection)
    for standing in positions(act.connection):
        yield from _next_step(standing, ordered)
        if standing.difference_cents:
            yield _differs(standing)


def _unknown_endings(act: Act) -> Iterator[Task]:
    """Who ended it is asked as soon as the exit is announced: courts look at it."""
    running = ExitRow.state.in_((ExitState.ANNOUNCED, ExitState.EFFECTIVE))
    newest = latest_of(act.connection, running)
    told = exits_with_ending(act.connection)
    for row in rows_of(act.connection, select(ExitRow).where(running).order_by(ExitRow.id)):
        statement = newest.get(row.id)
        if statement is None or row.id in told or not asks_something(statement):
            continue
        assert row.last_day is not None, "an exit in these states has one"
        made = amsterdam_day(statement.made_at)
        yield Task(
            TaskKind.EXIT_ENDING_UNKNOWN,
            (row.id,),
            Role.HR,
            arose_on=made,
            due_on=_before_last_pay(made, row.last_day),
            clause=CLAUSE,
            employee_ids=(row.employee_id,),
            numbers={"exit": row.last_day.isoformat()},
        )


def _next_step(standing: ClaimPosition, ordered: frozenset[str]) -> Iterator[Task]:
    """`ordered` are the claims of which payroll has an order to answer."""
    claim = standing.claim
    moved = amsterdam_day(claim.last.at)
    match claim.state:
        case ClaimState.PROPOSED if not standing.to_review:
            assert standing.statement.exit_on is not None, "only a withdrawal has no last day"
            due = _before_last_pay(moved, standing.statement.exit_on)
            yield _task(TaskKind.CLAIM_TO_CONFIRM, standing, standing.claimable_cents, due)
        case ClaimState.CONFIRMED if claim.id not in ordered:
            yield _task(TaskKind.CLAIM_TO_HAND_OVER, standing, _claimed(claim), moved + A_WEEK)
        case ClaimState.HANDED_TO_PAYROLL:
            yield _task(TaskKind.CLAIM_TO_SETTLE, standing, _claimed(claim), moved + TWO_MONTHS)
        case _:
            return


def _claimed(claim: Claim) -> int:
    assert claim.last.amount_cents is not None, "what is confirmed or handed over has an amount"
    return claim.last.amount_cents


def _differs(standing: ClaimPosition) -> Task:
    arose = amsterdam_day(max(standing.claim.last.at, standing.statement.made_at))
    return Task(
        TaskKind.CLAIM_DIFFERS,
        (standing.claim.id,),
        Role.HR,
        arose_on=arose,
        due_on=arose + TWO_WEEKS,
        clause=CLAUSE,
        employee_ids=(standing.leaver.employee_id,),
        numbers={
            "held": euros(standing.in_payroll_cents),
            "expected": euros(standing.expected_in_payroll_cents),
            "version": standing.statement.version,
            "state": str(standing.claim.state),
        },
    )


def _task(kind: TaskKind, standing: ClaimPosition, amount_cents: int, due: date) -> Task:
    return Task(
        kind,
        (standing.claim.id,),
        Role.HR,
        arose_on=amsterdam_day(standing.claim.last.at),
        due_on=due,
        clause=CLAUSE,
        employee_ids=(standing.leaver.employee_id,),
        numbers={"amount": euros(amount_cents), "version": standing.statement.version},
    )


def _before_last_pay(made: date, exit_on: date) -> date:
    """Who hears of it later gets a week all the same."""
    return max(exit_on, made + A_WEEK)
