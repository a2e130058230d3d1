"""A report as PDF: tagged, in the report's language, to keep and to print."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from adapter.ground.rendering.cells import NOTHING, written
from adapter.ground.rendering.content import (
    NUMERIC,
    Cell,
    Column,
    Kind,
    Notice,
    Picture,
    Report,
    Section,
    Table,
)
from adapter.ground.rendering.linked_text import Linked, Several, pieces
from adapter.ground.rendering.shortened import shortened
from adapter.ground.rendering.svg import drawn
from adapter.ground.rendering.typesetting import TooMuchToTypeset, typeset
from config.catalogue import LOCALES, Language, text

MEDIA_TYPE = "application/pdf"

_MOST_PIECES = (12_000, 4_000, 1_000)
"""Cells and texts that are printed, and how many are tried when those turn out to be too much.
12,000 cells take 300 MB."""
_WIDE_FROM = 8
"""Columns from which on a table gets pages of its own, turned on their side."""
_SHORT_TEXT = 14
"""Characters up to which a column of text is as wide as its words."""
_LONG_TEXT = 60
"""Characters from which on a text is broken into lines anyway, and gets no more room."""


def render(report: Report) -> bytes:
    """The document. The same report always gives the same bytes. One that is too long to print is
    shortened, and says so."""
    for most in _MOST_PIECES[:-1]:
        try:
            return _typeset(shortened(report, most))
        except TooMuchToTypeset:
            continue
    return _typeset(shortened(report, _MOST_PIECES[-1]))


def _typeset(report: Report) -> bytes:
    return typeset("report.typ", content_of(report), report.made_at)


def content_of(report: Report) -> dict[str, Any]:
    """What `templates/layout.typ` sets: every cell as words in the report's language."""
    language = report.language
    made_at = text("reports.page.made_at", language)
    return {
        "language": str(language),
        "region": LOCALES[language].partition("_")[2],
        "title": report.title,
        "subtitle": report.subtitle,
        "madeAt": f"{made_at} {written(report.made_at, Kind.MOMENT, language)}",
        # The numbers of pages are known to the typesetter only.
        "words": {
            "number": text("documents.page.number", language, page="{page}", pages="{pages}")
        },
        "notices": [_notice(notice, language) for notice in report.notices],
        "facts": [
            {"label": fact.label, "value": written(fact.value, fact.kind, language)}
            for fact in report.facts
        ],
        "sections": [
            _section(section, language, {one.name for one in report.sections})
            for section in report.sections
        ],
    }


def _notice(notice: Notice, language: Language) -> dict[str, str]:
    word = text(f"reports.tone.{notice.tone}", language)
    return {"tone": str(notice.tone), "word": word, "text": notice.text}


def _section(section: Section, language: Language, places: Collection[str]) -> dict[str, Any]:
    return {
        "name": section.name,
        "heading": section.heading,
        "level": section.level - 1,  # the title is no heading here
        "newPage": section.new_page,
        "whole": section.whole,
        "notices": [_notice(notice, language) for notice in section.notices],
        "paragraphs": list(section.paragraphs),
        "lists": [list(items) for items in section.lists if items],
        "pictures": [_picture(picture, language) for picture in section.pictures],
        "tables": [_table(table, language, places) for table in section.all_tables],
    }


def _picture(picture: Picture, language: Language) -> dict[str, str]:
    return {
        "title": picture.title,
        "told": picture.description,
        "drawing": drawn(picture, language),
    }


def _table(table: Table, language: Language, places: Collection[str]) -> dict[str, Any]:
    rows = [_row(row, table.columns, language) for row in table.rows]
    total = None if table.total is None else _row(table.total, table.columns, language)
    everything = rows if total is None else [*rows, total]
    return {
        "caption": table.caption,
        "columns": [
            {
                "heading": column.heading,
                "numeric": column.kind in NUMERIC,
                "share": _share(column, [row[place] for row in everything]),
            }
            for place, column in enumerate(table.columns)
        ],
        "rows": [
            [_linked(cell, words, places) for cell, words in zip(cells, row, strict=True)]
            for cells, row in zip(table.rows, rows, strict=True)
        ],
        "cut": None if table.cut is None else {"rows": table.cut.rows, "text": table.cut.text},
        "total": total,
        "wide": len(table.columns) >= _WIDE_FROM,
    }


def _row(cells: tuple[Any, ...], columns: tuple[Column, ...], language: Language) -> list[str]:
    return [
        written(cell, column.kind, language) for cell, column in zip(cells, columns, strict=True)
    ]


def _linked(cell: Cell, words: str, places: Collection[str]) -> str | list[dict[str, str | None]]:
    """The words of a cell, in pieces where one leads to an address, or to a place that there is."""
    if not isinstance(cell, Linked | Several):
        return words
    leading = [
        (said, to if to and (not to.startswith("#") or to[1:] in places) else None)
        for said, to in pieces(cell)
    ]
    if not any(to for _, to in leading):
        return words
    return [{"text": said, "to": to} for said, to in leading]


def _share(column: Column, words: list[str]) -> int:
    """How much of the free width the column gets; 0 is the width of its words.

    Between the longest and the usual text, so that one long cell does not make a column wide.
    """
    lengths = [len(word) for word in words if word != NOTHING]
    longest = max(lengths, default=0)
    if column.kind is not Kind.TEXT or longest <= _SHORT_TEXT:
        return 0
    usual = sum(lengths) // len(words)
    room = (min(longest, _LONG_TEXT) + min(usual, _LONG_TEXT)) // 2
    return max(room, len(column.heading))
