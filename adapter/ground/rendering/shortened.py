"""A report cut down to what can be printed: the typesetter keeps a whole document in memory, at
some 20 kB a cell, so that pages without end would take what a service does not have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from adapter.ground.rendering.content import (
    Notice,
    Report,
    Section,
    Table,
    Tone,
)
from config.catalogue import text

_CHARACTERS = 120
"""Of a text that weighs as much as one cell."""


def shortened(report: Report, most: int) -> Report:
    """The report with `most` cells and texts at most: of every table the first rows, as many for
    each, and where that is not enough no more than the first sections. A notice says so, and that
    page and workbook are whole. A report that fits is returned as it is."""
    rows = max((len(table.rows) for table in _tables(report.sections)), default=0)
    if _weight(report, rows) <= most:
        return report
    rows = _most_rows(report, rows, most)
    kept = list(_first_sections(report, rows, most))
    notice = text("reports.print.shortened", report.language, rows=rows)
    notices = (*report.notices, Notice(Tone.WARNING, notice))
    return replace(report, notices=notices, sections=tuple(kept))


def _most_rows(report: Report, rows: int, most: int) -> int:
    """By halving: more rows never weigh less."""
    fits, too_many = 0, rows
    while too_many - fits > 1:
        middle = (fits + too_many) // 2
        if _weight(report, middle) <= most:
            fits = middle
        else:
            too_many = middle
    return fits


def _first_sections(report: Report, rows: int, most: int) -> Iterator[Section]:
    weight = 0
    for section in report.sections:
        weight += _section_weight(section, rows)
        if weight > most:
            return
        tables = tuple(_cut(table, rows, report) for table in section.tables)
        yield replace(section, tables=tables)


def _cut(table: Table, rows: int, report: Report) -> Table:
    if len(table.rows) <= rows:
        return table
    caption = text(
        "reports.print.first_rows",
        report.language,
        caption=table.caption,
        rows=rows,
        all=len(table.rows),
    )
    cut = None if table.cut is None or table.cut.rows > rows else table.cut
    return replace(table, caption=caption, rows=table.rows[:rows], cut=cut)


def _weight(report: Report, rows: int) -> int:
    return sum(_section_weight(section, rows) for section in report.sections)


def _section_weight(section: Section, rows: int) -> int:
    said = [*section.paragraphs, *(item for items in section.lists for item in items)]
    return sum(map(_text_weight, said)) + sum(
        _table_weight(table, rows) for table in section.tables
    )


def _table_weight(table: Table, rows: int) -> int:
    """Numbers and dates weigh as one; only texts can be long."""
    cells = [cell for row in table.rows[:rows] for cell in row]
    return len(table.columns) + sum(
        _text_weight(cell) if isinstance(cell, str) else 1 for cell in cells
    )


def _text_weight(words: str) -> int:
    return 1 + len(words) // _CHARACTERS


def _tables(sections: Iterable[Section]) -> Iterator[Table]:
    return (table for section in sections for table in section.tables)
