"""Rows of wrapped text are as high in the file as their text needs."""

from __future__ import annotations

from typing import Any

import pytest

from adapter.ground.rendering.sheet_heights import HIGHEST_POINTS, LINE_POINTS, fit_row


class Rows:
    def __init__(self) -> None:
        self.heights: dict[int, float] = {}

    def set_row(self, row: int, height: float) -> None:
        self.heights[row] = height


@pytest.mark.parametrize(
    ("cells", "lines"),
    [
        ([("kort", 20), (None, 5), (12, 2)], 1),
        ([("een regel\nen nog een", 20)], 2),
        ([("woord " * 10, 20), ("kort", 20)], 4),
        ([("woord " * 10_000, 10)], HIGHEST_POINTS / LINE_POINTS),
    ],
)
def test_a_row_is_as_high_as_its_longest_text(cells: list[Any], lines: float) -> None:
    sheet = Rows()
    fit_row(sheet, 3, cells)
    assert sheet.heights == ({} if lines == 1 else {3: lines * LINE_POINTS})
