"""How tranches are written as parameters (P2): a list, so that another deadline is another line.

Each rule says, for a tranche of year Y, its last day of submission and its decision window, as days
in Y or the year before or after it. A submission period begins the day after the last deadline.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date
from itertools import pairwise
from typing import cast

# Any two years in a row show every conflict; a common year, so that 29 February is refused.
_SAMPLE_YEAR = 2026


@dataclass(frozen=True, slots=True)
class YearDay:
    """A day of the year Y + `year_offset`."""

    year_offset: int
    month: int
    day: int

    def in_year(self, year: int) -> date | None:
        """The date for a tranche of `year`; None outside the years 1 to 9999."""
        actual = year + self.year_offset
        if not MINYEAR <= actual <= MAXYEAR:
            return None
        return date(actual, self.month, self.day)


@dataclass(frozen=True, slots=True)
class TrancheRule:
    """Tranche `Y-number`: submitted up to and including `deadline`, decided in the window."""

    number: int
    deadline: YearDay
    decision_from: YearDay
    decision_until: YearDay


def read_tranche_rules(plain: object) -> tuple[TrancheRule, ...]:
    """The rules from a list of tables; raises ValueError that says what is wrong with which one."""
    if not isinstance(plain, Sequence) or isinstance(plain, str) or not plain:
        raise ValueError("must be a list of one or more tranches")
    rules = tuple(_read_rule(entry) for entry in plain)
    _refuse_conflicts(rules)
    return rules


def _read_rule(entry: object) -> TrancheRule:
    table = _table(entry, {"number", "deadline", "decision_from", "decision_until"}, "a tranche")
    number = _whole(table["number"], "number")
    if number < 1:
        raise ValueError("number must be 1 or more")
    return TrancheRule(
        number=number,
        deadline=_read_day(table["deadline"], f"deadline of tranche {number}"),
        decision_from=_read_day(table["decision_from"], f"decision_from of tranche {number}"),
        decision_until=_read_day(table["decision_until"], f"decision_until of tranche {number}"),
    )


def _read_day(entry: object, what: str) -> YearDay:
    table = _table(entry, {"year_offset", "month", "day"}, what)
    offset, month, day = (_whole(table[key], what) for key in ("year_offset", "month", "day"))
    if offset not in (-1, 0, 1):
        raise ValueError(f"{what}: year_offset must be -1, 0 or 1")
    try:
        date(_SAMPLE_YEAR + 1, month, day)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{what}: not every year has a day {day} in month {month}") from error
    return YearDay(offset, month, day)


def _table(entry: object, keys: set[str], what: str) -> Mapping[str, object]:
    if not isinstance(entry, Mapping):
        raise ValueError(f"{what} must be a table with {', '.join(sorted(keys))}")
    table = cast("Mapping[str, object]", entry)
    if set(table) != keys:
        raise ValueError(f"{what} must have exactly {', '.join(sorted(keys))}")
    return table


def _whole(value: object, what: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError(f"{what} must be a whole number")
    return value


def _refuse_conflicts(rules: tuple[TrancheRule, ...]) -> None:
    """Numbers and deadlines ascend, windows follow deadlines and do not overlap, two years long."""
    if any(one.number >= next_one.number for one, next_one in pairwise(rules)):
        raise ValueError("the numbers of the tranches must ascend")
    days = [
        (f"{year}-{rule.number}", *_days(rule, year))
        for year in (_SAMPLE_YEAR, _SAMPLE_YEAR + 1)
        for rule in rules
    ]
    for name, deadline, decision_from, decision_until in days:
        if not deadline < decision_from <= decision_until:
            raise ValueError(f"tranche {name}: the decision window must lie after the deadline")
    for (one, one_deadline, _, one_until), (other, deadline, other_from, _) in pairwise(days):
        if one_deadline >= deadline:
            raise ValueError(f"deadlines must ascend: {one} is not before {other}")
        if one_until >= other_from:
            raise ValueError(f"the decision windows of {one} and {other} overlap")


def _days(rule: TrancheRule, year: int) -> tuple[date, date, date]:
    days = (rule.deadline, rule.decision_from, rule.decision_until)
    deadline, decision_from, decision_until = (
        date(year + day.year_offset, day.month, day.day) for day in days
    )
    return deadline, decision_from, decision_until
