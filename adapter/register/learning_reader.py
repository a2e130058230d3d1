"""Reads what the register knows of training: of one employee, or of everybody at once.

One query per table instead of one per table and employee: reconciliation looks at all of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from operator import attrgetter
from typing import Any, TypeVar

from sqlalchemy import Connection, select

from adapter.ground.store.reading import Asked, row_class, rows_of
from adapter.ground.store.tables.courses import CourseRow
from adapter.ground.store.tables.decisions import HoldSetAsideRow
from adapter.ground.store.tables.people import EmployeeRow, EmploymentRow, LmsUserRow
from adapter.ground.store.tables.procedure import (
    AgreementRow,
    CommitmentRow,
    GrantRow,
    NormExemptionRow,
    SignatureRow,
    TrajectoryRecordRow,
)
from adapter.register.adoption import in_effect_from
from adapter.register.learning import (
    EnrolledRow,
    Learning,
    agreement_as_signed,
    covers,
    exemption,
)
from adapter.register.learning_questions import (
    COURSES,
    FOR_A_COURSE,
    OF_ONE,
    Statements,
    of_all,
    of_anybody,
    of_several,
    of_several_without_courses,
)
from adapter.register.participation import SignedUpRow
from policy.model import Agreement

One = TypeVar("One")


MOST_BY_NAME = 5_000
"""Of more people than this everyone's is read: no engine takes any number of names."""


def read_learning(connection: Connection, employee_id: str) -> Learning:
    """Of one employee, with every collective grant: any of them may cover a course that the
    employee is about to follow."""
    rows = OF_ONE.rows(connection, employee_id=employee_id)
    shared = _Shared(connection, rows)
    return _Tables(shared, rows).learning(employee_id, shared.collective)


def read_learning_of_each(
    connection: Connection, employee_ids: Collection[str]
) -> dict[str, Learning]:
    """The same of several, by employee number, in as many questions as of two."""
    shared = _shared(connection)
    tables = _tables_of(connection, shared, employee_ids)
    return {one: tables.learning(one, shared.collective) for one in employee_ids}


@dataclass(frozen=True, slots=True)
class AboutACourse:
    """What is known before an employee enrols in a course: `course` is the one that is still there,
    `known` says whether the HRIS names the employee."""

    course: CourseRow | None
    known: bool
    learning: Learning


def read_learning_for(connection: Connection, employee_id: str, course_id: str) -> AboutACourse:
    """Of one employee and the course with this ID number, in one statement. Of the collective
    grants it has those for this course, and for what the employee follows or has signed up for."""
    rows = FOR_A_COURSE.rows(connection, employee_id=employee_id, course=course_id)
    shared = _Shared(connection, rows)
    return AboutACourse(
        course=next(iter(rows["course"]), None),
        known=bool(rows["known"]),
        learning=_Tables(shared, rows).learning(employee_id, shared.collective),
    )


def read_all_learning(connection: Connection) -> dict[str, Learning]:
    """By employee number: everyone whom the HRIS or an account in the LMS names. Of the collective
    grants an employee gets those for a course that the employee follows or has signed up for."""
    tables = _Tables(_shared(connection), _asked_apart(connection, of_anybody()))
    return tables.learning_of(sorted(_everyone(connection)))


def read_learning_of(connection: Connection, employee_ids: Collection[str]) -> dict[str, Learning]:
    """The same of a team, whatever the size of the register."""
    tables = _tables_of(connection, _shared(connection), employee_ids)
    return tables.learning_of(sorted(employee_ids))


