"""Everything that a reconciliation compares, read from the register at one moment.

The groups look at this and nothing else, so a group that fails leaves the others what they saw.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, Row, select

from adapter.ground.parts import Parts
from adapter.ground.store.tables.courses import courses, enrolments
from adapter.ground.store.tables.decisions import decisions, holds
from adapter.ground.store.tables.exits import exits, repayment_statements
from adapter.ground.store.tables.people import employees, employments, lms_users
from adapter.register.adoption import adoptions, in_effect_from
from adapter.register.all_learning import read_all_learning
from adapter.register.decision_log import waited_for_adoption
from adapter.register.enforcement_switch import Pause, pause_in_force
from adapter.register.enrolment_facts import collect, takes_part_from
from adapter.register.holds import OPEN, HoldState, HoldWay
from adapter.register.learning import Learning
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

SETTLING = timedelta(hours=1)
"""How long something may be under way before it counts as not having happened."""


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A current enrolment of an employee with today's decision on it."""

    enrolment: Row[Any]
    course: Row[Any]
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
    employees: dict[str, Row[Any]]
    employments: tuple[Row[Any], ...]
    users: dict[str, Row[Any]]
    courses: dict[str, Row[Any]]
    enrolments: tuple[Row[Any], ...]
    learning: dict[str, Learning]
    open_holds: tuple[Row[Any], ...]
    released: dict[str, datetime]
    """When a suspension of ours was last lifted, by the row of its enrolment."""
    restored: Row[Any] | None
    """The last sign that a backup of the LMS was put back, while it is recent."""
    decided: frozenset[tuple[str, str, date]]
    admitted: frozenset[tuple[str, str, date]]
    """Employee, course and day of enrolments once decided upon, and once without a hold."""
    admitted_before_adoption: frozenset[tuple[str, str, date]]
    """Those let in because no adoption was recorded, on days on which one is in effect."""
    adopted_from: date | None
    exits: tuple[Row[Any], ...]
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
            self._enrolled(row)
            for row in self.enrolments
            if self.employee_of(row) is not None and self.courses[row.course_id].gone_at is None
        )

    def parameters_on(self, day: date) -> Parameters:
        """Those of a day as they work: nothing is enforced before the adoption is in effect."""
        parameters = self.policy.on(day)
        adopted = self.adopted_from is not None and self.adopted_from <= day
        return parameters if adopted else until_adoption(parameters)

    @property
    def people(self) -> frozenset[str]:
        """Every employee number that anything here is about."""
        accounts = {user.employee_id for user in self.users.values()}
        held = {row.employee_id for row in (*self.open_holds, *self.exits, *self.employments)}
        return frozenset({*self.employees, *self.learning, *accounts, *held} - {None})

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

    def employee_of(self, enrolment: Row[Any]) -> str | None:
        user = self.users.get(enrolment.user_id)
        return None if user is None else user.employee_id

    def decided_as_if_made_on(self, enrolled: Enrolled, day: date) -> EnrolmentDecision:
        facts = collect(
            enrolled.learning, enrolled.course, day, takes_part_from(enrolled.enrolment)
        ).facts
        return decide_enrolment(facts, self.policy)

    def _enrolled(self, row: Row[Any]) -> Enrolled:
        course = self.courses[row.course_id]
        learning = self.learning[self.users[row.user_id].employee_id]
        made_on = amsterdam_day(row.created_at or row.first_seen_at)
        facts = collect(learning, course, made_on, takes_part_from(row)).facts
        trajectory = course_name(course) if facts.activity is None else facts.activity.activity_id
        decision = decide_enrolment(facts, self.policy)
        return Enrolled(row, course, learning, made_on, trajectory, decision)


def _about(people: frozenset[str], rows: Sequence[Row[Any]]) -> tuple[Row[Any], ...]:
    return tuple(row for row in rows if row.employee_id in people)


def course_name(course: Row[Any]) -> str:
    """How findings name a course: by its ID number, or where it has none by its short name."""
    return str(course.idnumber or course.shortname)


def read_snapshot(connection: Connection, parts: Parts, as_of: date) -> Snapshot:
    current = select(enrolments).where(enrolments.c.gone_at.is_(None)).order_by(enrolments.c.id)
    logged = select(
        decisions.c.employee_id, decisions.c.course_id, decisions.c.enrolled_on
    ).distinct()
    without_hold = logged.where(decisions.c.outcome != Outcome.HOLD)
    adopted_from = in_effect_from(adoptions(connection))
    statements = select(repayment_statements.c.exit_id, repayment_statements.c.exit_on)
    return Snapshot(
        as_of=as_of,
        now=parts.clock.now(),
        policy=parts.policy,
        employees={row.employee_id: row for row in connection.execute(select(employees))},
        employments=tuple(connection.execute(select(employments))),
        users={row.user_id: row for row in connection.execute(select(lms_users))},
        courses={row.course_id: row for row in connection.execute(select(courses))},
        enrolments=tuple(connection.execute(current)),
        learning=read_all_learning(connection),
        open_holds=tuple(connection.execute(select(holds).where(holds.c.state.in_(OPEN)))),
        released=_released(connection),
        restored=recent_restore(connection, parts.clock.now()),
        decided=frozenset(tuple(row) for row in connection.execute(logged)),
        admitted=frozenset(tuple(row) for row in connection.execute(without_hold)),
        admitted_before_adoption=_admitted_before_adoption(connection, adopted_from),
        adopted_from=adopted_from,
        exits=tuple(connection.execute(select(exits).order_by(exits.c.id))),
        stated=frozenset(tuple(row) for row in connection.execute(statements)),
        repayments=_repayments(connection),
        undecided=undecided_by_tranche(connection),
        pause=pause_in_force(connection),
        traffic=read_traffic(connection),
        lms=parts.lms is not None,
        hris=None if parts.hris is None else parts.hris.source,
    )


def _repayments(connection: Connection) -> dict[tuple[str, date], dict[str, RepaymentItem]]:
    stands = exits.c.state.in_((ExitState.ANNOUNCED, ExitState.EFFECTIVE))
    employee_of = {
        row.id: row.employee_id
        for row in connection.execute(select(exits.c.id, exits.c.employee_id).where(stands))
    }
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
    since = connection.execute(
        select(decisions).where(
            decisions.c.enrolled_on >= adopted_from, decisions.c.outcome != Outcome.HOLD
        )
    )
    return frozenset(
        (row.employee_id, row.course_id, row.enrolled_on)
        for row in since
        if waited_for_adoption(row.findings)
    )


def _released(connection: Connection) -> dict[str, datetime]:
    lifted = (holds.c.state == HoldState.RELEASED) & (holds.c.way == HoldWay.SUSPENDED)
    rows = connection.execute(select(holds).where(lifted).order_by(holds.c.released_at))
    return {row.enrolment_row: row.released_at for row in rows}
