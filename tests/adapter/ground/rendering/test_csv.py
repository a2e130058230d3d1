"""Comma-separated values: what a person typed stays a text, and numbers stay numbers."""

from __future__ import annotations

import pytest

from adapter.ground.rendering.csv import line


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+2", "'=1+2"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("+31 6 12345678", "'+31 6 12345678"),
        ("-2+3", "'-2+3"),
        ("\tx", "'\tx"),
        ("-50.00", "-50.00"),
        ("+3", "+3"),
        (-5, "-5"),
        ("Toezicht", "Toezicht"),
        (None, ""),
    ],
)
def test_a_text_that_begins_as_a_formula_stays_a_text(cell: object, written: str) -> None:
    assert line(["x", cell]).decode() == f"x,{written}\r\n"


def test_commas_quotes_and_lines_keep_their_place() -> None:
    assert line(['a "b", c', "d\ne"]).decode() == '"a ""b"", c","d\ne"\r\n'
