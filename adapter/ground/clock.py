"""What time it is: the only place of the adapter that asks.

A rehearsal (the demo, or HR trying out next year) runs on a clock read from a file, so that several
processes share one moment that a person can move.
"""

from __future__ import annotations

import os
import time as system_time
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from threading import Lock
from typing import Protocol

from policy.days import AMSTERDAM, amsterdam_day


class Clock(Protocol):
    def now(self) -> datetime:
        """The moment, aware, in UTC."""


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


# The one that goes on while the machine sleeps, where there is such a one.
_STEADY = getattr(system_time, "CLOCK_BOOTTIME", system_time.CLOCK_MONOTONIC)
SURE_WITHIN_SECONDS = 1.0


class DatabaseClock(SystemClock):
    """Real time as the database has it, so that all machines on one register agree on it: leases,
    periods of jobs and pauses hold between them however their own clocks differ.

    It is told the database's time now and then, and goes on from there by a counter that nobody
    sets. Until it was told, and on SQLite, it is the clock of this machine.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._told: tuple[datetime, float] | None = None

    def now(self) -> datetime:
        told = self._told
        if told is None:
            return super().now()
        moment, at = told
        return moment + timedelta(seconds=steady_seconds() - at)

    def tell(self, moment: datetime, asked_at: float) -> None:
        """The database said `moment` to who asked at `asked_at` (`steady_seconds`) and has the
        answer now. One that was long under way says little, unless nothing was known."""
        answered_at = steady_seconds()
        at, unsure = (asked_at + answered_at) / 2, (answered_at - asked_at) / 2
        with self._lock:
            if self._told is not None:
                known, known_at = self._told
                apart = moment - known - timedelta(seconds=at - known_at)
                # What agrees with what is known moves nothing: a reading that follows a write by
                # less than that would seem to come before it.
                if 2 * unsure > SURE_WITHIN_SECONDS or abs(apart.total_seconds()) <= unsure:
                    return
            self._told = moment.astimezone(UTC), at

    def ahead_of_machine(self) -> timedelta:
        """By how much the database's clock is ahead of this machine's."""
        return self.now() - super().now()


def steady_seconds() -> float:
    """Seconds since some moment, whatever becomes of the clock of this machine."""
    return system_time.clock_gettime(_STEADY)


class FileClock:
    """Starts at the moment in a file and runs from there, as `real` goes; writing a new moment
    moves it."""

    def __init__(self, file: Path, real: Clock | None = None) -> None:
        self._file = file
        self._real = real or SystemClock()

    def now(self) -> datetime:
        set_at, moment = self.last_set()
        return moment + (self._real.now() - set_at)

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
