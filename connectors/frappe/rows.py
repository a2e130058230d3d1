"""A document of doctype Employee as one employment of a person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from pydantic import JsonValue

from connectors import canonical
from connectors.canonical import UnreadableError
from connectors.employment_rows import (
    EmploymentRow,
    RowReading,
    finished,
    the_employment,
)
from connectors.frappe.client import RowValues
from connectors.frappe.config import FrappeFields
from connectors.ports import Employee, Employment

GONE = frozenset({"inactive", "left"})
PRESENT = frozenset({"active", "suspended"})
"""Who is suspended cannot log in, and is employed all the same."""


def employment_row(
    row: RowValues, fields: FrappeFields, zone: ZoneInfo, numbers: Mapping[str, str]
) -> EmploymentRow:
    """`numbers` translates names of documents to employee numbers, for the manager."""
    name = str(row["name"])
    reading = RowReading(f"document {name}")

    def text(field: str | None) -> str | None:
        return None if field is None else reading.read(field, canonical.text, row.get(field))

    employee_id = reading.read(
        fields.employee_id, canonical.employee_number, row.get(fields.employee_id)
    )
    manager = text(fields.manager)
    person = Employee(
        employee_id=employee_id or "",
        given_name=text(fields.given_name) or "",
        family_name_prefix=text(fields.prefix) or "",
        family_name=text(fields.family_name) or "",
        email=text(fields.email),
        department=text(fields.department),
        manager_id=None if manager is None else numbers.get(manager),
        employments=(_employment(name, row, reading, fields),),
        modified_at=reading.read("modified", lambda raw: moment(raw, zone), row.get("modified")),
        active=reading.read(fields.status, _active, row.get(fields.status)),
    )
    return finished(reading, employee_id, person)


def _employment(name: str, row: RowValues, reading: RowReading, fields: FrappeFields) -> Employment:
    employment = Employment(
        employment_id=name,
        start=reading.read(fields.start, canonical.day, row.get(fields.start)),
        end=reading.read(fields.end, canonical.day, row.get(fields.end)),
    )
    return the_employment(reading, fields.end, employment)


def _active(value: JsonValue) -> bool | None:
    found = (canonical.text(value) or "").lower()
    if not found:
        return None
    if found in GONE | PRESENT:
        return found in PRESENT
    raise UnreadableError("is not a status of Frappe (Active, Inactive, Suspended or Left)")


def moment(value: JsonValue, zone: ZoneInfo) -> datetime | None:
    """`modified` is the local time of the site without a zone; in UTC here."""
    found = canonical.text(value)
    if found is None:
        return None
    try:
        local = datetime.fromisoformat(found)
    except ValueError as error:
        raise UnreadableError("is not a moment (2026-11-23 13:04:05)") from error
    return local.replace(tzinfo=zone).astimezone(UTC)
