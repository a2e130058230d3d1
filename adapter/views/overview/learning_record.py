"""All that HR sees of one employee's learning: what is asked, granted, agreed and held, what was
recorded about it, and what still waits for HR (Visie §5, §7)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from adapter.ground.store.reading import row_of, row_or_none, rows_of
from adapter.ground.store.tables.courses import CourseRow
from adapter.ground.store.tables.exits import ExitRow
from adapter.ground.store.tables.in_company import (
    AbsenceConsequenceRow,
    InCompanySessionRow,
    SignUpRow,
)
from adapter.ground.store.tables.people import EmployeeRow
from adapter.ground.store.tables.procedure import TrajectoryRecordRow
from adapter.register.learning_reader import newest_records
from adapter.register.participation import days_of
from adapter.subjects.in_company.absences import consequences_of
from adapter.subjects.requests.acts import Act
from adapter.subjects.requests.refusals import UnknownEntry
from adapter.views.overview.own_learning import OwnLearning, own_learning
from policy.sign_ups import SignUpState


@dataclass(frozen=True, slots=True)
class NoShow:
    """An in-company session that the employee stayed away from without a valid reason."""

    sign_up: SignUpRow
    course: str
    first_day: date
    consequences: tuple[AbsenceConsequenceRow, ...]


@dataclass(frozen=True, slots=True)
class LearningRecord:
    """`trajectories` are those about which HR can record something: their titles by id."""

    employee: EmployeeRow
    learning: OwnLearning
    trajectories: dict[str, str]
    recorded: dict[str, TrajectoryRecordRow]
    no_shows: tuple[NoShow, ...]
    exits: tuple[ExitRow, ...]

    @property
    def costs(self) -> dict[str, int | None]:
        """What each really cost, in eurocents; None where that is not recorded."""
        recorded = {one: row.actual_costs_cents for one, row in self.recorded.items()}
        known = {one: cents for one, cents in recorded.items() if cents is not None}
        return dict.fromkeys(self.trajectories) | known

    @property
    def broken_off(self) -> list[TrajectoryRecordRow]:
        return [row for row in self.recorded.values() if row.broken_off_on is not None]

    def title(self, trajectory_id: str) -> str:
        return self.learning.overview.title(trajectory_id)


def learning_record(act: Act, employee_id: str) -> LearningRecord:
    """Raises `UnknownEntry` for an employee whom the register does not know."""
    connection = act.connection
    learning = own_learning(act, employee_id)
    exits = select(ExitRow).where(ExitRow.employee_id == employee_id)
    sign_ups = (
        select(SignUpRow)
        .where(SignUpRow.employee_id == employee_id, SignUpRow.state == SignUpState.NO_SHOW)
        .order_by(SignUpRow.signed_up_at.desc(), SignUpRow.id)
    )
    return LearningRecord(
        employee=row_of(
            connection, select(EmployeeRow).where(EmployeeRow.employee_id == employee_id)
        ),
        learning=learning,
        trajectories=dict(_trajectories(learning)),
        recorded=newest_records(connection, employee_id),
        no_shows=tuple(_no_show(act, row) for row in rows_of(connection, sign_ups)),
        exits=tuple(rows_of(connection, exits.order_by(ExitRow.updated_at.desc(), ExitRow.id))),
    )


def one_no_show(act: Act, employee_id: str, sign_up_id: str) -> NoShow:
    """Raises `UnknownEntry`, also for one of somebody else."""
    row = row_or_none(
        act.connection,
        select(SignUpRow).where(
            SignUpRow.id == sign_up_id,
            SignUpRow.employee_id == employee_id,
            SignUpRow.state == SignUpState.NO_SHOW,
        ),
    )
    if row is None:
        raise UnknownEntry
    return _no_show(act, row)


def _no_show(act: Act, row: SignUpRow) -> NoShow:
    connection = act.connection
    session = row_of(
        connection, select(InCompanySessionRow).where(InCompanySessionRow.id == row.session_id)
    )
    course = row_or_none(
        connection, select(CourseRow).where(CourseRow.idnumber == session.course_id)
    )
    return NoShow(
        sign_up=row,
        course=session.course_id if course is None else course.full_name,
        first_day=days_of(session)[0].on,
        consequences=tuple(consequences_of(act, row.id)),
    )


def _trajectories(learning: OwnLearning) -> Iterator[tuple[str, str]]:
    overview = learning.overview
    for granted in overview.grants:
        if granted.row.revoked_at is None:
            yield granted.row.trajectory_id, granted.title
    for promised in overview.commitments:
        yield promised.trajectory_id, overview.title(promised.trajectory_id)
