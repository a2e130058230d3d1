"""Our own events: something in the register changed, so decisions about an employee may change."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import uuid4

from sqlalchemy import Connection

from adapter.queues.inbox import Channel, Delivery, store

SOURCE = "register"
EMPLOYEE_CHANGED = "employee_changed"
ACCOUNTS_UNKNOWN = "accounts_unknown"
"""The register knows no account of the employee: whether there is one is asked of the LMS."""
NEEDS_THE_LMS = (ACCOUNTS_UNKNOWN,)
"""The kinds that ask another system something; the others are decided from the register alone."""


def announce(connection: Connection, employee_ids: Iterable[str], now: datetime) -> None:
    """Have the worker decide again on the enrolments of these employees.

    Called in the transaction of the change itself (a grant, a signature, an exemption, a consent,
    an end of employment), so that neither can be there without the other.
    """
    for employee_id in sorted(set(employee_ids)):
        _store(connection, EMPLOYEE_CHANGED, employee_id, now)


def ask_for_accounts(connection: Connection, employee_id: str, now: datetime) -> None:
    """Have the worker ask the LMS which accounts the employee has, and decide again if any."""
    _store(connection, ACCOUNTS_UNKNOWN, employee_id, now)


def _store(connection: Connection, kind: str, employee_id: str, now: datetime) -> None:
    delivery = Delivery(
        source=SOURCE,
        delivery_id=str(uuid4()),
        channel=Channel.REGISTER,
        kind=kind,
        body={"employee_id": employee_id},
    )
    store(connection, delivery, now)
