"""The work e-mail of employees of whom the HRIS tells none, as their identity provider tells it.

Apart from what reads whole users: importing their models takes a second, which no command that
reads no user should take.
"""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import Connection, func, select

from adapter.ground.store.reading import rows_of
from adapter.ground.store.tables.people import EmployeeRow
from adapter.ground.store.tables.scim import ScimUserRow


def work_mails(connection: Connection) -> dict[str, str]:
    """By employee number, of accounts in use that carry one. Of somebody with two addresses none is
    told: which is the right one would be a guess."""
    told = rows_of(
        connection,
        select(ScimUserRow)
        .join(EmployeeRow, EmployeeRow.employee_id == ScimUserRow.employee_number)
        .where(ScimUserRow.active == 1, func.trim(func.coalesce(EmployeeRow.email, "")) == "")
        .order_by(ScimUserRow.created_at, ScimUserRow.id),
    )
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for row in told:
        mail = (work_mail(row) or "").strip()
        if mail and row.employee_number is not None:
            found[row.employee_number].setdefault(mail.lower(), mail)
    return {
        number: next(iter(mails.values())) for number, mails in found.items() if len(mails) == 1
    }


def work_mail(row: ScimUserRow) -> str | None:
    """The address of type `work`, else the first one; a person's own address is not taken."""
    mails = row.resource.get("emails") or []
    kinds = {mail.get("type"): mail.get("value") for mail in reversed(mails)}
    found: str | None = kinds.get("work") or kinds.get(None)
    return found
