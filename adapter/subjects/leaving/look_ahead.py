"""What is still open of somebody who leaves: requests, agreements, training to come, the own team.

Nothing of it is undone by itself, except that training which begins after the last day is held by
the rule of every enrolment. HR sees it with the exit, in a task, and in a mail.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from adapter.ground.store.reading import rows_of
from adapter.ground.store.tables.exits import ExitRow
from adapter.ground.store.tables.people import EmployeeRow, EmploymentRow
from adapter.ground.store.tables.procedure import AgreementRow, TrainingRequestRow
from adapter.register.learning import EnrolledRow, Learning, Promise
from adapter.register.learning_reader import read_learning
from adapter.register.people import in_chunks
from adapter.register.trajectory_parts import agreement_to_leave_with, enrolled_in, parts_of
from adapter.subjects.leaving.lifecycle import RUNNING
from policy.days import amsterdam_day
from policy.model import Agreement
from policy.request_states import RequestState

NOT_OVER = frozenset(RequestState) - {RequestState.REJECTED, RequestState.WITHDRAWN}


@dataclass(frozen=True, slots=True)
class TrainingToCome:
    """An enrolment in training that begins after the last day."""

    enrolment_id: str
    course: str
    starts_on: date
    held: bool


@dataclass(frozen=True, slots=True)
class OpenMatters:
    """`requests` are rows of training requests, `agreements` the newest of each grant with its
    signatures, `team` the numbers of who reports to the leaver and is still employed."""

    requests: tuple[TrainingRequestRow, ...]
    agreements: tuple[tuple[AgreementRow, Agreement], ...]
    training: tuple[TrainingToCome, ...]
    team: tuple[str, ...]

    @property
    def open_matters(self) -> int:
        """What somebody has to end; an agreement is settled with the repayment statement."""
        return len(self.requests) + len(self.training)


def look_ahead(
    connection: Connection,
    leavers: Mapping[str, date | None],
    learning: Mapping[str, Learning],
    today: date,
) -> dict[str, OpenMatters]:
    """By employee, of leavers with their last day, None where it is not known yet."""
    asked = _requests(connection, leavers.keys())
    teams = _teams(connection, leavers.keys(), today)
    return {
        employee_id: _of_one(
            learning.get(employee_id),
            asked[employee_id],
            teams[employee_id],
            last_day or today,
        )
        for employee_id, last_day in leavers.items()
    }


def look_ahead_of_one(connection: Connection, leaver: ExitRow, today: date) -> OpenMatters:
    """Of one exit; nothing when nobody leaves, after all or any more."""
    if leaver.state not in RUNNING:
        return OpenMatters((), (), (), ())
    employee_id = leaver.employee_id
    learning = {employee_id: read_learning(connection, employee_id)}
    found = look_ahead(connection, {employee_id: leaver.last_day}, learning, today)
    return found[employee_id]


def _of_one(
    learning: Learning | None,
    asked: Iterable[TrainingRequestRow],
    team: Iterable[str],
    last_day: date,
) -> OpenMatters:
    return OpenMatters(
        requests=tuple(row for row in asked if row.ends_on is None or row.ends_on > last_day),
        agreements=() if learning is None else _agreements(learning, last_day),
        training=() if learning is None else tuple(_training(learning, last_day)),
        team=tuple(sorted(team)),
    )


def _agreements(learning: Learning, last_day: date) -> tuple[tuple[AgreementRow, Agreement], ...]:
    """Of each trajectory the one by which the leaver goes (P5)."""
    found: dict[str, tuple[AgreementRow, Agreement]] = {}
    for stored in learning.agreements.values():
        parts = parts_of(learning, stored[0].trajectory_id)
        row, agreement = (
            agreement_to_leave_with(learning, parts, last_day) if parts else None
        ) or stored
        found[row.id] = (row, agreement)
    return tuple(found.values())


def _requests(connection: Connection, numbers: Set[str]) -> Mapping[str, list[TrainingRequestRow]]:
    rows = rows_of(
        connection,
        select(TrainingRequestRow)
        .where(TrainingRequestRow.state.in_(NOT_OVER))
        .order_by(TrainingRequestRow.created_at, TrainingRequestRow.id),
    )
    found: dict[str, list[TrainingRequestRow]] = defaultdict(list)
    for row in rows:
        for employee_id in numbers & set(row.employee_ids):
            found[employee_id].append(row)
    return found


def _teams(connection: Connection, numbers: Set[str], today: date) -> Mapping[str, list[str]]:
    """Who reports to a leaver by the HRIS, and neither left nor is inactive."""
    employed = select(EmploymentRow.employee_id).where(
        EmploymentRow.end_on.is_(None) | (EmploymentRow.end_on >= today)
    )
    found: dict[str, list[str]] = defaultdict(list)
    for chunk in in_chunks(sorted(numbers)):
        rows = connection.execute(
            select(EmployeeRow.employee_id, EmployeeRow.manager_id).where(
                EmployeeRow.manager_id.in_(chunk),
                EmployeeRow.manager_id != EmployeeRow.employee_id,
                EmployeeRow.active.is_(None) | (EmployeeRow.active == 1),
                EmployeeRow.employee_id.in_(employed),
            )
        )
        for employee_id, manager_id in rows:
            if manager_id is not None:
                found[manager_id].append(employee_id)
    return found


def _training(learning: Learning, last_day: date) -> Iterator[TrainingToCome]:
    for row in learning.enrolments:
        starts_on = _start(learning, row)
        if not row.completed and starts_on is not None and starts_on > last_day:
            yield TrainingToCome(
                row.id, row.idnumber, starts_on, held=row.course_id in learning.held
            )


def _start(learning: Learning, row: EnrolledRow) -> date | None:
    """By the grant or commitment that it belongs to where that names a day, else the course, and
    never before the enrolment itself."""
    promises: tuple[Promise, ...] = (*learning.grants, *learning.commitments)
    granted = (
        one.starts_on
        for one in promises
        if row.id in {mine.id for mine in enrolled_in(learning, one)}
    )
    course = next((day for day in granted if day is not None), row.start_on)
    own = None if row.starts_at is None else amsterdam_day(row.starts_at)
    return max((day for day in (course, own) if day is not None), default=None)
