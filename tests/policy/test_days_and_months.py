from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from policy.days import amsterdam_day
from policy.errors import NaiveMoment, OutsideCalendar
from policy.months import add_months, before_months, within_months


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2028, 2, 29), 48, date(2032, 2, 29)),
        (date(2027, 1, 31), 1, date(2027, 2, 28)),
        (date(2027, 12, 31), 2, date(2028, 2, 29)),
        (date(2027, 3, 31), -1, date(2027, 2, 28)),
        (date(2027, 5, 5), 0, date(2027, 5, 5)),
        (date(9998, 12, 31), 12, date(9999, 12, 31)),
    ],
)
def test_a_missing_day_becomes_the_last_day_of_the_month(
    day: date, months: int, expected: date
) -> None:
    assert add_months(day, months) == expected


@given(st.dates(date(1000, 1, 1), date(9000, 1, 1)), st.integers(-5000, 5000))
def test_months_are_added_as_dateutil_adds_them(day: date, months: int) -> None:
    assert add_months(day, months) == day + relativedelta(months=months)


@pytest.mark.parametrize(("day", "months"), [(date.max, 1), (date(1, 1, 1), -1), (date.max, 10**9)])
def test_months_beyond_the_calendar_are_refused(day: date, months: int) -> None:
    with pytest.raises(OutsideCalendar, match="is not a date before 10000"):
        add_months(day, months)


def test_a_limit_beyond_the_calendar_is_never_reached() -> None:
    assert within_months(date.max, date(9999, 6, 1), 12)
    assert before_months(date.max, date(9999, 6, 1), 24)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(2026, 11, 15, 22, 59, 59, tzinfo=UTC), date(2026, 11, 15)),
        (datetime(2026, 11, 15, 23, 0, tzinfo=UTC), date(2026, 11, 16)),
        (datetime(2027, 3, 27, 22, 59, tzinfo=UTC), date(2027, 3, 27)),  # winter time still
        (
            datetime(2027, 3, 28, 22, 0, tzinfo=UTC),
            date(2027, 3, 29),
        ),  # summer time since 01:00 UTC
        (datetime(2027, 10, 30, 22, 0, tzinfo=UTC), date(2027, 10, 31)),
        (datetime(2027, 10, 31, 22, 30, tzinfo=UTC), date(2027, 10, 31)),  # winter time again
        (datetime(2026, 12, 31, 23, 0, tzinfo=UTC), date(2027, 1, 1)),
    ],
)
def test_the_day_is_that_of_amsterdam(moment: datetime, expected: date) -> None:
    assert amsterdam_day(moment) == expected


def test_a_moment_without_zone_has_no_day() -> None:
    naive = datetime.fromisoformat("2026-11-15T23:00:00")
    with pytest.raises(NaiveMoment, match="no time zone"):
        amsterdam_day(naive)


def test_a_moment_beyond_the_calendar_is_refused() -> None:
    far_west = timezone(timedelta(hours=-12))
    with pytest.raises(OutsideCalendar):
        amsterdam_day(datetime(9999, 12, 31, 23, tzinfo=far_west))
