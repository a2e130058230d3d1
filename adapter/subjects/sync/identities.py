"""Who is the same person under another number. Pure.

A number is the key of everything that is kept of somebody. A list whose numbers changed (Excel
drops leading zeros) looks as if everyone left and others came: name and address tell otherwise.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from connectors.ports import Employee


@dataclass(frozen=True, slots=True)
class Renumbered:
    """Who was known as `before` and is shown as `now`."""

    before: str
    now: str


def renumbered(absent: Iterable[Employee], shown: Iterable[Employee]) -> tuple[Renumbered, ...]:
    """Pairs of somebody who is not shown any more and the one person who is shown with the same
    name and work address. Without an address nobody is taken for another."""
    before = _alone(absent)
    if not before:
        return ()
    now = _alone(shown)
    return tuple(Renumbered(before[key], now[key]) for key in before if key in now)


def _alone(people: Iterable[Employee]) -> dict[tuple[str, str], str]:
    """Numbers by name and address, of those who share these with nobody else among them."""
    keyed = [(key, one.employee_id) for one in people if (key := _key(one)) is not None]
    count = Counter(key for key, _ in keyed)
    return {key: number for key, number in keyed if count[key] == 1}


def _key(one: Employee) -> tuple[str, str] | None:
    if not one.email:
        return None
    name = " ".join(
        part for part in (one.given_name, one.family_name_prefix, one.family_name) if part
    )
    return name.casefold(), one.email.casefold()
