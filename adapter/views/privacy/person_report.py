"""All that the register keeps of a person, as that person reads it (AVG article 15)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from adapter.ground.rendering.cells import written
from adapter.ground.rendering.content import (
    Column,
    Fact,
    Kind,
    Report,
    Section,
    Table,
)
from adapter.ground.store.inventory import Holds, inventory
from adapter.views.privacy.kept import how_long
from adapter.views.privacy.person_records import ActedIn, PersonRecords
from config.catalogue import Language, text
from config.settings import RetentionSettings

_NOT_READ = (Holds.SERVICE, Holds.SECRET, Holds.FILES)
_MOST_COLUMNS = 6
"""More do not fit on paper: then each row is a list of its own."""


def person_report(
    found: PersonRecords, terms: RetentionSettings, now: datetime, language: Language
) -> Report:
    sections = [
        _section(table, rows, found.employee_id, terms, language)
        for table, rows in found.given().items()
    ]
    if found.acted:
        sections.append(_acted(found.acted, language))
    return Report(
        "person",
        text("privacy.page.title", language),
        text("privacy.page.subtitle", language, employee=found.employee_id),
        language,
        now,
        facts=(
            Fact("employee", text("privacy.column.employee_id", language), found.employee_id),
            Fact("tables", text("privacy.page.tables", language), len(found.rows), Kind.COUNT),
        ),
        sections=(_introduction(language), *sections),
    )


def _introduction(language: Language) -> Section:
    return Section(
        "introduction",
        text("privacy.page.about", language),
        paragraphs=(
            text("privacy.page.what", language),
            text("privacy.page.rights", language),
            text("privacy.page.left_out", language),
        ),
    )


def _section(
    table: str,
    rows: list[dict[str, Any]],
    employee_id: str,
    terms: RetentionSettings,
    language: Language,
) -> Section:
    told = inventory()[table]
    names = [name for name, holds in told.columns.items() if holds not in _NOT_READ]
    shown = [name for name in names if any(row[name] not in (None, "") for row in rows)]
    heading = text(f"privacy.table.{table}", language)
    return Section(
        table,
        heading[0].upper() + heading[1:],
        paragraphs=(
            text(
                "privacy.page.why",
                language,
                purpose=text(f"privacy.purpose.{told.purpose}", language),
                basis=text(f"privacy.basis.{told.purpose}", language),
                term=how_long(table, terms, language),
            ),
        ),
        tables=tuple(_tables(table, heading, rows, shown, language)),
    )


def _tables(
    table: str,
    caption: str,
    rows: list[dict[str, Any]],
    names: list[str],
    language: Language,
) -> Iterator[Table]:
    """None where the rows only say that something else belongs to the person."""
    if len(names) > _MOST_COLUMNS:
        yield from _as_lists(table, caption, rows, names, language)
    elif names:
        yield _as_rows(table, caption, rows, names, language)


def _as_rows(
    table: str,
    caption: str,
    rows: list[dict[str, Any]],
    names: list[str],
    language: Language,
) -> Table:
    return Table(
        table,
        caption,
        tuple(Column(name, text(f"privacy.column.{name}", language)) for name in names),
        tuple(tuple(_said(name, row[name], language) for name in names) for row in rows),
    )


def _as_lists(
    table: str,
    caption: str,
    rows: list[dict[str, Any]],
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
                (text(f"privacy.column.{name}", language), _said(name, row[name], language))
                for name in names
                if row[name] not in (None, "")
            ),
        )


def _acted(acted: tuple[ActedIn, ...], language: Language) -> Section:
    """How often; which rows is in the file for programs, since they are about others."""
    counted = Counter((one.table, one.as_what) for one in acted)
    rows = tuple(
        (
            text(f"privacy.table.{table}", language),
            text(f"privacy.column.{as_what}", language),
            number,
        )
        for (table, as_what), number in sorted(counted.items())
    )
    columns = (
        Column("table", text("privacy.page.table_column", language)),
        Column("as", text("privacy.page.as_column", language)),
        Column("times", text("privacy.page.times_column", language), Kind.COUNT),
    )
    heading = text("privacy.page.acted", language)
    return Section(
        "acted_in",
        heading,
        paragraphs=(text("privacy.page.acted_about", language),),
        tables=(Table("acted_in", heading, columns, rows),),
    )


def _said(name: str, value: Any, language: Language) -> str | None:
    match value:
        case None | "":
            return None
        case int() if name.endswith("_cents"):
            return written(value, Kind.EUROS, language)
        case datetime():
            return written(value, Kind.MOMENT, language)
        case date():
            return written(value, Kind.DAY, language)
        case Decimal():
            return written(value, Kind.HOURS, language)
        case list():
            return "; ".join(filter(None, (_said(name, one, language) for one in value))) or None
        case Mapping():
            parts = ((key, _said(str(key), one, language)) for key, one in value.items())
            return "; ".join(f"{key}: {said}" for key, said in parts if said) or None
        case _:
            return str(value)
