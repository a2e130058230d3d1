"""All that the register keeps of a person, as that person reads it (AVG article 15)."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from adapter.ground.rendering.content import (
    Column,
    Fact,
    Kind,
    Report,
    Section,
    Table,
)
from adapter.ground.store.inventory import inventory
from adapter.views.privacy.kept import how_long
from adapter.views.privacy.person_records import ActedIn, PersonRecords
from adapter.views.privacy.record_tables import heading_of, tables_of
from config.catalogue import Language, text
from config.settings import RetentionSettings


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
    return Section(
        table,
        heading_of(table, language),
        paragraphs=(
            text(
                "privacy.page.why",
                language,
                purpose=text(f"privacy.purpose.{told.purpose}", language),
                basis=text(f"privacy.basis.{told.purpose}", language),
                term=how_long(table, terms, language),
            ),
        ),
        tables=tuple(tables_of(table, rows, language)),
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
