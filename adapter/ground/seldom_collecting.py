"""Work that makes millions of objects of which none refer to each other in a circle.

Python looks for such circles each time some hundreds of objects more are alive; in a reconciliation
that took a fifth of the time and found nothing.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

_MORE_ALIVE = 200_000
_lock = Lock()
_before: list[tuple[int, int, int]] = []
"""What held when each work that lasts began: the first is what Python itself had."""


@contextmanager
def seldom_collecting() -> Iterator[None]:
    """Circles are looked for seldom, in the whole process, while this lasts in any thread."""
    with _lock:
        _before.append(gc.get_threshold())
        gc.set_threshold(_MORE_ALIVE, *_before[0][1:])
    try:
        yield
    finally:
        with _lock:
            # Whichever ends last puts back what the first one found.
            found = _before[0]
            _before.pop()
            if not _before:
                gc.set_threshold(*found)
