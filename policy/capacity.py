"""What learning takes of a team's working hours, month by month (Visie §4, §5, P8).

Learning spreads over its sessions where they are known, else evenly over its calendar days. What is
available is the hours per week over the Mondays to Fridays of the month; leave and public holidays
are not known here, so the real share is somewhat higher.
"""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from policy.model import Activity
from policy.months import add_months

_HUNDREDTH = Decimal("0.01")
_NONE = Decimal("0.00")
_WEEKDAYS = 5


@dataclass(frozen=True, slots=True, order=True)
class Month:
    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> Month:
        return cls(day.year, day.month)

    @property
    def first_day(self) -> date:
        return date(self.year, self.number, 1)

    @property
    def last_day(self) -> date:
        return date(self.year, self.number, monthrange(self.year, self.number)[1])

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"


@dataclass(frozen=True, slots=True)
class Working:
    """One employment. `hours_per_week` is None where the HRIS does not tell it; both days are
    included, and None is open."""

    start: date | None
    end: date | None
    hours_per_week: Decimal | None


def months_of(year: int) -> tuple[Month, ...]:
    return tuple(Month(year, number) for number in range(1, 13))


def parts_per_month(activity: Activity) -> Mapping[Month, Decimal]:
    """Hours within working time per month; they add up to the parts per year of the hours norm."""
    parts = _by_sessions(activity) if activity.sessions else _by_calendar_days(activity)
    return {month: hours for month, hours in parts.items() if hours}


def available_hours(working: Iterable[Working], month: Month) -> Decimal | None:
    """Contract hours in a month, over the weekdays on which there is an employment.

    None when an employment of that month has no known hours: then nobody can say.
    """
    total, begins, ends = _NONE, month.first_day, month.last_day
    for one in working:
        first = max(one.start or begins, begins)
        last = min(one.end or ends, ends)
        if first > last:
            continue
        if one.hours_per_week is None:
            return None
        total += one.hours_per_week * weekdays(first, last) / _WEEKDAYS
    return _rounded(total)


def weekdays(first: date, last: date) -> int:
    """Mondays to Fridays, both days included."""
    weeks, rest = divmod((last - first).days + 1, 7)
    beyond = (first + timedelta(days=weeks * 7 + extra) for extra in range(rest))
    return weeks * _WEEKDAYS + sum(day.weekday() < _WEEKDAYS for day in beyond)


def share_percent(absent: Decimal, available: Decimal | None) -> int | None:
    """Planned absence as whole percents of what is available, half rounded up."""
    if not available:
        return None
    return int((absent * 100 / available).quantize(Decimal(1), ROUND_HALF_UP))


def _by_sessions(activity: Activity) -> dict[Month, Decimal]:
    """The norm rounds once per year, so a session's part is a difference within its year."""
    cumulative: defaultdict[int, Decimal] = defaultdict(lambda: _NONE)
    parts: defaultdict[Month, Decimal] = defaultdict(lambda: _NONE)
    for session in sorted(activity.sessions, key=lambda one: one.on):
        before = _rounded(cumulative[session.on.year] * activity.work_time_share)
        cumulative[session.on.year] += session.hours
        after = _rounded(cumulative[session.on.year] * activity.work_time_share)
        parts[Month.of(session.on)] += after - before
    return parts


def _by_calendar_days(activity: Activity) -> dict[Month, Decimal]:
    """A month's part is the difference of two rounded cumulative amounts, so none is negative."""
    total = _rounded(activity.hours * activity.work_time_share)
    end = activity.end or activity.start
    all_days = (end - activity.start).days + 1
    parts: dict[Month, Decimal] = {}
    before, month = _NONE, Month.of(activity.start)
    while month.first_day <= end:
        days = (min(end, month.last_day) - activity.start).days + 1
        until_now = _rounded(total * days / all_days)
        parts[month] = until_now - before
        before, month = until_now, Month.of(add_months(month.first_day, 1))
    return parts


def _rounded(hours: Decimal) -> Decimal:
    return hours.quantize(_HUNDREDTH, ROUND_HALF_UP)
