"""Names of sheets as spreadsheets accept them: at most 31 characters, without a few signs, and
never twice, whatever the case of the letters."""

from __future__ import annotations

import re
from collections.abc import Iterable

_LONGEST = 31
_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_RESERVED = "history"
"""Excel keeps this name for itself."""


def sheet_names(labels: Iterable[str]) -> list[str]:
    """A name for each label, in the same order; a repeated one is numbered."""
    names: list[str] = []
    taken = {_RESERVED}
    for label in labels:
        name = _free(_allowed(label), taken)
        taken.add(name.casefold())
        names.append(name)
    return names


def _allowed(label: str) -> str:
    words = " ".join(_FORBIDDEN.sub(" ", label).split()).strip("'")
    return _cut(words, _LONGEST) or "-"


def _cut(words: str, length: int) -> str:
    if len(words) <= length:
        return words
    return words[: length - 1].rstrip(" '") + "…"


def _free(name: str, taken: set[str]) -> str:
    candidate, number = name, 1
    while candidate.casefold() in taken:
        number += 1
        ending = f" ({number})"
        candidate = _cut(name, _LONGEST - len(ending)) + ending
    return candidate
