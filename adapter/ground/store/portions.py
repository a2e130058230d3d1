"""A long list a portion at a time, cut in the database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from sqlalchemy import Connection, Select, literal, select, tuple_

from adapter.ground.store.reading import rows_of

if TYPE_CHECKING:
    from sqlalchemy.orm import InstrumentedAttribute

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


class UnknownCursor(LookupError):
    """No line of the list has the id after which it should go on."""


@dataclass(frozen=True, slots=True)
class Cut:
    """How many lines of a list are asked for: the first ones, or those after the one with an id."""

    limit: int
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Stretch(Generic[T]):
    """Part of a list: `after` is the id of its last line when more follow, from which the next
    stretch goes on, however deep into the list that is."""

    items: tuple[T, ...]
    after: str | None

    def of(self, made: Iterable[Beside]) -> Stretch[Beside]:
        """The same stretch, of what was made of its items."""
        return Stretch(tuple(made), self.after)


def stretch(found: Sequence[T], id_of: Callable[[T], str]) -> Stretch[T]:
    """Of one line more than is shown (`LENGTH` and one)."""
    shown = tuple(found[:LENGTH])
    return Stretch(shown, id_of(shown[-1]) if len(found) > LENGTH else None)


def listed(
    connection: Connection,
    statement: Select[T],
    order: Sequence[InstrumentedAttribute[Any]],
    cut: Cut,
    *,
    visible: Select[T] | None = None,
    newest_first: bool = False,
) -> Stretch[T]:
    """A stretch of the rows of a statement, in an order of which the last column is their id. The
    cursor is one of the `visible` rows, where a reader may not see them all: that of another says
    nothing, not even that it is there. Raises `UnknownCursor`."""
    key = order[-1]
    columns = [column.desc() for column in order] if newest_first else order
    statement = statement.order_by(*columns).limit(cut.limit + 1)
    if cut.after is not None:
        known = select(*order) if visible is None else visible.with_only_columns(*order)
        last = connection.execute(known.where(key == cut.after)).one_or_none()
        if last is None:
            raise UnknownCursor
        place = [literal(one, column.type) for one, column in zip(last, order, strict=True)]
        here, there = tuple_(*order), tuple_(*place)
        statement = statement.where(here < there if newest_first else here > there)
    found = rows_of(connection, statement)
    shown = tuple(found[: cut.limit])
    return Stretch(shown, getattr(shown[-1], key.key) if len(found) > cut.limit else None)


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
