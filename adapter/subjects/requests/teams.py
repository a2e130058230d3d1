"""Whose records a person may see and act for (Visie §5, P10)."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from adapter.ground.store.tables.people import EmployeeRow
from adapter.register.keys import Role
from adapter.subjects.requests.acts import Act
from adapter.subjects.requests.refusals import OutsideTeam, WrongField

SEES_EVERYONE = frozenset({Role.HR, Role.MANAGEMENT_TEAM, Role.KNOWLEDGE_BROKER})


def visible_employees(act: Act) -> frozenset[str] | None:
    """The employees whose records this person may see; None means everyone's."""
    if act.by.role in SEES_EVERYONE:
        return None
    if act.by.employee_id is None:
        return frozenset()
    if act.by.role is Role.MANAGER:
        return own_team(act, act.by.employee_id)
    return frozenset({act.by.employee_id})


def own_team(act: Act, manager_id: str) -> frozenset[str]:
    """Who reports to this manager, by the HRIS. The manager is not in it."""
    rows = act.connection.execute(
        select(EmployeeRow.employee_id).where(EmployeeRow.manager_id == manager_id)
    ).scalars()
    return frozenset(rows)


def require_own(act: Act, employee_ids: Iterable[str]) -> None:
    """Raises `OutsideTeam` when one of these is not this person's to act for."""
    visible = visible_employees(act)
    if visible is not None and not visible.issuperset(employee_ids):
        raise OutsideTeam


def may_see(act: Act, employee_id: str) -> bool:
    visible = visible_employees(act)
    return visible is None or employee_id in visible


def lock_employee(act: Act, employee_id: str) -> bool:
    """Whether the register knows this employee, who is locked for this act, so that two acts of the
    same moment about one person see each other."""
    found = act.connection.execute(
        select(EmployeeRow.employee_id)
        .where(EmployeeRow.employee_id == employee_id)
        .with_for_update()
    )
    return found.one_or_none() is not None


def unknown_employees(act: Act, employee_ids: tuple[str, ...], pointer: str) -> list[WrongField]:
    """One wrong field per employee that the register does not know; `pointer` is of the list."""
    known = set(
        act.connection.execute(
            select(EmployeeRow.employee_id).where(EmployeeRow.employee_id.in_(employee_ids))
        ).scalars()
    )
    return [
        WrongField(f"{pointer}/{at}", "unknown_record")
        for at, employee_id in enumerate(employee_ids)
        if employee_id not in known
    ]
