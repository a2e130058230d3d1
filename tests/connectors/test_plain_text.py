"""Names and titles from elsewhere come on one line, and free text without what nobody types."""

from __future__ import annotations

import pytest

from connectors.plain_text import is_one_line, is_plain, one_line

ODD = ["\x00", "\x07", "\x1b", "\x7f", "\x85", "\u2028", "\u202e", "\u2066"]


@pytest.mark.parametrize("odd", ["\n", "\r\n", "\t", *ODD])
def test_such_a_character_becomes_a_blank(odd: str) -> None:
    assert one_line(f"Excel{odd}voor gevorderden{odd}") == "Excel voor gevorderden"
    assert not is_one_line(f"Excel{odd}voor")


@pytest.mark.parametrize("odd", ODD)
def test_free_text_has_lines_and_nothing_else_of_the_kind(odd: str) -> None:
    assert is_plain("eerste regel\r\n\ttweede")
    assert not is_plain(f"eerste{odd}regel")


@pytest.mark.parametrize("name", ["Zoë d'Hondt-van 't Hoff", "العربية", "👩\u200d🔬", "a\u00a0b"])
def test_names_of_all_scripts_stay_as_they_are(name: str) -> None:
    assert one_line(name) == name
    assert is_one_line(name)
