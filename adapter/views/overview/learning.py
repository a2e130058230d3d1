"""One employee's learning for the appraisal cycle (P11): what was promised, done and agreed, the
hours against the norm, and what leaving today would cost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import Connection, select

from adapter.ground.store.reading import row_or_none, rows_of
from adapter.ground.store.tables.courses import CourseRow
from adapter.ground.store.tables.people import EmployeeRow
from adapter.ground.store.tables.procedure import (
    AgreementRow,
    CommitmentRow,
    GrantRow,
    NormExemptionRow,
)
from adapter.register.activities import activities
from adapter.register.learning import EnrolledRow, Learning
from adapter.register.learning_reader import read_learning
from adapter.register.participation import SignedUpRow, days_of, signed_up_for
from adapter.register.people import full_name
from adapter.register.trajectory_parts import enrolled_in
from adapter.subjects.leaving import calculation
from adapter.subjects.leaving.trajectories import Trajectories, read_trajectories
from adapter.subjects.requests.acts import Act
from adapter.subjects.requests.refusals import UnknownEntry
from connectors.ports import EnrolmentStatus
from policy import hours
from policy.agreements import signed
from policy.days import amsterdam_day
from policy.model import Activity, Agreement, HoursProjection, RepaymentItem
from policy.sign_ups import SignUpState


class AgreementState(StrEnum):
    UNSIGNED = "unsigned"
    SIGNED = "signed"
    FILED = "filed"


class TrainingState(StrEnum):
    HELD = "held"
    """The enrolment stands still until something is settled."""
    SUSPENDED = "suspended"
    RUNNING = "running"
    COMPLETED = "completed"


@dataclass(frozen=True, slots=True)
class Granted:
    row: GrantRow
    title: str


@dataclass(frozen=True, slots=True)
class Agreed:
    """The newest version of an agreement."""

    row: AgreementRow
    title: str
    state: AgreementState


@dataclass(frozen=True, slots=True)
class Training:
    """An enrolment in the LMS, or an earlier one that was completed."""

    course_id: str
    name: str
    state: TrainingState
    enrolled_on: date | None
    completed_on: date | None


@dataclass(frozen=True, slots=True)
class InCompany:
    course_id: str
    name: str
    first_day: date
    state: SignUpState


@dataclass(frozen=True, slots=True)
class LearningOverview:
    """On a day. `projection` counts per calendar year; `repayments` are if that day were the last
    of the employment."""

    employee_id: str
    name: str
    on: date
    projection: HoursProjection
    activities: tuple[Activity, ...]
    grants: tuple[Granted, ...]
    agreements: tuple[Agreed, ...]
    training: tuple[Training, ...]
    in_company: tuple[InCompany, ...]
    commitments: tuple[CommitmentRow, ...]
    exemptions: tuple[NormExemptionRow, ...]
    trajectories: Trajectories
    repayments: tuple[RepaymentItem, ...]
    titles: dict[str, str]
    """Of activities and repayments, by trajectory or course."""

    def title(self, training_id: str) -> str:
        return self.titles.get(training_id, training_id)

    def title_of(self, activity: Activity) -> str:
        """That of its trajectory, also of a later part of one."""
        names = (activity.activity_id, *activity.known_as)
        return next((self.title(name) for name in names if name in self.titles), names[0])


def learning_overview(act: Act, employee_id: str) -> LearningOverview:
    """Raises `UnknownEntry` for an employee whom the register does not know."""
    connection = act.connection
    person = row_or_none(
        connection, select(EmployeeRow).where(EmployeeRow.employee_id == employee_id)
    )
    if person is None:
        raise UnknownEntry
    learning = read_learning(connection, employee_id)
    counted = activities(learning)
    followed = tuple(counted[key] for key in sorted(counted))
    trajectories = read_trajectories(connection, employee_id, act.today)
    names = _course_names(connection)
    titles = names | {one.facts.trajectory_id: one.title for one in trajectories.promised}
    titles |= {one.facts.trajectory_id: one.title for one in trajectories.granted}
    return LearningOverview(
        employee_id=employee_id,
        name=full_name(person),
        on=act.today,
        projection=hours.project(followed, learning.exemptions, act.today, act.policy),
        activities=followed,
        grants=tuple(_granted(learning, titles)),
        agreements=tuple(_agreed(learning, titles)),
        training=tuple(_training(learning, row, names) for row in learning.enrolments),
        in_company=tuple(_in_company(row, names) for row in learning.sign_ups),
        commitments=_commitments(connection, employee_id),
        exemptions=_exemptions(connection, employee_id),
        trajectories=trajectories,
        repayments=calculation.items(act.today, trajectories, act.policy),
        titles=titles,
    )


def _granted(learning: Learning, titles: dict[str, str]) -> list[Granted]:
    """The employee's own, and the collective ones that the employee takes part in."""
    return [
        Granted(row, titles.get(row.trajectory_id, row.trajectory_id))
        for row in learning.grants
        if row.employee_id is not None or _takes_part(learning, row)
    ]


