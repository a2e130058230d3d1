"""Whose records break a group, so that the others are compared all the same."""

from __future__ import annotations

from collections.abc import Collection

from adapter.views.reconcile.finding import Group
from adapter.views.reconcile.snapshot import Snapshot

_WITHHELD = "withheld:"

MOST = 20
"""With more than this many it is the group that fails, and not a record."""


def breaking(world: Snapshot, group: Group) -> frozenset[str]:
    """The employees without whom the group succeeds, found by halving; nobody when it fails for
    another reason, or for too many."""
    found: set[str] = set()
    waiting: list[list[str]] = [sorted(world.people)]
    while waiting and len(found) <= MOST:
        some = waiting.pop()
        if not some or _succeeds(world.only(some), group):
            continue
        if len(some) == 1:
            found.update(some)
            continue
        middle = len(some) // 2
        waiting += [some[:middle], some[middle:]]
    enough = len(found) <= MOST and _succeeds(world.without(found), group)
    return frozenset(found) if enough else frozenset()


def withheld(people: Collection[str]) -> str:
    """The reason of a group that left people out, by number."""
    return " ".join((_WITHHELD, *sorted(people)))


def withheld_people(reason: str) -> Collection[str]:
    """The numbers in the reason of a group; none when it failed as a whole."""
    return reason.removeprefix(_WITHHELD).split() if reason.startswith(_WITHHELD) else ()


def _succeeds(world: Snapshot, group: Group) -> bool:
    try:
        list(group.find(world))
    except Exception:  # noqa: BLE001 -- whether it fails is what is asked
        return False
    return True
