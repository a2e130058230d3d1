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

from connectors.errors import Permanent
from connectors.ports import Employee, Employment, RejectedRow

Raw = TypeVar("Raw")
Value = TypeVar("Value")


class UnreadableError(ValueError):
    """A value is not what its field should hold. The text never repeats the value: after a shifted
    column it may be anybody's name."""


@dataclass(slots=True)
class RowReading:
    """Reads the fields of one row and collects what is wrong, so that all of it is reported."""

    where: str
    faults: list[RejectedRow] = field(default_factory=list)

    def read(self, name: str, parse: Callable[[Raw], Value], raw: Raw) -> Value | None:
        try:
            return parse(raw)
        except UnreadableError as fault:
            self.fault(name, str(fault))
            return None

    def fault(self, name: str, reason: str) -> None:
        self.faults.append(RejectedRow(self.where, name, reason))


@dataclass(frozen=True, slots=True)
class EmploymentRow:
    """One row: the person as this row shows them, with exactly one employment.

    `person` is None when the row was rejected; `employee_id` is still known in most such rows.
    """

    where: str
    employee_id: str | None
    person: Employee | None
    faults: tuple[RejectedRow, ...] = ()


def the_employment(reading: RowReading, end_field: str, employment: Employment) -> Employment:
    """The employment as it was read, hours in two places and fte in four, after the one check
    that needs two fields."""
    if employment.start and employment.end and employment.end < employment.start:
        reading.fault(end_field, "lies before the start of the employment: correct one of the two")
    return replace(
        employment,
        hours_per_week=_in_places(employment.hours_per_week, Decimal("0.01")),
        fte=_in_places(employment.fte, Decimal("0.0001")),
    )


def _in_places(number: Decimal | None, place: Decimal) -> Decimal | None:
    return None if number is None else number.quantize(place, ROUND_HALF_UP)


def finished(reading: RowReading, employee_id: str | None, person: Employee) -> EmploymentRow:
    """The row as a whole: with its person, or with its faults."""
    if reading.faults:
        return EmploymentRow(reading.where, employee_id, None, tuple(reading.faults))
    return EmploymentRow(reading.where, employee_id, person)


def people(
    rows: Iterable[EmploymentRow], employment_field: str
) -> tuple[tuple[Employee, ...], tuple[RejectedRow, ...]]:
    """Everyone whose rows could all be read, in the order of first appearance, and every fault.

    `employment_field` names the field to blame when two rows differ about the same employment.
    """
    by_employee: dict[str, list[EmploymentRow]] = {}
    rejected: list[RejectedRow] = []
    for row in rows:
        rejected.extend(row.faults)
        if row.employee_id is not None:
            by_employee.setdefault(row.employee_id, []).append(row)
    employees: list[Employee] = []
    for own in by_employee.values():
        faults = _contradictions(own, employment_field)
        rejected.extend(faults)
        persons = [row.person for row in own if row.person is not None]
        if not faults and len(persons) == len(own):
            employees.append(_merged(persons))
    return tuple(employees), tuple(rejected)


def _contradictions(rows: list[EmploymentRow], employment_field: str) -> list[RejectedRow]:
    first: dict[str, EmploymentRow] = {}
    faults: list[RejectedRow] = []
    for row in rows:
        if row.person is None:
            continue
        earlier = first.setdefault(row.person.employments[0].employment_id, row)
        if earlier.person != row.person:
            reason = f"the same employment stands at {earlier.where} with other values"
            faults.append(RejectedRow(row.where, employment_field, reason))
    return faults


def _merged(persons: list[Employee]) -> Employee:
    """Department and manager belong to an employment: take those of the one that lasts longest."""
    distinct = {person.employments[0].employment_id: person for person in persons}.values()
    leading = max(distinct, key=_lasting)
    employments = sorted((p.employments[0] for p in distinct), key=_by_start)
    modified = max((p.modified_at for p in distinct if p.modified_at), default=None)
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
    employees, rejected = people(own, employment_field)
    if rejected:
        faults = "; ".join(f"{row.where}, {row.field}: {row.reason}" for row in rejected)
        raise Permanent(
            f"Employee {employee_id} cannot be read: {faults}. Correct the record in the HRIS.",
            code="unreadable_employee",
        )
    return employees[0] if employees else None
