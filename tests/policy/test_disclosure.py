"""What is said of people says nothing of one of them (`policy/disclosure.py`)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from policy.disclosure import (
    HoursClass,
    hours_classes,
    pooled,
    rounded_cents,
    rounded_hours,
    told_number,
)

EDGES = (Decimal(20), Decimal(40))


def hours(*each: str | int) -> list[Decimal]:
    return [Decimal(one) for one in each]


def people(count: int, mark: str = "x") -> frozenset[str]:
    return frozenset(f"{mark}{number}" for number in range(count))


@pytest.mark.parametrize(
    ("each", "shown"),
    [
        ([], None),
        (["40"] * 4, None),
        (["40"] * 4 + ["0"] * 90, None),
        (["40"] * 5, Decimal(200)),
        (["8"] * 5, Decimal(0)),
        (["49.99"] * 5, Decimal(200)),
        (["50"] * 5, Decimal(300)),
    ],
)
def test_a_sum_of_hours_is_round_and_of_five_or_more(
    each: list[str], shown: Decimal | None
) -> None:
    assert rounded_hours(hours(*each)) == shown


@pytest.mark.parametrize(
    ("cents", "shown"),
    [(0, 0), (499_999, 0), (500_000, 1_000_000), (1_499_999, 1_000_000), (1_500_000, 2_000_000)],
)
def test_money_is_rounded_to_ten_thousand_euros(cents: int, shown: int) -> None:
    assert rounded_cents(cents) == shown


@pytest.mark.parametrize(("number", "told"), [(0, 0), (1, None), (4, None), (5, 5), (6, 6)])
def test_how_many_is_told_of_nobody_and_of_five_and_more(number: int, told: int | None) -> None:
    assert told_number(number) == told


def test_nobody_and_a_few_look_the_same() -> None:
    assert rounded_hours([]) is rounded_hours(hours("80", "80")) is None


def test_classes_that_are_large_enough_stay_as_they_are() -> None:
    each = hours(*[0] * 6, *[20] * 5, *["20.01"] * 7, *[80] * 5)
    assert hours_classes(each, EDGES) == (
        HoursClass(None, Decimal(0), 6),
        HoursClass(Decimal(0), Decimal(20), 5),
        HoursClass(Decimal(20), Decimal(40), 7),
        HoursClass(Decimal(40), None, 5),
    )


def test_a_class_of_a_few_goes_together_with_its_neighbour() -> None:
    each = hours(*[0] * 6, *[10] * 4, *[30] * 7, *[80] * 2)
    assert hours_classes(each, EDGES) == (
        HoursClass(None, Decimal(0), 6),
        HoursClass(Decimal(0), None, 13),
    )


def test_a_class_of_nobody_is_shown_since_the_others_tell_it() -> None:
    each = hours(*[0] * 6, *[30] * 7)
    assert [one.people for one in hours_classes(each, EDGES)] == [6, 0, 7, 0]


@pytest.mark.parametrize("each", [hours(*[0] * 30), hours(*[30] * 30), hours(*[0] * 30, 30), []])
def test_nothing_is_said_when_it_would_be_said_of_everybody(each: list[Decimal]) -> None:
    assert hours_classes(each, EDGES) == ()


def test_groups_of_a_few_are_shown_as_one() -> None:
    groups = {"legal": people(9), "team": people(3, "t"), "individual": people(2, "i")}
    assert pooled(groups) == (("legal",), ("team", "individual"))


def test_a_single_small_group_takes_the_smallest_large_one_with_it() -> None:
    groups = {"legal": people(9), "function": people(6, "f"), "team": people(3, "t")}
    assert pooled(groups) == (("legal",), ("function", "team"))


def test_who_is_in_two_small_groups_counts_once() -> None:
    groups = {"legal": people(9, "l"), "team": people(4), "individual": people(4)}
    assert pooled(groups) == (("legal", "team", "individual"),)


def test_too_few_altogether_are_not_shown_and_nobody_is_no_group() -> None:
    assert pooled({"legal": people(4), "team": people(0)}) == ()
    assert pooled({"legal": people(5), "team": people(0)}) == (("legal",),)


def test_less_than_an_hour_is_not_nothing() -> None:
    each = hours(*[0] * 5, *["0.5"] * 5)
    assert [one.people for one in hours_classes(each, EDGES)] == [5, 5, 0, 0]


def test_a_class_that_was_put_together_ends_where_the_last_of_it_ends() -> None:
    each = hours(*[0] * 2, *[10] * 6, *[30] * 7)
    assert hours_classes(each, EDGES)[:2] == (
        HoursClass(None, Decimal(20), 8),
        HoursClass(Decimal(20), Decimal(40), 7),
    )


def test_of_a_few_people_nothing_is_said() -> None:
    assert hours_classes(hours(10, 10, 30), EDGES) == ()


def test_for_who_may_see_each_a_class_of_one_is_a_class() -> None:
    assert [one.people for one in hours_classes(hours(0, 10), EDGES, smallest=1)] == [1, 1, 0, 0]


def test_the_smallest_of_the_large_ones_joins_wherever_it_stands() -> None:
    groups = {"function": people(6, "f"), "legal": people(9), "team": people(3, "t")}
    assert pooled(groups) == (("legal",), ("function", "team"))
    groups = {"a": people(9), "b": people(6, "b"), "team": people(3, "t")}
    assert pooled(groups) == (("a",), ("b", "team"))


def test_five_are_a_group() -> None:
    groups = {"legal": people(5), "team": people(5, "t"), "individual": people(5, "i")}
    assert pooled(groups) == (("legal",), ("team",), ("individual",))
