"""Calendar months (P6): a day that a month does not have becomes its last day."""

from __future__ import annotations

from calendar import isleap
from datetime import MAXYEAR, MINYEAR, date

from policy.errors import OutsideCalendar

_IN_EVERY_MONTH = 28
_LAST_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_FEBRUARY = 1


def add_months(day: date, months: int) -> date:
    """The same day `months` later (earlier when negative): 31 January + 1 is the end of February.

    Raises `OutsideCalendar` when the answer is not in the years 1 to 9999.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not MINYEAR <= year <= MAXYEAR:
        raise OutsideCalendar(f"{day.isoformat()} plus {months} months is not a date before 10000")
    if day.day <= _IN_EVERY_MONTH:
        return date(year, month + 1, day.day)
    last_day = 29 if month == _FEBRUARY and isleap(year) else _LAST_DAYS[month]
    return date(year, month + 1, min(day.day, last_day))


def within_months(day: date, start: date, months: int) -> bool:
    """Whether `day` is on or before `start` + `months`; beyond the year 9999 every day is."""
    try:
        return day <= add_months(start, months)
    except OutsideCalendar:
        return True


def before_months(day: date, start: date, months: int) -> bool:
    """Whether `day` is before `start` + `months`; beyond the year 9999 every day is."""
    try:
        return day < add_months(start, months)
    except OutsideCalendar:
        return True
