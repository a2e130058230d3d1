"""Insert or replace one row, the same on both engines."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def upsert(
    connection: Connection,
    table: Table,
    key: dict[str, Any],
    values: dict[str, Any],
    only_when_new: dict[str, Any] | None = None,
) -> None:
    """Insert the row or, where its primary key exists, replace `values` in it."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    connection.execute(
        dialect.insert(table)
        .values(**key, **values, **(only_when_new or {}))
        .on_conflict_do_update(index_elements=list(key), set_=values)
    )
