"""Sessions and sign-ups as the register holds them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, Select, select

from adapter.ground.store.tables.in_company import in_company_sessions, sign_up_steps, sign_ups
from adapter.ground.store.tables.people import employees
from adapter.subjects.requests.acts import Act
from adapter.subjects.requests.refusals import UnknownEntry


def one_session(act: Act, session_id: str) -> Row[Any]:
    """Raises `UnknownEntry`."""
    return _found(act, select(in_company_sessions).where(in_company_sessions.c.id == session_id))


def locked_session(act: Act, session_id: str) -> Row[Any]:
    """The session, locked for this act: places are given to one at a time. Raises
    `UnknownEntry`."""
    wanted = select(in_company_sessions).where(in_company_sessions.c.id == session_id)
    return _found(act, wanted.with_for_update())


def _found(act: Act, wanted: Select[Any]) -> Row[Any]:
    row = act.connection.execute(wanted).one_or_none()
    if row is None:
        raise UnknownEntry
    return row


def sign_ups_of(act: Act, session_id: str) -> list[Row[Any]]:
    """In order of sign-up, each with the employee's manager and name as last read."""
    return list(
        act.connection.execute(
            select(
                sign_ups,
                employees.c.manager_id,
                employees.c.given_name,
                employees.c.family_name_prefix,
                employees.c.family_name,
            )
            .join(employees, employees.c.employee_id == sign_ups.c.employee_id, isouter=True)
            .where(sign_ups.c.session_id == session_id)
            .order_by(sign_ups.c.position)
        )
    )


def full_name(row: Row[Any]) -> str:
    """Of a row of `sign_ups_of`; empty when the HRIS no longer knows the employee."""
    return " ".join(
        part for part in (row.given_name, row.family_name_prefix, row.family_name) if part
    )


def steps_of(act: Act, sign_up_id: str) -> list[Row[Any]]:
    """Every step of a sign-up, oldest first."""
    return list(
        act.connection.execute(
            select(sign_up_steps)
            .where(sign_up_steps.c.sign_up_id == sign_up_id)
            .order_by(sign_up_steps.c.version)
        )
    )
