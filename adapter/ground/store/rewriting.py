"""Rewriting and removing records of the logs that are only added to: for an erasure or a
destruction by the selection list, and for nothing else.

The database refuses it, so its guards are taken away inside the transaction and put back before it
ends; whoever reads meanwhile waits or sees what was there before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, delete, select, text, update

from adapter.ground.store.chain import GONE, LOGS, record_digest
from adapter.ground.store.metadata import table_of

Redaction = list[str]
"""Log, record, hash before and hash after, as `ErasureRow` and `DestructionRow` keep it."""


@contextmanager
def logs_open(connection: Connection) -> Iterator[None]:
    """Lets the records of the logs be changed in this transaction, until the block ends."""
    if connection.dialect.name == "postgresql":
        for log in LOGS:
            connection.execute(text(f"ALTER TABLE {log} DISABLE TRIGGER only_added_to"))
        yield
        for log in LOGS:
            connection.execute(text(f"ALTER TABLE {log} ENABLE TRIGGER only_added_to"))
        return
    guards = connection.execute(
        text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    ).all()
    for name, _ in guards:
        connection.execute(text(f"DROP TRIGGER {name}"))
    yield
    for _, made_by in guards:
        connection.execute(text(made_by))


def redact(connection: Connection, log: str, record: str, values: Mapping[str, Any]) -> Redaction:
    """Set these columns of a record, inside `logs_open`, and say how its hash changed."""
    stored, key = LOGS[log]
    table = table_of(stored)
    that_one = table.c[key] == record
    before = dict(connection.execute(select(table).where(that_one)).mappings().one())
    connection.execute(update(table).where(that_one).values(values))
    after = dict(connection.execute(select(table).where(that_one)).mappings().one())
    return [log, record, record_digest(before), record_digest(after)]


def destroy(connection: Connection, log: str, record: str) -> Redaction:
    """Remove a record, inside `logs_open`, and say which one it was by its hash."""
    stored, key = LOGS[log]
    table = table_of(stored)
    that_one = table.c[key] == record
    before = dict(connection.execute(select(table).where(that_one)).mappings().one())
    connection.execute(delete(table).where(that_one))
    return [log, record, record_digest(before), GONE]
