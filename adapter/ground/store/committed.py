"""What log and metrics are told of a transaction once it stays: they know no rollback, and what is
rolled back is done again."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import copy_context
from functools import partial

from sqlalchemy import Connection

_TOLD = "odwh_once_committed"

Tell = Callable[[], object]


def once_committed(connection: Connection, tell: Tell) -> None:
    """`tell` is called after the commit as if now, within the step at hand; after a rollback never.
    It must not raise: the transaction stays."""
    connection.info.setdefault(_TOLD, []).append(partial(copy_context().run, tell))


def taken(connection: Connection) -> list[Tell]:
    """What is to be called, which is nothing from then on."""
    told: list[Tell] = connection.info.pop(_TOLD, [])
    return told
