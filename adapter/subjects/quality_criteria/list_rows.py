"""Rows of the lists that HR keeps: a later list says them again, or changes them."""

from __future__ import annotations

from typing import Any

from adapter.ground.spreadsheets.row_by_row import Outcome
from adapter.ground.store.metadata import Stored
from adapter.ground.store.rows import upsert
from adapter.subjects.requests.acts import Act


def keep(
    act: Act,
    table: type[Stored],
    key: dict[str, Any],
    values: dict[str, Any],
    known: object | None,
) -> Outcome:
    """Write a row of a list that HR keeps; `known` is the one that is there under this key."""
    if known is not None and all(getattr(known, name) == values[name] for name in values):
        return Outcome.UNCHANGED
    upsert(act.connection, table, key, values | {"recorded_by": act.actor, "recorded_at": act.now})
    return Outcome.CREATED if known is None else Outcome.CHANGED


def plain(name: str) -> str:
    """A name of an expertise or function, whose capitals and spaces people write differently."""
    return " ".join(name.split()).casefold()
