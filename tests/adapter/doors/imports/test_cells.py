"""Cells as people fill them in: read when they are clear, refused when they are not."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from adapter.ground.spreadsheets import cells
from adapter.ground.spreadsheets.cells import Reader, WrongValue
from adapter.ground.spreadsheets.workbook import Value


@pytest.mark.parametrize(
    ("reader", "cell", "read"),
    [
        (cells.two_places, 1250.5, "1250.50"),
        (cells.two_places, 0.1 + 0.2, "0.30"),
        (cells.two_places, "1250,50", "1250.50"),
        (cells.two_places, "€ 1.250,50", "1250.50"),
        (cells.two_places, "1.250.000", None),
        (cells.two_places, "12.50", "12.50"),
        (cells.two_places, "1,250.50", None),
        (cells.two_places, "1e3", None),
        (cells.two_places, True, None),
        (cells.two_places, float("nan"), None),
        (cells.two_places, float("inf"), None),
        (cells.two_places, 1e300, None),
        (cells.two_places, "9" * 400, None),
        (cells.two_places, "٣", None),
        (cells.share, "50%", "0.50"),
        (cells.share, "50 %", "0.50"),
        (cells.share, "33,3%", None),
        (cells.share, 0.75, "0.75"),
        (cells.share, "0,75", "0.75"),
        (cells.whole, 12.0, 12),
        (cells.whole, "12", 12),
        (cells.whole, 12.5, None),
        (cells.words, 10005.0, "10005"),
        (cells.words, "00123", "00123"),
        (cells.words, 1.5, None),
        (cells.words, float("inf"), None),
        (cells.words, date(2027, 1, 1), None),
        (cells.listed, "OPL-1; OPL-2,OPL-3;", ["OPL-1", "OPL-2", "OPL-3"]),
        (cells.day, date(2027, 1, 31), "2027-01-31"),
        (cells.day, datetime(2027, 1, 31, 12, 0), "2027-01-31"),  # noqa: DTZ001 - as cells are
        (cells.day, "31-1-2027", "2027-01-31"),
        (cells.day, "31/01/2027", "2027-01-31"),
        (cells.day, "2027-01-31", "2027-01-31"),
        (cells.day, "31 januari 2027", None),
        (cells.day, "2027-02-30", None),
        (cells.day, "01-31-2027", None),
        (cells.day, 46_053.0, None),
        (cells.day, time(12, 0), None),
    ],
)
def test_a_cell_is_read_or_refused(reader: Reader, cell: Value, read: object) -> None:
    if read is None:
        with pytest.raises(WrongValue):
            reader(cell)
    else:
        assert reader(cell) == read


def test_a_choice_takes_the_words_of_every_language_in_any_case() -> None:
    read = cells.choice(lambda: {"ja": True, "yes": True, "nee": False})
    assert (read("JA"), read("Yes"), read("nee")) == (True, True, False)
    with pytest.raises(WrongValue) as refused:
        read("misschien")
    assert refused.value.numbers == {"offered": "ja, yes, nee"}
