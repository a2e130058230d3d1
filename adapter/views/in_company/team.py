"""What a manager decides about in-company sessions: who of the own team may go, and how many can be
away at once (Visie §5, P7)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from adapter.ground.store.portions import Portion, portion
from adapter.ground.store.reading import rows_as, rows_of
from adapter.ground.store.tables.courses import CourseRow
from adapter.ground.store.tables.in_company import (
    InCompanySessionRow,
    SignUpRow,
)
from adapter.ground.store.tables.people import EmployeeRow
from adapter.register.courses import course_names
from adapter.register.participation import SESSION_COURSES, SignedUpRow, days_of
from adapter.register.people import names_of
from adapter.subjects.in_company.places import availabilities_of_team
from adapter.subjects.in_company.sessions import costs_per_participant
from adapter.subjects.requests.acts import Act
from adapter.views.in_company.sessions import FIRST_DAY, PlannedSession, planned_sessions
from policy.model import Session
from policy.sign_ups import HAS_PLACE, SignUpState

_SETTLED = (
    SignUpState.REFUSED,
    SignUpState.CONSENT_WITHDRAWN,
    SignUpState.WAITING,
    SignUpState.PLACED,
)


class _TeamSignUpRow(SignedUpRow):
    id: str
    session_id: str
    version: int
    signed_up_at: datetime
    place: str


@dataclass(frozen=True, slots=True)
class TeamSignUp:
    """A sign-up of somebody of the own team for a session that has not begun."""

    id: str
    session_id: str
    name: str
    state: SignUpState
    version: int
    signed_up_at: datetime
    course: str
    days: tuple[Session, ...]
    place: str


@dataclass(frozen=True, slots=True)
class SessionOfTeam:
    """`most` is how many of the team can be away at once, None while nothing was set;
    `placed` are those of the team. Costs are eurocents per participant."""

    session: PlannedSession
    most: int | None
    placed: int
    costs_cents: int | None


def to_consent_to(act: Act, manager_id: str, number: int) -> Portion[TeamSignUp]:
    """Who waits for this manager, the longest first."""
    return _sign_ups(act, manager_id, (SignUpState.SIGNED_UP,), number)


def settled_sign_ups(act: Act, manager_id: str, number: int) -> Portion[TeamSignUp]:
    """Those about which the manager decided already, and can still decide otherwise."""
    return _sign_ups(act, manager_id, _SETTLED, number)


def sessions_of_team(act: Act, manager_id: str, number: int) -> Portion[SessionOfTeam]:
    """Those for which sign-up is open, the first one first."""
    statement = (
        select(InCompanySessionRow)
        .where(
            InCompanySessionRow.cancelled_at.is_(None),
            InCompanySessionRow.sign_up_closes_on >= act.today,
        )
        .order_by(FIRST_DAY, InCompanySessionRow.id)
    )
    found = portion(lambda cut: rows_of(act.connection, cut), statement, number)
    ids = [row.id for row in found.items]
    most = availabilities_of_team(act, manager_id, ids)
    placed = _placed_of_team(act, manager_id, ids)
    return found.of(
        SessionOfTeam(
            session=one,
            most=most.get(one.row.id),
            placed=placed.get(one.row.id, 0),
            costs_cents=costs_per_participant(one.row),
        )
        for one in planned_sessions(act, found.items)
    )


def courses_without_sessions(act: Act) -> list[tuple[str, str]]:
    """ID number and name of in-company courses for which no session is planned: consent to these is
    for the whole course."""
    rows = rows_of(
        act.connection,
        select(CourseRow)
        .where(
            CourseRow.in_company == 1,
            CourseRow.gone_at.is_(None),
            CourseRow.idnumber != "",
            CourseRow.idnumber.not_in(SESSION_COURSES),
        )
        .order_by(CourseRow.full_name, CourseRow.idnumber),
    )
    return list({row.idnumber: row.full_name for row in rows}.items())


def _sign_ups(
    act: Act, manager_id: str, states: Iterable[SignUpState], number: int
) -> Portion[TeamSignUp]:
    statement: Select[*tuple[Any, ...]] = (
        select(
            SignUpRow.id,
            SignUpRow.session_id,
            SignUpRow.employee_id,
            SignUpRow.state,
            SignUpRow.version,
            SignUpRow.signed_up_at,
            InCompanySessionRow.course_id,
            InCompanySessionRow.dates,
            InCompanySessionRow.place,
        )
        .join(InCompanySessionRow, InCompanySessionRow.id == SignUpRow.session_id)
        .join(EmployeeRow, EmployeeRow.employee_id == SignUpRow.employee_id)
        .where(
            EmployeeRow.manager_id == manager_id,
            SignUpRow.state.in_(tuple(states)),
            InCompanySessionRow.cancelled_at.is_(None),
            act.today.isoformat() <= FIRST_DAY,
        )
        .order_by(SignUpRow.signed_up_at, SignUpRow.id)
    )
    found = portion(lambda cut: rows_as(act.connection, cut, _TeamSignUpRow), statement, number)
    courses = course_names(act.connection, {row.course_id for row in found.items})
    people = names_of(act.connection, [row.employee_id for row in found.items])
    return found.of(
        TeamSignUp(
            id=row.id,
            session_id=row.session_id,
            name=people[row.employee_id],
            state=SignUpState(row.state),
            version=row.version,
            signed_up_at=row.signed_up_at,
            course=courses.get(row.course_id, row.course_id),
            days=days_of(row),
            place=row.place,
        )
        for row in found.items
    )


def _placed_of_team(act: Act, manager_id: str, session_ids: list[str]) -> dict[str, int]:
    counted = act.connection.execute(
        select(SignUpRow.session_id, func.count())
        .join(EmployeeRow, EmployeeRow.employee_id == SignUpRow.employee_id)
        .where(
            SignUpRow.session_id.in_(session_ids),
            EmployeeRow.manager_id == manager_id,
            SignUpRow.state.in_(tuple(HAS_PLACE)),
        )
        .group_by(SignUpRow.session_id)
    )
    return dict(counted.all())
