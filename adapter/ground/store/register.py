"""The register: one database, on SQLite or PostgreSQL, and its two kinds of transaction."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from functools import partial
from threading import Lock
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.pool import ConnectionPoolEntry

from adapter.ground.store import chain
from adapter.ground.store.failures import address

BUSY_TIMEOUT_MS = 15_000
CONNECTIONS_KEPT = 5
MOST_CONNECTIONS = 15


class Register:
    """Opens transactions. `write()` commits when the block ends and rolls back when it raises; what
    the block added to a log is sealed just before it commits."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        # SQLite waits for a lock by sleeping; queueing writers of one process here keeps the
        # slowest of them fast. PostgreSQL needs no such help.
        self._one_writer: AbstractContextManager[object] = (
            Lock() if engine.dialect.name == "sqlite" else nullcontext()
        )

    @contextmanager
    def read(self) -> Iterator[Connection]:
        with self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def read_at_one_moment(self) -> Iterator[Connection]:
        """Every question sees the register as it was at the first one, however long it takes and
        whatever is written meanwhile."""
        with self.engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        with self._one_writer, self.engine.connect() as connection:
            connection = connection.execution_options(odwh_write=True)
            chain.forget_unsealed(connection)
            with connection.begin():
                yield connection
                chain.seal(connection)

    def close(self) -> None:
        self.engine.dispose()


def open_register(url: str, kept: int = CONNECTIONS_KEPT) -> Register:
    """Open the database of an SQLAlchemy URL; `postgresql://` means the psycopg 3 driver. So many
    connections are kept of PostgreSQL, and up to `MOST_CONNECTIONS` made.

    The values of a statement stay out of its errors, since those are logged and values hold names.
    Raises `WrongAddress`.
    """
    parsed = address(url)
    if parsed.get_backend_name() != "sqlite":
        return Register(_postgresql(parsed, kept))
    engine = create_engine(
        parsed, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000}, hide_parameters=True
    )
    event.listen(engine, "do_connect", partial(_make_private, parsed.database))
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return Register(engine)


def _postgresql(url: URL, kept: int) -> Engine:
    more = MOST_CONNECTIONS - kept
    return create_engine(
        url, pool_pre_ping=True, hide_parameters=True, pool_size=kept, max_overflow=more
    )


def _make_private(file: str | None, *_connecting: Any) -> None:
    """A new register is for its own user alone: SQLite would leave that to the umask. What it
    keeps beside the file gets the mode of the file."""
    if not file or file == ":memory:" or file.startswith("file:"):
        return
    # What stands in the way is told by the connection that follows.
    with suppress(OSError):
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def _prepare_sqlite(connection: Any, _entry: ConnectionPoolEntry) -> None:
    # The driver must not begin transactions by itself, or BEGIN IMMEDIATE comes too late.
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "foreign_keys=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    """A writer takes its lock at once: upgrading a read lock later can fail without waiting."""
    writes = connection.get_execution_options().get("odwh_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
