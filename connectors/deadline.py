"""A deadline over everything that one attempt does on the network."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_ends_at: ContextVar[float | None] = ContextVar("ends_at", default=None)


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Whatever a `DeadlineTransport` does inside ends within so many seconds, in a time-out of
    httpx, or sooner where a deadline around it ends sooner. Looking up a name is the one thing that
    has no end but the resolver's own."""
    token = _ends_at.set(time.monotonic() + seconds_left(seconds))
    try:
        yield
    finally:
        _ends_at.reset(token)


def seconds_left(most: float) -> float:
    """Until the deadline around the caller, at most so many."""
    left = until_deadline()
    return most if left is None else min(most, left)


def until_deadline() -> float | None:
    """Seconds, below 0 when it has passed; None where there is none around the caller."""
    ends_at = _ends_at.get()
    return None if ends_at is None else ends_at - time.monotonic()
