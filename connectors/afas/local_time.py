"""AFAS writes Amsterdam local time and ends it in `Z` all the same: the letter means nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def day_of(text: str) -> date:
    """The day as written: converting `2026-12-31T00:00:00Z` would move a last working day.

    Raises `ValueError`.
    """
    return _local(text).date()


def moment_of(text: str) -> datetime:
    """The moment in UTC; the hour that the autumn repeats counts as the first of the two.

    Raises `ValueError`.
    """
    return _local(text).replace(tzinfo=AMSTERDAM).astimezone(UTC)


def written(moment: datetime) -> str:
    """A moment as AFAS expects it in a filter value: local, without zone."""
    return moment.astimezone(AMSTERDAM).strftime("%Y-%m-%dT%H:%M:%S")


def _local(text: str) -> datetime:
    moment = datetime.fromisoformat(text.removesuffix("Z"))
    if moment.tzinfo is not None:
        raise ValueError("has a time zone, which AFAS never writes")
    return moment
