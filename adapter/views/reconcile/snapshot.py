"""Everything that a reconciliation compares, read from the register at one moment.

It comes in slices, so that memory does not grow with the register: first what is about no employee,
then everything about some hundreds of employees at a time. The groups look at a slice and nothing
else, so a group that fails leaves the others what they saw.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache, cached_property
from itertools import compress
from operator import attrgetter
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    SQLColumnExpression,
    and_,
    bindparam,
    literal,
    select,
)

from adapter.ground.parts import Parts
from adapter.ground.store.columns import Texts
from adapter.ground.store.metadata import Stored
from adapter.ground.store.reading import Asked, columns_of, rows_as, rows_of
from adapter.ground.store.rows import among
from adapter.ground.store.tables.courses import CourseRow, EnrolmentRow
from adapter.ground.store.tables.decisions import DecisionRow, HoldRow
from adapter.ground.store.tables.exits import ExitRow, RepaymentStatementRow
from adapter.ground.store.tables.people import EmployeeRow, EmploymentRow, LmsUserRow
from adapter.ground.store.tables.work import SwitchRow
from adapter.register.activities import activities
from adapter.register.adoption import adoptions, in_effect_from
from adapter.register.decision_log import WAITED_FOR_ADOPTION
from adapter.register.enforcement_switch import Pause, pause_in_force
from adapter.register.enrolment_facts import facts_of, takes_part_from
from adapter.register.holds import OPEN, HoldState, HoldWay
from adapter.register.learning import EnrolledRow, Learning
from adapter.register.learning_questions import ENROLMENTS
from adapter.register.learning_reader import LearningOfAll
from adapter.register.restore_signs import recent_restore
from adapter.subjects.accounts.links import ShownAccount
from adapter.subjects.accounts.people import ShownPerson
from adapter.subjects.leaving.calculation import items_read
from adapter.subjects.leaving.lifecycle import ExitState
from adapter.subjects.leaving.statements import latest_of
from adapter.subjects.tranches.undecided import undecided_by_tranche
from adapter.views.reconcile.nothing_to_say import hours_within_norm, nothing_to_say
from adapter.views.reconcile.traffic import Traffic, read_traffic
from policy.days import amsterdam_day
from policy.decide import decide_enrolment, decide_within_norm
from policy.model import EnrolmentDecision, EnrolmentFacts, Finding, Outcome, RepaymentItem
from policy.parameters import Parameters, Policy

OfOne = TypeVar("OfOne", "Employment", HoldRow, ExitRow)
OneEnrolment = tuple[str, str, date]
"""Employee, ID number of the course, and the day on which it was made."""
SETTLING = timedelta(hours=1)
"""How long something may be under way before it counts as not having happened."""
AT_A_TIME = 500
"""Employees in a slice."""


class Employment:
    """The columns of an employment that are compared."""

    employee_id: str
    employment_id: str
    start_on: date | None
    end_on: date | None


class Account(ShownAccount):
    """The columns of an account that are compared."""

    username: str


def name_of(account: Account) -> str:
    """Its id where its username is another account's now, or was erased."""
    return account.username or account.user_id


@dataclass(slots=True)
class Enrolled:
    """A current enrolment of an employee. It is decided upon when a group asks: most of a register
    is past mending, and nobody asks.

    `over` says whether the training is completed or has ended, so that it is past mending.
    """

    enrolment: EnrolledRow
    course: CourseRow
    learning: Learning
    employee_id: str
    made_on: date
    over: bool
    policy: Policy
    _silent: bool | None = None
    _facts: EnrolmentFacts | None = None
    _decision: EnrolmentDecision | None = None

    @property
    def one_enrolment(self) -> OneEnrolment:
        """As the decision log knows it."""
        return self.employee_id, self.course.idnumber, self.made_on

    @property
    def outcome(self) -> Outcome:
        return Outcome.ALLOW if self._says_nothing() else self.decision.outcome

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Of today's decision, but for what `nothing_to_say` leaves out."""
        return () if self._says_nothing() else self.decision.findings

    def _says_nothing(self) -> bool:
        silent = self._silent
        if silent is None:
            silent = nothing_to_say(self.learning, self.course, self.made_on, self.policy)
            self._silent = silent
        return silent

    @property
    def decision(self) -> EnrolmentDecision:
        """Today's, under the regime of the day on which it was made (A12), without the years and
        what comes near the norm."""
        decision = self._decision
        if decision is None:
            decision = self._decision = self._decided()
        return decision

    @property
    def facts(self) -> EnrolmentFacts:
        facts = self._facts
        if facts is None:
            facts = self._facts = self._facts_on(self.made_on)
        return facts

    @property
    def trajectory(self) -> str:
        """That of its grant or commitment, else the course itself."""
        activity = self.facts.activity
        return course_name(self.course) if activity is None else activity.activity_id

    def decided_as_if_made_on(self, day: date) -> EnrolmentDecision:
        return decide_enrolment(self._facts_on(day), self.policy)

    def _facts_on(self, day: date) -> EnrolmentFacts:
        return facts_of(self.learning, self.course, day, takes_part_from(self.enrolment))

    def _decided(self) -> EnrolmentDecision:
        """What counts here is some of all that counts for the employee, unless this training would
        count otherwise than it does now."""
        facts, policy = self.facts, self.policy
        activity, known = facts.activity, activities(self.learning)
        counted = activity is None or known.get(activity.activity_id) is activity
        if counted and hours_within_norm(self.learning, policy):
            return decide_within_norm(facts, policy)
        return decide_enrolment(facts, policy)


