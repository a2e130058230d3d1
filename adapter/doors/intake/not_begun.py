"""Events that this process leased and did not begin with. While the database is away they cannot be
handed back, and are before it leases anything else of the same register."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock
from weakref import WeakKeyDictionary

from adapter.ground.parts import Parts
from adapter.ground.store.register import Register
from adapter.queues.inbox import StoredEvent, hand_back_events

_events: WeakKeyDictionary[Register, list[StoredEvent]] = WeakKeyDictionary()
_lock = Lock()


def keep(register: Register, events: Sequence[StoredEvent]) -> None:
    with _lock:
        _events.setdefault(register, []).extend(events)


def hand_back(parts: Parts) -> None:
    """Raises what the database raises; then they are kept on."""
    with _lock:
        events = _events.pop(parts.register, [])
    if not events:
        return
    try:
        with parts.register.write() as connection:
            hand_back_events(connection, events, parts.clock.now())
    except BaseException:
        keep(parts.register, events)
        raise
