"""What time it is: the only place of the adapter that asks.

A rehearsal (the demo, or HR trying out next year) runs on a clock read from a file, so that several
processes share one moment that a person can move.
"""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Protocol

from policy.days import AMSTERDAM, amsterdam_day


class Clock(Protocol):
    def now(self) -> datetime:
        """The moment, aware, in UTC."""


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class FileClock:
    """Starts at the moment in a file and runs from there; writing a new moment moves it."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def now(self) -> datetime:
        set_at, moment = self.last_set()
        return moment + (datetime.now(UTC) - set_at)

    def last_set(self) -> tuple[datetime, datetime]:
        """When it was set in real time, and to which moment; both UTC."""
        with self._file.open(encoding="ascii") as opened:
            written = os.fstat(opened.fileno()).st_mtime
            moment = datetime.fromisoformat(opened.read().strip())
        return datetime.fromtimestamp(written, UTC), moment.astimezone(UTC)

    def move_to(self, moment: datetime) -> None:
        if moment.tzinfo is None:
            raise ValueError(f"{moment.isoformat()} has no time zone; write it with its offset")
        beside = self._file.with_suffix(".new")
        beside.write_text(moment.isoformat(), encoding="ascii")
        beside.replace(self._file)


def real_time(clock: Clock) -> Clock:
    """An identity provider does not rehearse along."""
    return SystemClock() if isinstance(clock, FileClock) else clock


def today(clock: Clock) -> date:
    """The calendar day in Amsterdam, which is the day that every rule speaks of."""
    return amsterdam_day(clock.now())


def end_of_day(day: date) -> datetime:
    """The moment in UTC at which a day in Amsterdam is over."""
    return datetime.combine(day + timedelta(days=1), time(), AMSTERDAM).astimezone(UTC)
