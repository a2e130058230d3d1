"""Which roles a signed-in person has at this moment (Visie §5): read anew at each request, so that
what ended an hour ago opens nothing now."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import Connection, or_, select

from adapter.ground.store.tables.people import EmployeeRow, EmploymentRow
from adapter.register.given_roles import GIVABLE, given_to
from adapter.register.keys import Role


def has_not_left(connection: Connection, employee_id: str, today: date) -> bool:
    """Whether the HRIS shows an employment that has not ended."""
    standing = select(EmploymentRow.employment_id).where(
        EmploymentRow.employee_id == employee_id,
        or_(EmploymentRow.end_on.is_(None), EmploymentRow.end_on >= today),
    )
    return connection.execute(standing.limit(1)).first() is not None


def roles_of(
    connection: Connection, employee_id: str, claimed: Iterable[str], today: date
) -> frozenset[Role]:
    """Of somebody who has not left: employee and manager as the HRIS tells, the others as given by
    an administrator or claimed by the identity provider."""
    roles = {Role.EMPLOYEE} | given_to(connection, employee_id, today)
    roles |= {role for role in GIVABLE if role in set(claimed)}
    reports = select(EmployeeRow.employee_id).where(EmployeeRow.manager_id == employee_id)
    if connection.execute(reports.limit(1)).first() is not None:
        roles.add(Role.MANAGER)
    return frozenset(roles)
