"""An event that cannot be processed, said so that people can act on it."""

from __future__ import annotations

from adapter.queues.inbox import Reason


class CannotProcess(Exception):
    """The event has no effect yet. `reason` is a code of `events.reason.*` with its numbers;
    `final` says that trying again by itself is of no use."""

    def __init__(self, reason: Reason, *, final: bool = False) -> None:
        super().__init__(", ".join(f"{name}={value}" for name, value in reason.items()))
        self.reason = reason
        self.final = final
