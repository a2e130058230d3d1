"""What the register knows of one employee's training: all that the rules look at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, or_, select

from adapter.ground.store.tables.courses import courses, enrolments
from adapter.ground.store.tables.decisions import hold_set_asides, holds
from adapter.ground.store.tables.in_company import sign_ups
from adapter.ground.store.tables.people import employments, lms_users
from adapter.ground.store.tables.procedure import (
    agreements,
    commitments,
    consents,
    grants,
    norm_exemptions,
    signatures,
    trajectory_records,
)
from adapter.register.adoption import adoptions, in_effect_from
from adapter.register.participation import (
    SESSION_COURSES,
    SIGN_UPS,
    consented_courses,
    placed_courses,
)
from policy.model import Agreement, Exemption

OPEN_COMMITMENT = "open"
# A hold in one of these states keeps the employee out, so the training does not count.
KEPT_OUT = ("held", "releasing")


FOLLOWED = (
    select(courses.c.idnumber, lms_users.c.employee_id)
    .join(enrolments, enrolments.c.course_id == courses.c.course_id)
    .join(lms_users, lms_users.c.user_id == enrolments.c.user_id)
    .distinct()
)


@dataclass(frozen=True, slots=True)
class Learning:
    """Rows of the register about one employee; `enrolments` are joined with their course."""

    employee_id: str
    grants: tuple[Row[Any], ...]
    commitments: tuple[Row[Any], ...]
    enrolments: tuple[Row[Any], ...]
    held: frozenset[str]
    progress: dict[str, Row[Any]]
    """As `standing_records` reads it."""
    exemptions: tuple[Exemption, ...]
    agreements: dict[str, tuple[Row[Any], Agreement]]
    """The newest agreement per grant, as stored and as the rules see it."""
    course_consents: frozenset[str]
    """The in-company courses for which a consent was recorded, whatever the session."""
    sign_ups: tuple[Row[Any], ...]
    """For in-company sessions, as `participation.SIGN_UPS` reads them."""
    session_courses: frozenset[str]
    """The in-company courses, of anyone, that are given in sessions."""
    employment_ends_on: date | None
    set_asides: dict[str, date | None]
    """By course, the last day of the set-aside of its hold that stands."""
    adopted_from: date | None
    """From which day the adopted policy is in effect, for everyone; None without an adoption."""
    ever_followed: frozenset[str]
    """ID numbers of the courses in which the employee was ever enrolled."""

    def set_aside_courses(self, on: date) -> frozenset[str]:
        """Courses of which HR set the hold aside, on a day (P3)."""
        return frozenset(
            course for course, last_on in self.set_asides.items() if last_on and last_on >= on
        )

    @property
    def consented_courses(self) -> frozenset[str]:
        return consented_courses(self.sign_ups, self.course_consents)

    @property
    def courses_without_place(self) -> frozenset[str]:
        """Given in sessions, and the employee has no place in one of them."""
        return self.session_courses - placed_courses(self.sign_ups)


def read_learning(connection: Connection, employee_id: str) -> Learning:
    return Learning(
        employee_id=employee_id,
        grants=_grants(connection, employee_id),
        commitments=_commitments(connection, employee_id),
        enrolments=_enrolments(connection, employee_id),
        held=_held(connection, employee_id),
        progress=standing_records(connection, employee_id),
        exemptions=_exemptions(connection, employee_id),
        agreements=_agreements(connection, employee_id),
        course_consents=_consents(connection, employee_id),
        sign_ups=tuple(connection.execute(SIGN_UPS.where(sign_ups.c.employee_id == employee_id))),
        session_courses=frozenset(connection.execute(SESSION_COURSES).scalars()),
        employment_ends_on=employment_end(connection, employee_id),
        set_asides=_set_asides(connection, employee_id),
        adopted_from=in_effect_from(adoptions(connection)),
        ever_followed=frozenset(
            connection.execute(FOLLOWED.where(lms_users.c.employee_id == employee_id)).scalars()
        ),
    )


def employment_end(connection: Connection, employee_id: str) -> date | None:
    """The last day of the employment that ends last; None while one of them has no end (A20)."""
    ends = connection.execute(
        select(employments.c.end_on).where(employments.c.employee_id == employee_id)
    ).scalars()
    known: list[date | None] = list(ends)
    dated = [day for day in known if day is not None]
    return max(dated) if dated and len(dated) == len(known) else None


def covers(granted: Row[Any], course: Row[Any]) -> bool:
    """Whether a grant or commitment is for this course, by itself or through its trajectory."""
    if course.idnumber in granted.course_ids:
        return True
    return course.trajectory is not None and course.trajectory == granted.trajectory_id


def _grants(connection: Connection, employee_id: str) -> tuple[Row[Any], ...]:
    mine_or_collective = or_(grants.c.employee_id == employee_id, grants.c.employee_id.is_(None))
    rows = connection.execute(
        select(grants)
        .where(mine_or_collective, grants.c.revoked_at.is_(None))
        .order_by(grants.c.decided_on, grants.c.id)
    )
    return tuple(rows)


def _commitments(connection: Connection, employee_id: str) -> tuple[Row[Any], ...]:
    rows = connection.execute(
        select(commitments)
        .where(commitments.c.employee_id == employee_id, commitments.c.state == OPEN_COMMITMENT)
        .order_by(commitments.c.agreed_on, commitments.c.id)
    )
    return tuple(rows)


def _enrolments(connection: Connection, employee_id: str) -> tuple[Row[Any], ...]:
    rows = connection.execute(
        select(
            enrolments,
            courses.c.idnumber,
            courses.c.trajectory,
            courses.c.hours,
            courses.c.start_on,
            courses.c.end_on,
            courses.c.out_of_scope,
        )
        .join(lms_users, lms_users.c.user_id == enrolments.c.user_id)
        .join(courses, courses.c.course_id == enrolments.c.course_id)
        .where(lms_users.c.employee_id == employee_id, enrolments.c.gone_at.is_(None))
        .order_by(enrolments.c.created_at, enrolments.c.id)
    )
    return tuple(rows)


def _held(connection: Connection, employee_id: str) -> frozenset[str]:
    rows = connection.execute(
        select(holds.c.course_id).where(
            holds.c.employee_id == employee_id, holds.c.state.in_(KEPT_OUT)
        )
    ).scalars()
    return frozenset(rows)


def _set_asides(connection: Connection, employee_id: str) -> dict[str, date | None]:
    rows = connection.execute(
        select(hold_set_asides)
        .where(hold_set_asides.c.employee_id == employee_id)
        .order_by(hold_set_asides.c.number)
    )
    return {row.course_idnumber: row.last_on for row in rows}


def standing_records(connection: Connection, employee_id: str) -> dict[str, Row[Any]]:
    """What HR recorded last of one employee's actual costs and break-offs, by trajectory id."""
    rows = connection.execute(
        select(trajectory_records)
        .where(trajectory_records.c.employee_id == employee_id)
        .order_by(trajectory_records.c.number)
    )
    return {row.trajectory_id: row for row in rows}


