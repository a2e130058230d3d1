"""Days that people write down: what is recorded has happened."""

from __future__ import annotations

from datetime import date

from adapter.procedure.acts import Act
from adapter.procedure.refusals import WrongField


def future(act: Act, day: date, pointer: str) -> list[WrongField]:
    """A wrong field when the day has yet to come."""
    if day <= act.today:
        return []
    return [WrongField(pointer, "in_future", {"today": act.today.isoformat()})]


def before(day: date, first: date, pointer: str, reason: str) -> list[WrongField]:
    """A wrong field when the day lies before the first day that is possible."""
    return [] if day >= first else [WrongField(pointer, reason, {"first": first.isoformat()})]


def after(day: date, last: date, pointer: str, reason: str) -> list[WrongField]:
    """A wrong field when the day lies after the last day that is possible."""
    return [] if day <= last else [WrongField(pointer, reason, {"last": last.isoformat()})]
