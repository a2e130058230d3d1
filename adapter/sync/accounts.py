"""Reads from the LMS which accounts the employees have.

The participants report only names accounts with an enrolment; whether the others exist, or are
still open, is asked by employee number.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select, update

from adapter.parts import Parts
from adapter.store.tables.people import employees, lms_users
from adapter.sync.people import in_chunks, keep_lms_users
from connectors.errors import Misconfigured


def read_accounts(parts: Parts) -> int:
    """Keep the accounts of every employee in the register; returns how many there are.

    An account that no longer carries an employee's number (it was deleted, or the number changed)
    is no longer that employee's. Raises the errors of `connectors.errors`, among them
    `Misconfigured` without an LMS.
    """
    if parts.lms is None:
        raise Misconfigured("no LMS is configured; set ODWH_MOODLE_URL and ODWH_MOODLE_TOKEN")
    with parts.register.read() as connection:
        numbers = list(connection.execute(select(employees.c.employee_id)).scalars())
    found = parts.lms.users_by_employee(numbers)
    shown = {user.user_id: user for users in found.values() for user in users}
    with parts.register.write() as connection:
        keep_lms_users(connection, shown.values(), parts.clock.now())
        _take_away(connection, frozenset(numbers), frozenset(shown), parts.clock.now())
    return len(shown)


def _take_away(
    connection: Connection, asked: frozenset[str], shown: frozenset[str], now: datetime
) -> None:
    known = connection.execute(
        select(lms_users.c.user_id, lms_users.c.employee_id).where(
            lms_users.c.employee_id.is_not(None)
        )
    ).all()
    lost = [row.user_id for row in known if row.employee_id in asked and row.user_id not in shown]
    for chunk in in_chunks(lost):
        connection.execute(
            update(lms_users)
            .where(lms_users.c.user_id.in_(chunk))
            .values(employee_id=None, seen_at=now)
        )
