"""Roles that an administrator gives to a person, beside what follows from the HRIS (Visie §5).

They are given to who works here at that moment, or will: they end with the employment, and do not
come back with another one, which may be another person's under the same number.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from uuid import uuid4

from sqlalchemy import Connection, insert, select, update

from adapter.ground.store.reading import rows_of
from adapter.ground.store.tables.sign_in import GivenRoleRow
from adapter.register.audit_log import note_act
from adapter.register.employments import is_out_after, left_since, terms_of, terms_of_each
from adapter.register.keys import Role
from policy.days import amsterdam_day

GIVABLE = frozenset(
    {Role.HR, Role.MANAGEMENT_TEAM, Role.KNOWLEDGE_BROKER, Role.AUDITOR, Role.ADMIN}
)
"""Employee and manager follow from the HRIS; the others are systems."""
_ADAPTER = "odwh-adapter"


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
    holds = _holding(connection, standing, amsterdam_day(now))
    if any(row.last_on == last_on for row in holds):
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
        _note_revoking(connection, employee_id, f"{role} revoked", now, by)
    return bool(standing)


def given_to(connection: Connection, employee_id: str, today: date) -> frozenset[Role]:
    """Those that hold on a day in Amsterdam."""
    rows = _unrevoked(connection, employee_id)
    return frozenset(Role(row.role) for row in _holding(connection, rows, today))


def holders_of(connection: Connection, role: Role, today: date) -> list[str]:
    """Employee numbers of those to whom this role is given at the moment."""
    rows = rows_of(
        connection,
        select(GivenRoleRow).where(GivenRoleRow.role == role, GivenRoleRow.revoked_at.is_(None)),
    )
    return sorted({row.employee_id for row in _holding(connection, rows, today)})


def ended_by_leaving(
    connection: Connection, rows: Iterable[GivenRoleRow], today: date
) -> frozenset[str]:
    """The ids of those that nobody took back, and that ended with the employment."""
    found = [row for row in rows if row.revoked_at is None]
    if not found:
        return frozenset()
    terms = terms_of_each(connection, {row.employee_id for row in found})
    return frozenset(
        row.id
        for row in found
        if left_since(terms[row.employee_id], amsterdam_day(row.given_at), today)
    )


def revoke_after_leaving(
    connection: Connection, employee_id: str, last_day: date, now: datetime
) -> None:
    """The HRIS shows this ended employment no more, so that nothing will tell of it: what had been
    given until then is taken back for good. What goes on without a gap is no leaving."""
    if not is_out_after(terms_of(connection, employee_id), last_day):
        return
    for row in _unrevoked(connection, employee_id):
        if amsterdam_day(row.given_at) <= last_day:
            _revoke(connection, [row], _ADAPTER, now)
            _note_revoking(connection, employee_id, f"{row.role} ended with employment", now)


def all_given(connection: Connection) -> list[GivenRoleRow]:
    """Revoked and ended ones too, in the order in which they were given."""
    return rows_of(connection, select(GivenRoleRow).order_by(GivenRoleRow.given_at))


def _holding(
    connection: Connection, rows: Iterable[GivenRoleRow], today: date
) -> list[GivenRoleRow]:
    """Those of some unrevoked ones that hold on this day."""
    within = [row for row in rows if row.last_on is None or row.last_on >= today]
    ended = ended_by_leaving(connection, within, today)
    return [row for row in within if row.id not in ended]


def _note_revoking(
    connection: Connection, employee_id: str, result: str, now: datetime, by: str = _ADAPTER
) -> None:
    note_act(
        connection,
        now,
        actor=by,
        action="revoke-role",
        record=employee_id,
        result=result,
        about=employee_id,
    )


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
