"""What sign-ups say of one employee's training: consent, places and absence (P7).

Where an employee has signed up for a session of a course, the sign-up says whether the manager
consents; else the consent recorded for the whole course does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from adapter.ground.store.tables.in_company import InCompanySessionRow, SignUpRow
from adapter.ground.store.tables.procedure import GrantRow
from policy.model import ActivityState, Session
from policy.sign_ups import ABSENT, CONSENTED, HAS_PLACE, SignUpState

_GOING = (CONSENTED - ABSENT) | {SignUpState.SIGNED_UP}
"""Sign-ups of who may still obtain something there: not refused, and not absent."""


class SignedUpRow:
    """A sign-up, with the course and the days of its session."""

    employee_id: str
    state: str
    course_id: str
    dates: list[dict[str, str]]


SIGN_UPS = (
    select(
        SignUpRow.id,
        SignUpRow.employee_id,
        SignUpRow.state,
        SignUpRow.signed_up_at,
        InCompanySessionRow.course_id,
        InCompanySessionRow.dates,
    )
    .join(InCompanySessionRow, InCompanySessionRow.id == SignUpRow.session_id)
    .where(
        InCompanySessionRow.cancelled_at.is_(None),
        SignUpRow.state != SignUpState.CANCELLED,
    )
)
"""Those that still say something: not cancelled, and neither is their session."""

SESSION_COURSES = (
    select(InCompanySessionRow.course_id)
    .where(InCompanySessionRow.cancelled_at.is_(None))
    .distinct()
)
"""Courses that are given in sessions, so that an enrolment needs a place in one."""


def consented_courses(mine: Sequence[SignedUpRow], for_courses: Iterable[str]) -> frozenset[str]:
    """`mine` are rows of `SIGN_UPS`, `for_courses` the consents recorded for a whole course."""
    signed_up = {row.course_id for row in mine}
    by_sign_up = {row.course_id for row in mine if row.state in CONSENTED}
    return frozenset(by_sign_up | (set(for_courses) - signed_up))


def placed_courses(mine: Iterable[SignedUpRow]) -> frozenset[str]:
    return frozenset(row.course_id for row in mine if row.state in HAS_PLACE)


def signed_up_for(row: SignedUpRow, collective: GrantRow) -> bool:
    """Whether a collective grant is for who signed up here: who was refused or absent has no part
    in it."""
    return row.state in _GOING and row.course_id in collective.course_ids


def absence(mine: Sequence[SignedUpRow], course_ids: Collection[str]) -> ActivityState | None:
    """How absence makes training of these courses count: not at all. None when there is a course
    that the employee was not absent from."""
    states = {
        course_id: [row.state for row in mine if row.course_id == course_id]
        for course_id in course_ids
    }
    every = [state for found in states.values() for state in found]
    if not every or not all(states.values()) or not ABSENT.issuperset(every):
        return None
    return ActivityState.NO_SHOW if SignUpState.NO_SHOW in every else ActivityState.CANCELLED


def dated_sessions(
    mine: Iterable[SignedUpRow], course_ids: Collection[str], hours: Decimal
) -> tuple[Session, ...]:
    """The days of the one session that the employee has a place in. Empty, so unknown, when there
    are several or when their hours are not those of the training."""
    places = [row for row in mine if row.course_id in course_ids and row.state in HAS_PLACE]
    if len(places) != 1 or len(course_ids) != 1:
        return ()
    days = days_of(places[0])
    return days if sum((day.hours for day in days), Decimal(0)) == hours else ()


def days_of(row: InCompanySessionRow | SignedUpRow) -> tuple[Session, ...]:
    """The days of a session (`row.dates`) in order; there is at least one."""
    return tuple(
        Session(date.fromisoformat(day["date"]), Decimal(day["hours"])) for day in row.dates
    )
