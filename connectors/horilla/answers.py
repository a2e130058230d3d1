"""Answers of Horilla 1.5.0 as recorded: what we use is required, the rest is ignored.

Of an empty relation the members are left out; ids are text in one answer and a number in another.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, coerce_numbers_to_str=True)


class Login(_Answer):
    """A wrong request is answered with HTTP 200 as well, and then there is no `access`."""

    access: str


class ListedEmployee(_Answer):
    id: str


class EmployeePage(_Answer):
    count: int
    next: str | None
    results: list[ListedEmployee]


class EmployeeDetail(_Answer):
    """`email` is left out on purpose: it is the private address with which people log in."""

    id: str
    badge_id: str | None
    employee_first_name: str | None
    employee_last_name: str | None
    employee_work_info_id: str | None
    is_active: bool


class WorkInformation(_Answer):
    """`contract_end_date` is the last working day where HR fills it in when notice is given."""

    employee_id: str
    email: str | None = None
    department_name: str | None = None
    date_joining: str | None = None
    contract_end_date: str | None = None
    reporting_manager_id: str | None = None
    shift_id: str | None = None


class Shift(_Answer):
    """`weekly_full_time` is hours and minutes, such as `36:00`."""

    id: str
    weekly_full_time: str | None = None
