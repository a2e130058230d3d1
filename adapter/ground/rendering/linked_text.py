"""Texts in a cell that lead somewhere. To a renderer that knows no links they are plain text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

_BETWEEN = ", "


class Linked(str):
    """`to` is a whole address, or `#` and the name of a section of the same report."""

    __slots__ = ("to",)
    to: str

    def __new__(cls, words: str, to: str) -> Self:
        made = super().__new__(cls, words)
        made.to = to
        return made


class Several(str):
    """Texts one after the other, each of which may be `Linked`."""

    __slots__ = ("texts",)
    texts: tuple[str, ...]

    def __new__(cls, texts: Iterable[str]) -> Self:
        every = tuple(texts)
        made = super().__new__(cls, _BETWEEN.join(every))
        made.texts = every
        return made


def linked(words: str, to: str | None) -> str:
    """Plain where nobody knows where it leads."""
    return words if to is None else Linked(words, to)


def pieces(words: str) -> tuple[tuple[str, str | None], ...]:
    """What a cell says piece by piece, each with where it leads; together they are the cell."""
    if not isinstance(words, Several):
        return ((str(words), words.to if isinstance(words, Linked) else None),)
    said: list[tuple[str, str | None]] = []
    for one in words.texts:
        if said:
            said.append((_BETWEEN, None))
        said.append((str(one), one.to if isinstance(one, Linked) else None))
    return tuple(said)
