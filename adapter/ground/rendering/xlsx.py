"""A report as a workbook: a sheet that tells, and a sheet for every table, with typed cells.

Written row by row, so that memory does not grow with the report. There are no formulas: a name that
starts with "=" is text, and a total is the number that the report holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC
from io import BytesIO
from itertools import chain, count, islice
from typing import Any

from adapter.ground.rendering.content import (
    Cell,
    Column,
    Kind,
    Report,
    Section,
    Table,
)
from adapter.ground.rendering.sheet_cells import Formats, put
from adapter.ground.rendering.sheet_heights import fit_row
from adapter.ground.rendering.sheet_limits import MOST_ROWS, bulleted, require_fit
from adapter.ground.rendering.sheet_names import sheet_names
from config.catalogue import text

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

HEADER_ROW = 1
"""Counted from 0: the caption stands above it."""

_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
_WIDTHS = {
    Kind.EUROS: 15,
    Kind.HOURS: 12,
    Kind.DAY: 19,
    Kind.MOMENT: 25,
    Kind.COUNT: 11,
    Kind.PERCENT: 10,
}
_WIDEST, _NARROWEST = 60, 10
_LABEL_WIDTH, _VALUE_WIDTH = 34, 100
_MOST_FITTED = 5_000
"""Rows of a table that get a height of their own, which the library keeps in memory."""
_FILTER_BUTTON = 4
"""Room beside a heading for the button that filters."""


def render(report: Report, add_sheets: Callable[[Any, Formats], None] | None = None) -> bytes:
    """The workbook. The same report always gives the same bytes. `add_sheets` gets the workbook and
    its formats, to put sheets behind the first one, before the tables. Raises `DoesNotFit`."""
    require_fit(report)
    # For who asks for a workbook; the library carries no types.
    import xlsxwriter

    written = BytesIO()
    workbook = xlsxwriter.Workbook(written, _OPTIONS)
    made_at = report.made_at.astimezone(UTC).replace(tzinfo=None)
    workbook.set_properties({"title": f"{report.title} – {report.subtitle}", "created": made_at})
    formats = Formats(workbook, report.language)
    summary_name = text("documents.workbook.summary", report.language)
    tables = [table for section in report.sections for table in section.all_tables]
    names = sheet_names([summary_name, *_labels(report)])
    _Summary(workbook.add_worksheet(names[0]), formats, names[1:]).write(report)
    if add_sheets is not None:
        add_sheets(workbook, formats)
    for name, table in zip(names[1:], tables, strict=True):
        _table_sheet(workbook.add_worksheet(name), table, formats)
    workbook.close()
    return written.getvalue()


def add_long_sheet(
    workbook: Any,
    formats: Formats,
    name: str,
    columns: Sequence[tuple[Column, int]],
    rows: Iterable[tuple[Cell, ...]],
) -> None:
    """A sheet of rows that are written as they come, however many: columns with their widths in
    characters, texts on one line. What is more than a sheet holds goes on in another one."""
    kinds = tuple(column for column, _ in columns)
    left = iter(rows)
    for number in count(1):
        some = islice(left, MOST_ROWS - 1)
        first = next(some, None)
        if first is None and number > 1:
            return
        sheet = workbook.add_worksheet(name if number == 1 else f"{name} {number}")
        for place, (column, width) in enumerate(columns):
            sheet.set_column(place, place, max(width, len(column.heading) + _FILTER_BUTTON))
            put(sheet, (0, place), column.heading, Kind.TEXT, formats.header(column.kind))
        last_row = 0
        for last_row, row in enumerate(chain(() if first is None else (first,), some), start=1):
            _put_row(sheet, last_row, row, kinds, formats.on_one_line)
        sheet.autofilter(0, 0, last_row, len(columns) - 1)
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        sheet.set_landscape()
        _on_paper(sheet)
        if first is None:
            return


def _labels(report: Report) -> list[str]:
    """What each table's sheet is called: its section, or its caption where a section has more."""
    return [
        section.heading if len(section.all_tables) == 1 else table.caption
        for section in report.sections
        for table in section.all_tables
    ]


