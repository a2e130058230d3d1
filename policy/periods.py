"""The periods over which the management team gets a report (P11, A23): parts of a calendar year."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from policy.errors import InvalidParameter, UnknownPeriod
from policy.months import add_months
from policy.parameters import Policy

_LETTERS = {1: "M", 2: "B", 3: "Q", 4: "T", 6: "H"}
"""By the months of a period; a year has none."""
_YEAR = 12
_NAME = re.compile(r"(\d{4})(?:-([A-Z])(\d{1,2}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Period:
    """Such as `2027-Q1`, `2027-H2` or `2027`. Both days are included."""

    name: str
    first: date
    last: date

    @property
    def year(self) -> int:
        return self.first.year


def period_of(day: date, policy: Policy) -> Period:
    """The period that a day lies in, as long as the policy says on that day.

    Raises `InvalidParameter` where periods of that length do not make up a year.
    """
    months = policy.on(day).reporting_period_months
    if months != _YEAR and months not in _LETTERS:
        raise InvalidParameter(
            "reporting.period_months",
            f"periods of {months} months make up no year; say 1, 2, 3, 4, 6 or 12",
        )
    number = (day.month - 1) // months + 1
    first = date(day.year, (number - 1) * months + 1, 1)
    name = f"{day.year:04}" if months == _YEAR else f"{day.year:04}-{_LETTERS[months]}{number}"
    return Period(name, first, add_months(first, months) - timedelta(days=1))


def period_named(name: str, policy: Policy) -> Period:
    """Raises `UnknownPeriod` for a name of no period under this policy."""
    match = _NAME.fullmatch(name)
    lengths = {letter: months for months, letter in _LETTERS.items()}
    months = _YEAR if match is None or match[2] is None else lengths.get(match[2], 0)
    number = 1 if match is None or match[3] is None else int(match[3])
    if match and int(match[1]) and 1 <= number <= (_YEAR // months if months else 0):
        found = period_of(date(int(match[1]), (number - 1) * months + 1, 1), policy)
        if found.name == name:
            return found
    example = period_of(policy.starts_on, policy).name
    raise UnknownPeriod(f"{name} is no period of the reports; a name is written as {example}")


def period_before(period: Period, policy: Policy) -> Period:
    return period_of(period.first - timedelta(days=1), policy)


def period_after(period: Period, policy: Policy) -> Period:
    return period_of(period.last + timedelta(days=1), policy)
