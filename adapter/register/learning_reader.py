"""Reads what the register knows of training: of one employee, or of everybody at once.

One query per table instead of one per table and employee: reconciliation looks at all of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from functools import cached_property
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, and_, select, true

from adapter.ground.store.reading import rows_as, rows_of
from adapter.ground.store.tables.courses import CourseRow, EnrolmentRow
from adapter.ground.store.tables.decisions import HoldRow, HoldSetAsideRow
from adapter.ground.store.tables.in_company import SignUpRow
from adapter.ground.store.tables.people import EmployeeRow, EmploymentRow, LmsUserRow
from adapter.ground.store.tables.procedure import (
    AgreementRow,
    CommitmentRow,
    ConsentRow,
    GrantRow,
    NormExemptionRow,
    SignatureRow,
    TrajectoryRecordRow,
)
from adapter.register.adoption import adoptions, in_effect_from
from adapter.register.learning import (
    EnrolledRow,
    Learning,
    agreement_as_signed,
    covers,
    exemption,
)
from adapter.register.participation import SESSION_COURSES, SIGN_UPS, SignedUpRow
from policy.model import Agreement

OPEN_COMMITMENT = "open"
# A hold in one of these states keeps the employee out, so the training does not count.
KEPT_OUT = ("held", "releasing")

One = TypeVar("One")


MOST_BY_NAME = 5_000
"""Of more people than this everyone's is read: no engine takes any number of names."""


def read_learning(connection: Connection, employee_id: str) -> Learning:
    """Of one employee, with every collective grant: any of them may cover a course that the
    employee is about to follow."""
    shared = _Shared(connection)
    tables = _Tables(connection, shared, (employee_id,))
    return tables.learning(employee_id, shared.collective)


def read_all_learning(connection: Connection) -> dict[str, Learning]:
    """By employee number: everyone whom the HRIS or an account in the LMS names. Of the collective
    grants an employee gets those for a course that the employee follows or has signed up for."""
    shared = _Shared(connection)
    return _Tables(connection, shared).learning_of(sorted(_everyone(connection)))


def read_learning_of(connection: Connection, employee_ids: Collection[str]) -> dict[str, Learning]:
    """The same of a team, whatever the size of the register."""
    shared = _Shared(connection)
    return _Tables(connection, shared, employee_ids).learning_of(sorted(employee_ids))


