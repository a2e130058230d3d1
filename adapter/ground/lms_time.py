"""Which moment of our clock a moment of the LMS is.

In a rehearsal only our clock moves: the LMS goes on writing the day of today in what it makes. So
what it says of itself (when somebody enrolled or completed) is carried over to the clock that was
rehearsed at that moment, and what was there before the rehearsal keeps its own dates. Each time
that the clock is set is kept in the register, because a moment must be carried over the same way
for ever: an enrolment whose moment of making changes is taken for another.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Protocol

from sqlalchemy import select

from adapter.ground.clock import (
    Clock,
    FileClock,
    SystemClock,
    today,
)
from adapter.ground.register_clock import record
from adapter.ground.store.reading import rows_of
from adapter.ground.store.register import Register
from adapter.ground.store.tables.register_facts import RegisterFactRow
from connectors.ports import OurMoment

_SET_AT = "rehearsal clock set at "
_MINUTE = timedelta(minutes=1)


class LmsTime(Protocol):
    def now(self) -> datetime:
        """The moment by the clock of the LMS."""

    def reading(self) -> OurMoment | None:
        """How to carry over the moments of an answer that has come in; None when they are ours."""

    def our_day(self, day: date) -> date:
        """The day that it is for us when the LMS says that it is this day."""


class SameTime:
    """The LMS and we live by one clock: always, but in a rehearsal with a real LMS."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def now(self) -> datetime:
        return self._clock.now()

    def reading(self) -> None:
        return None

    def our_day(self, day: date) -> date:
        return day


class RealTimeInARehearsal:
    """The LMS lives in real time while we rehearse."""

    def __init__(self, register: Register, clock: FileClock) -> None:
        self._register = register
        self._clock = clock
        self._real = SystemClock()

    def now(self) -> datetime:
        return self._real.now()

    def reading(self) -> OurMoment:
        """Looks at the clock after the answer came in, so that it was set before what is in it or
        after that, and never in between unseen."""
        set_at, moment = self._clock.last_set()
        name = f"{_SET_AT}{set_at.isoformat()}"
        settings = self._read()
        if set_at not in settings:
            record(self._register, **{name: moment.isoformat()})
            settings = settings | {set_at: moment}
        return _carrier(settings)

    def our_day(self, day: date) -> date:
        return today(self._clock) + (day - today(self._real))

    def _read(self) -> dict[datetime, datetime]:
        with self._register.read() as connection:
            rows = rows_of(
                connection, select(RegisterFactRow).where(RegisterFactRow.name.startswith(_SET_AT))
            )
        return {
            datetime.fromisoformat(row.name.removeprefix(_SET_AT)): datetime.fromisoformat(
                row.value
            )
            for row in rows
        }


def _carrier(settings: dict[datetime, datetime]) -> OurMoment:
    newest_first = sorted(settings.items(), reverse=True)

    def carry(moment: datetime) -> datetime:
        for set_at, rehearsed in newest_first:
            if moment >= set_at:
                # By whole minutes: a report shows no seconds, and must give the same minute.
                return moment + (rehearsed - set_at) // _MINUTE * _MINUTE
        return moment

    return carry


def lms_time(register: Register, clock: Clock, *, rehearsed_with_us: bool) -> LmsTime:
    """`rehearsed_with_us`: the LMS runs on the clock of the rehearsal too, as a sandbox can."""
    if isinstance(clock, FileClock) and not rehearsed_with_us:
        return RealTimeInARehearsal(register, clock)
    return SameTime(clock)
