"""Roles that an administrator gives to a person, beside what follows from the HRIS (Visie §5)."""

from __future__ import annotations

from datetime import date, datetime
from uuid import uuid4

from sqlalchemy import Connection, insert, select, update

from adapter.ground.store.reading import rows_of
from adapter.ground.store.tables.sign_in import GivenRoleRow
from adapter.register.audit_log import note_act
from adapter.register.keys import Role

GIVABLE = frozenset(
    {Role.HR, Role.MANAGEMENT_TEAM, Role.KNOWLEDGE_BROKER, Role.AUDITOR, Role.ADMIN}
)
"""Employee and manager follow from the HRIS; the others are systems."""


def give_role(
    connection: Connection,
    employee_id: str,
    role: Role,
    *,
    by: str,
    now: datetime,
    last_on: date | None = None,
) -> bool:
    """Give it from now until the end of `last_on`, in place of what was given before. False when
    the employee has it with the same last day already."""
    standing = [row for row in _unrevoked(connection, employee_id) if row.role == role]
    if any(row.last_on == last_on for row in standing):
        return False
    _revoke(connection, standing, by, now)
    connection.execute(
        insert(GivenRoleRow).values(
            id=str(uuid4()),
            employee_id=employee_id,
            role=str(role),
            last_on=last_on,
            given_by=by,
            given_at=now,
        )
    )
    note_act(
        connection,
        now,
        actor=by,
        action="give-role",
        record=employee_id,
        result=f"{role} given",
        about=employee_id,
    )
    return True


def revoke_role(
    connection: Connection, employee_id: str, role: Role, *, by: str, now: datetime
) -> bool:
    """Whether the employee had it. It ends at once, also for who is signed in."""
    standing = [row for row in _unrevoked(connection, employee_id) if row.role == role]
    _revoke(connection, standing, by, now)
    if standing:
        result = f"{role} revoked"
        note_act(
            connection,
            now,
            actor=by,
            action="revoke-role",
            record=employee_id,
            result=result,
            about=employee_id,
        )
    return bool(standing)


def given_to(connection: Connection, employee_id: str, today: date) -> frozenset[Role]:
    """Those that hold on a day in Amsterdam."""
    return frozenset(
        Role(row.role)
        for row in _unrevoked(connection, employee_id)
        if row.last_on is None or today <= row.last_on
    )


def holders_of(connection: Connection, role: Role, today: date) -> list[str]:
    """Employee numbers of those to whom this role is given at the moment."""
    rows = rows_of(
        connection,
        select(GivenRoleRow).where(GivenRoleRow.role == role, GivenRoleRow.revoked_at.is_(None)),
    )
    return sorted({row.employee_id for row in rows if row.last_on is None or row.last_on >= today})


def all_given(connection: Connection) -> list[GivenRoleRow]:
    """Revoked and ended ones too, in the order in which they were given."""
    return rows_of(connection, select(GivenRoleRow).order_by(GivenRoleRow.given_at))


def _unrevoked(connection: Connection, employee_id: str) -> list[GivenRoleRow]:
    return rows_of(
        connection,
        select(GivenRoleRow).where(
            GivenRoleRow.employee_id == employee_id, GivenRoleRow.revoked_at.is_(None)
        ),
    )


def _revoke(connection: Connection, rows: list[GivenRoleRow], by: str, now: datetime) -> None:
    connection.execute(
        update(GivenRoleRow)
        .where(GivenRoleRow.id.in_([row.id for row in rows]))
        .values(revoked_by=by, revoked_at=now)
    )
