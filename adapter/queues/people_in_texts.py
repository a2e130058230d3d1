"""The last guard before a text about another system's fault is kept: known people go out of it.

The connectors give their own sentences with a code (`connectors/their_codes.py`). Some quote a word
all the same, such as a title in a report that nobody told the meaning of.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Connection, SQLColumnExpression, func, literal, select

from adapter.ground.store.tables.people import EmployeeRow, LmsUserRow

OUT = "…"
SHORTEST_NAME = 4
"""Shorter ones are parts of our own words too often."""

_PATTERNS = re.compile(
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|\b[A-Z]{2}[0-9]{2}[A-Z]{4}[0-9]{10}\b"  # an account at a Dutch bank
    r"|\+31[ -]?[0-9](?:[ -]?[0-9]){8}"
    r"|(?<![\w-])[0-9]{9,}(?![\w-])"  # a citizen service number, a telephone
)


def without_people(connection: Connection, text: str) -> str:
    """The text with `…` for addresses, names of known people, and numbers of nine digits or more.
    Employee numbers stay: by these our sentences name the record that is meant."""
    text = _PATTERNS.sub(OUT, text)
    for name in sorted(set(_names_in(connection, text)), key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", OUT, text)
    return text


def _names_in(connection: Connection, text: str) -> Iterator[str]:
    columns = (
        EmployeeRow.given_name,
        EmployeeRow.family_name,
        LmsUserRow.full_name,
        LmsUserRow.username,
        LmsUserRow.given_name,
        LmsUserRow.family_name,
    )
    for column in columns:
        names = connection.execute(
            select(column).where(func.length(column) >= SHORTEST_NAME, _stands_in(column, text))
        ).scalars()
        yield from (name for name in names if name is not None)


def _stands_in(column: SQLColumnExpression[Any], text: str) -> ColumnElement[bool]:
    """A sieve that lets too much through, such as parts of words; whole words are looked for after
    it, in the case in which they are known: many a name is a word of ours in small letters."""
    return literal(text).like("%" + column + "%")
