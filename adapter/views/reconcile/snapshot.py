"""Everything that a reconciliation compares, read from the register at one moment.

The groups look at this and nothing else, so a group that fails leaves the others what they saw.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import TypeVar

from sqlalchemy import Connection, select

from adapter.ground.parts import Parts
from adapter.ground.store.reading import rows_of
from adapter.ground.store.tables.courses import CourseRow, EnrolmentRow
from adapter.ground.store.tables.decisions import DecisionRow, HoldRow
from adapter.ground.store.tables.exits import ExitRow, RepaymentStatementRow
from adapter.ground.store.tables.people import EmployeeRow, EmploymentRow, LmsUserRow
from adapter.ground.store.tables.work import SwitchRow
from adapter.register.adoption import adoptions, in_effect_from
from adapter.register.decision_log import waited_for_adoption
from adapter.register.enforcement_switch import Pause, pause_in_force
from adapter.register.enrolment_facts import collect, takes_part_from
from adapter.register.holds import OPEN, HoldState, HoldWay
from adapter.register.learning import Learning
from adapter.register.learning_reader import read_all_learning
from adapter.register.restore_signs import recent_restore
from adapter.subjects.leaving.calculation import items_read
from adapter.subjects.leaving.lifecycle import ExitState
from adapter.subjects.leaving.statements import latest_of
from adapter.subjects.tranches.undecided import undecided_by_tranche
from adapter.views.reconcile.traffic import Traffic, read_traffic
from policy.days import amsterdam_day
from policy.decide import decide_enrolment
from policy.model import EnrolmentDecision, Outcome, RepaymentItem
from policy.parameters import Parameters, Policy
from policy.regimes import until_adoption

OfOne = TypeVar("OfOne", EmploymentRow, HoldRow, ExitRow)
SETTLING = timedelta(hours=1)
"""How long something may be under way before it counts as not having happened."""


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A current enrolment of an employee with today's decision on it."""

    enrolment: EnrolmentRow
    course: CourseRow
    learning: Learning
    made_on: date
    trajectory: str
    """The trajectory of its grant or commitment, else the course itself."""
    decision: EnrolmentDecision

    @property
    def employee_id(self) -> str:
        return self.learning.employee_id


@dataclass(frozen=True)
class Snapshot:
    """`users` and `courses` are by the LMS's own ids, `learning` and `employees` by employee
    number. `enrolments` are those that the LMS still shows. `lms` and `hris` say whether an LMS is
    configured, and which HRIS."""

    as_of: date
    now: datetime
    policy: Policy
    employees: dict[str, EmployeeRow]
    employments: tuple[EmploymentRow, ...]
    users: dict[str, LmsUserRow]
    courses: dict[str, CourseRow]
    enrolments: tuple[EnrolmentRow, ...]
    learning: dict[str, Learning]
    open_holds: tuple[HoldRow, ...]
    released: dict[str, datetime]
    """When a suspension of ours was last lifted, by the row of its enrolment."""
    restored: SwitchRow | None
    """The last sign that a backup of the LMS was put back, while it is recent."""
    decided: frozenset[tuple[str, str, date]]
    admitted: frozenset[tuple[str, str, date]]
    """Employee, course and day of enrolments once decided upon, and once without a hold."""
    admitted_before_adoption: frozenset[tuple[str, str, date]]
    """Those let in because no adoption was recorded, on days on which one is in effect."""
    adopted_from: date | None
    exits: tuple[ExitRow, ...]
    stated: frozenset[tuple[str, date | None]]
    repayments: dict[tuple[str, date], dict[str, RepaymentItem]]
    """What the newest statement of an exit that stands says, by employee and last day, and then by
    trajectory."""
    undecided: dict[str, int]
    """How many requests of each tranche have no decision of any kind."""
    pause: Pause | None
    traffic: Traffic
    lms: bool
    hris: str | None

    @cached_property
    def enrolled(self) -> tuple[Enrolled, ...]:
        """Today's decision on every current enrolment of an employee, under the regime of the day
        on which it was made (A12)."""
        return tuple(
            self._enrolled(row, employee_id)
            for row in self.enrolments
            if (employee_id := self.employee_of(row)) is not None
            and self.courses[row.course_id].gone_at is None
        )

    def parameters_on(self, day: date) -> Parameters:
        """Those of a day as they work: nothing is enforced before the adoption is in effect."""
        parameters = self.policy.on(day)
        adopted = self.adopted_from is not None and self.adopted_from <= day
        return parameters if adopted else until_adoption(parameters)

    @property
    def people(self) -> frozenset[str]:
        """Every employee number that anything here is about."""
        accounts = {
            user.employee_id for user in self.users.values() if user.employee_id is not None
        }
        rows: tuple[HoldRow | ExitRow | EmploymentRow, ...] = (
            *self.open_holds,
            *self.exits,
            *self.employments,
        )
        about = {row.employee_id for row in rows}
        return frozenset({*self.employees, *self.learning, *accounts, *about})

    def without(self, people: Collection[str]) -> Snapshot:
        """The same, as if nothing was known of these employees."""
        return self.only(self.people.difference(people))

    def only(self, people: Collection[str]) -> Snapshot:
        """The same, as if there were no other employees than these."""
        kept = frozenset(people)
        users = {
            user_id: user
            for user_id, user in self.users.items()
            if user.employee_id is None or user.employee_id in kept
        }
        return replace(
            self,
            employees={number: row for number, row in self.employees.items() if number in kept},
            employments=_about(kept, self.employments),
            users=users,
            enrolments=tuple(
                row
                for row in self.enrolments
                if row.user_id in users or row.user_id not in self.users
            ),
            learning={number: one for number, one in self.learning.items() if number in kept},
            open_holds=_about(kept, self.open_holds),
            exits=_about(kept, self.exits),
        )

    def employee_of(self, enrolment: EnrolmentRow) -> str | None:
        user = self.users.get(enrolment.user_id)
        return None if user is None else user.employee_id

    def decided_as_if_made_on(self, enrolled: Enrolled, day: date) -> EnrolmentDecision:
        facts = collect(
            enrolled.learning, enrolled.course, day, takes_part_from(enrolled.enrolment)
        ).facts
        return decide_enrolment(facts, self.policy)

    def _enrolled(self, row: EnrolmentRow, employee_id: str) -> Enrolled:
        course = self.courses[row.course_id]
        learning = self.learning[employee_id]
        made_on = amsterdam_day(row.created_at or row.first_seen_at)
        facts = collect(learning, course, made_on, takes_part_from(row)).facts
        trajectory = course_name(course) if facts.activity is None else facts.activity.activity_id
        decision = decide_enrolment(facts, self.policy)
        return Enrolled(row, course, learning, made_on, trajectory, decision)


