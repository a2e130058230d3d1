"""One at a time at what belongs to an account and not to a session."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from threading import Lock
from typing import Protocol


class Turn(Protocol):
    def keep(self) -> None:
        """Say that the work goes on; before every step that may take long. Raises `Transient` when
        the turn was lost to another."""


class Turns(Protocol):
    def take(self, what: str) -> AbstractContextManager[Turn]:
        """A turn at something, until the end of the block. Raises `Transient` when it does not come
        in time, and at the end when it was lost meanwhile: nothing that was read can be believed
        then."""


class _OfThisProcess:
    def keep(self) -> None:
        """Nobody takes a turn of a living process away."""


class ProcessTurns:
    """Turns among the threads of one process, for who shares its account with no other."""

    def __init__(self) -> None:
        self._lock = Lock()

    @contextmanager
    def take(self, what: str) -> Iterator[Turn]:
        del what
        with self._lock:
            yield _OfThisProcess()
