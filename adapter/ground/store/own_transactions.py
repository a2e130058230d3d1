"""Statements that are transactions of their own, over one connection that stays open for them: no
BEGIN and COMMIT to go and come back for, and a statement that the database has prepared already.

Only for what is whole in one statement, and adds nothing to a log with a chain.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Delete, Engine, Insert, Update
from sqlalchemy.exc import DBAPIError

ALONE = "odwh_alone"
"""Option of a connection on SQLite: the statement is the transaction."""


class Statement:
    """One statement, put into words once for the engine. Its values are named `bindparam`s."""

    def __init__(self, engine: Engine, statement: Insert | Update | Delete) -> None:
        words = statement.compile(dialect=engine.dialect).construct_expanded_state()
        self.words = words.statement
        self._values = words.parameters
        self._places = words.positiontup

    def given(self, values: Mapping[str, Any]) -> Any:
        """The values as the driver takes them."""
        given = {**self._values, **values}
        return given if self._places is None else tuple(given[name] for name in self._places)


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
        self._idle: list[Connection] = []
        self._closed = 0

    def execute(self, statement: Statement, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """What the statement returns, committed. On a connection that the database had closed
        meanwhile it is tried once more on a new one: it must be harmless to repeat."""
        with self._one_writer:
            with self._lock:
                kept, closed = self._idle.pop() if self._idle else None, self._closed
            if kept is not None:
                try:
                    return self._execute(kept, statement, values, closed)
                except DBAPIError as error:
                    if not error.connection_invalidated:
                        raise
            return self._execute(_connected(self._engine), statement, values, closed)

    def close(self) -> None:
        """Until the next statement."""
        with self._lock:
            idle, self._idle = self._idle, []
            self._closed += 1
        for connection in idle:
            connection.close()

    def _execute(
        self, connection: Connection, statement: Statement, values: Mapping[str, Any], closed: int
    ) -> list[tuple[Any, ...]]:
        """`closed` is how often all were closed before: what was in use meanwhile is not kept."""
        try:
            asked = connection.exec_driver_sql(statement.words, statement.given(values))
            found = [tuple(row) for row in asked.all()]
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


def _connected(engine: Engine) -> Connection:
    if engine.dialect.name == "sqlite":
        # As it was opened: it begins no transaction of itself (`register.py`).
        return engine.connect().execution_options(**{ALONE: True})
    return engine.connect().execution_options(isolation_level="AUTOCOMMIT")
