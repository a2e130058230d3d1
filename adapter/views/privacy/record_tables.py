"""Rows of the register as a person reads them, whatever table they are of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from adapter.ground.rendering.cells import written
from adapter.ground.rendering.content import Column, Kind, Table
from adapter.ground.store.inventory import Holds, inventory
from adapter.views.privacy.record_words import FLAGS, code_in_words, member_in_words, yes_or_no
from config.catalogue import Language, text

KeptRow = Mapping[str, Any]
_NOT_READ = (Holds.SERVICE, Holds.SECRET, Holds.FILES)
_MOST_COLUMNS = 6
"""More do not fit on paper: then each row is a list of its own."""


def heading_of(table: str, language: Language) -> str:
    words = text(f"privacy.table.{table}", language)
    return words[0].upper() + words[1:]


def tables_of(table: str, rows: Sequence[KeptRow], language: Language) -> Iterator[Table]:
    """None where the rows only say that something else belongs to the person."""
    told = inventory()[table].columns
    readable = [name for name, holds in told.items() if holds not in _NOT_READ]
    names = [name for name in readable if any(row[name] not in (None, "") for row in rows)]
    caption = text(f"privacy.table.{table}", language)
    if len(names) > _MOST_COLUMNS:
        yield from _as_lists(table, caption, rows, names, language)
    elif names:
        yield _as_rows(table, caption, rows, names, language)


def _as_rows(
    table: str,
    caption: str,
    rows: Sequence[KeptRow],
    names: list[str],
    language: Language,
) -> Table:
    return Table(
        table,
        caption,
        tuple(Column(name, text(f"privacy.column.{name}", language)) for name in names),
        tuple(tuple(_said(table, name, row[name], language) for name in names) for row in rows),
    )


def _as_lists(
    table: str,
    caption: str,
    rows: Sequence[KeptRow],
    names: list[str],
    language: Language,
) -> Iterator[Table]:
    columns = (
        Column("what", text("privacy.page.what_column", language)),
        Column("value", text("privacy.page.value_column", language)),
    )
    for number, row in enumerate(rows, start=1):
        yield Table(
            f"{table}_{number}",
            text("privacy.page.one_of", language, what=caption, number=number, of=len(rows)),
            columns,
            tuple(
                (text(f"privacy.column.{name}", language), _said(table, name, row[name], language))
                for name in names
                if row[name] not in (None, "")
            ),
        )


def _said(table: str, name: str, value: Any, language: Language) -> str | None:
    match value:
        case None | "":
            return None
        case list():
            parts = (_said(table, name, one, language) for one in value)
            return "; ".join(filter(None, parts)) or None
        case Mapping():
            told = (
                (member_in_words(str(key), language), _said(table, str(key), one, language))
                for key, one in value.items()
            )
            return "; ".join(f"{member}: {said}" for member, said in told if said) or None
        case str():
            return code_in_words(table, name, value, language)
        case _:
            return _one_said(name, value, language)


def _one_said(name: str, value: object, language: Language) -> str | None:
    match value:
        case bool():
            return yes_or_no(value, language)
        case int() if name in FLAGS:
            return yes_or_no(value, language)
        case int() if name.endswith("_cents"):
            return written(value, Kind.EUROS, language)
        case datetime():
            return written(value, Kind.MOMENT, language)
        case date():
            return written(value, Kind.DAY, language)
        case Decimal():
            return written(value, Kind.HOURS, language)
        case _:
            return str(value)
