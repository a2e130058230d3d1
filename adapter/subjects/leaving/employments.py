"""When a person really leaves: one employment ending is no exit while another runs or follows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

NEXT_DAY = timedelta(days=1)
AHEAD = timedelta(days=180)
BACK = timedelta(days=90)
"""An end this near is an announced exit, whoever tells it; a further one is a fixed term that may
well be renewed, and waits until it is announced or near."""


@dataclass(frozen=True, slots=True)
class EmploymentFacts:
    """One employment; `end` is its last day, that day included (A20), None while it is open."""

    employment_id: str
    start: date | None
    end: date | None


def ends_it(employments: Iterable[EmploymentFacts], one: EmploymentFacts) -> bool:
    """Whether the person is out when `one` ends: no other runs on the next day, and of several
    ending together this is the one that stands for them. `one` must have an end."""
    assert one.end is not None, "only an employment with an end can be the last"
    after = _day_after(one.end)
    others = [other for other in employments if other.employment_id != one.employment_id]
    if any(_covers(other, after) for other in others):
        return False
    return all(other.end != one.end or _lasting(other) < _lasting(one) for other in others)


def returns_after(employments: Iterable[EmploymentFacts], one: EmploymentFacts) -> bool:
    """Whether a later employment begins after a gap: the person left and was hired again."""
    assert one.end is not None, "only who left can return"
    after = _day_after(one.end)
    return any(other.start is not None and other.start > after for other in employments)


def running_until(
    employments: Iterable[EmploymentFacts], today: date
) -> tuple[EmploymentFacts, date | None] | None:
    """The employment that ends the unbroken row running today (else the last that ran, else the
    first to come) and its last day, None while it has no end. None for somebody without any."""
    ordered = sorted(employments, key=_by_start)
    if not ordered:
        return None
    begun = [one for one in ordered if _start(one) <= today] or ordered[:1]
    last = max(begun, key=_lasting)
    for one in ordered:
        if last.end is not None and _start(one) <= _day_after(last.end):
            last = max(last, one, key=_lasting)
    return last, last.end


def lasting_longest(employments: Iterable[EmploymentFacts]) -> EmploymentFacts | None:
    """The one that ends last, and of several the one that began last; None for nobody's."""
    return max(employments, key=_lasting, default=None)


def _day_after(day: date) -> date:
    """The last day that there is has none; registers of before hold it for "no end"."""
    return day if day == date.max else day + NEXT_DAY


def _covers(one: EmploymentFacts, day: date) -> bool:
    return _start(one) <= day and (one.end is None or one.end >= day)


def _start(one: EmploymentFacts) -> date:
    return one.start or date.min


def _by_start(one: EmploymentFacts) -> tuple[date, str]:
    return _start(one), one.employment_id


def _lasting(one: EmploymentFacts) -> tuple[date, date, str]:
    return one.end or date.max, _start(one), one.employment_id


def is_around(end: date, today: date) -> bool:
    return today - BACK <= end <= today + AHEAD
