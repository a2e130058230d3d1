"""The policy's days are those of Amsterdam; other systems tell moments in UTC."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from policy.errors import NaiveMoment, OutsideCalendar

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def amsterdam_day(moment: datetime) -> date:
    """The calendar date in Amsterdam at a moment: 2026-11-15T23:00:00Z is 16 November.

    Raises `NaiveMoment` for a moment without a time zone.
    """
    if moment.utcoffset() is None:
        raise NaiveMoment(f"{moment.isoformat()} has no time zone; add one, such as +01:00 or Z")
    try:
        return moment.astimezone(AMSTERDAM).date()
    except OverflowError as error:
        raise OutsideCalendar(f"{moment.isoformat()} has no date in Amsterdam") from error
