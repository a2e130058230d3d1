"""One row of the GetConnector as a person with one employment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from pydantic import JsonValue

from connectors import canonical
from connectors.afas.answers import RowValues
from connectors.afas.client import PlacedRow
from connectors.afas.config import AfasFields
from connectors.afas.filters import SEPARATORS
from connectors.afas.local_time import moment_of
from connectors.canonical import UnreadableError
from connectors.employment_rows import (
    EmploymentRow,
    RowReading,
    finished,
    the_employment,
)
from connectors.ports import Employee, Employment

Value = TypeVar("Value")


class _Row:
    """Reads the configured fields of one row."""

    def __init__(self, values: RowValues, reading: RowReading) -> None:
        self._values = values
        self._reading = reading

    def read(self, name: str | None, parse: Callable[[JsonValue], Value | None]) -> Value | None:
        if name is None:
            return None
        if name not in self._values:
            self._reading.fault(name, "is absent: the GetConnector has no such field")
            return None
        return self._reading.read(name, parse, self._values[name])


def employment_row(placed: PlacedRow, fields: AfasFields) -> EmploymentRow:
    """The row as a person, or as its faults; the employee number is kept as AFAS writes it."""
    number = placed.values.get(fields.employee_id)
    known = f" (employee {number})" if isinstance(number, str) else ""
    reading = RowReading(f"page {placed.page}, row {placed.number}{known}")
    row = _Row(placed.values, reading)
    employee_id = row.read(fields.employee_id, _employee_number)
    person = Employee(
        employee_id=employee_id or "",
        given_name=row.read(fields.given_name, canonical.text) or "",
        family_name_prefix=row.read(fields.prefix, canonical.text) or "",
        family_name=row.read(fields.family_name, canonical.required) or "",
        email=row.read(fields.email, canonical.text),
        department=row.read(fields.department, canonical.text),
        manager_id=row.read(fields.manager_id, canonical.manager_number),
        employments=(_employment(row, reading, fields),),
        modified_at=row.read(fields.modified, _moment),
    )
    return finished(reading, employee_id, person)


def _employment(row: _Row, reading: RowReading, fields: AfasFields) -> Employment:
    start = row.read(fields.employment_start, canonical.day)
    by_start = start.isoformat() if start else "1"
    employment = Employment(
        employment_id=row.read(fields.employment_id, _identifier) or by_start,
        start=start,
        end=row.read(fields.employment_end, canonical.day),
        hours_per_week=row.read(fields.hours_per_week, canonical.number),
        fte=row.read(fields.fte, canonical.number),
    )
    return the_employment(reading, fields.employment_end, employment)


def _employee_number(value: JsonValue) -> str:
    number = canonical.employee_number(value)
    if SEPARATORS & set(number):
        raise UnreadableError("holds a comma or semicolon, so AFAS cannot be asked for it")
    return number


def _identifier(value: JsonValue) -> str | None:
    """Text or a whole number: the sequence number of an employment is a number in AFAS."""
    is_whole_number = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if is_whole_number else canonical.text(value)


def _moment(value: JsonValue) -> datetime | None:
    text = canonical.text(value)
    if text is None:
        return None
    try:
        return moment_of(text)
    except ValueError as error:
        raise UnreadableError("is not a moment (2026-11-23T11:02:10Z)") from error
