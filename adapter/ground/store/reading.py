"""Rows as the types that the tables have: what is not a column is a type error.

A row stands for one moment and is never written back: it looks like its class and is none.
"""

from __future__ import annotations

from collections.abc import Iterator
from inspect import get_annotations
from typing import Any, TypeVar, cast

from sqlalchemy import ColumnElement, Connection, Select, SQLColumnExpression, func, select

T = TypeVar("T")
Beside = TypeVar("Beside")


def rows_of(connection: Connection, statement: Select[T]) -> list[T]:
    """All rows of a table that a statement selects, in its order."""
    return cast("list[T]", connection.execute(statement).all())


def rows_streamed(connection: Connection, statement: Select[T], at_a_time: int) -> Iterator[T]:
    """The same rows, of which only some are held at a time."""
    for row in connection.execution_options(yield_per=at_a_time).execute(statement):
        yield cast("T", row)


def row_of(connection: Connection, statement: Select[T]) -> T:
    """The one row; raises SQLAlchemy's `NoResultFound` or `MultipleResultsFound` otherwise."""
    return cast("T", connection.execute(statement).one())


def row_or_none(connection: Connection, statement: Select[T]) -> T | None:
    """The one row, None where there is none; raises `MultipleResultsFound` where there are more."""
    return cast("T | None", connection.execute(statement).one_or_none())


def first_row(connection: Connection, statement: Select[T]) -> T | None:
    """The first row in the statement's order, however many there are."""
    return cast("T | None", connection.execute(statement).first())


def next_position(
    connection: Connection, column: SQLColumnExpression[int], *of: ColumnElement[bool]
) -> int:
    """The place after the last one of a list that is only added to, from 1."""
    return (connection.execute(select(func.max(column)).where(*of)).scalar_one() or 0) + 1


def rows_as(connection: Connection, statement: Select[*tuple[Any, ...]], kind: type[T]) -> list[T]:
    """Rows of a join, as a class that lists the columns that it selects. Raises `TypeError` when
    one of them is not selected."""
    result = connection.execute(statement)
    if missing := _columns_of(kind) - set(result.keys()):
        raise TypeError(f"{kind.__name__} has columns that are not selected: {sorted(missing)}")
    return cast("list[T]", result.all())


def _columns_of(kind: type) -> frozenset[str]:
    """Those of the classes that it builds on too."""
    return frozenset(name for one in kind.__mro__ for name in get_annotations(one))


def rows_with(connection: Connection, statement: Select[T, Beside]) -> Iterator[tuple[T, Beside]]:
    """Each row of a table, with the one column that is selected beside it."""
    for row in connection.execute(statement):
        yield cast("T", row), row[-1]
