"""Who lost access, told to the HRIS side as a hint.

That an account is switched off is no proof of an exit: it happens on leave, on another role and on
another licence as well, and long before or after the last day. So the person is looked up in the
HRIS, and no repayment ever follows from this alone.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, select

from adapter.ground.store.tables.people import EmployeeRow
from adapter.ground.store.tables.scim import ScimUserRow
from adapter.queues.inbox import store
from adapter.register.work_mails import work_mail
from adapter.subjects.leaving.hris_messages import HrisMessage, delivery_of
from adapter.subjects.leaving.lifecycle import EventKind


def tell_access_lost(connection: Connection, row: ScimUserRow, sender: str, now: datetime) -> None:
    """Store the hint, in the caller's transaction; `sender` is the id of the key that told.

    Somebody whom the HRIS never showed has no employment to end, so nothing is stored then.
    """
    employee_id = employee_of(connection, row)
    if employee_id is None:
        return
    noticed = now.isoformat()
    message = HrisMessage.model_validate(
        {
            "specversion": "1.0",
            "id": f"scim:{sender}:{row.id}:disabled:{noticed}",
            "source": f"urn:hris:scim:{sender}",
            "type": f"nl.hris.{EventKind.ACCESS_DISABLED}",
            "time": noticed,
            "data": {"method": "push", "employee": {"employee_id": employee_id}},
        }
    )
    store(connection, delivery_of(message), now)


def employee_of(connection: Connection, row: ScimUserRow) -> str | None:
    """By employee number, else by a work address that one employee alone has."""
    number = connection.execute(
        select(EmployeeRow.employee_id).where(EmployeeRow.employee_id == row.employee_number)
    ).scalar_one_or_none()
    mail = work_mail(row)
    if number is not None or row.employee_number is not None or mail is None:
        return number
    same = connection.execute(
        select(EmployeeRow.employee_id).where(func.lower(EmployeeRow.email) == mail.lower())
    ).scalars()
    found = same.all()
    return found[0] if len(found) == 1 else None