def _takes_part(learning: Learning, grant: GrantRow) -> bool:
    """Whether the employee follows this part of the trajectory, or signed up and can still come."""
    signed_up = any(signed_up_for(row, grant) for row in learning.sign_ups)
    return signed_up or bool(enrolled_in(learning, grant))


def _agreed(learning: Learning, titles: dict[str, str]) -> list[Agreed]:
    return [
        Agreed(row, titles.get(row.trajectory_id, row.trajectory_id), _state(row, as_signed))
        for row, as_signed in learning.agreements.values()
    ]


def _state(row: AgreementRow, as_signed: Agreement) -> AgreementState:
    if row.filed_on is not None:
        return AgreementState.FILED
    return AgreementState.SIGNED if signed(as_signed) else AgreementState.UNSIGNED


def _training(learning: Learning, row: EnrolledRow, names: dict[str, str]) -> Training:
    enrolled = row.starts_at or row.created_at
    return Training(
        course_id=row.idnumber,
        name=names.get(row.idnumber, row.idnumber),
        state=_training_state(learning, row),
        enrolled_on=None if enrolled is None else amsterdam_day(enrolled),
        completed_on=None if row.completed_at is None else amsterdam_day(row.completed_at),
    )


def _training_state(learning: Learning, row: EnrolledRow) -> TrainingState:
    if row.completed:
        return TrainingState.COMPLETED
    if row.course_id in learning.held:
        return TrainingState.HELD
    suspended = row.status == EnrolmentStatus.SUSPENDED
    return TrainingState.SUSPENDED if suspended else TrainingState.RUNNING


def _in_company(row: SignedUpRow, names: dict[str, str]) -> InCompany:
    return InCompany(
        course_id=row.course_id,
        name=names.get(row.course_id, row.course_id),
        first_day=days_of(row)[0].on,
        state=SignUpState(row.state),
    )


def _commitments(connection: Connection, employee_id: str) -> tuple[CommitmentRow, ...]:
    """All of them, also those that were converted or have lapsed."""
    return tuple(
        rows_of(
            connection,
            select(CommitmentRow)
            .where(CommitmentRow.employee_id == employee_id)
            .order_by(CommitmentRow.agreed_on, CommitmentRow.id),
        )
    )


def _exemptions(connection: Connection, employee_id: str) -> tuple[NormExemptionRow, ...]:
    return tuple(
        rows_of(
            connection,
            select(NormExemptionRow)
            .where(
                NormExemptionRow.employee_id == employee_id,
                NormExemptionRow.withdrawn_at.is_(None),
            )
            .order_by(NormExemptionRow.year, NormExemptionRow.decided_on, NormExemptionRow.id),
        )
    )


def _course_names(connection: Connection) -> dict[str, str]:
    rows = connection.execute(
        select(CourseRow.idnumber, CourseRow.full_name).where(CourseRow.idnumber != "")
    )
    return dict(rows.all())
