"""Which roles a signed-in person has at this moment (Visie §5): read anew at each request, so that
what ended an hour ago opens nothing now."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import Connection, select

from adapter.ground.store.tables.people import EmployeeRow
from adapter.register.employments import BEFORE_START, terms_of
from adapter.register.given_roles import GIVABLE, given_to
from adapter.register.keys import Role
from adapter.register.sign_in.refusals import Why


def may_come_in(connection: Connection, employee_id: str, today: date) -> bool:
    """Whether the HRIS shows an employment that has not ended, and has begun or begins soon: who
    gets an account before the first day learns with it."""
    return any(
        term.begins_by(today + BEFORE_START) and not term.is_over(today)
        for term in terms_of(connection, employee_id)
    )


def why_kept_out(connection: Connection, employee_id: str, today: date) -> Why:
    """Of who may not come in."""
    later = any(not term.begins_by(today) for term in terms_of(connection, employee_id))
    return Why.BEGINS_LATER if later else Why.LEFT


def roles_of(
    connection: Connection, employee_id: str, claimed: Iterable[str], today: date
) -> frozenset[Role]:
    """Of somebody who may come in: employee and manager as the HRIS tells, the others as given by
    an administrator or claimed by the identity provider. Before the first working day somebody is
    an employee only."""
    if not any(term.covers(today) for term in terms_of(connection, employee_id)):
        return frozenset({Role.EMPLOYEE})
    roles = {Role.EMPLOYEE} | given_to(connection, employee_id, today)
    roles |= {role for role in GIVABLE if role in set(claimed)}
    reports = select(EmployeeRow.employee_id).where(EmployeeRow.manager_id == employee_id)
    if connection.execute(reports.limit(1)).first() is not None:
        roles.add(Role.MANAGER)
    return frozenset(roles)
