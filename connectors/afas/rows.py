"""One row of the GetConnector as a person with one employment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import TypeVar

from pydantic import JsonValue

from connectors.afas.answers import RowValues
from connectors.afas.client import PlacedRow
from connectors.afas.config import AfasFields
from connectors.afas.filters import SEPARATORS
from connectors.afas.local_time import day_of, moment_of
from connectors.employment_rows import (
    EmploymentRow,
    RowReading,
    UnreadableError,
    finished,
    the_employment,
)
from connectors.ports import Employee, Employment

Value = TypeVar("Value")

TOO_MUCH = 10_000
"""Hours per week and fte stay far below it."""


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
        given_name=row.read(fields.given_name, _text) or "",
        family_name_prefix=row.read(fields.prefix, _text) or "",
        family_name=row.read(fields.family_name, _required) or "",
        email=row.read(fields.email, _text),
        department=row.read(fields.department, _text),
        manager_id=row.read(fields.manager_id, _text),
        employments=(_employment(row, reading, fields),),
        modified_at=row.read(fields.modified, _moment),
    )
    return finished(reading, employee_id, person)


def _employment(row: _Row, reading: RowReading, fields: AfasFields) -> Employment:
    start = row.read(fields.employment_start, _day)
    by_start = start.isoformat() if start else "1"
    employment = Employment(
        employment_id=row.read(fields.employment_id, _identifier) or by_start,
        start=start,
        end=row.read(fields.employment_end, _day),
        hours_per_week=row.read(fields.hours_per_week, _number),
        fte=row.read(fields.fte, _number),
    )
    return the_employment(reading, fields.employment_end, employment)


def _text(value: JsonValue) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise UnreadableError("is not text; a number here would have lost its leading zeros")
    return value.strip() or None


def _required(value: JsonValue) -> str:
    text = _text(value)
    if text is None:
        raise UnreadableError("is empty")
    return text


def _employee_number(value: JsonValue) -> str:
    number = _required(value)
    if SEPARATORS & set(number):
        raise UnreadableError("holds a comma or semicolon, so AFAS cannot be asked for it")
    return number


def _identifier(value: JsonValue) -> str | None:
    """Text or a whole number: the sequence number of an employment is a number in AFAS."""
    is_whole_number = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if is_whole_number else _text(value)


def _day(value: JsonValue) -> date | None:
    text = _text(value)
    if text is None:
        return None
    try:
        return day_of(text)
    except ValueError as error:
        raise UnreadableError("is not a date (2026-12-31T00:00:00Z)") from error


def _moment(value: JsonValue) -> datetime | None:
    text = _text(value)
    if text is None:
        return None
    try:
        return moment_of(text)
    except ValueError as error:
        raise UnreadableError("is not a moment (2026-11-23T11:02:10Z)") from error


def _number(value: JsonValue) -> Decimal | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise UnreadableError("is not a number")
    number = Decimal(str(value))
    if not number.is_finite() or not 0 <= number < TOO_MUCH:
        raise UnreadableError(f"is negative, or {TOO_MUCH} or more")
    return number
