"""A long list a portion at a time, cut in the database."""

from __future__ import annotations

from collections.abc import Callable, Iterable
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
