"""Several calls at once, for the one who asked for them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextvars import Context, copy_context


def lanes(count: int, name: str) -> ThreadPoolExecutor:
    """Threads that know what the caller's does: until when it may last, and for whom it logs."""
    return ThreadPoolExecutor(count, f"moodle-{name}", _know, (copy_context(),))


def _know(context: Context) -> None:
    for variable, value in context.items():
        variable.set(value)