class _Summary:
    """The first sheet: labels in the first column, what they are about in the second."""

    def __init__(self, sheet: Any, formats: Formats, table_sheets: list[str]) -> None:
        self._sheet = sheet
        self._formats = formats
        self._table_sheets = iter(table_sheets)
        self._row = 0

    def write(self, report: Report) -> None:
        self._sheet.set_column(0, 0, _LABEL_WIDTH)
        self._sheet.set_column(1, 1, _VALUE_WIDTH)
        _on_paper(self._sheet)
        self._line(report.title, None, self._formats.title)
        self._line(report.subtitle, None)
        made_at = text("reports.page.made_at", report.language)
        self._line(made_at, report.made_at, kind=Kind.MOMENT)
        for notice in report.notices:
            self._line(text(f"reports.tone.{notice.tone}", report.language), notice.text)
        for fact in report.facts:
            self._line(fact.label, fact.value, kind=fact.kind)
        for section in report.sections:
            self._section(section, report)

    def _section(self, section: Section, report: Report) -> None:
        self._row += 1
        self._line(section.heading, None, self._formats.heading)
        for notice in section.notices:
            self._line(text(f"reports.tone.{notice.tone}", report.language), notice.text)
        for paragraph in section.paragraphs:
            self._line(None, paragraph)
        for items in section.lists:
            for item in items:
                self._line(None, bulleted(item))
        for table in section.all_tables:
            self._link(table, text("documents.workbook.sheet", report.language))

    def _line(
        self, label: str | None, value: Cell, style: Any = None, kind: Kind = Kind.TEXT
    ) -> None:
        if style is None:  # a title runs on over the cells beside it
            fit_row(self._sheet, self._row, ((label, _LABEL_WIDTH), (value, _VALUE_WIDTH)))
        put(self._sheet, (self._row, 0), label, Kind.TEXT, style or self._formats.label)
        put(self._sheet, (self._row, 1), value, kind, self._formats.beside_label(kind))
        self._row += 1

    def _link(self, table: Table, label: str) -> None:
        sheet = next(self._table_sheets)
        quoted = sheet.replace("'", "''")
        put(self._sheet, (self._row, 0), label, Kind.TEXT, self._formats.label)
        self._sheet.write_url(
            self._row, 1, f"internal:'{quoted}'!A1", self._formats.link, table.caption
        )
        self._row += 1


def _table_sheet(sheet: Any, table: Table, formats: Formats) -> None:
    widths = [_width(table, place, column) for place, column in enumerate(table.columns)]
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width)
    put(sheet, (0, 0), table.caption, Kind.TEXT, formats.heading)
    for place, column in enumerate(table.columns):
        put(sheet, (HEADER_ROW, place), column.heading, Kind.TEXT, formats.header(column.kind))
    last_row = HEADER_ROW
    for row in table.rows:
        last_row += 1
        formats_here = formats.above_cut if _is_last_above(table, last_row) else formats.body
        if len(table.rows) <= _MOST_FITTED:
            fit_row(sheet, last_row, zip(row, widths, strict=True))
        _put_row(sheet, last_row, row, table.columns, formats_here)
    # The total stays outside the filter, or sorting would move it among the rows.
    sheet.autofilter(HEADER_ROW, 0, last_row, len(table.columns) - 1)
    if table.total is not None:
        _put_row(sheet, last_row + 1, table.total, table.columns, formats.total)
    sheet.freeze_panes(HEADER_ROW + 1, 1)
    sheet.repeat_rows(HEADER_ROW)
    sheet.set_landscape()
    _on_paper(sheet)


def _is_last_above(table: Table, row: int) -> bool:
    """A line in the sheet itself would be sorted and filtered along with the rows."""
    return table.cut is not None and row == HEADER_ROW + table.cut.rows


def _put_row(
    sheet: Any,
    row: int,
    cells: tuple[Cell, ...],
    columns: tuple[Column, ...],
    formats: dict[Kind, Any],
) -> None:
    for place, (cell, column) in enumerate(zip(cells, columns, strict=True)):
        put(sheet, (row, place), cell, column.kind, formats[column.kind])


def _on_paper(sheet: Any) -> None:
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&L&A&R&P / &N")


def _width(table: Table, place: int, column: Column) -> int:
    """In characters; longer texts are wrapped."""
    heading = len(column.heading) + _FILTER_BUTTON
    if column.kind is not Kind.TEXT:
        return max(heading, _WIDTHS[column.kind])
    rows = table.rows if table.total is None else (*table.rows, table.total)
    longest = max((len(str(row[place] or "")) for row in rows), default=0)
    return min(max(heading, longest + 2, _NARROWEST), _WIDEST)
