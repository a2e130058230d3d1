"""The one step in which what an HRIS writes becomes a value: days, numbers, texts.

Every connector reads its fields with these, so that a notation that one of them learns is known to
all. Each raises `UnreadableError`.
"""

from __future__ import annotations

import re
from datetime import date, time
from decimal import Decimal, InvalidOperation

from pydantic import JsonValue

ISO = r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})"
DUTCH = r"(?P<day>\d{1,2})[-/.](?P<month>\d{1,2})[-/.](?P<year>\d{4})"
TIME = r"(?:[T ](?P<time>\d{1,2}:\d{2}(?::\d{2})?)(?:[.,]0{1,9})? ?(?:Z|[+-]\d{2}:?\d{2})?)?"
DAYS = tuple(re.compile(day + TIME) for day in (ISO, DUTCH))
NUMBER = re.compile(r"\d{1,4}(?:[.,]\d{1,6})?")
TOO_MUCH = 10_000
"""Hours per week and fte stay far below it."""

NO_END = 9999
"""The year in which payroll systems write "no end"."""
FARTHEST_YEAR = 2099
"""From this year on a day is how some system says "no end", and is asked about."""
EARLIEST_YEAR = 1940
"""Before it lie the days with which systems fill an empty field, such as 0001-01-01."""


class UnreadableError(ValueError):
    """A value is not what its field should hold. The text never repeats the value: after a shifted
    column it may be anybody's name."""


def text(value: JsonValue) -> str | None:
    """Without the spaces around it; None when nothing is left."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise UnreadableError("is not text; a number here would have lost its leading zeros")
    return value.strip() or None


def required(value: JsonValue) -> str:
    written = text(value)
    if written is None:
        raise UnreadableError("is empty")
    return written


def day(value: JsonValue) -> date | None:
    """The day as written: `2026-12-31`, `31-12-2026` or `31/12/2026`, each with or without
    midnight behind it. A zone is never converted, or the last working day would move."""
    written = text(value)
    if written is None:
        return None
    match = next(filter(None, (form.fullmatch(written) for form in DAYS)), None)
    if match is None:
        raise UnreadableError("is not a date (2026-12-31, 31-12-2026 or 31/12/2026)")
    if match["time"] and not _is_midnight(match["time"]):
        raise UnreadableError(
            "has a time other than midnight, so it may mean another day: give the day alone"
        )
    year, month, day_of_month = (int(match[part]) for part in ("year", "month", "day"))
    try:
        found = date(year, month, day_of_month)
    except ValueError as error:
        raise UnreadableError("is a day that the calendar does not have") from error
    if found.year < EARLIEST_YEAR:
        raise UnreadableError(f"lies before {EARLIEST_YEAR}: leave the field empty")
    return found


def is_no_end(end: date | None) -> bool:
    """Whether a last day says "no end", or may well say so."""
    return end is not None and end.year >= FARTHEST_YEAR


def _is_midnight(written: str) -> bool:
    hours, minutes, seconds = (int(part) for part in f"{written}:00".split(":")[:3])
    try:
        return time(hours, minutes, seconds) == time.min
    except ValueError as error:
        raise UnreadableError("has a time that the clock does not have") from error


def number(value: JsonValue) -> Decimal | None:
    """Hours or fte: a JSON number, or text with comma or point; not negative; empty is None."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        if NUMBER.fullmatch(value.strip()) is None:
            raise UnreadableError("is not a number (36, 36,5 or 36.5)")
        return Decimal(value.strip().replace(",", "."))
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise UnreadableError("is not a number")
    try:
        read = Decimal(str(value))
    except InvalidOperation as error:
        raise UnreadableError("is not a number") from error
    if not read.is_finite() or not 0 <= read < TOO_MUCH:
        raise UnreadableError(f"is negative, or {TOO_MUCH} or more")
    return read


_AS_TEXT = "give the column as text, and export the list again"
_OF_A_SPREADSHEET = (
    (re.compile(r"""=.*|['"‘’].*|.*["]"""), "is a formula or quoted"),
    (re.compile(r"[+-]?\d+(?:[.,]\d*)?[eE][+-]?\d+"), "is written in powers of ten"),
    (re.compile(r"[+-]?\d+[.,]\d+"), "has a decimal point or comma"),
)
"""What Excel and exports make of a number; none of it may become somebody's key."""


def employee_number(value: JsonValue) -> str:
    """An employee number as the HRIS writes it, leading zeros kept."""
    written = required(value)
    for form, what in _OF_A_SPREADSHEET:
        if form.fullmatch(written):
            raise UnreadableError(f"{what}, as a spreadsheet does with a number: {_AS_TEXT}")
    if not written.isprintable():
        raise UnreadableError("holds a character that cannot be seen: enter it again")
    return written


def manager_number(value: JsonValue) -> str | None:
    return None if text(value) is None else employee_number(value)
