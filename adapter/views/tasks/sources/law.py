"""What the law asks of people about training: HR settles whether it is mandatory (A27), and the
management team hears of mandatory training that goes above the hours norm (A26)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from sqlalchemy import ColumnElement, select

from adapter.ground.store.reading import rows_of
from adapter.ground.store.tables.procedure import GrantRow, TrainingRequestRow
from adapter.register.activities import activities, activity_id_of
from adapter.register.keys import Role
from adapter.register.learning import Learning
from adapter.register.statutory_training import statutory
from adapter.subjects.requests.acts import Act
from adapter.views.tasks.task import Task, TaskKind
from policy.days import amsterdam_day
from policy.hours import parts_per_year, project
from policy.model import YearHours
from policy.request_states import RequestState
from policy.trajectories import NECESSARY

LAW = "Visie §7"
NORM = "Visie §8"
TWO_WEEKS = timedelta(days=14)
_ASKED = frozenset(RequestState) - {
    RequestState.DRAFT,
    RequestState.REJECTED,
    RequestState.WITHDRAWN,
}


def find(act: Act, everyone: Mapping[str, Learning]) -> Iterator[Task]:
    yield from _requests_to_settle(act)
    yield from _grants_to_settle(act)
    for learning in everyone.values():
        left = learning.employment_ends_on
        if left is None or left >= act.today:
            yield from _above_the_norm(act, learning)


def _requests_to_settle(act: Act) -> Iterator[Task]:
    rows = rows_of(
        act.connection,
        select(TrainingRequestRow)
        .where(TrainingRequestRow.state.in_(_ASKED), *_unsettled(TrainingRequestRow))
        .order_by(TrainingRequestRow.submitted_at, TrainingRequestRow.id),
    )
    for row in rows:
        asked_on = amsterdam_day(row.submitted_at or row.created_at)
        yield _to_settle(row, row.title, asked_on, tuple(row.employee_ids))


def _grants_to_settle(act: Act) -> Iterator[Task]:
    """Of grants that a commitment became; those of a request are settled with it."""
    rows = rows_of(
        act.connection,
        select(GrantRow)
        .where(GrantRow.request_id.is_(None), GrantRow.revoked_at.is_(None), *_unsettled(GrantRow))
        .order_by(GrantRow.decided_on, GrantRow.id),
    )
    for row in rows:
        people = () if row.employee_id is None else (row.employee_id,)
        yield _to_settle(row, row.trajectory_id, row.decided_on, people)


def _unsettled(table: type[TrainingRequestRow | GrantRow]) -> tuple[ColumnElement[bool], ...]:
    """`policy.statutory.to_settle`, asked of the database."""
    return (table.mandatory_settled.is_(None), table.ground.in_(NECESSARY))


def _to_settle(
    row: TrainingRequestRow | GrantRow, title: str, asked_on: date, people: tuple[str, ...]
) -> Task:
    return Task(
        TaskKind.LEGAL_TO_SETTLE,
        (row.id,),
        Role.HR,
        arose_on=asked_on,
        due_on=asked_on + TWO_WEEKS,
        clause=LAW,
        employee_ids=people,
        numbers={"title": title, "answer": row.mandatory_by_law},
    )


def _above_the_norm(act: Act, learning: Learning) -> Iterator[Task]:
    """One per employee, year and training, from this year on."""
    mandatory = [grant for grant in learning.grants if statutory(grant)]
    if not mandatory:
        return
    counted = activities(learning)
    found = project(tuple(counted.values()), learning.exemptions, act.today, act.policy)
    over = {year.year: year for year in found.years if year.excess and year.year >= act.today.year}
    for grant in mandatory:
        activity = counted.get(activity_id_of(learning, grant))
        own = {} if activity is None else parts_per_year(activity)
        for year in sorted(over.keys() & own.keys()):
            yield _to_exempt(learning, grant, over[year], own)


def _to_exempt(
    learning: Learning, grant: GrantRow, year: YearHours, own: Mapping[int, object]
) -> Task:
    return Task(
        TaskKind.STATUTORY_ABOVE_NORM,
        (grant.id, learning.employee_id, str(year.year)),
        Role.MANAGEMENT_TEAM,
        arose_on=grant.decided_on,
        due_on=grant.decided_on + TWO_WEEKS,
        clause=NORM,
        employee_ids=(learning.employee_id,),
        numbers={
            "trajectory": grant.trajectory_id,
            "year": year.year,
            "own": str(own[year.year]),
            "counted": str(year.counted),
            "limit": str(year.limit),
            "excess": str(year.excess),
        },
    )
