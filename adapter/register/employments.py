"""Since when and until when somebody is employed, by what the HRIS shows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection, select

from adapter.ground.store.tables.people import EmploymentRow

BEFORE_START = timedelta(days=14)
"""So long before the first day somebody gets an account, for what is to be learned before it."""


@dataclass(frozen=True, slots=True)
class Term:
    """Of one employment, both days included. Whose first day is not known was always employed; None
    is no last day."""

    first: date | None
    last: date | None

    def covers(self, day: date) -> bool:
        return self.begins_by(day) and not self.is_over(day)

    def begins_by(self, day: date) -> bool:
        return self.first is None or self.first <= day

    def is_over(self, day: date) -> bool:
        return self.last is not None and self.last < day


def terms_of(connection: Connection, employee_id: str) -> list[Term]:
    return terms_of_each(connection, [employee_id])[employee_id]


def terms_of_each(
    connection: Connection, employee_ids: Collection[str]
) -> Mapping[str, list[Term]]:
    """The same by employee number, in one question."""
    shown = select(EmploymentRow.employee_id, EmploymentRow.start_on, EmploymentRow.end_on).where(
        EmploymentRow.employee_id.in_(employee_ids)
    )
    found: defaultdict[str, list[Term]] = defaultdict(list)
    for employee_id, first, last in connection.execute(shown):
        found[employee_id].append(Term(first, last))
    return found


def is_out_after(terms: Iterable[Term], last_day: date) -> bool:
    """Whether nothing of this goes on after a day on which an employment ended."""
    next_day = last_day + timedelta(days=1)
    return not any(term.covers(next_day) for term in terms)


def left_since(terms: Iterable[Term], since: date, today: date) -> bool:
    """Whether somebody was out on a day between these two, after having been employed: also who is
    back since, or will be."""
    every = list(terms)
    ends = [term.last for term in every if term.last is not None and since <= term.last < today]
    return any(is_out_after(every, last) for last in ends)
