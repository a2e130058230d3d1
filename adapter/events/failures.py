"""An event that cannot be processed as things are, with the reason in words of the catalogue."""

from __future__ import annotations

from adapter.events.inbox import Reason


class CannotProcess(Exception):
    """The event is kept as failed and tried again, or (`final`) waits for a person at once."""

    def __init__(self, reason: Reason, *, final: bool = False) -> None:
        super().__init__(str(reason["code"]))
        self.reason = reason
        self.final = final
