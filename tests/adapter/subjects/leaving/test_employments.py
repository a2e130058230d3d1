"""One employment ending is no exit while another runs: held against a calendar of worked days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from adapter.subjects.leaving.employments import (
    EmploymentFacts,
    ends_it,
    returns_after,
    running_until,
)

FIRST = date(2027, 1, 1)
HORIZON = 30
"""Days of the small calendar on which every overlap and gap can happen."""


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


@st.composite
def employment(draw: st.DrawFn, number: int) -> EmploymentFacts:
    begins = draw(st.one_of(st.none(), st.integers(0, HORIZON)))
    ends = draw(st.one_of(st.none(), st.integers(begins or 0, HORIZON)))
    return EmploymentFacts(
        str(number), None if begins is None else day(begins), None if ends is None else day(ends)
    )


@st.composite
def several(draw: st.DrawFn) -> list[EmploymentFacts]:
    return [draw(employment(number)) for number in range(draw(st.integers(1, 4)))]


def works(employments: Sequence[EmploymentFacts], on: date) -> bool:
    return any((e.start or date.min) <= on and (e.end is None or e.end >= on) for e in employments)


def last_days(employments: Sequence[EmploymentFacts]) -> set[date]:
    """Each day worked of which the next is not: the exits, whatever the employments are."""
    calendar = [day(number) for number in range(HORIZON + 1)]
    return {
        on
        for on in calendar
        if works(employments, on) and not works(employments, on + timedelta(days=1))
    }


@given(several())
def test_each_last_day_of_work_is_the_end_of_exactly_one_employment(
    employments: list[EmploymentFacts],
) -> None:
    ended = [e for e in employments if e.end is not None and ends_it(employments, e)]
    assert sorted(e.end for e in ended if e.end) == sorted(last_days(employments))


@given(several())
def test_a_return_is_work_after_a_day_without(employments: list[EmploymentFacts]) -> None:
    for one in employments:
        if one.end is None or one.end not in last_days(employments):
            continue
        later = [day(n) for n in range(HORIZON + 2) if day(n) > one.end]
        comes_back = any(works(employments, on) for on in later)
        assert returns_after(employments, one) == comes_back


@given(several(), st.integers(0, HORIZON))
def test_who_works_today_works_until_the_next_last_day(
    employments: list[EmploymentFacts], number: int
) -> None:
    today = day(number)
    found = running_until(employments, today)
    assert found is not None
    if works(employments, today):
        to_come = sorted(on for on in last_days(employments) if on >= today)
        assert found[1] == (to_come[0] if to_come else None)


@given(several(), st.integers(0, HORIZON))
def test_who_does_not_work_today_is_told_of_by_what_ran_last(
    employments: list[EmploymentFacts], number: int
) -> None:
    today = day(number)
    gone = sorted(on for on in last_days(employments) if on < today)
    if works(employments, today) or not gone:
        return
    found = running_until(employments, today)
    assert found is not None
    assert found[1] == gone[-1]


@given(several(), st.permutations(range(4)), st.integers(0, HORIZON))
def test_the_order_in_which_an_hris_lists_employments_does_not_matter(
    employments: list[EmploymentFacts], order: list[int], number: int
) -> None:
    shuffled = [employments[n] for n in order if n < len(employments)]
    assert running_until(shuffled, day(number)) == running_until(employments, day(number))
