"""Which leased rows this process is working on: while it is, their leases are renewed. It may work
in the registers of several organisations, in which rows have the same names."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from threading import Lock

from sqlalchemy import Connection, Engine

from adapter.ground.store.register import Register
from adapter.ground.store.tables.work import LeasedRow
from adapter.queues.leases import renew

_rows: set[tuple[Engine, type[LeasedRow], str]] = set()
_lock = Lock()


@contextmanager
def in_hand(register: Register, table: type[LeasedRow], *row_ids: str) -> Iterator[None]:
    rows = {(register.engine, table, row_id) for row_id in row_ids}
    with _lock:
        _rows.update(rows)
    try:
        yield
    finally:
        with _lock:
            _rows.difference_update(rows)


def renew_in_hand(connection: Connection, now: datetime) -> None:
    """A lease that no thread works on any more is left alone, and ends by itself."""
    with _lock:
        rows = [(table, row_id) for engine, table, row_id in _rows if engine is connection.engine]
    for table in {table for table, _ in rows}:
        renew(connection, table, [row_id for of, row_id in rows if of is table], now)
