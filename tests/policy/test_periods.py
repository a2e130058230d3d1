"""The periods of the report to the management team (P11, A23)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from config.policy_files import load_policy
from policy.errors import InvalidParameter, UnknownPeriod
from policy.parameters import Policy
from policy.periods import Period, period_after, period_before, period_named, period_of

POLICY = load_policy()


def with_months(months: int) -> Policy:
    values = tuple(
        replace(one, value=months) if one.name == "reporting.period_months" else one
        for one in POLICY.values
    )
    return replace(POLICY, values=values)


@pytest.mark.parametrize(
    ("day", "name", "first", "last"),
    [
        (date(2027, 1, 1), "2027-Q1", date(2027, 1, 1), date(2027, 3, 31)),
        (date(2027, 3, 31), "2027-Q1", date(2027, 1, 1), date(2027, 3, 31)),
        (date(2027, 4, 1), "2027-Q2", date(2027, 4, 1), date(2027, 6, 30)),
        (date(2028, 2, 29), "2028-Q1", date(2028, 1, 1), date(2028, 3, 31)),
        (date(2027, 12, 31), "2027-Q4", date(2027, 10, 1), date(2027, 12, 31)),
    ],
)
def test_a_quarter_has_its_first_and_last_day(
    day: date, name: str, first: date, last: date
) -> None:
    assert period_of(day, POLICY) == Period(name, first, last)


@pytest.mark.parametrize(
    ("months", "name", "last"),
    [
        (1, "2027-M8", date(2027, 8, 31)),
        (4, "2027-T2", date(2027, 8, 31)),
        (6, "2027-H2", date(2027, 12, 31)),
        (12, "2027", date(2027, 12, 31)),
    ],
)
def test_the_policy_says_how_long_a_period_is(months: int, name: str, last: date) -> None:
    policy = with_months(months)
    found = period_of(date(2027, 8, 9), policy)
    assert (found.name, found.last) == (name, last)
    assert period_named(name, policy) == found


def test_periods_follow_each_other_over_the_years() -> None:
    last = period_named("2026-Q4", POLICY)
    assert period_after(last, POLICY).name == "2027-Q1"
    assert period_before(period_named("2027-Q1", POLICY), POLICY) == last


@pytest.mark.parametrize(
    "name",
    ["", "2027", "2027-H1", "2027-Q0", "2027-Q5", "2027-Q01", "0000-Q1", "2027-X1", "2027-Q1 "],
)
def test_a_name_of_no_period_is_refused_with_an_example(name: str) -> None:
    with pytest.raises(UnknownPeriod, match="written as 2026-Q1"):
        period_named(name, POLICY)


def test_periods_that_make_up_no_year_are_refused() -> None:
    with pytest.raises(InvalidParameter, match="5 months make up no year") as refused:
        period_of(date(2027, 1, 1), with_months(5))
    assert refused.value.name == "reporting.period_months"