@dataclass(frozen=True)
class Snapshot:
    """A slice. `users` and `courses` are by the LMS's own ids, `learning` and `employees` by
    employee number. `enrolments` are those that the LMS still shows. `lms` and `hris` say whether
    an LMS is configured, and which HRIS.

    Courses, policy and settings are in every slice; `restored`, `undecided` and `pause`, of which
    there is one, only in the first, beside the accounts of nobody and their enrolments.
    """

    as_of: date
    now: datetime
    policy: Policy
    employees: dict[str, ShownPerson]
    employments: tuple[Employment, ...]
    users: dict[str, Account]
    courses: dict[str, CourseRow]
    enrolments: tuple[EnrolledRow, ...]
    learning: dict[str, Learning]
    open_holds: tuple[HoldRow, ...]
    held_accounts: Mapping[str, Account]
    """The accounts of those holds, also where they are another's by now, or nobody's."""
    seen_at: Mapping[str, datetime]
    """When the LMS last showed the enrolments of those holds, by their row."""
    released: dict[str, datetime]
    """When a suspension of ours was last lifted, by the row of its enrolment."""
    restored: SwitchRow | None
    """The last sign that a backup of the LMS was put back, while it is recent."""
    decided: Set[OneEnrolment]
    admitted: Set[OneEnrolment]
    """Enrolments once decided upon, and once without a hold."""
    admitted_before_adoption: Set[OneEnrolment]
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
        """Every current enrolment of an employee in a course that is there."""
        found = []
        for row in self.enrolments:
            employee_id, course = self.employee_of(row), self.courses[row.course_id]
            if employee_id is not None and course.gone_at is None:
                found.append(self._enrolled(row, employee_id, course))
        return tuple(found)

    @cached_property
    def settled_before(self) -> datetime:
        """What is older is no longer under way."""
        return self.now - SETTLING

    def parameters_on(self, day: date) -> Parameters:
        """Those of a day as they work: nothing is enforced before the adoption is in effect."""
        parameters = self.policy.on(day)
        adopted = self.adopted_from is not None and self.adopted_from <= day
        return parameters if adopted else parameters.until_adoption

    @property
    def people(self) -> frozenset[str]:
        """Every employee number that anything here is about."""
        accounts = {
            user.employee_id for user in self.users.values() if user.employee_id is not None
        }
        rows: tuple[HoldRow | ExitRow | Employment, ...] = (
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

    def employee_of(self, enrolment: EnrolledRow) -> str | None:
        user = self.users.get(enrolment.user_id)
        return None if user is None else user.employee_id

    def _is_over(self, row: EnrolledRow, course: CourseRow) -> bool:
        if row.completed or (course.end_on is not None and course.end_on < self.as_of):
            return True
        return row.ends_at is not None and row.ends_at < self.now

    def _enrolled(self, row: EnrolledRow, employee_id: str, course: CourseRow) -> Enrolled:
        made_on = amsterdam_day(row.created_at or row.first_seen_at)
        over, learning = self._is_over(row, course), self.learning[employee_id]
        return Enrolled(row, course, learning, employee_id, made_on, over, self.policy)


def _about(people: frozenset[str], rows: Sequence[OfOne]) -> tuple[OfOne, ...]:
    return tuple(row for row in rows if row.employee_id in people)


def course_name(course: CourseRow) -> str:
    """How findings name a course: by its ID number, or where it has none by its short name."""
    return course.idnumber or course.shortname


def read_slices(connection: Connection, parts: Parts, as_of: date) -> Iterator[Snapshot]:
    """Read one after the other in the transaction of `connection`; what is about no employee comes
    first."""
    first = _of_nobody(connection, parts, as_of)
    yield first
    everyone = LearningOfAll(connection)
    people = sorted(everyone.employee_ids | _others(connection))
    for begin in range(0, len(people), AT_A_TIME):
        yield _of_people(connection, first, everyone, people[begin : begin + AT_A_TIME])


def _others(connection: Connection) -> frozenset[str]:
    """Employees with a hold or an exit; the HRIS and the LMS may name them no more."""
    held = connection.execute(select(HoldRow.employee_id).where(HoldRow.state.in_(OPEN))).scalars()
    leaving = connection.execute(select(ExitRow.employee_id)).scalars()
    return frozenset((*held, *leaving))


def _of_nobody(connection: Connection, parts: Parts, as_of: date) -> Snapshot:
    users = _accounts(connection, LmsUserRow.employee_id.is_(None))
    now = parts.clock.now()
    return Snapshot(
        as_of=as_of,
        now=now,
        policy=parts.policy,
        employees={},
        employments=(),
        users=users,
        courses={row.course_id: row for row in rows_of(connection, select(CourseRow))},
        enrolments=_enrolments_of_nobody(connection),
        learning={},
        open_holds=(),
        held_accounts={},
        seen_at={},
        released={},
        restored=recent_restore(connection, now),
        decided=frozenset(),
        admitted=frozenset(),
        admitted_before_adoption=frozenset(),
        adopted_from=in_effect_from(adoptions(connection)),
        exits=(),
        stated=frozenset(),
        repayments={},
        undecided=undecided_by_tranche(connection),
        pause=pause_in_force(connection),
        traffic=read_traffic(connection, now),
        lms=parts.lms is not None,
        hris=None if parts.hris is None else parts.hris.source,
    )


def _of_people(
    connection: Connection, first: Snapshot, everyone: LearningOfAll, people: Sequence[str]
) -> Snapshot:
    these = _Among(connection.dialect.name, people)
    known = [number for number in people if number in everyone.employee_ids]
    holds = _Holds(connection, these)
    employees = select(*_columns(EmployeeRow, ShownPerson)).where(these(EmployeeRow.employee_id))
    employments = select(*_columns(EmploymentRow, Employment))
    exits = select(ExitRow).where(these(ExitRow.employee_id)).order_by(ExitRow.id)
    logged = _Logged(connection, these, first.adopted_from)
    learning = everyone.learning_of(known)
    return replace(
        first,
        employees={row.employee_id: row for row in rows_as(connection, employees, ShownPerson)},
        employments=tuple(
            rows_as(connection, employments.where(these(EmploymentRow.employee_id)), Employment)
        ),
        users=_accounts(connection, these(LmsUserRow.employee_id)),
        enrolments=_followed(learning.values()),
        learning=learning,
        open_holds=holds.open,
        held_accounts=_accounts(connection, LmsUserRow.user_id.in_(holds.accounts)),
        seen_at=_seen_at(connection, these) if holds.open else {},
        released=holds.released,
        restored=None,
        decided=logged.decided,
        admitted=logged.admitted,
        admitted_before_adoption=logged.admitted_before_adoption,
        exits=tuple(rows_of(connection, exits)),
        stated=_stated(connection, these),
        repayments=_repayments(connection, these),
        undecided={},
        pause=None,
    )


@dataclass(frozen=True, slots=True)
class _Among:
    """Whether a column with an employee number is about one of these people."""

    engine: str
    people: Sequence[str]

    def __call__(self, column: SQLColumnExpression[Any]) -> ColumnElement[bool]:
        return among(self.engine, column, literal(self.people, Texts))


def _columns(table: type[Stored], kind: type) -> list[Any]:
    """Those of a table that a class names, of itself or of what it builds on."""
    return [getattr(table, name) for name in sorted(columns_of(kind))]


def _accounts(connection: Connection, which: ColumnElement[bool]) -> dict[str, Account]:
    accounts = select(*_columns(LmsUserRow, Account)).where(which)
    return {row.user_id: row for row in rows_as(connection, accounts, Account)}


class _Holds:
    """Holds of some employees that are open, their accounts, and suspensions that were lifted."""

    def __init__(self, connection: Connection, these: _Among) -> None:
        states = (*OPEN, HoldState.RELEASED)
        which = (these(HoldRow.employee_id), HoldRow.state.in_(states))
        rows = rows_of(connection, select(HoldRow).where(*which).order_by(HoldRow.released_at))
        self.open = tuple(row for row in rows if row.state != HoldState.RELEASED)
        self.accounts = {hold.user_id for hold in self.open}
        self.released = {
            row.enrolment_row: row.released_at
            for row in rows
            if row.state == HoldState.RELEASED and row.way == HoldWay.SUSPENDED
            if row.enrolment_row and row.released_at
        }


def _seen_at(connection: Connection, these: _Among) -> dict[str, datetime]:
    seen = (
        select(EnrolmentRow.id, EnrolmentRow.seen_at)
        .join(HoldRow, HoldRow.enrolment_row == EnrolmentRow.id)
        .where(HoldRow.state.in_(OPEN), these(HoldRow.employee_id))
    )
    return dict(connection.execute(seen).all())


def _enrolments_of_nobody(connection: Connection) -> tuple[EnrolledRow, ...]:
    """Those that the LMS still shows, of accounts that are no employee's."""
    current = ENROLMENTS.where(LmsUserRow.employee_id.is_(None), EnrolmentRow.gone_at.is_(None))
    return tuple(rows_as(connection, current.order_by(EnrolmentRow.id), EnrolledRow))


def _followed(learning: Iterable[Learning]) -> tuple[EnrolledRow, ...]:
    """The same of employees, who bring them along."""
    rows = [row for one in learning for row in one.enrolments]
    return tuple(sorted(rows, key=attrgetter("id")))


_OF_AN_ENROLMENT = (DecisionRow.employee_id, DecisionRow.course_id, DecisionRow.enrolled_on)


@cache
def _decisions(engine: str) -> Asked:
    """Of `people`, with their outcome."""
    theirs = among(engine, DecisionRow.employee_id, bindparam("people", (), type_=Texts))
    return Asked(select(*_OF_AN_ENROLMENT, DecisionRow.outcome).where(theirs))


class _Logged:
    """Employee, course and day of the enrolments of some employees in the decision log."""

    def __init__(self, connection: Connection, these: _Among, adopted_from: date | None) -> None:
        statement = _decisions(these.engine)
        rows = list(statement.bare_rows(connection, {"people": these.people}))
        enrolments: list[OneEnrolment] = [row[:3] for row in rows]
        held = Outcome.HOLD.value
        self.decided = set(enrolments)
        self.admitted = set(compress(enrolments, [row[3] != held for row in rows]))
        self.admitted_before_adoption: set[OneEnrolment] = set()
        if adopted_from is None:
            return
        waited = select(*_OF_AN_ENROLMENT).where(
            these(DecisionRow.employee_id),
            DecisionRow.enrolled_on >= adopted_from,
            DecisionRow.outcome != Outcome.HOLD,
            WAITED_FOR_ADOPTION,
        )
        for who, course, day in connection.execute(waited):
            self.admitted_before_adoption.add((who, course, day))


def _stated(connection: Connection, these: _Among) -> frozenset[tuple[str, date | None]]:
    statements = (
        select(RepaymentStatementRow.exit_id, RepaymentStatementRow.exit_on)
        .join(ExitRow, ExitRow.id == RepaymentStatementRow.exit_id)
        .where(these(ExitRow.employee_id))
    )
    return frozenset((exit_id, day) for exit_id, day in connection.execute(statements))


def _repayments(
    connection: Connection, these: _Among
) -> dict[tuple[str, date], dict[str, RepaymentItem]]:
    stands = and_(
        ExitRow.state.in_((ExitState.ANNOUNCED, ExitState.EFFECTIVE)),
        these(ExitRow.employee_id),
    )
    employees = connection.execute(select(ExitRow.id, ExitRow.employee_id).where(stands))
    employee_of = dict(employees.all())
    if not employee_of:
        return {}
    return {
        (employee_of[exit_id], row.exit_on): {
            item.trajectory_id: item for item in items_read(row.items)
        }
        for exit_id, row in latest_of(connection, stands).items()
        if row.exit_on is not None
    }
