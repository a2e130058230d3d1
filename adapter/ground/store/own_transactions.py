"""Statements that are transactions of their own, over one connection that stays open for them: no
BEGIN and COMMIT to go and come back for, and a statement that the database has prepared already.

Only for what is whole in one statement, and adds nothing to a log with a chain.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from threading import Lock
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Delete, Engine, Insert, Update
from sqlalchemy.exc import DBAPIError

if TYPE_CHECKING:
    from adapter.ground.store.prepared import PreparingConnection

ALONE = "odwh_alone"
"""Option of a connection on SQLite: the statement is the transaction."""


class Statement:
    """One statement, put into words once for the engine. Its values are texts, as `bindparam`s."""

    def __init__(self, engine: Engine, statement: Insert | Update | Delete) -> None:
        dialect = engine.dialect
        if dialect.name == "postgresql":
            from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

            # As PostgreSQL itself writes the places of values: no driver reads these words.
            untyped: Any = PGDialect_psycopg
            dialect = untyped(paramstyle="numeric_dollar")
        words = statement.compile(dialect=dialect).construct_expanded_state()
        self.words = words.statement
        self._values = words.parameters
        self._places = words.positiontup or ()

    def given(self, values: Mapping[str, str]) -> tuple[str, ...]:
        """In the order of their places."""
        given = {**self._values, **values}
        return tuple(given[name] for name in self._places)


class _OnSqlite:
    """A connection on which the statement is the transaction."""

    def __init__(self, connection: Connection) -> None:
        # As it was opened: it begins no transaction of itself (`register.py`).
        self._connection = connection.execution_options(**{ALONE: True})

    def execute(self, words: str, texts: Sequence[str]) -> list[tuple[Any, ...]]:
        asked = self._connection.exec_driver_sql(words, tuple(texts))
        return [tuple(row) for row in asked.all()]

    def close(self) -> None:
        self._connection.close()


class OwnTransactions:
    """As many connections as statements are carried out at the same time, of which at most
    `most_kept` stay open. `one_writer` is the turn of whoever writes in this process."""

    def __init__(
        self, engine: Engine, one_writer: AbstractContextManager[object], most_kept: int
    ) -> None:
        self._engine = engine
        self._one_writer = one_writer
        self._most_kept = most_kept
        self._lock = Lock()
        self._idle: list[_OnSqlite | PreparingConnection] = []
        self._closed = 0

    def execute(self, statement: Statement, values: Mapping[str, str]) -> list[tuple[Any, ...]]:
        """What the statement returns, committed. On a connection that the database had closed
        meanwhile it is tried once more on a new one: it must be harmless to repeat."""
        texts = statement.given(values)
        with self._one_writer:
            with self._lock:
                kept, closed = self._idle.pop() if self._idle else None, self._closed
            if kept is not None:
                try:
                    return self._execute(kept, statement.words, texts, closed)
                except DBAPIError as error:
                    if not error.connection_invalidated:
                        raise
            return self._execute(_connected(self._engine), statement.words, texts, closed)

    def close(self) -> None:
        """Until the next statement."""
        with self._lock:
            idle, self._idle = self._idle, []
            self._closed += 1
        for connection in idle:
            connection.close()

    def _execute(
        self,
        connection: _OnSqlite | PreparingConnection,
        words: str,
        texts: Sequence[str],
        closed: int,
    ) -> list[tuple[Any, ...]]:
        """`closed` is how often all were closed before: what was in use meanwhile is not kept."""
        try:
            found = connection.execute(words, texts)
        except BaseException:
            connection.close()
            raise
        with self._lock:
            kept = closed == self._closed and len(self._idle) < self._most_kept
            if kept:
                self._idle.append(connection)
        if not kept:
            connection.close()
        return found


def _connected(engine: Engine) -> _OnSqlite | PreparingConnection:
    if engine.dialect.name == "sqlite":
        return _OnSqlite(engine.connect())
    # The driver of PostgreSQL is there only where it is used.
    from adapter.ground.store.prepared import PreparingConnection

    return PreparingConnection(engine.connect().execution_options(isolation_level="AUTOCOMMIT"))
