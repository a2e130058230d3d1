"""Insert or replace rows, the same on both engines."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    JSON,
    BindParameter,
    ColumnElement,
    Connection,
    SQLColumnExpression,
    TableValuedAlias,
    any_,
    cast,
    exists,
    func,
    literal,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite

from adapter.ground.store.columns import Texts
from adapter.ground.store.metadata import Stored

if TYPE_CHECKING:
    from sqlalchemy.orm import InstrumentedAttribute


def insert_into(connection: Connection, table: type[Stored]) -> postgresql.Insert | sqlite.Insert:
    """An insert that can say what to do on a conflict, which each engine has its own class for."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


def names_any(
    connection: Connection, column: InstrumentedAttribute[Any], values: Collection[str]
) -> ColumnElement[bool]:
    """Whether the list that a column keeps as JSON has one of these texts in it."""
    listed = listed_in(connection.dialect.name, column)
    return exists(literal(1)).select_from(listed).where(listed.c.value.in_(values))


def listed_in(engine: str, column: InstrumentedAttribute[Any]) -> TableValuedAlias:
    """The texts of the list that a column keeps as JSON, as rows with a `value`."""
    if engine == "postgresql":
        return func.json_array_elements_text(cast(column, JSON)).table_valued("value")
    return func.json_each(column).table_valued("value")


def member_in(engine: str, column: SQLColumnExpression[Any], name: str) -> ColumnElement[str]:
    """The text of a member of the object that a column keeps as JSON; null where it has none."""
    if engine == "postgresql":
        member: ColumnElement[str] = cast(column, JSON)[name].as_string()
        return member
    return func.json_extract(column, f"$.{name}")


def among(
    engine: str, column: SQLColumnExpression[Any], texts: BindParameter[Any]
) -> ColumnElement[bool]:
    """Whether a column is one of some texts, a value of type `Texts`. For hundreds of them: with a
    value for each, the statement would be put into words again each time it is asked."""
    if engine == "postgresql":
        return column == any_(texts)
    return column.in_(select(func.json_each(texts).table_valued("value").c.value))


def one_of(
    connection: Connection, column: SQLColumnExpression[Any], texts: Iterable[str]
) -> ColumnElement[bool]:
    """The same of these texts."""
    return among(connection.dialect.name, column, literal(texts, Texts))


def upsert(
    connection: Connection,
    table: type[Stored],
    key: dict[str, Any],
    values: dict[str, Any],
    only_when_new: dict[str, Any] | None = None,
) -> None:
    """Insert the row or, where its primary key exists, replace `values` in it."""
    connection.execute(
        insert_into(connection, table)
        .values(**key, **values, **(only_when_new or {}))
        .on_conflict_do_update(index_elements=list(key), set_=values)
    )


def upsert_all(
    connection: Connection,
    table: type[Stored],
    key: Sequence[str],
    rows: Sequence[dict[str, Any]],
    only_when_new: Collection[str] = (),
) -> None:
    """Insert or replace many rows of the same columns in one go; the columns of `only_when_new`
    are left as they are in a row that exists."""
    if not rows:
        return
    statement = insert_into(connection, table)
    kept = {*key, *only_when_new}
    replaced = {name: statement.excluded[name] for name in rows[0] if name not in kept}
    connection.execute(
        statement.on_conflict_do_update(index_elements=list(key), set_=replaced), list(rows)
    )
