"""From rows to people: HRIS lists hold one row per employment, so one person may have several rows.

A row that cannot be read is reported with every fault it has. Its person is then withheld as a
whole: showing only the readable employments could make somebody look as if they had left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import TypeVar

from connectors.canonical import FARTHEST_YEAR, NO_END, UnreadableError
from connectors.errors import Permanent
from connectors.ports import (
    Employee,
    Employment,
    Question,
    RejectedRow,
)

Raw = TypeVar("Raw")
Value = TypeVar("Value")


DOUBLE = "the same employment stands at"
"""How the fault of an employment begins that stands on several rows with different values."""


@dataclass(slots=True)
class RowReading:
    """Reads the fields of one row and collects what is wrong, so that all of it is reported."""

    where: str
    faults: list[RejectedRow] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)

    def read(self, name: str, parse: Callable[[Raw], Value], raw: Raw) -> Value | None:
        try:
            return parse(raw)
        except UnreadableError as fault:
            self.fault(name, str(fault))
            return None

    def fault(self, name: str, reason: str) -> None:
        self.faults.append(RejectedRow(self.where, name, reason))

    def ask(self, name: str, reason: str) -> None:
        self.questions.append(Question(self.where, name, reason))


@dataclass(frozen=True, slots=True)
class EmploymentRow:
    """One row: the person as this row shows them, with exactly one employment.

    `person` is None when the row was rejected; `employee_id` is still known in most such rows.
    """

    where: str
    employee_id: str | None
    person: Employee | None
    faults: tuple[RejectedRow, ...] = ()
    questions: tuple[Question, ...] = ()


@dataclass(frozen=True, slots=True)
class People:
    """What rows make: everyone whose rows could all be read, in the order of first appearance,
    every fault, and every question about who could be read."""

    employees: tuple[Employee, ...]
    rejected: tuple[RejectedRow, ...]
    questions: tuple[Question, ...] = ()


def the_employment(reading: RowReading, end_field: str, employment: Employment) -> Employment:
    """The employment as it counts: an end that means "no end" taken away, hours in two places and
    fte in four, after the checks that need two fields."""
    if employment.start and employment.start.year >= FARTHEST_YEAR:
        reading.fault("start", f"lies in {FARTHEST_YEAR} or later: correct it")
    if employment.start and employment.end and employment.end < employment.start:
        reading.fault(end_field, "lies before the start of the employment: correct one of the two")
    return replace(
        employment,
        end=_without_sentinel(reading, end_field, employment.end),
        hours_per_week=_in_places(employment.hours_per_week, Decimal("0.01")),
        fte=_in_places(employment.fte, Decimal("0.0001")),
    )


def _without_sentinel(reading: RowReading, end_field: str, end: date | None) -> date | None:
    """Systems that cannot leave an end empty write a day that nobody will see."""
    if end is None or end.year < FARTHEST_YEAR:
        return end
    if end.year < NO_END:
        reading.ask(
            end_field,
            f"is {end.isoformat()}, which is read as no end: leave it empty, or give the last day",
        )
    return None


def _in_places(number: Decimal | None, place: Decimal) -> Decimal | None:
    return None if number is None else number.quantize(place, ROUND_HALF_UP)


def finished(reading: RowReading, employee_id: str | None, person: Employee) -> EmploymentRow:
    """The row as a whole: with its person, or with its faults."""
    if reading.faults:
        faults = tuple(replace(fault, employee_id=employee_id) for fault in reading.faults)
        return EmploymentRow(reading.where, employee_id, None, faults)
    return EmploymentRow(reading.where, employee_id, person, questions=tuple(reading.questions))


def people(rows: Iterable[EmploymentRow], employment_field: str) -> People:
    """`employment_field` names the field to blame when two rows differ about one employment."""
    by_employee: dict[str, list[EmploymentRow]] = {}
    rejected: list[RejectedRow] = []
    questions: list[Question] = []
    for row in rows:
        rejected.extend(row.faults)
        questions.extend(row.questions)
        if row.employee_id is not None:
            by_employee.setdefault(row.employee_id, []).append(row)
    employees: list[Employee] = []
    for own in by_employee.values():
        faults = _contradictions(own, employment_field)
        rejected.extend(faults)
        persons = [row.person for row in own if row.person is not None]
        if not faults and len(persons) == len(own):
            employees.append(_merged(persons))
    return People(tuple(employees), tuple(rejected), tuple(questions))


def _contradictions(rows: list[EmploymentRow], employment_field: str) -> list[RejectedRow]:
    first: dict[str, EmploymentRow] = {}
    faults: list[RejectedRow] = []
    for row in rows:
        if row.person is None:
            continue
        earlier = first.setdefault(row.person.employments[0].employment_id, row)
        if earlier.person is not None and _told(earlier.person) != _told(row.person):
            reason = f"{DOUBLE} {earlier.where} with other values"
            faults.append(RejectedRow(row.where, employment_field, reason, row.employee_id))
    return faults


def _told(person: Employee) -> Employee:
    """A line for each function or contract may have been changed at another moment, and be the
    same in all that is read."""
    return replace(person, modified_at=None)


def _merged(persons: list[Employee]) -> Employee:
    """Department and manager belong to an employment: take those of the one that lasts longest."""
    distinct = {person.employments[0].employment_id: person for person in persons}.values()
    leading = max(distinct, key=_lasting)
    employments = sorted((p.employments[0] for p in distinct), key=_by_start)
    modified = max((p.modified_at for p in persons if p.modified_at), default=None)
    return replace(leading, employments=tuple(employments), modified_at=modified)


def _lasting(person: Employee) -> tuple[date, date]:
    employment = person.employments[0]
    return employment.end or date.max, employment.start or date.min


def _by_start(employment: Employment) -> tuple[date, str]:
    return employment.start or date.min, employment.employment_id


def one_person(
    rows: Iterable[EmploymentRow], employee_id: str, employment_field: str
) -> Employee | None:
    """One person out of rows; `Permanent` when rows of that person exist but cannot be read."""
    own = [row for row in rows if row.employee_id == employee_id]
    found = people(own, employment_field)
    if found.rejected:
        faults = "; ".join(f"{row.where}, {row.field}: {row.reason}" for row in found.rejected)
        raise Permanent(
            f"Employee {employee_id} cannot be read: {faults}. Correct the record in the HRIS.",
            code="unreadable_employee",
        )
    return found.employees[0] if found.employees else None
