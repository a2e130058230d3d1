"""The audit trail, newest first: who did what to which record."""

from __future__ import annotations

from sqlalchemy import Connection, select, tuple_

from adapter.ground.store.portions import LENGTH, Stretch, stretch
from adapter.ground.store.reading import row_or_none, rows_of
from adapter.ground.store.tables.work import AuditLineRow
from adapter.subjects.requests.refusals import UnknownEntry


def audit_trail(connection: Connection, action: str, after: str) -> Stretch[AuditLineRow]:
    """Of one action where `action` is not empty, from the line `after` on. Raises `UnknownEntry`
    when there is no such line."""
    statement = (
        select(AuditLineRow)
        .order_by(AuditLineRow.at.desc(), AuditLineRow.id.desc())
        .limit(LENGTH + 1)
    )
    if action:
        statement = statement.where(AuditLineRow.action == action)
    if after:
        last = row_or_none(connection, select(AuditLineRow).where(AuditLineRow.id == after))
        if last is None:
            raise UnknownEntry
        place = tuple_(AuditLineRow.at, AuditLineRow.id)
        statement = statement.where(place < tuple_(last.at, last.id))
    return stretch(rows_of(connection, statement), lambda line: line.id)
