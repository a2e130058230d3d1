"""Hours divided over calendar years (P4), to the hundredth."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

_HUNDREDTH = Decimal("0.01")


def rounded(hours: Decimal) -> Decimal:
    """Two places, half a hundredth up."""
    return hours.quantize(_HUNDREDTH, ROUND_HALF_UP)


def linear(total: Decimal, start: date, end: date) -> Mapping[int, Decimal]:
    """Hours (two places) over the days from start to end, both included; a year's part is the
    difference of two rounded cumulative amounts, so that the parts add up to the total and none is
    negative."""
    hundredths, first_day = int(total * 100), start.toordinal()
    all_days = end.toordinal() - first_day + 1
    parts: dict[int, Decimal] = {}
    before = 0
    for year in range(start.year, end.year + 1):
        days = min(end, date(year, 12, 31)).toordinal() - first_day + 1
        until_now = (2 * hundredths * days + all_days) // (2 * all_days)
        parts[year] = _HUNDREDTH * (until_now - before)
        before = until_now
    return parts
