"""A report as JSON: the same content under its stable names, values as the API writes them."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from adapter.ground.rendering.content import (
    Cell,
    Column,
    Fact,
    Kind,
    Notice,
    Picture,
    Report,
    Section,
    Table,
)
from policy.money import euros

MEDIA_TYPE = "application/json"


def render(report: Report) -> bytes:
    """The document as UTF-8; the same report always gives the same bytes."""
    return json.dumps(to_plain(report), ensure_ascii=False, indent=2).encode()


def to_plain(report: Report) -> dict[str, Any]:
    """Members are lowerCamelCase. Money and hours are decimal strings, days `YYYY-MM-DD`, moments
    UTC with `Z`; a row is an object by column name."""
    return {
        "name": report.name,
        "title": report.title,
        "subtitle": report.subtitle,
        "language": str(report.language),
        "madeAt": plain_value(report.made_at, Kind.MOMENT),
        "facts": [_fact(fact) for fact in report.facts],
        "notices": [_notice(notice) for notice in report.notices],
        "sections": [_section(section) for section in report.sections],
    }


def _fact(fact: Fact) -> dict[str, Any]:
    return {
        "name": fact.name,
        "label": fact.label,
        "kind": str(fact.kind),
        "value": plain_value(fact.value, fact.kind),
    }


def _notice(notice: Notice) -> dict[str, Any]:
    return {"tone": str(notice.tone), "text": notice.text}


def _section(section: Section) -> dict[str, Any]:
    return {
        "name": section.name,
        "heading": section.heading,
        "level": section.level,
        "notices": [_notice(notice) for notice in section.notices],
        "paragraphs": list(section.paragraphs),
        "lists": [list(items) for items in section.lists],
        "pictures": [_picture(picture) for picture in section.pictures],
        "tables": [_table(table) for table in section.all_tables],
    }


def _picture(picture: Picture) -> dict[str, Any]:
    """What it shows, and in which table its numbers stand."""
    return {
        "name": picture.name,
        "title": picture.title,
        "description": picture.description,
        "table": picture.told_in or picture.name,
    }


def _table(table: Table) -> dict[str, Any]:
    return {
        "name": table.name,
        "caption": table.caption,
        "columns": [_column(column) for column in table.columns],
        "rows": [_row(row, table.columns) for row in table.rows],
        "total": None if table.total is None else _row(table.total, table.columns),
    }


def _column(column: Column) -> dict[str, Any]:
    return {"name": column.name, "heading": column.heading, "kind": str(column.kind)}


def _row(row: tuple[Cell, ...], columns: tuple[Column, ...]) -> dict[str, Any]:
    return {
        column.name: plain_value(cell, column.kind)
        for cell, column in zip(row, columns, strict=True)
    }


def plain_value(cell: Cell, kind: Kind) -> str | int | None:
    """A cell as the API writes it."""
    if isinstance(cell, datetime):
        return cell.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, Decimal):
        return f"{cell:.2f}"
    if isinstance(cell, int) and kind is Kind.EUROS:
        return euros(cell)
    return cell
