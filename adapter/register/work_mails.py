"""The work e-mail of employees of whom the HRIS tells none, as their identity provider tells it.

Apart from what reads whole users: importing their models takes a second, which no command that
reads no user should take.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sqlalchemy import Connection, Row, func, select

from adapter.ground.store.tables.people import employees
from adapter.ground.store.tables.scim import scim_users


def work_mails(connection: Connection) -> dict[str, str]:
    """By employee number, of accounts in use that carry one. Of somebody with two addresses none is
    told: which is the right one would be a guess."""
    told = connection.execute(
        select(scim_users)
        .join(employees, employees.c.employee_id == scim_users.c.employee_number)
        .where(scim_users.c.active == 1, func.trim(func.coalesce(employees.c.email, "")) == "")
        .order_by(scim_users.c.created_at, scim_users.c.id)
    )
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for row in told:
        mail = (work_mail(row) or "").strip()
        if mail:
            found[row.employee_number].setdefault(mail.lower(), mail)
    return {
        number: next(iter(mails.values())) for number, mails in found.items() if len(mails) == 1
    }


def work_mail(row: Row[Any]) -> str | None:
    """The address of type `work`, else the first one; a person's own address is not taken."""
    mails = row.resource.get("emails") or []
    kinds = {mail.get("type"): mail.get("value") for mail in reversed(mails)}
    found: str | None = kinds.get("work") or kinds.get(None)
    return found
