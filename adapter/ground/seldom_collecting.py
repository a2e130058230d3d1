"""Work that makes millions of objects of which none refer to each other in a circle.

Python looks for such circles each time some hundreds of objects more are alive; in a reconciliation
that took a fifth of the time and found nothing.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_MORE_ALIVE = 200_000


@contextmanager
def seldom_collecting() -> Iterator[None]:
    """Circles are looked for seldom, in the whole process, while this lasts."""
    before = gc.get_threshold()
    gc.set_threshold(_MORE_ALIVE, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