def _exemptions(connection: Connection, employee_id: str) -> tuple[Exemption, ...]:
    rows = connection.execute(
        select(norm_exemptions)
        .where(
            norm_exemptions.c.employee_id == employee_id, norm_exemptions.c.withdrawn_at.is_(None)
        )
        .order_by(norm_exemptions.c.year, norm_exemptions.c.id)
    )
    return tuple(exemption(row) for row in rows)


def exemption(row: Row[Any]) -> Exemption:
    return Exemption(row.year, row.extra_hours, row.decided_on, row.training_id)


def _agreements(connection: Connection, employee_id: str) -> dict[str, tuple[Row[Any], Agreement]]:
    signed = {
        (row.agreement_id, row.party): row.signed_on
        for row in connection.execute(
            select(signatures)
            .join(agreements, agreements.c.id == signatures.c.agreement_id)
            .where(agreements.c.employee_id == employee_id)
        )
    }
    newest: dict[str, tuple[Row[Any], Agreement]] = {}
    for row in connection.execute(
        select(agreements)
        .where(agreements.c.employee_id == employee_id)
        .order_by(agreements.c.version)
    ):
        newest[row.grant_id] = (row, agreement_as_signed(row, signed))
    return newest


def agreement_as_signed(row: Row[Any], signed: dict[tuple[str, str], date]) -> Agreement:
    """An agreement's row as the rules see it; `signed` is the day by agreement id and party."""
    return Agreement(
        signed_by_employee_on=signed.get((row.id, "employee")),
        signed_by_manager_on=signed.get((row.id, "manager")),
        repayment_scheme=bool(row.repayment_scheme),
        empty_parts=tuple(sorted(name for name, text in row.parts.items() if not text)),
        filed=row.filed_on is not None,
    )


def _consents(connection: Connection, employee_id: str) -> frozenset[str]:
    rows = connection.execute(
        select(consents.c.course_id).where(consents.c.employee_id == employee_id)
    ).scalars()
    return frozenset(rows)
