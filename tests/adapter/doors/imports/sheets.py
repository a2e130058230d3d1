"""Workbooks as people send them: made from rows, or sent back with some cells changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from io import BytesIO
from typing import Any

# The library carries no types.
import xlsxwriter
from python_calamine import CalamineWorkbook

Rows = list[list[Any]]


def rows_of(raw: bytes, sheet: int = 0) -> Rows:
    with CalamineWorkbook.from_filelike(BytesIO(raw)) as workbook:
        found: Rows = workbook.get_sheet_by_index(sheet).to_python(skip_empty_area=False)
        return found


def workbook_of(
    rows: Sequence[Sequence[object]],
    name: str,
    *,
    formulas: Mapping[str, str] | None = None,
    merged: Sequence[str] = (),
) -> bytes:
    """A sheet of these cells; formulas by their place (A1), merged ranges as A1:B2."""
    written = BytesIO()
    workbook = xlsxwriter.Workbook(written, {"strings_to_formulas": False})
    sheet = workbook.add_worksheet(name)
    day = workbook.add_format({"num_format": "dd-mm-yyyy"})
    for number, row in enumerate(rows):
        for place, cell in enumerate(row):
            if isinstance(cell, date):
                sheet.write_datetime(number, place, cell, day)
            elif cell not in ("", None):
                sheet.write(number, place, cell)
    for place_name, formula in (formulas or {}).items():
        sheet.write_formula(place_name, formula, None, 1)
    for area in merged:
        sheet.merge_range(area, "samen")
    workbook.close()
    return written.getvalue()


def changed(raw: bytes, name: str, cells: Mapping[tuple[int, int], object]) -> bytes:
    """The first sheet with other cells; row and column count from 0."""
    rows = rows_of(raw)
    for (row, place), cell in cells.items():
        rows[row][place] = cell
    return workbook_of(rows, name)
