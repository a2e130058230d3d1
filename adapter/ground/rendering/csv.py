"""The numbers of a report as comma-separated values, for a program: a line per cell of its tables,
under its stable names, with values as the API writes them. For people there is the workbook."""

from __future__ import annotations

import csv
from io import StringIO

from adapter.ground.rendering.content import Report
from adapter.ground.rendering.json import plain_value

MEDIA_TYPE = "text/csv"
HEADER = ("report", "subject", "table", "row", "label", "column", "kind", "value")


def render(report: Report) -> bytes:
    """UTF-8 (RFC 4180). Rows count from 1; `label` is the first cell of the row. What is not known,
    or not told, is empty. The same report always gives the same bytes."""
    written = StringIO()
    lines = csv.writer(written)
    lines.writerow(HEADER)
    for section in report.sections:
        for table in section.all_tables:
            for number, row in enumerate(table.rows, start=1):
                cells = [
                    plain_value(cell, column.kind)
                    for cell, column in zip(row, table.columns, strict=True)
                ]
                for column, value in zip(table.columns, cells, strict=True):
                    place = (report.name, report.subtitle, table.name, number, cells[0])
                    lines.writerow((*place, column.name, column.kind, value))
    return written.getvalue().encode()
