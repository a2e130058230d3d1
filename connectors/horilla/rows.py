"""Detail and work information of one person as an employment."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from connectors import canonical
from connectors.canonical import UnreadableError
from connectors.employment_rows import (
    EmploymentRow,
    RowReading,
    finished,
    the_employment,
)
from connectors.horilla.answers import EmployeeDetail, WorkInformation
from connectors.ports import Employee, Employment

_HOURS = re.compile(r"(?P<hours>\d{1,3}):(?P<minutes>[0-5]\d)")
END = "contract_end_date"


def employment_row(
    detail: EmployeeDetail,
    work: WorkInformation | None,
    badges: Mapping[str, str],
    shifts: Mapping[str, str],
) -> EmploymentRow:
    """`badges` translates technical ids to employee numbers, `shifts` gives the time of a shift.

    Horilla has one employment for each person: who comes back keeps id and first day.
    """
    badge = (detail.badge_id or "").strip()
    reading = RowReading(f"employee {badge} (id {detail.id})")
    reading.read("badge_id", canonical.employee_number, badge)
    manager = work.reporting_manager_id if work else None
    shift = shifts.get(work.shift_id) if work and work.shift_id else None
    employment = Employment(
        employment_id=detail.id,
        start=reading.read("date_joining", canonical.day, work.date_joining if work else None),
        end=reading.read(END, canonical.day, work.contract_end_date if work else None),
        hours_per_week=reading.read("weekly_full_time", _hours, shift),
    )
    person = Employee(
        employee_id=badge,
        given_name=(detail.employee_first_name or "").strip(),
        # A prefix ("van der") stands within the last name, and stays there.
        family_name_prefix="",
        family_name=(detail.employee_last_name or "").strip(),
        email=(work.email or "").strip() or None if work else None,
        department=(work.department_name or "").strip() or None if work else None,
        manager_id=badges.get(manager) if manager else None,
        employments=(the_employment(reading, END, employment),),
        active=detail.is_active,
    )
    return finished(reading, badge, person)


def _hours(value: str | None) -> Decimal | None:
    if not value:
        return None
    match = _HOURS.fullmatch(value)
    if match is None:
        raise UnreadableError("is not hours and minutes (36:00)")
    return Decimal(int(match["hours"]) * 60 + int(match["minutes"])) / 60