class LearningOfAll:
    """The same of everybody, some at a time: what holds for all of them is read once."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._shared = _Shared(connection)
        self.employee_ids = _everyone(connection)

    def learning_of(self, employee_ids: Sequence[str]) -> dict[str, Learning]:
        tables = _Tables(self._connection, self._shared, employee_ids)
        return tables.learning_of(employee_ids)


class _Shared:
    """What is the same for every employee."""

    def __init__(self, connection: Connection) -> None:
        self.collective = rows_of(
            connection,
            select(GrantRow)
            .where(GrantRow.employee_id.is_(None), GrantRow.revoked_at.is_(None))
            .order_by(GrantRow.decided_on, GrantRow.id),
        )
        self.session_courses = frozenset(connection.execute(SESSION_COURSES).scalars())
        self.adopted_from = in_effect_from(adoptions(connection))
        self._connection = connection

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
    """The rows by employee number, of some employees or of everybody."""

    def __init__(
        self, connection: Connection, shared: _Shared, only: Collection[str] | None = None
    ) -> None:
        def mine(column: Any) -> ColumnElement[bool]:
            return true() if only is None else column.in_(only)

        of_account = and_(LmsUserRow.employee_id.is_not(None), mine(LmsUserRow.employee_id))
        grants = rows_of(
            connection,
            select(GrantRow)
            .where(mine(GrantRow.employee_id), GrantRow.revoked_at.is_(None))
            .order_by(GrantRow.decided_on, GrantRow.id),
        )
        self._shared = shared
        self.granted = _grouped((row.employee_id, row) for row in grants)
        self.promised = _grouped(
            (row.employee_id, row)
            for row in rows_of(
                connection,
                select(CommitmentRow)
                .where(mine(CommitmentRow.employee_id), CommitmentRow.state == OPEN_COMMITMENT)
                .order_by(CommitmentRow.agreed_on, CommitmentRow.id),
            )
        )
        self.enrolled = _grouped(
            (row.employee_id, row)
            for row in rows_as(
                connection,
                select(
                    EnrolmentRow,
                    CourseRow.idnumber,
                    CourseRow.trajectory,
                    CourseRow.hours,
                    CourseRow.start_on,
                    CourseRow.end_on,
                    CourseRow.out_of_scope,
                    LmsUserRow.employee_id,
                )
                .join(LmsUserRow, LmsUserRow.user_id == EnrolmentRow.user_id)
                .join(CourseRow, CourseRow.course_id == EnrolmentRow.course_id)
                .where(of_account, EnrolmentRow.gone_at.is_(None))
                .order_by(EnrolmentRow.created_at, EnrolmentRow.id),
                _EnrolledOfSomebody,
            )
        )
        self.ever_followed = _grouped(
            connection.execute(
                select(LmsUserRow.employee_id, CourseRow.idnumber)
                .join(EnrolmentRow, EnrolmentRow.user_id == LmsUserRow.user_id)
                .join(CourseRow, CourseRow.course_id == EnrolmentRow.course_id)
                .where(of_account)
                .distinct()
            ).all()
        )
        self.held = _grouped(
            connection.execute(
                select(HoldRow.employee_id, HoldRow.course_id).where(
                    mine(HoldRow.employee_id), HoldRow.state.in_(KEPT_OUT)
                )
            ).all()
        )
        self.progress = _grouped(
            (row.employee_id, row)
            for row in rows_of(
                connection,
                select(TrajectoryRecordRow)
                .where(mine(TrajectoryRecordRow.employee_id))
                .order_by(TrajectoryRecordRow.number),
            )
        )
        self.exempted = _grouped(
            (row.employee_id, row)
            for row in rows_of(
                connection,
                select(NormExemptionRow)
                .where(mine(NormExemptionRow.employee_id), NormExemptionRow.withdrawn_at.is_(None))
                .order_by(NormExemptionRow.year, NormExemptionRow.id),
            )
        )
        self.agreed = _newest_agreements(connection, mine(AgreementRow.employee_id))
        self.consented = _grouped(
            connection.execute(
                select(ConsentRow.employee_id, ConsentRow.course_id).where(
                    mine(ConsentRow.employee_id)
                )
            ).all()
        )
        self.signed_up = _grouped(
            (row.employee_id, row)
            for row in rows_as(connection, SIGN_UPS.where(mine(SignUpRow.employee_id)), SignedUpRow)
        )
        self.set_aside = _grouped(
            (row.employee_id, row)
            for row in rows_of(
                connection,
                select(HoldSetAsideRow)
                .where(mine(HoldSetAsideRow.employee_id))
                .order_by(HoldSetAsideRow.number),
            )
        )
        self.ends = employment_ends(connection, only)

    def learning_of(self, employee_ids: Sequence[str]) -> dict[str, Learning]:
        return {one: self.learning(one, self._followed(one)) for one in employee_ids}

    def learning(self, employee_id: str, collective: Iterable[GrantRow]) -> Learning:
        own_and_shared = {row.id: row for row in (*collective, *self.granted[employee_id])}
        return Learning(
            employee_id=employee_id,
            grants=tuple(sorted(own_and_shared.values(), key=lambda row: (row.decided_on, row.id))),
            commitments=tuple(self.promised[employee_id]),
            enrolments=tuple(self.enrolled[employee_id]),
            held=frozenset(self.held[employee_id]),
            progress={row.trajectory_id: row for row in self.progress[employee_id]},
            exemptions=tuple(exemption(row) for row in self.exempted[employee_id]),
            agreements=self.agreed[employee_id],
            course_consents=frozenset(self.consented[employee_id]),
            sign_ups=tuple(self.signed_up[employee_id]),
            session_courses=self._shared.session_courses,
            employment_ends_on=self.ends.get(employee_id),
            set_asides={row.course_idnumber: row.last_on for row in self.set_aside[employee_id]},
            adopted_from=self._shared.adopted_from,
            ever_followed=frozenset(self.ever_followed[employee_id]),
        )

    def _followed(self, employee_id: str) -> Iterator[GrantRow]:
        """The collective grants for what the employee follows or has signed up for."""
        collective, covering = self._shared.collective, self._shared.covering
        for enrolled in self.enrolled[employee_id]:
            yield from covering.get(enrolled.course_id, ())
        for signed_up in self.signed_up[employee_id]:
            yield from (row for row in collective if signed_up.course_id in row.course_ids)


class _EnrolledOfSomebody(EnrolledRow):
    employee_id: str


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
    days = _grouped(connection.execute(ends).all())
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


def _newest_agreements(
    connection: Connection, which: ColumnElement[bool]
) -> defaultdict[str, dict[str, tuple[AgreementRow, Agreement]]]:
    """By employee number and grant."""
    signatures = (
        select(SignatureRow)
        .join(AgreementRow, AgreementRow.id == SignatureRow.agreement_id)
        .where(which)
    )
    signed = {
        (row.agreement_id, row.party): row.signed_on for row in rows_of(connection, signatures)
    }
    newest: defaultdict[str, dict[str, tuple[AgreementRow, Agreement]]] = defaultdict(dict)
    drawn_up = select(AgreementRow).where(which).order_by(AgreementRow.version)
    for row in rows_of(connection, drawn_up):
        newest[row.employee_id][row.grant_id] = (row, agreement_as_signed(row, signed))
    return newest