class LearningOfAll:
    """The same of everybody, some at a time: what holds for all of them, and each course, is read
    once."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._shared = _shared(connection)
        self._statements = of_several_without_courses(connection.dialect.name)
        courses = connection.execute(COURSES)
        _, *self._of_a_course = courses.keys()
        self._courses = {course_id: tuple(known) for course_id, *known in courses}
        self.employee_ids = _everyone(connection)

    def learning_of(self, employee_ids: Sequence[str]) -> dict[str, Learning]:
        values = {"employee_ids": employee_ids}
        asked = dict(self._statements)
        enrolled = self._with_courses(asked.pop("enrolled"), values)
        rows = {**_asked_apart(self._connection, asked, values), "enrolled": enrolled}
        return _Tables(self._shared, rows).learning_of(employee_ids)

    def _with_courses(self, enrolled: Asked, values: Mapping[str, Any]) -> list[Any]:
        as_row = row_class((*enrolled.columns, *self._of_a_course))
        course, known = enrolled.columns.index("course_id"), self._courses
        rows = enrolled.bare_rows(self._connection, values)
        return [as_row(row + known[row[course]]) for row in rows if row[course] in known]


_Rows = Mapping[str, list[Any]]


def _asked_apart(
    connection: Connection,
    statements: Statements,
    values: Mapping[str, Any] | None = None,
) -> _Rows:
    return {name: one.rows(connection, values) for name, one in statements.items()}


def _tables_of(connection: Connection, shared: _Shared, people: Collection[str]) -> _Tables:
    statements = of_several(connection.dialect.name)
    return _Tables(shared, _asked_apart(connection, statements, {"employee_ids": list(people)}))


def _shared(connection: Connection) -> _Shared:
    return _Shared(connection, _asked_apart(connection, of_all()))


class _Shared:
    """What is the same for every employee."""

    def __init__(self, connection: Connection, rows: _Rows) -> None:
        self.collective: list[GrantRow] = rows["collective"]
        self.session_courses = frozenset(row.course_id for row in rows["session_courses"])
        self.adopted_from = in_effect_from(rows["adoptions"])
        self._connection = connection

    @cached_property
    def by_id(self) -> dict[str, GrantRow]:
        """The collective grants."""
        return {grant.id: grant for grant in self.collective}

    @cached_property
    def naming(self) -> defaultdict[str, list[GrantRow]]:
        """The same by the ID number of each course that they name."""
        return _grouped((course, row) for row in self.collective for course in row.course_ids)

    @cached_property
    def covering(self) -> dict[str, list[GrantRow]]:
        """The collective grants by the LMS's id of a course; no course that none covers."""
        if not self.collective:
            return {}
        courses = rows_of(self._connection, select(CourseRow))
        covering = {
            course.course_id: [grant for grant in self.collective if covers(grant, course)]
            for course in courses
        }
        return {course_id: grants for course_id, grants in covering.items() if grants}


class _Tables:
    """The rows of `questions` by employee number."""

    def __init__(self, shared: _Shared, rows: _Rows) -> None:
        self._shared = shared
        self.granted: _ByNumber[GrantRow] = _by_number(rows["granted"])
        self.promised: _ByNumber[CommitmentRow] = _by_number(rows["promised"])
        self.enrolled: _ByNumber[EnrolledRow] = _by_number(rows["enrolled"])
        self.followed_before: _ByNumber[str] = _grouped(rows["followed_before"])
        self.held: _ByNumber[str] = _grouped(rows["held"])
        self.progress: _ByNumber[TrajectoryRecordRow] = _by_number(rows["progress"])
        self.exempted: _ByNumber[NormExemptionRow] = _by_number(rows["exempted"])
        self.agreed, self.agreed_before = _agreements(rows["agreed"], rows["signed"])
        self.consented: _ByNumber[str] = _grouped(rows["consented"])
        self.signed_up: _ByNumber[SignedUpRow] = _by_number(rows["signed_up"])
        self.set_aside: _ByNumber[HoldSetAsideRow] = _by_number(rows["set_aside"])
        self.ends = _last_days(rows["ends"])

    def learning_of(self, employee_ids: Sequence[str]) -> dict[str, Learning]:
        if not self._shared.collective:
            return {one: self.learning(one, ()) for one in employee_ids}
        return {one: self.learning(one, self._followed(one)) for one in employee_ids}

    def learning(self, employee_id: str, collective: Iterable[GrantRow]) -> Learning:
        own_and_shared = {row.id: row for row in (*collective, *self.granted[employee_id])}
        return Learning(
            employee_id=employee_id,
            grants=tuple(sorted(own_and_shared.values(), key=_BY_DECISION)),
            commitments=tuple(self.promised[employee_id]),
            enrolments=tuple(self.enrolled[employee_id]),
            held=frozenset(self.held[employee_id]),
            progress={row.trajectory_id: row for row in self.progress[employee_id]},
            exemptions=tuple(exemption(row) for row in self.exempted[employee_id]),
            agreements=self.agreed[employee_id],
            earlier_agreements=tuple(self.agreed_before[employee_id]),
            course_consents=frozenset(self.consented[employee_id]),
            sign_ups=tuple(self.signed_up[employee_id]),
            session_courses=self._shared.session_courses,
            employment_ends_on=self.ends.get(employee_id),
            set_asides={row.course_idnumber: row.last_on for row in self.set_aside[employee_id]},
            adopted_from=self._shared.adopted_from,
            ever_followed=frozenset(
                [
                    *self.followed_before[employee_id],
                    *[row.idnumber for row in self.enrolled[employee_id]],
                ]
            ),
        )

    def _followed(self, employee_id: str) -> Iterator[GrantRow]:
        """The collective grants for what the employee follows or ever followed, has signed up for
        or has an agreement for."""
        covering, naming = self._shared.covering, self._shared.naming
        for enrolled in self.enrolled[employee_id]:
            yield from covering.get(enrolled.course_id, ())
        signed_up = (row.course_id for row in self.signed_up[employee_id])
        for course in (*self.followed_before[employee_id], *signed_up):
            yield from naming.get(course, ())
        for grant_id in self.agreed[employee_id]:
            if grant_id in self._shared.by_id:
                yield self._shared.by_id[grant_id]


