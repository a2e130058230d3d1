"""The in-company sessions as the knowledge broker reads them: places, and what waits (Visie §5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, Text, cast, func, select

from adapter.ground.store.portions import Portion, portion
from adapter.ground.store.reading import rows_of
from adapter.ground.store.tables.courses import CourseRow
from adapter.ground.store.tables.in_company import InCompanySessionRow
from adapter.register.courses import course_names
from adapter.register.participation import days_of
from adapter.subjects.in_company.places import counts_by_state
from adapter.subjects.in_company.records import SignUpOfEmployee, one_session
from adapter.subjects.in_company.sign_ups import visible_sign_ups
from adapter.subjects.requests.acts import Act
from policy.model import Session
from policy.sign_ups import HAS_PLACE, SignUpState

_BEFORE_FIRST_DAY = '[{"date":"'
FIRST_DAY = func.substr(cast(InCompanySessionRow.dates, Text), len(_BEFORE_FIRST_DAY) + 1, 10)
"""As text, which sorts as the days do: the column is canonical JSON, in order of date."""


@dataclass(frozen=True, slots=True)
class PlannedSession:
    """`asked` is how many wait for their manager's consent."""

    row: InCompanySessionRow
    course: str
    days: tuple[Session, ...]
    placed: int
    waiting: int
    asked: int


@dataclass(frozen=True, slots=True)
class SessionWithPeople:
    """`begun` and `over` are as of today: on its first day nobody changes it any more, and on its
    last day who was there can be recorded."""

    session: PlannedSession
    people: tuple[SignUpOfEmployee, ...]
    begun: bool
    over: bool


def upcoming_sessions(act: Act, number: int) -> Portion[PlannedSession]:
    """Those that have not begun, the first one first."""
    return _listed(
        act,
        select(InCompanySessionRow)
        .where(act.today.isoformat() <= FIRST_DAY)
        .order_by(FIRST_DAY, InCompanySessionRow.id),
        number,
    )


def begun_sessions(act: Act, number: int) -> Portion[PlannedSession]:
    """Those that have begun or are over, the last one first."""
    return _listed(
        act,
        select(InCompanySessionRow)
        .where(act.today.isoformat() > FIRST_DAY)
        .order_by(FIRST_DAY.desc(), InCompanySessionRow.id),
        number,
    )


def session_with_people(act: Act, session_id: str) -> SessionWithPeople:
    """Raises `UnknownEntry`."""
    row = one_session(act, session_id)
    session = planned_sessions(act, [row])[0]
    return SessionWithPeople(
        session=session,
        people=tuple(visible_sign_ups(act, session_id)),
        begun=session.days[0].on < act.today,
        over=session.days[-1].on <= act.today,
    )


def planned_sessions(act: Act, rows: Sequence[InCompanySessionRow]) -> list[PlannedSession]:
    """In the same order."""
    names = course_names(act.connection, {row.course_id for row in rows})
    counts = counts_by_state(act, [row.id for row in rows])
    return [
        PlannedSession(
            row=row,
            course=names.get(row.course_id, row.course_id),
            days=days_of(row),
            placed=sum(counts[row.id, state] for state in HAS_PLACE),
            waiting=counts[row.id, SignUpState.WAITING],
            asked=counts[row.id, SignUpState.SIGNED_UP],
        )
        for row in rows
    ]


def courses_to_plan(act: Act) -> list[tuple[str, str]]:
    """ID number and name of each course of the LMS that is in-company."""
    rows = rows_of(
        act.connection,
        select(CourseRow)
        .where(CourseRow.in_company == 1, CourseRow.gone_at.is_(None), CourseRow.idnumber != "")
        .order_by(CourseRow.full_name, CourseRow.idnumber),
    )
    return list({row.idnumber: row.full_name for row in rows}.items())


def _listed(
    act: Act, statement: Select[InCompanySessionRow], number: int
) -> Portion[PlannedSession]:
    found = portion(lambda cut: rows_of(act.connection, cut), statement, number)
    return found.of(planned_sessions(act, found.items))
