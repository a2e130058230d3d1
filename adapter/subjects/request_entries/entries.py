"""What the register knows of each entry of the request form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, select, update

from adapter.ground.store.reading import row_of, row_or_none, rows_of
from adapter.ground.store.rows import upsert
from adapter.ground.store.tables.request_form import RequestEntryRow
from adapter.subjects.request_entries.wrong_entry import WrongEntryField
from connectors.ports import RequestEntry


def keep_entry(
    connection: Connection, entry: RequestEntry, employee_id: str | None, now: datetime
) -> RequestEntryRow:
    """Note that it was read, and return what is known of it; the write locks it for this
    transaction."""
    key = {"entry_id": entry.entry_id, "entered_at": entry.entered_at}
    values = {
        "author_id": entry.author_id,
        "employee_id": employee_id,
        "modified_at": entry.modified_at,
        "read_at": now,
        "gone_at": None,
    }
    upsert(connection, RequestEntryRow, key, values, {"wrong": []})
    _mark_others_gone(connection, entry, now)
    return kept_entry(connection, entry)


def _mark_others_gone(connection: Connection, entry: RequestEntry, now: datetime) -> None:
    """A restored LMS gives a number again; the entry that had it is no longer there."""
    connection.execute(
        update(RequestEntryRow)
        .where(
            RequestEntryRow.entry_id == entry.entry_id,
            RequestEntryRow.entered_at != entry.entered_at,
            RequestEntryRow.gone_at.is_(None),
        )
        .values(gone_at=now)
    )


def kept_entry(connection: Connection, entry: RequestEntry) -> RequestEntryRow:
    return row_of(connection, select(RequestEntryRow).where(of_entry(entry)))


def of_entry(entry: RequestEntry) -> ColumnElement[bool]:
    return (RequestEntryRow.entry_id == entry.entry_id) & (
        RequestEntryRow.entered_at == entry.entered_at
    )


def note(connection: Connection, entry: RequestEntry, **values: Any) -> None:
    connection.execute(update(RequestEntryRow).where(of_entry(entry)).values(**values))


def plain_wrong(fields: Iterable[WrongEntryField], labels: Mapping[str, str]) -> list[Any]:
    """As the register keeps it: the field by the name that people know."""
    return [
        {
            "field": labels.get(one.name or "", None),
            "reason": one.reason,
            "numbers": {
                name: number if isinstance(number, int) else str(number)
                for name, number in one.numbers.items()
            },
        }
        for one in fields
    ]


def mark_gone(connection: Connection, entry_id: str, now: datetime) -> None:
    """Its request stays: what was asked was asked."""
    connection.execute(
        update(RequestEntryRow)
        .where(RequestEntryRow.entry_id == entry_id, RequestEntryRow.gone_at.is_(None))
        .values(gone_at=now)
    )


def present(connection: Connection) -> list[RequestEntryRow]:
    """The entries that the LMS still showed when it was last asked."""
    return rows_of(connection, select(RequestEntryRow).where(RequestEntryRow.gone_at.is_(None)))


def present_entry(connection: Connection, entry_id: str) -> RequestEntryRow | None:
    return row_or_none(
        connection,
        select(RequestEntryRow)
        .where(RequestEntryRow.entry_id == entry_id, RequestEntryRow.gone_at.is_(None))
        .order_by(RequestEntryRow.entered_at.desc())
        .limit(1),
    )
