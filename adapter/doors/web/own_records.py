"""Employees read their own records on routes that HR and others read for everyone (P10)."""

from __future__ import annotations

from adapter.doors.web import current
from adapter.doors.web.problems import Kind, Problem
from adapter.register.keys import Role

NOBODY = ""


def only_of() -> str | None:
    """The one employee whose records this caller may read; None for who reads everyone's. A key
    without a number opens nobody's."""
    caller = current.principal()
    if caller.role is not Role.EMPLOYEE:
        return None
    return caller.employee_id or NOBODY


def is_anothers(employee_id: str) -> bool:
    """Whether this caller may not read it."""
    return only_of() not in (None, employee_id)


def refuse_anothers(employee_id: str) -> None:
    """Another's record is answered as if it did not exist."""
    if is_anothers(employee_id):
        raise Problem(Kind.NOT_FOUND)
