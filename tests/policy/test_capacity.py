"""Learning hours per month against the hours of a team."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.capacity import (
    Month,
    Working,
    available_hours,
    months_of,
    parts_per_month,
    share_percent,
    weekdays,
)
from policy.hours import parts_per_year
from policy.model import Activity, ActivityState, Session

MARCH = Month(2027, 3)


def activity(hours: str, start: date, end: date | None, *sessions: Session) -> Activity:
    share = Decimal("1.00")
    return Activity("A", Decimal(hours), share, start, end, ActivityState.GRANTED, sessions)


def _months(one: Activity) -> dict[str, str]:
    return {str(month): str(hours) for month, hours in parts_per_month(one).items()}


def test_hours_spread_evenly_over_the_days() -> None:
    one = activity("61.00", date(2027, 3, 1), date(2027, 4, 30))
    assert _months(one) == {"2027-03": "31.00", "2027-04": "30.00"}


def test_a_training_without_an_end_is_of_the_month_in_which_it_starts() -> None:
    assert _months(activity("8.00", date(2027, 12, 31), None)) == {"2027-12": "8.00"}


def test_known_sessions_decide_the_month() -> None:
    sessions = (
        Session(date(2027, 1, 6), Decimal("8.00")),
        Session(date(2026, 12, 30), Decimal("4.00")),
    )
    one = activity("12.00", date(2026, 12, 1), date(2027, 1, 31), *sessions)
    assert _months(one) == {"2026-12": "4.00", "2027-01": "8.00"}


ACTIVITIES = st.builds(
    lambda hundredths, share, start, days: Activity(
        "A",
        Decimal(hundredths).scaleb(-2),
        Decimal(share).scaleb(-2),
        start,
        start + timedelta(days=days),
        ActivityState.GRANTED,
    ),
    st.integers(0, 20_000),
    st.integers(0, 100),
    st.dates(date(2026, 1, 1), date(2029, 12, 31)),
    st.integers(0, 900),
)


@given(ACTIVITIES)
def test_the_months_of_a_year_add_up_to_what_the_norm_counts(one: Activity) -> None:
    months = parts_per_month(one)
    assert all(hours > 0 for hours in months.values())
    years = {month.year for month in months}
    sums = {
        year: sum((months.get(month, Decimal(0)) for month in months_of(year)), Decimal(0))
        for year in years
    }
    assert sums == parts_per_year(one)


@given(st.lists(st.tuples(st.dates(date(2026, 1, 1), date(2028, 12, 31)), st.integers(1, 900))))
def test_sessions_add_up_to_what_the_norm_counts_too(days: list[tuple[date, int]]) -> None:
    sessions = tuple(Session(day, Decimal(hours).scaleb(-2)) for day, hours in days)
    one = Activity(
        "A",
        sum((session.hours for session in sessions), Decimal("0.00")),
        Decimal("0.33"),
        date(2026, 1, 1),
        date(2028, 12, 31),
        ActivityState.GRANTED,
        sessions,
    )
    if not sessions:
        return
    months = parts_per_month(one)
    for year, hours in parts_per_year(one).items():
        assert (
            sum((months.get(month, Decimal(0)) for month in months_of(year)), Decimal(0)) == hours
        )


@given(st.dates(date(2026, 1, 1), date(2029, 1, 1)), st.integers(0, 400))
def test_weekdays_are_counted_as_one_would_by_hand(first: date, days: int) -> None:
    by_hand = sum((first + timedelta(days=at)).weekday() < 5 for at in range(days + 1))
    assert weekdays(first, first + timedelta(days=days)) == by_hand


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (None, None, "165.60"),
        (date(2020, 1, 1), None, "165.60"),
        (date(2027, 3, 29), None, "21.60"),
        (None, date(2027, 3, 1), "7.20"),
        (None, date(2027, 2, 28), "0.00"),
        (date(2027, 4, 1), None, "0.00"),
    ],
)
def test_available_are_the_contract_hours_on_weekdays_of_the_employment(
    start: date | None, end: date | None, expected: str
) -> None:
    hours = available_hours([Working(start, end, Decimal("36.00"))], MARCH)
    assert str(hours) == expected


def test_unknown_hours_in_the_month_make_the_whole_unknown_and_others_do_not() -> None:
    known = Working(None, None, Decimal("36.00"))
    assert available_hours([known, Working(None, None, None)], MARCH) is None
    ended = Working(None, date(2027, 2, 28), None)
    assert available_hours([known, ended], MARCH) == Decimal("165.60")


@pytest.mark.parametrize(
    ("absent", "available", "percent"),
    [("0.00", "100.00", 0), ("12.49", "100.00", 12), ("12.50", "100.00", 13), ("1.00", None, None)],
)
def test_the_share_is_in_whole_percents(
    absent: str, available: str | None, percent: int | None
) -> None:
    known = None if available is None else Decimal(available)
    assert share_percent(Decimal(absent), known) == percent
    assert share_percent(Decimal(absent), Decimal("0.00")) is None


def test_a_year_has_twelve_months() -> None:
    assert [month.number for month in months_of(2027)] == list(range(1, 13))


def test_who_is_not_there_in_a_month_leaves_the_others_counted() -> None:
    gone = Working(date(2020, 1, 1), date(2027, 2, 28), Decimal("36.00"))
    there = Working(None, None, Decimal("36.00"))
    one = available_hours((there,), MARCH)
    assert one is not None
    assert available_hours((gone, there), MARCH) == one
    assert available_hours((there, there), MARCH) == one * 2
