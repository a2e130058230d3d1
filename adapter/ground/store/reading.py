"""Rows as the types that the tables have: what is not a column is a type error.

A row stands for one moment and is never written back: it looks like its class and is none. It is a
named tuple, of which a column is had ten times sooner than of SQLAlchemy's row: the rules look at
some thirty for a decision.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from inspect import get_annotations
from typing import Any, TypeVar, cast

from sqlalchemy import (
    ColumnElement,
    Connection,
    CursorResult,
    Select,
    SQLColumnExpression,
    func,
    select,
)

from adapter.ground.store.columns import Json, json_of_each

T = TypeVar("T")
Beside = TypeVar("Beside")


def rows_of(
    connection: Connection, statement: Select[T], values: Mapping[str, Any] | None = None
) -> list[T]:
    """All rows of a table that a statement selects, in its order; `values` are of its named
    `bindparam`s."""
    result = connection.execute(statement, values)
    return cast("list[T]", list(map(_row_of(result), result.all())))


_AT_ONCE = {"stream_results": False, "yield_per": None}
"""Whatever the connection was told: of a stream SQLAlchemy has taken the first rows already."""


class Asked:
    """A statement that is asked again and again, for thousands of rows each time. Its answer is
    read column by column, and of a value that comes often what it stands for is made once."""

    def __init__(self, statement: Select[*tuple[Any, ...]]) -> None:
        self.statement = statement
        self._kinds = [column.type for column in statement.selected_columns]
        self.columns = tuple(column.name for column in statement.selected_columns)

    def rows(self, connection: Connection, values: Mapping[str, Any] | None = None) -> list[Any]:
        """As `rows_of` gives them."""
        return list(map(row_class(self.columns), self.bare_rows(connection, values)))

    def bare_rows(
        self, connection: Connection, values: Mapping[str, Any] | None = None
    ) -> Iterable[tuple[Any, ...]]:
        """The same as tuples."""
        result = connection.execute(self.statement, values, execution_options=_AT_ONCE)
        cursor, dialect = result.cursor, connection.dialect
        assert cursor is not None, "a SELECT gives rows"
        given, described = cursor.fetchall(), cursor.description
        result.close()
        columns: list[Sequence[Any]] = list(zip(*given, strict=True))
        if not columns:
            return []
        for place, kind in enumerate(self._kinds):
            if isinstance(kind, Json):
                # A list that somebody may change is nobody else's.
                columns[place] = json_of_each(columns[place])
                continue
            read = kind.dialect_impl(dialect).result_processor(dialect, described[place][1])
            if read is not None:
                known = {value: read(value) for value in set(columns[place])}
                columns[place] = list(map(known.__getitem__, columns[place]))
        return zip(*columns, strict=True)


def rows_streamed(connection: Connection, statement: Select[T], at_a_time: int) -> Iterator[T]:
    """The same rows, of which only some are held at a time."""
    # Not told to the connection, which would then stream all that is asked after it too.
    result = connection.execute(statement.execution_options(yield_per=at_a_time))
    yield from cast("Iterator[T]", map(_row_of(result), result))


def row_of(
    connection: Connection, statement: Select[T], values: Mapping[str, Any] | None = None
) -> T:
    """The one row; raises SQLAlchemy's `NoResultFound` or `MultipleResultsFound` otherwise."""
    result = connection.execute(statement, values)
    as_class = _row_of(result)
    return cast("T", as_class(result.one()))


def row_or_none(
    connection: Connection, statement: Select[T], values: Mapping[str, Any] | None = None
) -> T | None:
    """The one row, None where there is none; raises `MultipleResultsFound` where there are more."""
    result = connection.execute(statement, values)
    as_class, row = _row_of(result), result.one_or_none()
    return None if row is None else cast("T", as_class(row))


def with_columns(row: T, values: Mapping[str, Any]) -> T:
    """The row as it is after these columns of it were written."""
    return cast("T", cast("Any", row)._replace(**values))


def first_row(connection: Connection, statement: Select[T]) -> T | None:
    """The first row in the statement's order, however many there are."""
    result = connection.execute(statement)
    as_class, row = _row_of(result), result.first()
    return None if row is None else cast("T", as_class(row))


def next_position(
    connection: Connection, column: SQLColumnExpression[int], *of: ColumnElement[bool]
) -> int:
    """The place after the last one of a list that is only added to, from 1."""
    return (connection.execute(select(func.max(column)).where(*of)).scalar_one() or 0) + 1


def rows_as(connection: Connection, statement: Select[*tuple[Any, ...]], kind: type[T]) -> list[T]:
    """Rows of a join, as a class that lists the columns that it selects. Raises `TypeError` when
    one of them is not selected."""
    result = connection.execute(statement)
    if missing := columns_of(kind) - set(result.keys()):
        raise TypeError(f"{kind.__name__} has columns that are not selected: {sorted(missing)}")
    return cast("list[T]", list(map(_row_of(result), result.all())))


def columns_of(kind: type) -> frozenset[str]:
    """Those of the classes that it builds on too."""
    return frozenset(name for one in kind.__mro__ for name in get_annotations(one))


def rows_with(connection: Connection, statement: Select[T, Beside]) -> Iterator[tuple[T, Beside]]:
    """Each row of a table, with the one column that is selected beside it."""
    result = connection.execute(statement)
    as_class = _row_of(result)
    for row in result:
        yield cast("T", as_class(row)), row[-1]


def _row_of(result: CursorResult[*tuple[Any, ...]]) -> Callable[[Iterable[Any]], Any]:
    """What makes a row of the values of all columns of a result."""
    return row_class(tuple(result.keys()))


@cache
def row_class(columns: tuple[str, ...]) -> Callable[[Iterable[Any]], Any]:
    """What makes a row of the values of these columns."""
    row = cast("Any", namedtuple)("Row", columns)
    return cast("Callable[[Iterable[Any]], Any]", row._make)
