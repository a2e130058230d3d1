"""Names as people type them, found among names as they are stored: in whatever case, without
accents, with whatever apostrophe."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import ColumnElement, Connection, Text, case, func, literal

SQLITE_FUNCTION = "folded"
_APOSTROPHES = "\N{RIGHT SINGLE QUOTATION MARK}\N{LEFT SINGLE QUOTATION MARK}\N{ACUTE ACCENT}`"
_OF_THEIR_OWN = {"ı": "i", "ø": "o", "Ø": "o", "ł": "l", "Ł": "l", "đ": "d", "Đ": "d"}
"""Letters that Unicode does not take apart."""


def _without_accents() -> Iterator[tuple[str, str]]:
    for code in range(0xC0, 0x220):
        apart = unicodedata.normalize("NFD", chr(code))
        if len(apart) > 1 and apart[0].isascii():
            yield chr(code), apart[0].lower()


_PLAIN = dict(_without_accents()) | _OF_THEIR_OWN | dict.fromkeys(_APOSTROPHES, "'")
_MARKS = "".join(map(chr, (*range(0x300, 0x305), *range(0x306, 0x30D), 0x327, 0x328)))
_SIGNS, _TO = "".join(_PLAIN) + _MARKS, "".join(_PLAIN.values())
_TABLE = str.maketrans(_PLAIN) | dict.fromkeys(map(ord, _MARKS))


def folded(words: str) -> str:
    """What is compared of them."""
    return words.lower() if words.isascii() else words.translate(_TABLE).lower()


def holds_word(connection: Connection, columns: Iterable[Any], word: str) -> ColumnElement[bool]:
    """Whether one of the columns of text has the word in it; one without white space."""
    together: Any = literal("")
    for column in columns:
        together = together + "\n" + func.coalesce(column, "")
    if connection.dialect.name == "sqlite":
        stored = getattr(func, SQLITE_FUNCTION)(together)
    else:
        # What is in the second text and has nothing across from it in the third is left out. That
        # takes long, and most names are in ASCII.
        plain = func.octet_length(together) == func.char_length(together)
        stored = func.lower(
            case((plain, together), else_=func.translate(together, _SIGNS, _TO)), type_=Text
        )
    found: ColumnElement[bool] = stored.contains(folded(word), autoescape=True)
    return found
