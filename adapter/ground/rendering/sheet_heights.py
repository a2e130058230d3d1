"""How high a row must be for its wrapped texts.

LibreOffice shows a row as high as the file says, and one line where it says nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil
from typing import Any

LINE_POINTS = 15
HIGHEST_POINTS = 409
"""No spreadsheet has a higher row."""


def fit_row(sheet: Any, row: int, cells: Iterable[tuple[object, int]]) -> None:
    """Before anything is written in the row. `cells` are what it will hold, each with the width of
    its column in characters."""
    lines = max((_lines(cell, width) for cell, width in cells), default=1)
    if lines > 1:
        sheet.set_row(row, min(lines * LINE_POINTS, HIGHEST_POINTS))


def _lines(cell: object, width: int) -> int:
    """Words break where they end, so a line holds less than its width."""
    if not isinstance(cell, str):
        return 1
    return sum(max(1, ceil(len(part) * 1.1 / width)) for part in cell.split("\n"))
