"""Writes what the HRIS and the LMS told of persons into the register."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, delete, select

from adapter.store.rows import upsert
from adapter.store.tables.people import employees, employments, lms_users
from connectors.ports import Employee, LmsUser


def known_employee(connection: Connection, employee_id: str) -> bool:
    return (
        connection.execute(
            select(employees.c.employee_id).where(employees.c.employee_id == employee_id)
        ).one_or_none()
        is not None
    )


def keep_employee(connection: Connection, employee: Employee, source: str, now: datetime) -> None:
    """Store one employee with all employments, as the HRIS shows them now."""
    values = {
        "source": source,
        "given_name": employee.given_name,
        "family_name_prefix": employee.family_name_prefix,
        "family_name": employee.family_name,
        "email": employee.email,
        "department": employee.department,
        "manager_id": employee.manager_id,
        "modified_at": employee.modified_at,
        "last_seen_at": now,
        "missing_scans": 0,
    }
    upsert(
        connection,
        employees,
        {"employee_id": employee.employee_id},
        values,
        {"first_seen_at": now},
    )
    _keep_employments(connection, employee)


def _keep_employments(connection: Connection, employee: Employee) -> None:
    shown = [employment.employment_id for employment in employee.employments]
    connection.execute(
        delete(employments).where(
            employments.c.employee_id == employee.employee_id,
            employments.c.employment_id.not_in(shown),
        )
    )
    for employment in employee.employments:
        upsert(
            connection,
            employments,
            {"employee_id": employee.employee_id, "employment_id": employment.employment_id},
            {
                "start_on": employment.start,
                "end_on": employment.end,
                "hours_per_week": employment.hours_per_week,
                "fte": employment.fte,
            },
        )


def keep_lms_users(connection: Connection, users: Iterable[LmsUser], now: datetime) -> None:
    for user in users:
        upsert(
            connection,
            lms_users,
            {"user_id": user.user_id},
            {
                "username": user.username,
                "idnumber": user.idnumber,
                "employee_id": user.employee_id,
                "full_name": user.full_name,
                "email": user.email,
                "suspended": int(user.suspended),
                "seen_at": now,
            },
        )
