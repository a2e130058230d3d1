"""Our own events: something in the register changed, so decisions about an employee may change."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import uuid4

from sqlalchemy import Connection

from adapter.events.inbox import Channel, Delivery, store

SOURCE = "register"
EMPLOYEE_CHANGED = "employee_changed"


def announce(connection: Connection, employee_ids: Iterable[str], now: datetime) -> None:
    """Have the worker decide again on the enrolments of these employees.

    Called in the transaction of the change itself (a grant, a signature, an exemption, a consent,
    an end of employment), so that neither can be there without the other.
    """
    for employee_id in sorted(set(employee_ids)):
        delivery = Delivery(
            source=SOURCE,
            delivery_id=str(uuid4()),
            channel=Channel.REGISTER,
            kind=EMPLOYEE_CHANGED,
            body={"employee_id": employee_id},
        )
        store(connection, delivery, now)
