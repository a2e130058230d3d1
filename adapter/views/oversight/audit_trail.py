"""The audit trail: newest first for who looks at it, and in order for who takes it elsewhere."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select, tuple_

from adapter.ground.store.portions import LENGTH, Stretch, stretch
from adapter.ground.store.reading import row_or_none, rows_as, rows_of
from adapter.ground.store.tables.decisions import ChainLinkRow
from adapter.ground.store.tables.work import AuditLineRow
from adapter.register.audit_log import LOG
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


class Entry:
    """A line with its place in the chain."""

    id: str
    at: datetime
    actor: str
    action: str
    record: str
    result: str
    way: str | None
    about: str | None
    number: int
    sha256: str


def entries_after(
    connection: Connection,
    number: int,
    limit: int,
    *,
    since: datetime | None = None,
    action: str | None = None,
    about: str | None = None,
) -> list[Entry]:
    """In the order of the chain, in which every entry comes after all that were committed before
    it: who goes on after the last number misses none."""
    statement = (
        select(AuditLineRow, ChainLinkRow.number, ChainLinkRow.sha256)
        .join(ChainLinkRow, ChainLinkRow.record == AuditLineRow.id)
        .where(ChainLinkRow.log == LOG, ChainLinkRow.number > number)
        .order_by(ChainLinkRow.number)
        .limit(limit)
    )
    if since is not None:
        statement = statement.where(AuditLineRow.at >= since)
    if action is not None:
        statement = statement.where(AuditLineRow.action == action)
    if about is not None:
        statement = statement.where(AuditLineRow.about == about)
    return rows_as(connection, statement, Entry)
