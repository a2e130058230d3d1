"""A statement that a connection to PostgreSQL prepares once, and then carries out in one call of
libpq, which psycopg gives as `pgconn`.

What driver and SQLAlchemy do for any statement (a cursor, adapting values, describing columns, a
wait that gives way to other threads several times) costs more than sending it and reading what
comes back.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, ExecStatus, Format
from psycopg.pq.abc import PGresult
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

_PREPARED = "odwh_prepared"
"""In what SQLAlchemy's pool remembers of a connection for as long as it is open."""


class PreparingConnection:
    """A connection that is in nobody else's hands. Nothing of it may be in a transaction."""

    def __init__(self, connection: Connection) -> None:
        driver = connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection), "the only driver that an address may name"
        self._connection = connection
        self._libpq = driver.pgconn
        self._encoding = driver.info.encoding
        # Behind a pooler the next statement may come to a process that prepared nothing.
        self._prepares = driver.prepare_threshold is not None
        self._prepared: dict[str, bytes] = connection.info.setdefault(_PREPARED, {})

    def execute(self, words: str, texts: Sequence[str]) -> list[tuple[Any, ...]]:
        """The rows that it returns, as texts. `words` has its places as `$1`. Raises what
        SQLAlchemy would."""
        # By length, not up to a NUL: the server refuses that, as it should.
        values = [one.encode(self._encoding) for one in texts]
        formats = [Format.BINARY] * len(values)
        try:
            if self._prepares:
                name = self._prepared.get(words) or self._prepare(words)
                result = self._libpq.exec_prepared(name, values, formats)
            else:
                written = words.encode(self._encoding)
                result = self._libpq.exec_params(written, values, param_formats=formats)
            self._raise_if_refused(result)
        except psycopg.Error as error:
            raise self._as_sqlalchemy_says(words, error) from error
        columns = range(result.nfields)
        return [
            tuple(self._text(result.get_value(row, column)) for column in columns)
            for row in range(result.ntuples)
        ]

    def close(self) -> None:
        self._connection.close()

    def _prepare(self, words: str) -> bytes:
        name = b"odwh_%d" % len(self._prepared)
        self._raise_if_refused(self._libpq.prepare(name, words.encode(self._encoding)))
        self._prepared[words] = name
        return name

    def _raise_if_refused(self, result: PGresult) -> None:
        if result.status in (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK):
            return
        error = error_from_result(result, self._encoding)
        # libpq has no code for a connection that is gone.
        raise psycopg.OperationalError(str(error)) if self._is_lost() else error

    def _is_lost(self) -> bool:
        return bool(self._libpq.status != ConnStatus.OK)

    def _as_sqlalchemy_says(self, words: str, error: psycopg.Error) -> BaseException:
        lost = self._is_lost()
        if lost:
            self._connection.invalidate(error)
        said = DBAPIError.instance(
            words,
            None,
            error,
            psycopg.Error,
            hide_parameters=True,
            connection_invalidated=lost,
            dialect=self._connection.dialect,
        )
        assert isinstance(said, BaseException)
        return said

    def _text(self, value: bytes | None) -> str | None:
        return None if value is None else value.decode(self._encoding)
