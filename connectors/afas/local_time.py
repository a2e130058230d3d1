"""AFAS writes Amsterdam local time and ends it in `Z` all the same: the letter means nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def moment_of(text: str) -> datetime:
    """The moment in UTC; the hour that the autumn repeats counts as the first of the two.

    Raises `ValueError`.
    """
    local = datetime.fromisoformat(text.removesuffix("Z"))
    if local.tzinfo is not None:
        raise ValueError("has a time zone, which AFAS never writes")
    return local.replace(tzinfo=AMSTERDAM).astimezone(UTC)


def written(moment: datetime) -> str:
    """A moment as AFAS expects it in a filter value: local, without zone."""
    return moment.astimezone(AMSTERDAM).strftime("%Y-%m-%dT%H:%M:%S")
