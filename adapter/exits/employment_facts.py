"""The employments of one person in the register, and what an event may say about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, or_, select, update

from adapter.exits.employments import EmploymentFacts, running_until
from adapter.store.rows import upsert
from adapter.store.tables.people import employees, employments


@dataclass(frozen=True, slots=True)
class Person:
    """Employments by id, and when an event last told about each. `inactive_at` is when the HRIS
    showed the person as inactive, None while it does not."""

    employee_id: str
    employments: dict[str, EmploymentFacts]
    told_at: dict[str, datetime | None]
    inactive_at: datetime | None = None

    @property
    def all(self) -> Sequence[EmploymentFacts]:
        return tuple(self.employments.values())

    def employment_meant(self, named: str | None, today: date) -> str | None:
        """The one that an event names, else the one that lasts longest; None for nobody's."""
        if named is not None and named in self.employments:
            return named
        last = running_until(self.all, today)
        return None if last is None else last[0].employment_id


def lock_person(connection: Connection, employee_id: str) -> datetime | None:
    """Take the person for this transaction, so that two events about one follow one another.

    Returns when the HRIS last showed the person, None when the register does not know the number.
    """
    seen: datetime | None = connection.execute(
        select(employees.c.last_seen_at)
        .where(employees.c.employee_id == employee_id)
        .with_for_update()
    ).scalar_one_or_none()
    return seen


def read_person(connection: Connection, employee_id: str) -> Person:
    rows = connection.execute(
        select(employments)
        .where(employments.c.employee_id == employee_id)
        .order_by(employments.c.employment_id)
    ).all()
    return Person(
        employee_id,
        {
            row.employment_id: EmploymentFacts(row.employment_id, row.start_on, row.end_on)
            for row in rows
        },
        {row.employment_id: row.told_at for row in rows},
        _inactive_at(connection, employee_id),
    )


def _inactive_at(connection: Connection, employee_id: str) -> datetime | None:
    seen: datetime | None = connection.execute(
        select(employees.c.last_seen_at).where(
            employees.c.employee_id == employee_id, employees.c.active == 0
        )
    ).scalar_one_or_none()
    return seen


def believe_told(
    connection: Connection,
    person: Person,
    told: EmploymentFacts,
    noticed_at: datetime,
) -> None:
    """Where nothing can be read back: the dates of the event, unless newer ones were told.

    Of two dates told at one moment the later one stands, whichever came in first.
    """
    known = person.employments.get(told.employment_id)
    known_at = person.told_at.get(told.employment_id)
    if known is not None and known_at is not None:
        before = (known_at, known.end or date.max)
        if (noticed_at, told.end or date.max) < before:
            return
    start = told.start or (known.start if known is not None else None)
    upsert(
        connection,
        employments,
        {"employee_id": person.employee_id, "employment_id": told.employment_id},
        {"start_on": start, "end_on": told.end, "told_at": noticed_at},
    )


def confirm_told(connection: Connection, employee_id: str, noticed_at: datetime) -> None:
    """The dates that stand were told again at this moment, so older suspicions are answered."""
    connection.execute(
        update(employments)
        .where(
            employments.c.employee_id == employee_id,
            or_(employments.c.told_at.is_(None), employments.c.told_at < noticed_at),
        )
        .values(told_at=noticed_at)
    )
