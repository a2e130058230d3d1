"""Whose data a manager or employee key opens: their own, and for a manager the team (P10)."""

from __future__ import annotations

from sqlalchemy import select

from adapter.doors.web import current
from adapter.doors.web.problems import Kind, Problem
from adapter.ground.store.tables.people import EmployeeRow
from adapter.register.keys import Principal, Role


def refuse_outside_own_team(employee_id: str) -> None:
    """Raise the 403 that is the same for a stranger and for someone who does not exist."""
    caller = current.principal()
    if caller.role not in (Role.MANAGER, Role.EMPLOYEE):
        return
    if caller.employee_id is None or not _opens(caller, employee_id):
        raise Problem(Kind.FORBIDDEN, "not_own_team")


def _opens(caller: Principal, employee_id: str) -> bool:
    if employee_id == caller.employee_id:
        return True
    return caller.role is Role.MANAGER and caller.employee_id == _manager_of(employee_id)


def _manager_of(employee_id: str) -> str | None:
    statement = select(EmployeeRow.manager_id).where(EmployeeRow.employee_id == employee_id)
    with current.parts().register.read() as connection:
        return connection.execute(statement).scalar_one_or_none()
