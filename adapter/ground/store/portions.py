"""A long list a portion at a time, cut in the database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select

LENGTH = 50
T = TypeVar("T")
Beside = TypeVar("Beside")


@dataclass(frozen=True, slots=True)
class Portion(Generic[T]):
    """`number` counts from 1; `more` says whether another one follows."""

    items: tuple[T, ...]
    number: int
    more: bool

    def of(self, made: Iterable[Beside]) -> Portion[Beside]:
        """The same portion, of what was made of its items."""
        return Portion(tuple(made), self.number, self.more)


@dataclass(frozen=True, slots=True)
class Stretch(Generic[T]):
    """Part of a list that only grows: `after` is the id of its last line when more follow, from
    which the next stretch goes on, however deep into the list that is."""

    items: tuple[T, ...]
    after: str | None


def stretch(found: Sequence[T], id_of: Callable[[T], str]) -> Stretch[T]:
    """Of one line more than is shown (`LENGTH` and one)."""
    shown = tuple(found[:LENGTH])
    return Stretch(shown, id_of(shown[-1]) if len(found) > LENGTH else None)


def portion(
    read: Callable[[Select[*tuple[Any, ...]]], Iterable[T]],
    statement: Select[*tuple[Any, ...]],
    number: int,
) -> Portion[T]:
    """`read` gives the rows of a statement, which has an order; one more than is shown is asked
    for, to know whether there are more."""
    offset = (number - 1) * LENGTH
    found = list(read(statement.limit(LENGTH + 1).offset(offset)))
    return Portion(tuple(found[:LENGTH]), number, len(found) > LENGTH)
