"""Days that people write down: what is recorded has happened."""

from __future__ import annotations

from datetime import date, timedelta

from adapter.subjects.requests.acts import Act
from adapter.subjects.requests.refusals import WrongField

LONGEST_YEARS = 50
"""No training lasts longer."""


def wrong_if_future(act: Act, day: date, pointer: str) -> list[WrongField]:
    """A wrong field when the day has yet to come."""
    if day <= act.today:
        return []
    return [WrongField(pointer, "in_future", {"today": act.today.isoformat()})]


def wrong_if_before(day: date, first: date, pointer: str, reason: str) -> list[WrongField]:
    """A wrong field when the day lies before the first day that is possible."""
    return [] if day >= first else [WrongField(pointer, reason, {"first": first.isoformat()})]


def wrong_if_after(day: date, last: date, pointer: str, reason: str) -> list[WrongField]:
    """A wrong field when the day lies after the last day that is possible."""
    return [] if day <= last else [WrongField(pointer, reason, {"last": last.isoformat()})]


def wrong_end(starts_on: date | None, ends_on: date | None) -> list[WrongField]:
    """A wrong field when training would end before its start, or never."""
    if starts_on is None or ends_on is None:
        return []
    if ends_on < starts_on:
        return [WrongField("/endDate", "end_before_start", {"start": starts_on.isoformat()})]
    if ends_on - starts_on > timedelta(days=366 * LONGEST_YEARS):
        return [WrongField("/endDate", "lasts_too_long", {"years": LONGEST_YEARS})]
    return []
