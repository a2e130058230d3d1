"""Reads from the LMS which accounts the employees have.

The participants report only names accounts with an enrolment; whether the others exist, or are
still open, is asked by employee number.
"""

from __future__ import annotations

from sqlalchemy import select

from adapter.parts import Parts
from adapter.store.tables.people import employees
from adapter.sync.people import keep_lms_users
from connectors.errors import Misconfigured


def read_accounts(parts: Parts) -> int:
    """Keep the accounts of every employee in the register; returns how many there are.

    Raises the errors of `connectors.errors`, among them `Misconfigured` without an LMS.
    """
    if parts.lms is None:
        raise Misconfigured("no LMS is configured; set ODWH_MOODLE_URL and ODWH_MOODLE_TOKEN")
    with parts.register.read() as connection:
        numbers = list(connection.execute(select(employees.c.employee_id)).scalars())
    users = [user for found in parts.lms.users_by_employee(numbers).values() for user in found]
    with parts.register.write() as connection:
        keep_lms_users(connection, users, parts.clock.now())
    return len(users)
