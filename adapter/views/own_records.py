"""All that the register holds about one employee, table by table (AVG article 15).

What belongs to somebody follows from the tables themselves: rows with the employee number or an
account of the employee, and all rows that refer to one of those. A table that comes later is in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, Text, cast, false, or_, select

from adapter.ground.store.metadata import METADATA
from adapter.ground.store.tables.people import LmsUserRow

_NAMES_PEOPLE = ("employee_id", "employee_ids")
_NAMES_ACCOUNTS = ("user_id",)
SECRET = frozenset({"token_sha256", "csrf_token", "secret_sha256", "content"})
"""Never given: what opens something, and the bytes of files, which the pages give by themselves."""

Records = dict[str, list[dict[str, Any]]]


def own_records(connection: Connection, employee_id: str) -> Records:
    """Per table its rows, columns by name; tables without any are left out."""
    accounts = tuple(
        connection.execute(
            select(LmsUserRow.user_id).where(LmsUserRow.employee_id == employee_id)
        ).scalars()
    )
    kept: Records = {}
    for table in METADATA.sorted_tables:
        rows = [
            dict(row)
            for row in connection.execute(
                select(table).where(_about(table, employee_id, accounts, kept))
            ).mappings()
        ]
        if rows:
            kept[table.name] = rows
    return {name: [_shown(row, employee_id) for row in rows] for name, rows in kept.items()}


def _about(
    table: Table, employee_id: str, accounts: tuple[str, ...], kept: Mapping[str, Any]
) -> ColumnElement[bool]:
    return or_(
        false(),
        *(_named(table, name, employee_id) for name in _NAMES_PEOPLE if name in table.c),
        *(table.c[name].in_(accounts) for name in _NAMES_ACCOUNTS if name in table.c),
        *_referring(table, kept),
    )


def _named(table: Table, name: str, employee_id: str) -> ColumnElement[bool]:
    if name == "employee_id":
        return table.c[name] == employee_id
    return cast(table.c[name], Text).contains(f'"{employee_id}"', autoescape=True)


def _referring(table: Table, kept: Mapping[str, Any]) -> Iterator[ColumnElement[bool]]:
    """Rows that are part of one that is kept: a signature of an agreement, a step of a claim."""
    for column in table.columns:
        for key in column.foreign_keys:
            parents = kept.get(key.column.table.name, ())
            if not parents:
                continue
            refers = column.in_({row[key.column.name] for row in parents})
            # A request can be of several people: what names another of them is that person's.
            yield refers & table.c.employee_id.is_(None) if "employee_id" in table.c else refers


def _shown(row: Mapping[str, Any], employee_id: str) -> dict[str, Any]:
    """Without secrets, and of a list of people only the employee himself."""
    shown = {name: value for name, value in row.items() if name not in SECRET}
    if "employee_ids" in shown:
        shown["employee_ids"] = [one for one in shown["employee_ids"] if one == employee_id]
    return shown
