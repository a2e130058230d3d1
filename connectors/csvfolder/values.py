"""What a cell of text means. Each function raises `UnreadableError` and never repeats the value."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from connectors.employment_rows import UnreadableError

ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})(?:[T ]00:00(?::00)?)?")
DUTCH = re.compile(r"(?P<day>\d{1,2})[-/](?P<month>\d{1,2})[-/](?P<year>\d{4})")
NUMBER = re.compile(r"\d{1,4}(?:[.,]\d{1,6})?")
OPEN_END_YEAR = 9999
"""Payroll systems write 31-12-9999 for "no end"."""


def required(cell: str) -> str:
    if not cell:
        raise UnreadableError("is empty")
    return cell


def day(cell: str) -> date | None:
    """`2026-12-31`, `31-12-2026` or `31/12/2026`; empty and the year 9999 are None."""
    if not cell:
        return None
    match = ISO.fullmatch(cell) or DUTCH.fullmatch(cell)
    if match is None:
        raise UnreadableError("is not a date (2026-12-31, 31-12-2026 or 31/12/2026)")
    year, month, day_of_month = (int(match[part]) for part in ("year", "month", "day"))
    if year == OPEN_END_YEAR:
        return None
    try:
        return date(year, month, day_of_month)
    except ValueError as error:
        raise UnreadableError("is a day that the calendar does not have") from error


def number(cell: str) -> Decimal | None:
    """A decimal number with comma or point, not negative; empty is None."""
    if not cell:
        return None
    if NUMBER.fullmatch(cell) is None:
        raise UnreadableError("is not a number (36, 36,5 or 36.5)")
    return Decimal(cell.replace(",", "."))
