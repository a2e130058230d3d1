"""In-company sessions, planned and changed by the knowledge broker (Visie §5, P7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, select, update

from adapter.ground.store.portions import Cut, Stretch, listed
from adapter.ground.store.tables.in_company import InCompanySessionRow
from adapter.queues.register_changes import announce
from adapter.register.courses import course_by_idnumber
from adapter.register.participation import days_of
from adapter.subjects.in_company.notices import (
    tell_of_cancelled_session,
    tell_of_changed_session,
)
from adapter.subjects.in_company.places import give_places
from adapter.subjects.in_company.records import locked_session, sign_ups_of
from adapter.subjects.requests.acts import Act, new_id
from adapter.subjects.requests.costs import per_employee
from adapter.subjects.requests.days import wrong_if_after
from adapter.subjects.requests.refusals import (
    NotNow,
    OtherVersion,
    WrongField,
    refuse_if_any,
)
from policy.model import Session
from policy.sign_ups import HAS_PLACE


@dataclass(frozen=True, slots=True)
class SessionContent:
    """`price_cents` is of the whole session, None while unknown. `absence_terms` are what is agreed
    beforehand about absence; whoever signs up agrees to them as they are then."""

    course_id: str
    days: tuple[Session, ...]
    place: str
    capacity: int
    sign_up_closes_on: date
    price_cents: int | None
    planned_participants: int
    absence_terms: str | None


def plan_session(act: Act, content: SessionContent) -> str:
    """Plan a session and return its id. Raises `WrongFields`."""
    refuse_if_any(_wrong(act, content, placed=0))
    session_id = new_id()
    act.connection.execute(
        insert(InCompanySessionRow).values(
            id=session_id,
            created_by=act.actor,
            created_at=act.now,
            version=1,
            **_columns(content),
        )
    )
    return session_id


def change_session(act: Act, session_id: str, version: int, changes: Mapping[str, Any]) -> None:
    """Replace some fields of `SessionContent` before the session starts; places that come free are
    given at once. Who counts on it is told of other days or another place.

    Raises `UnknownEntry`, `OtherVersion`, `NotNow`, `WrongFields`.
    """
    row = _open_session(act, session_id, version)
    content = replace(_content(row), **changes)
    people = sign_ups_of(act, session_id)
    placed = sum(one.state in HAS_PLACE for one in people)
    refuse_if_any(_wrong(act, content, placed))
    _write(act, row, _columns(content))
    changed = locked_session(act, session_id)
    if _moved(row, changed):
        tell_of_changed_session(act, changed, people)
        announce(act.connection, [one.employee_id for one in people], act.now)
    give_places(act, changed)


def cancel_session(act: Act, session_id: str, version: int, reason: str) -> None:
    """Call the session off; everyone who signed up is told. Raises as `change_session` does."""
    row = _open_session(act, session_id, version)
    _write(act, row, {"cancelled_at": act.now, "cancellation_reason": reason})
    people = sign_ups_of(act, session_id)
    tell_of_cancelled_session(act, row, people, reason)
    announce(act.connection, [one.employee_id for one in people], act.now)


def page_of_sessions(act: Act, cut: Cut) -> Stretch[InCompanySessionRow]:
    """In the order in which they were planned. Raises `UnknownCursor`."""
    order = (InCompanySessionRow.created_at, InCompanySessionRow.id)
    return listed(act.connection, select(InCompanySessionRow), order, cut)


def costs_per_participant(row: InCompanySessionRow) -> int | None:
    """Eurocents: the total over the planned participants (A17); None while the price is unknown."""
    return (
        None if row.price_cents is None else per_employee(row.price_cents, row.planned_participants)
    )


def _open_session(act: Act, session_id: str, version: int) -> InCompanySessionRow:
    row = locked_session(act, session_id)
    if row.version != version:
        raise OtherVersion
    if row.cancelled_at is not None:
        raise NotNow("session_cancelled")
    if days_of(row)[0].on < act.today:
        raise NotNow("session_started", first=days_of(row)[0].on.isoformat())
    return row


def _write(act: Act, row: InCompanySessionRow, values: Mapping[str, Any]) -> None:
    act.connection.execute(
        update(InCompanySessionRow)
        .where(InCompanySessionRow.id == row.id)
        .values(**values, version=row.version + 1)
    )


def _moved(before: InCompanySessionRow, after: InCompanySessionRow) -> bool:
    """Whether it is of another course, on other days or in another place."""
    return (before.course_id, days_of(before), before.place) != (
        after.course_id,
        days_of(after),
        after.place,
    )


def _content(row: InCompanySessionRow) -> SessionContent:
    return SessionContent(
        course_id=row.course_id,
        days=days_of(row),
        place=row.place,
        capacity=row.capacity,
        sign_up_closes_on=row.sign_up_closes_on,
        price_cents=row.price_cents,
        planned_participants=row.planned_participants,
        absence_terms=row.absence_terms,
    )


def _columns(content: SessionContent) -> dict[str, Any]:
    columns = {one.name: getattr(content, one.name) for one in fields(SessionContent)}
    days = sorted(columns.pop("days"), key=lambda day: day.on)
    columns["dates"] = [{"date": day.on.isoformat(), "hours": f"{day.hours:.2f}"} for day in days]
    return columns


def _wrong(act: Act, content: SessionContent, placed: int) -> list[WrongField]:
    wrong: list[WrongField] = []
    course = course_by_idnumber(act.connection, content.course_id)
    if course is None:
        wrong.append(WrongField("/courseId", "unknown_record"))
    elif not course.in_company:
        wrong.append(WrongField("/courseId", "not_in_company"))
    days = [day.on for day in content.days]
    if len(set(days)) < len(days):
        wrong.append(WrongField("/days", "day_listed_twice"))
    wrong += wrong_if_after(
        content.sign_up_closes_on, min(days), "/signUpClosesDate", "after_first_day"
    )
    wrong += [
        WrongField(f"/days/{at}/hours", "more_than_nothing")
        for at, day in enumerate(content.days)
        if day.hours <= Decimal(0)
    ]
    if content.capacity < placed:
        wrong.append(WrongField("/capacity", "fewer_than_placed", {"placed": placed}))
    return wrong
