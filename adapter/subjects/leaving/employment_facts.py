"""One person in the register: what the HRIS showed last, and all that was ever told beside it.

Where events tell dates that cannot be read back, `employments` holds what they tell and the person
keeps what the HRIS showed, so that late news is weighed against that and not against other news.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from uuid import uuid4

from sqlalchemy import Connection, insert, select, update

from adapter.ground.store.reading import row_of, rows_of
from adapter.ground.store.rows import upsert
from adapter.ground.store.tables.exits import EmploymentNewsRow
from adapter.ground.store.tables.people import EmployeeRow, EmploymentRow
from adapter.subjects.leaving.employment_history import EmploymentHistory, News, ShownByHris
from adapter.subjects.leaving.employments import EmploymentFacts
from adapter.subjects.leaving.lifecycle import EventKind


def lock_person(connection: Connection, employee_id: str) -> datetime | None:
    """Take the person for this transaction, so that two events about one follow one another.

    Returns when the HRIS last showed the person, None when the register does not know the number.
    """
    seen: datetime | None = connection.execute(
        select(EmployeeRow.last_seen_at)
        .where(EmployeeRow.employee_id == employee_id)
        .with_for_update()
    ).scalar_one_or_none()
    return seen


def read_shown(connection: Connection, employee_id: str) -> ShownByHris:
    """What the HRIS showed when it was last read; the person must be known."""
    person = row_of(connection, select(EmployeeRow).where(EmployeeRow.employee_id == employee_id))
    if person.shown_employments is None:
        own = tuple(_kept(connection, employee_id).values())
    else:
        own = tuple(_read(one) for one in person.shown_employments)
    return ShownByHris(own, person.last_seen_at, inactive=person.active == 0)


def record_news(
    connection: Connection, employee_id: str, event_id: str, news: News, now: datetime
) -> None:
    """Keep what an event of the inbox told; a second time changes nothing."""
    known = connection.execute(
        select(EmploymentNewsRow.id).where(EmploymentNewsRow.event_id == event_id)
    )
    if known.first() is not None:
        return
    connection.execute(
        insert(EmploymentNewsRow).values(
            id=str(uuid4()),
            employee_id=employee_id,
            event_id=event_id,
            kind=news.kind,
            noticed_at=news.noticed_at,
            verified=int(news.verified),
            employment_id=news.employment_id,
            start_on=news.start,
            end_on=news.end,
            source=news.source,
            reason=news.reason,
            recorded_at=now,
        )
    )


def read_news(connection: Connection, employee_id: str) -> tuple[News, ...]:
    rows = rows_of(
        connection,
        select(EmploymentNewsRow)
        .where(EmploymentNewsRow.employee_id == employee_id)
        .order_by(EmploymentNewsRow.noticed_at, EmploymentNewsRow.id),
    )
    return tuple(_news(row) for row in rows)


def _news(row: EmploymentNewsRow) -> News:
    return News(
        kind=EventKind(row.kind),
        noticed_at=row.noticed_at,
        verified=bool(row.verified),
        employment_id=row.employment_id,
        start=row.start_on,
        end=row.end_on,
        source=row.source,
        reason=row.reason,
    )


def update_employments(
    connection: Connection, employee_id: str, shown: ShownByHris, found: EmploymentHistory
) -> None:
    """Let the register's employments say what stands, beside what the HRIS showed."""
    kept = _kept(connection, employee_id)
    other = [one for number, one in found.employments.items() if kept.get(number) != one]
    if not other:
        return
    connection.execute(
        update(EmployeeRow)
        .where(EmployeeRow.employee_id == employee_id)
        .values(shown_employments=_written(shown.employments))
    )
    for one in other:
        upsert(
            connection,
            EmploymentRow,
            {"employee_id": employee_id, "employment_id": one.employment_id},
            {"start_on": one.start, "end_on": one.end},
        )


def _kept(connection: Connection, employee_id: str) -> dict[str, EmploymentFacts]:
    rows = rows_of(
        connection,
        select(EmploymentRow)
        .where(EmploymentRow.employee_id == employee_id)
        .order_by(EmploymentRow.employment_id),
    )
    return {
        row.employment_id: EmploymentFacts(row.employment_id, row.start_on, row.end_on)
        for row in rows
    }


def _written(shown: Iterable[EmploymentFacts]) -> Sequence[Mapping[str, str | None]]:
    return [
        {
            "employmentId": one.employment_id,
            "start": None if one.start is None else one.start.isoformat(),
            "end": None if one.end is None else one.end.isoformat(),
        }
        for one in shown
    ]


def _read(one: Mapping[str, str | None]) -> EmploymentFacts:
    start, end = (_day(one[name]) for name in ("start", "end"))
    return EmploymentFacts(str(one["employmentId"]), start, end)


def _day(written: str | None) -> date | None:
    return None if written is None else date.fromisoformat(written)
