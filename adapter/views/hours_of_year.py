"""Hours of learning within working time per calendar year, as people read them (Visie §8, P4)."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

from policy.hours import MADE, project, year_limit
from policy.model import Activity, Exemption
from policy.parameters import Policy

_NONE = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class YearOfHours:
    """In hours; `left` is 0 where `over` is not."""

    year: int
    used: Decimal
    planned: Decimal
    limit: Decimal

    @property
    def left(self) -> Decimal:
        return max(self.limit - self.used - self.planned, _NONE)

    @property
    def over(self) -> Decimal:
        return max(self.used + self.planned - self.limit, _NONE)


class Counted(Protocol):
    """What of one training counts in a year."""

    @property
    def activity_id(self) -> str: ...
    @property
    def hours(self) -> Decimal: ...


def year_of_hours(
    year: int, parts: Sequence[Counted], made: Container[str], limit: Decimal
) -> YearOfHours:
    """Of what counts: used is what was made, by the number of its training; the rest is planned."""
    used = sum((one.hours for one in parts if one.activity_id in made), _NONE)
    planned = sum((one.hours for one in parts if one.activity_id not in made), _NONE)
    return YearOfHours(year, used, planned, limit)


def years_of_hours(
    followed: Sequence[Activity], exemptions: Sequence[Exemption], today: date, policy: Policy
) -> tuple[YearOfHours, ...]:
    """This year always, and each later one for which something is planned."""
    counted = {one.year: one for one in project(followed, exemptions, today, policy).years}
    made = {one.activity_id for one in followed if one.state in MADE}
    years = []
    for year in sorted(counted.keys() | {today.year}):
        if year < today.year:
            continue
        if year not in counted:
            limit = year_limit(year, followed, exemptions, today, policy)
            years.append(YearOfHours(year, _NONE, _NONE, limit))
            continue
        parts = counted[year].activities
        years.append(year_of_hours(year, parts, made, counted[year].limit))
    return tuple(years)
