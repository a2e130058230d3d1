"""The register: one database, on SQLite or PostgreSQL, and its two kinds of transaction."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, text
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from adapter.ground.clock import DatabaseClock, steady_seconds
from adapter.ground.store import chain, committed
from adapter.ground.store.failures import DIRECT_SETTING, address
from adapter.ground.store.folding import SQLITE_FUNCTION, folded
from adapter.ground.store.own_transactions import ALONE, OwnTransactions

if TYPE_CHECKING:
    import psycopg

BUSY_TIMEOUT_MS = 15_000
CONNECTIONS = 15
"""Of a process that says nothing else."""
RENEWED_SECONDS = 600
"""A connection to PostgreSQL is made anew after this: then the process hears the database's time
again."""
ON_THE_NETWORK = {
    "connect_timeout": "10",
    # A machine that was cut off answers nothing, not even that it is gone.
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "4",
    "tcp_user_timeout": "30000",
}
"""What libpq is told where the address says nothing of it, in seconds and milliseconds."""
IN_THE_SERVER = {
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "4",
    "idle_in_transaction_session_timeout": "5min",
}
"""What PostgreSQL is told: a machine that was cut off within a transaction holds locks, for which
all others would wait until the server notices, by itself after two hours."""


class Register:
    """Opens transactions. `write()` commits when the block ends and rolls back when it raises; what
    the block added to a log is sealed just before it commits."""

    def __init__(self, engine: Engine, direct_url: URL | None = None, kept_alone: int = 1) -> None:
        """`kept_alone` connections at most stay with `own_transactions`."""
        self.engine = engine
        self.direct_url = direct_url
        """The database past a pooler; None where no other address is named."""
        self.pooled = False
        """Whether a pooler was seen between us and PostgreSQL."""
        self.clock = DatabaseClock()
        # SQLite waits for a lock by sleeping; queueing writers of one process here keeps the
        # slowest of them fast. PostgreSQL needs no such help.
        self._one_writer: AbstractContextManager[object] = (
            Lock() if engine.dialect.name == "sqlite" else nullcontext()
        )
        self.own_transactions = OwnTransactions(engine, self._one_writer, kept_alone)

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
            committed.taken(connection)
            with connection.begin():
                yield connection
                chain.seal(connection)
            told = committed.taken(connection)
        for tell in told:
            tell()

    def connections_in_use(self) -> int:
        """Of this process; 0 where there is no pool that counts them."""
        pool = self.engine.pool
        return pool.checkedout() if isinstance(pool, QueuePool) else 0

    def hear_time(self) -> None:
        """Tell the clock what time the database has."""
        if self.engine.dialect.name != "postgresql":
            return
        with self.read() as connection:
            asked_at = steady_seconds()
            moment = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
            self.clock.tell(moment, asked_at)

    def close(self) -> None:
        self.own_transactions.close()
        self.engine.dispose()


def open_register(
    url: str,
    *,
    direct_url: str | None = None,
    connections: int = CONNECTIONS,
    kept: int | None = None,
) -> Register:
    """Open the database of an SQLAlchemy URL; `postgresql://` means the psycopg 3 driver. On
    PostgreSQL at most `connections` are open at a time, of which `kept` stay so, or all of them;
    who needs one more waits for it.

    The values of a statement stay out of its errors, since those are logged and values hold names.
    Raises `WrongAddress`.
    """
    parsed = address(url)
    if parsed.get_backend_name() != "sqlite":
        direct = None if direct_url is None else address(direct_url, DIRECT_SETTING)
        return _on_postgresql(parsed, direct, connections, kept)
    engine = create_engine(
        parsed, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000}, hide_parameters=True
    )
    event.listen(engine, "do_connect", partial(_make_private, parsed.database))
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return Register(engine)


def _on_postgresql(
    url: URL, direct_url: URL | None, connections: int, kept: int | None
) -> Register:
    kept = connections if kept is None else min(kept, connections)
    engine = create_engine(
        url,
        pool_pre_ping=True,
        pool_size=kept,
        max_overflow=connections - kept,
        pool_recycle=RENEWED_SECONDS,
        hide_parameters=True,
        connect_args=on_the_network(url),
    )
    # Half of what stays open, and never one of the last two: all others live on those.
    register = Register(engine, direct_url, max(0, min(kept // 2, connections - 2)))
    event.listen(engine, "connect", partial(_prepare_postgresql, register))
    return register


def on_the_network(url: URL) -> Mapping[str, str]:
    return {name: value for name, value in ON_THE_NETWORK.items() if name not in url.query}


def _prepare_postgresql(
    register: Register, connection: psycopg.Connection[Any], _entry: ConnectionPoolEntry
) -> None:
    """Behind a pooler each transaction may come to another process of PostgreSQL, which knows
    nothing of statements that were prepared in an earlier one."""
    connection.autocommit = True
    asked_at = steady_seconds()
    said = connection.execute("SELECT pg_backend_pid(), clock_timestamp()").fetchone()
    connection.autocommit = False
    assert said is not None, "a SELECT without FROM gives a row"
    process, moment = said
    register.clock.tell(moment, asked_at)
    if is_pooled(connection, process):
        register.pooled = True
        connection.prepare_threshold = None
        return
    # Behind a pooler the connection is others' too: there its own settings see to this.
    _tell_the_server(connection)


def _tell_the_server(connection: psycopg.Connection[Any]) -> None:
    connection.autocommit = True
    set_each = ", ".join("set_config(%s, %s, false)" for _ in IN_THE_SERVER)
    values = [part for setting in IN_THE_SERVER.items() for part in setting]
    connection.execute(f"SELECT {set_each}", values)
    connection.autocommit = False


def is_pooled(connection: psycopg.Connection[Any], process: int) -> bool:
    """Whether a pooler is between us and PostgreSQL, by the `process` that answers: a pooler names
    another one to who connects."""
    return connection.info.backend_pid != process


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
    connection.create_function(SQLITE_FUNCTION, 1, folded, deterministic=True)


def _begin_sqlite(connection: Connection) -> None:
    """A writer takes its lock at once: upgrading a read lock later can fail without waiting."""
    options = connection.get_execution_options()
    if options.get(ALONE, False):
        return
    writes = options.get("odwh_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
