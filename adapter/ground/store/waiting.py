"""Waiting for work: on PostgreSQL who waits is woken (`listening.py`); on SQLite who waits asks
several times a second, as it does on PostgreSQL as long as nothing is heard.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from threading import Event
from typing import Protocol

from adapter.ground.store.register import Register

ASKING_SECONDS = 0.25
"""Between two looks on SQLite, where a look is a read of a file."""


class Waiter(Protocol):
    """Of one thread, which calls `wait` after a look that found nothing, and looks again."""

    def found(self) -> None:
        """The look found work, which is done now."""

    def wait(self) -> None: ...


class Waiting(Protocol):
    def waiter(self, topics: Collection[str]) -> Waiter:
        """For who waits for work of these kinds."""

    def end(self) -> None:
        """Nobody waits any more."""


def waiting_for(register: Register) -> Waiting:
    if register.engine.dialect.name != "postgresql":
        return Asking()
    # It needs the driver of PostgreSQL, which is not loaded for SQLite.
    from adapter.ground.store.listening import Listening

    return Listening(register)


class Asking:
    """Nothing is heard: who waits looks again and again, after so many `seconds`."""

    def __init__(self, seconds: Callable[[], float] = lambda: ASKING_SECONDS) -> None:
        self._seconds = seconds
        self._ended = Event()

    def waiter(self, topics: Collection[str]) -> Waiter:
        return self

    def end(self) -> None:
        self._ended.set()

    def found(self) -> None:
        """Nobody needs to know."""

    def wait(self) -> None:
        self._ended.wait(self._seconds())
