"""The numbers of a report as comma-separated values, for a program: a line per cell of its tables,
under its stable names, with values as the API writes them. For people there is the workbook."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from io import StringIO

from adapter.ground.rendering.content import Report
from adapter.ground.rendering.json import plain_value

MEDIA_TYPE = "text/csv"
HEADER = ("report", "subject", "table", "row", "label", "column", "kind", "value")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a text begins that a spreadsheet would take for a formula."""
_NUMBER = re.compile(r"[-+]?\d+(\.\d+)?", re.ASCII)


def render(report: Report) -> bytes:
    """UTF-8 (RFC 4180). Rows count from 1; `label` is the first cell of the row. What is not known,
    or not told, is empty. The same report always gives the same bytes."""
    return b"".join((line(HEADER), *_lines(report)))


def line(cells: Sequence[object]) -> bytes:
    """One line; a name or title that begins as a formula does stays a text."""
    written = StringIO()
    csv.writer(written).writerow([_as_text(cell) for cell in cells])
    return written.getvalue().encode()


def _as_text(cell: object) -> object:
    if not isinstance(cell, str) or _NUMBER.fullmatch(cell):
        return cell
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _lines(report: Report) -> Iterator[bytes]:
    for section in report.sections:
        for table in section.all_tables:
            for number, row in enumerate(table.rows, start=1):
                cells = [
                    plain_value(cell, column.kind)
                    for cell, column in zip(row, table.columns, strict=True)
                ]
                place = (report.name, report.subtitle, table.name, number, cells[0])
                for column, value in zip(table.columns, cells, strict=True):
                    yield line((*place, column.name, column.kind, value))