def _about(people: frozenset[str], rows: Sequence[OfOne]) -> tuple[OfOne, ...]:
    return tuple(row for row in rows if row.employee_id in people)


def course_name(course: CourseRow) -> str:
    """How findings name a course: by its ID number, or where it has none by its short name."""
    return course.idnumber or course.shortname


def read_snapshot(connection: Connection, parts: Parts, as_of: date) -> Snapshot:
    current = select(EnrolmentRow).where(EnrolmentRow.gone_at.is_(None)).order_by(EnrolmentRow.id)
    logged = select(
        DecisionRow.employee_id, DecisionRow.course_id, DecisionRow.enrolled_on
    ).distinct()
    without_hold = logged.where(DecisionRow.outcome != Outcome.HOLD)
    adopted_from = in_effect_from(adoptions(connection))
    statements = select(RepaymentStatementRow.exit_id, RepaymentStatementRow.exit_on)
    return Snapshot(
        as_of=as_of,
        now=parts.clock.now(),
        policy=parts.policy,
        employees={row.employee_id: row for row in rows_of(connection, select(EmployeeRow))},
        employments=tuple(rows_of(connection, select(EmploymentRow))),
        users={row.user_id: row for row in rows_of(connection, select(LmsUserRow))},
        courses={row.course_id: row for row in rows_of(connection, select(CourseRow))},
        enrolments=tuple(rows_of(connection, current)),
        learning=read_all_learning(connection),
        open_holds=tuple(rows_of(connection, select(HoldRow).where(HoldRow.state.in_(OPEN)))),
        released=_released(connection),
        restored=recent_restore(connection, parts.clock.now()),
        decided=frozenset((who, course, day) for who, course, day in connection.execute(logged)),
        admitted=frozenset(
            (who, course, day) for who, course, day in connection.execute(without_hold)
        ),
        admitted_before_adoption=_admitted_before_adoption(connection, adopted_from),
        adopted_from=adopted_from,
        exits=tuple(rows_of(connection, select(ExitRow).order_by(ExitRow.id))),
        stated=frozenset((exit_id, day) for exit_id, day in connection.execute(statements)),
        repayments=_repayments(connection),
        undecided=undecided_by_tranche(connection),
        pause=pause_in_force(connection),
        traffic=read_traffic(connection),
        lms=parts.lms is not None,
        hris=None if parts.hris is None else parts.hris.source,
    )


def _repayments(connection: Connection) -> dict[tuple[str, date], dict[str, RepaymentItem]]:
    stands = ExitRow.state.in_((ExitState.ANNOUNCED, ExitState.EFFECTIVE))
    employees = connection.execute(select(ExitRow.id, ExitRow.employee_id).where(stands))
    employee_of = dict(employees.all())
    return {
        (employee_of[exit_id], row.exit_on): {
            item.trajectory_id: item for item in items_read(row.items)
        }
        for exit_id, row in latest_of(connection, stands).items()
        if row.exit_on is not None
    }


def _admitted_before_adoption(
    connection: Connection, adopted_from: date | None
) -> frozenset[tuple[str, str, date]]:
    if adopted_from is None:
        return frozenset()
    since = rows_of(
        connection,
        select(DecisionRow).where(
            DecisionRow.enrolled_on >= adopted_from, DecisionRow.outcome != Outcome.HOLD
        ),
    )
    return frozenset(
        (row.employee_id, row.course_id, row.enrolled_on)
        for row in since
        if waited_for_adoption(row.findings)
    )


def _released(connection: Connection) -> dict[str, datetime]:
    lifted = (HoldRow.state == HoldState.RELEASED) & (HoldRow.way == HoldWay.SUSPENDED)
    rows = rows_of(connection, select(HoldRow).where(lifted).order_by(HoldRow.released_at))
    return {
        row.enrolment_row: row.released_at for row in rows if row.enrolment_row and row.released_at
    }