_BY_DECISION = attrgetter("decided_on", "id")
_ByNumber = defaultdict[str, list[One]]


def _by_number(rows: Iterable[Any]) -> _ByNumber[Any]:
    """Whole rows, in the order in which they come."""
    return _grouped((row.employee_id, row) for row in rows)


def _grouped(rows: Iterable[tuple[str | None, One]]) -> defaultdict[str, list[One]]:
    """By employee number, in the order in which they come; what is nobody's is left out."""
    grouped: defaultdict[str, list[One]] = defaultdict(list)
    for employee_id, row in rows:
        if employee_id is not None:
            grouped[employee_id].append(row)
    return grouped


def employment_ends(connection: Connection, only: Collection[str] | None = None) -> dict[str, date]:
    """The last day of those whose every employment ends, of the one that ends last (A20)."""
    ends = select(EmploymentRow.employee_id, EmploymentRow.end_on)
    if only is not None:
        ends = ends.where(EmploymentRow.employee_id.in_(only))
    return _last_days(connection.execute(ends).all())


def _last_days(ends: Iterable[tuple[str, date | None]]) -> dict[str, date]:
    days = _grouped(ends)
    known = {person: [day for day in ends if day is not None] for person, ends in days.items()}
    return {person: max(ends) for person, ends in known.items() if len(ends) == len(days[person])}


def newest_records(connection: Connection, employee_id: str) -> dict[str, TrajectoryRecordRow]:
    """What HR recorded last of one employee's actual costs and break-offs, by trajectory id."""
    rows = rows_of(
        connection,
        select(TrajectoryRecordRow)
        .where(TrajectoryRecordRow.employee_id == employee_id)
        .order_by(TrajectoryRecordRow.number),
    )
    return {row.trajectory_id: row for row in rows}


def _everyone(connection: Connection) -> frozenset[str]:
    accounts = select(LmsUserRow.employee_id).where(LmsUserRow.employee_id.is_not(None))
    of_accounts = {number for number in connection.execute(accounts).scalars() if number}
    return frozenset(connection.execute(select(EmployeeRow.employee_id)).scalars()) | of_accounts


_Agreed = tuple[AgreementRow, Agreement]


def _agreements(
    rows: Iterable[AgreementRow], signatures: Iterable[SignatureRow]
) -> tuple[defaultdict[str, dict[str, _Agreed]], defaultdict[str, list[_Agreed]]]:
    """The newest by employee number and grant, and all before them by employee number; the rows
    come in the order of their versions."""
    signed = {(row.agreement_id, row.party): row.signed_on for row in signatures}
    newest: defaultdict[str, dict[str, _Agreed]] = defaultdict(dict)
    before: defaultdict[str, list[_Agreed]] = defaultdict(list)
    for row in rows:
        of_person = newest[row.employee_id]
        if row.grant_id in of_person:
            before[row.employee_id].append(of_person[row.grant_id])
        of_person[row.grant_id] = (row, agreement_as_signed(row, signed))
    return newest, before
