"""What somebody sent after the session had ended: kept for that person alone, until it is sent
again, thrown away, or an hour old (WCAG 2.2, criterion 2.2.5)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select

from adapter.ground.store.reading import row_or_none
from adapter.ground.store.rows import upsert
from adapter.ground.store.tables.sign_in import KeptFormRow

KEPT = timedelta(hours=1)


def keep_form(
    connection: Connection,
    employee_id: str,
    path: str,
    fields: Iterable[tuple[str, str]],
    now: datetime,
) -> None:
    """In place of an earlier one of the same person."""
    values = {"path": path, "fields": [list(one) for one in fields], "kept_at": now}
    upsert(connection, KeptFormRow, {"employee_id": employee_id}, values)


def kept_form_of(connection: Connection, employee_id: str, now: datetime) -> KeptFormRow | None:
    return row_or_none(
        connection,
        select(KeptFormRow).where(
            KeptFormRow.employee_id == employee_id, KeptFormRow.kept_at > now - KEPT
        ),
    )


def forget_form(connection: Connection, employee_id: str) -> None:
    connection.execute(delete(KeptFormRow).where(KeptFormRow.employee_id == employee_id))


def forget_old_forms(connection: Connection, now: datetime) -> None:
    """Of everybody."""
    connection.execute(delete(KeptFormRow).where(KeptFormRow.kept_at <= now - KEPT))
