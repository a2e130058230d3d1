"""Statements that are transactions of their own, over one connection that stays open for them: no
BEGIN and COMMIT to go and come back for, and a statement that the database has prepared already.

Only for what is whole in one statement, and adds nothing to a log with a chain.
"""

from __future__ import annotations

from collections.abc import Mapping
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
    """One connection, used by one thread at a time."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._one_at_a_time = Lock()
        self._connection: Connection | None = None

    def execute(self, statement: Statement, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """What the statement returns, committed. On a connection that the database had closed
        meanwhile it is tried once more on a new one: it must be harmless to repeat."""
        with self._one_at_a_time:
            kept = self._connection is not None
            try:
                return self._execute(statement, values)
            except DBAPIError as error:
                self._let_go()
                if not (kept and error.connection_invalidated):
                    raise
            return self._execute(statement, values)

    def close(self) -> None:
        """Until the next statement."""
        with self._one_at_a_time:
            self._let_go()

    def _execute(self, statement: Statement, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        if self._connection is None:
            self._connection = _connected(self._engine)
        asked = self._connection.exec_driver_sql(statement.words, statement.given(values))
        return [tuple(row) for row in asked.all()]

    def _let_go(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


def _connected(engine: Engine) -> Connection:
    if engine.dialect.name == "sqlite":
        # As it was opened: it begins no transaction of itself (`register.py`).
        return engine.connect().execution_options(**{ALONE: True})
    return engine.connect().execution_options(isolation_level="AUTOCOMMIT")
