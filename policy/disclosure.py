"""What a report may say of people without saying something of one of them.

Whoever reads it may know a good deal already, have earlier reports beside it, and add and subtract.
So what is too small is put together with what stands beside it and never left out: what is left out
follows from the total. `docs/decisions/0041-nobody-can-be-computed-from-a-report.md` says more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TypeVar

Key = TypeVar("Key")

SMALLEST_GROUP = 5
"""People below which nothing is said of a group."""
ROUNDED_TO = 100
"""Hours. More than the norm of one person: with or without somebody, the number can be the same."""
COSTS_ROUNDED_TO = 1_000_000
"""Cents. More than nearly every training costs: with or without one, the amount can be the same."""
LACKING_ROUNDED_TO = 100_000
"""Cents, of what it would cost to make up for what people lack."""


@dataclass(frozen=True, slots=True)
class HoursClass:
    """How many have more than `above` hours, up to and including `up_to`; None for those that have
    none at all, or for no limit. `people` is 0 or at least `SMALLEST_GROUP`."""

    above: Decimal | None
    up_to: Decimal | None
    people: int


def rounded_hours(each: Iterable[Decimal]) -> Decimal | None:
    """The sum of what each person has, rounded to `ROUNDED_TO` hours. None where fewer than
    `SMALLEST_GROUP` have any, nobody included: then the sum would say it of them."""
    some = [hours for hours in each if hours]
    if len(some) < SMALLEST_GROUP:
        return None
    return rounded(sum(some, Decimal(0)), ROUNDED_TO)


def rounded(amount: Decimal, to: int) -> Decimal:
    return Decimal(to) * (amount / to).quantize(Decimal(1), ROUND_HALF_UP)


def rounded_cents(cents: int, to: int = COSTS_ROUNDED_TO) -> int:
    """Money of all together, for whoever may read it."""
    return int(rounded(Decimal(cents), to))


def told_number(number: int) -> int | None:
    """How many, where that is nobody or a group; None for what was of one to four."""
    return None if 0 < number < SMALLEST_GROUP else number


def hours_classes(
    each: Iterable[Decimal], edges: Sequence[Decimal], smallest: int = SMALLEST_GROUP
) -> tuple[HoursClass, ...]:
    """How many have no hours, more than 0 up to the first edge, and so on, the last without an end.

    Neighbours are put together until each class has none or at least `smallest`. Nothing where that
    leaves everybody in one class: it would say the same of all.
    """
    values = list(each)
    found = [HoursClass(None, Decimal(0), sum(one <= 0 for one in values))]
    lower: Iterable[Decimal] = (Decimal(0), *edges)
    for above, up_to in zip(lower, (*edges, None), strict=True):
        people = sum(above < one and (up_to is None or one <= up_to) for one in values)
        found.append(HoursClass(above, up_to, people))
    joined = _joined(found, smallest)
    return () if sum(one.people > 0 for one in joined) < 2 else tuple(joined)


def _joined(classes: Iterable[HoursClass], smallest: int) -> list[HoursClass]:
    """From the left; what stays too small at the end goes to the one before it."""
    joined: list[HoursClass] = []
    for one in classes:
        if joined and 0 < joined[-1].people < smallest:
            one = _together(joined.pop(), one)
        joined.append(one)
    while len(joined) > 1 and 0 < joined[-1].people < smallest:
        last = joined.pop()
        joined.append(_together(joined.pop(), last))
    return joined


def _together(left: HoursClass, right: HoursClass) -> HoursClass:
    return HoursClass(left.above, right.up_to, left.people + right.people)


def pooled(groups: Mapping[Key, frozenset[str]]) -> tuple[tuple[Key, ...], ...]:
    """Which groups of people can be told apart: each that is large enough alone, in the order
    given, and all others as one. The smallest of the large ones joins these where they are still
    too few. Nothing where all together are too few; groups of nobody are left out."""
    some = {key: people for key, people in groups.items() if people}
    alone = [key for key, people in some.items() if len(people) >= SMALLEST_GROUP]
    rest = [key for key in some if key not in alone]
    while rest and alone and len(_everybody(some, rest)) < SMALLEST_GROUP:
        smallest = min(alone, key=lambda key: len(some[key]))
        alone.remove(smallest)
        rest.append(smallest)
    if len(_everybody(some, rest)) < SMALLEST_GROUP:
        rest = []
    kept = tuple((key,) for key in alone)
    return (*kept, tuple(key for key in some if key in rest)) if rest else kept


def _everybody(groups: Mapping[Key, frozenset[str]], keys: Iterable[Key]) -> frozenset[str]:
    return frozenset().union(*(groups[key] for key in keys))
