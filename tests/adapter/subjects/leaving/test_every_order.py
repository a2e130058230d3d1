"""Whatever the order in which things are told, how often and how late: the same end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import combinations, permutations, product

import pytest

from adapter.subjects.leaving.employment_history import News, ShownByHris, combined_history
from adapter.subjects.leaving.employments import EmploymentFacts
from adapter.subjects.leaving.lifecycle import EventKind, ExitState
from adapter.subjects.leaving.standing_exits import exit_state, exits_to_have

DECEMBER, JANUARY, FAR = date(2027, 12, 31), date(2028, 1, 31), date(2029, 1, 1)
FIRST = EmploymentFacts("1", date(2019, 9, 1), None)
READ = datetime(2026, 1, 1, tzinfo=UTC)
SHOWN = ShownByHris((FIRST,), READ)
NOVEMBER_23, FEBRUARY = date(2027, 11, 23), date(2028, 2, 10)

Ends = dict[str, tuple[ExitState, date | None]]


def news(
    kind: EventKind,
    day: int,
    end: date | None = None,
    number: str | None = "1",
    *,
    month: int = 11,
    start: date | None = None,
    verified: bool = False,
) -> News:
    year = 2027 if month > 9 else 2028
    return News(
        kind, datetime(year, month, day, 11, tzinfo=UTC), verified, number, start=start, end=end
    )


ANNOUNCED = news(EventKind.ANNOUNCED, 1, DECEMBER)
DISABLED = news(EventKind.ACCESS_DISABLED, 2, number=None)
CHANGED = news(EventKind.CHANGED, 3, JANUARY)
SUSPECTED = news(EventKind.SUSPECTED, 4, number=None)
WITHDRAWN = news(EventKind.WITHDRAWN, 5)
RENEWED = news(EventKind.RENEWED, 6, FAR, "2", start=date(2028, 1, 1))
AGAIN = news(EventKind.ANNOUNCED, 7, DECEMBER)
PASSED = news(EventKind.EFFECTIVE, 1, DECEMBER, month=1)
REHIRED = news(EventKind.REHIRED, 9, number=None, month=1)
EVERYTHING = (
    ANNOUNCED, DISABLED, CHANGED, SUSPECTED, WITHDRAWN, RENEWED, AGAIN, PASSED, REHIRED,
)  # fmt: skip


def ends(history: Iterable[News], today: date, shown: ShownByHris = SHOWN) -> Ends:
    """The exits that are kept and their states; one that was withdrawn is as none at all."""
    found = combined_history(shown, history)
    kept = [found.employments[number] for number in exits_to_have(found, today)]
    states = {one.employment_id: (exit_state(found, one, today), one.end) for one in kept}
    return {number: one for number, one in states.items() if one[0] is not ExitState.WITHDRAWN}


def test_an_exit_that_is_not_kept_is_withdrawn_where_it_has_a_row_all_the_same() -> None:
    """In the meantime, with a part of the news, it may have been kept."""
    for told in combinations(EVERYTHING, 5):
        found = combined_history(SHOWN, told)
        for number, facts in found.employments.items():
            if number not in exits_to_have(found, NOVEMBER_23):
                assert exit_state(found, facts, NOVEMBER_23) is ExitState.WITHDRAWN


def test_every_sequence_of_five_ends_as_its_news_in_order_does() -> None:
    in_order: dict[frozenset[News], Ends] = {}
    for sequence in product(EVERYTHING[1:], repeat=5):
        told = frozenset(sequence)
        if told not in in_order:
            in_order[told] = ends(sorted(told, key=lambda one: one.noticed_at), FEBRUARY)
        assert ends(sequence, FEBRUARY) == in_order[told], [one.kind for one in sequence]


HISTORIES: list[tuple[tuple[News, ...], date, Ends]] = [
    (
        (ANNOUNCED, DISABLED, CHANGED, SUSPECTED, AGAIN),
        NOVEMBER_23,
        {"1": (ExitState.ANNOUNCED, DECEMBER)},
    ),
    (
        (ANNOUNCED, CHANGED, WITHDRAWN, AGAIN, PASSED),
        FEBRUARY,
        {"1": (ExitState.EFFECTIVE, DECEMBER)},
    ),
    ((ANNOUNCED, DISABLED, CHANGED, SUSPECTED, WITHDRAWN), NOVEMBER_23, {}),
    (
        (ANNOUNCED, CHANGED, AGAIN, PASSED, REHIRED),
        FEBRUARY,
        {"1": (ExitState.REHIRED, None)},
    ),
    ((ANNOUNCED, CHANGED, SUSPECTED, DISABLED, RENEWED), NOVEMBER_23, {}),
]


@pytest.mark.parametrize(("history", "today", "expected"), HISTORIES)
def test_all_orders_of_a_history_of_five_end_alike(
    history: tuple[News, ...], today: date, expected: Ends
) -> None:
    for order in permutations(history):
        assert ends(order, today) == expected, [one.kind for one in order]
        assert ends((*order, *order[::2]), today) == expected


def plainly(history: Iterable[News], today: date) -> Ends:
    """The rule of one employment in the words of the issue: the last dated word counts; without a
    date a later hint is a suspicion; who came back is rehired until another date is told."""
    told = sorted(history, key=lambda one: (one.noticed_at, one.kind))
    hints = [one for one in told if one.kind in (EventKind.ACCESS_DISABLED, EventKind.SUSPECTED)]
    dated = [one for one in told if one not in hints]
    last = dated[-1] if dated else None
    if last is not None and last.end is not None:
        passed = PASSED in dated and last.end <= date(2028, 1, 1)
        over = passed or last.end < today
        return {"1": (ExitState.EFFECTIVE if over else ExitState.ANNOUNCED, last.end)}
    if any(last is None or hint.noticed_at > last.noticed_at for hint in hints):
        return {"1": (ExitState.SUSPECTED, None)}
    return {"1": (ExitState.REHIRED, None)} if last == REHIRED else {}


@pytest.mark.parametrize("today", [NOVEMBER_23, date(2027, 12, 31), date(2028, 1, 1), FEBRUARY])
def test_what_is_told_of_one_employment_ends_as_the_rule_says(today: date) -> None:
    late_hint = replace(SUSPECTED, noticed_at=datetime(2028, 2, 1, tzinfo=UTC))
    about_one = [one for one in (*EVERYTHING, late_hint) if one is not RENEWED]
    for count in range(6):
        for history in combinations(about_one, count):
            assert ends(history, today) == plainly(history, today), [one.kind for one in history]


def test_what_the_hris_shows_counts_and_not_what_was_told_before_it_was_read() -> None:
    shown = ShownByHris((replace(FIRST, end=JANUARY),), datetime(2027, 11, 20, tzinfo=UTC))
    for order in permutations((ANNOUNCED, CHANGED, WITHDRAWN, AGAIN, DISABLED)):
        assert ends(order, NOVEMBER_23, shown) == {"1": (ExitState.ANNOUNCED, JANUARY)}


def test_what_was_read_back_counts_and_not_what_the_events_say() -> None:
    shown = ShownByHris((FIRST,), READ)
    told = [replace(one, verified=True) for one in (ANNOUNCED, CHANGED, AGAIN, PASSED, RENEWED)]
    for order in permutations(told):
        assert ends(order, FEBRUARY, shown) == {}


def at(one: News, moment: News) -> News:
    return replace(one, noticed_at=moment.noticed_at)


STILL_IN_JANUARY: Ends = {"1": (ExitState.ANNOUNCED, JANUARY)}


@pytest.mark.parametrize(
    ("moment", "together", "expected"),
    [
        # Of two last days the later one stands, and going on is later than any.
        ((ANNOUNCED, CHANGED), (), {"1": (ExitState.ANNOUNCED, JANUARY)}),
        ((ANNOUNCED, WITHDRAWN), (), {}),
        ((CHANGED, WITHDRAWN), (ANNOUNCED,), {}),
        ((replace(CHANGED, end=DECEMBER), replace(ANNOUNCED, end=JANUARY)), (), STILL_IN_JANUARY),
        ((replace(CHANGED, end=None), ANNOUNCED), (), {}),
        # A hint that is told with what would answer it stands: nobody has looked since.
        ((WITHDRAWN, SUSPECTED), (ANNOUNCED,), {"1": (ExitState.SUSPECTED, None)}),
        ((WITHDRAWN, DISABLED), (), {"1": (ExitState.SUSPECTED, None)}),
    ],
)
def test_what_is_told_at_one_moment_ends_alike_in_both_orders(
    moment: tuple[News, News], together: tuple[News, ...], expected: Ends
) -> None:
    first, second = moment[0], at(moment[1], moment[0])
    for order in permutations((*together, first, second)):
        assert ends(order, NOVEMBER_23) == expected


def test_a_return_and_a_last_day_told_at_one_moment_are_a_return() -> None:
    told = (PASSED, at(replace(REHIRED, employment_id="1"), PASSED))
    for order in permutations(told):
        assert ends(order, FEBRUARY)["1"][0] is ExitState.REHIRED


def test_what_is_told_at_the_moment_of_the_reading_is_not_in_what_was_read() -> None:
    at_once = replace(SHOWN, read_at=ANNOUNCED.noticed_at)
    assert ends([ANNOUNCED], NOVEMBER_23, at_once) == {"1": (ExitState.ANNOUNCED, DECEMBER)}


def test_a_suspicion_is_answered_when_the_hris_is_read_later() -> None:
    seen_again = news(EventKind.WITHDRAWN, 8, verified=True)
    assert ends((SUSPECTED,), NOVEMBER_23) == {"1": (ExitState.SUSPECTED, None)}
    assert ends((seen_again, SUSPECTED), NOVEMBER_23) == {}


def test_inactive_is_suspected_until_a_date_is_told_or_the_hris_shows_otherwise() -> None:
    inactive = replace(SHOWN, inactive=True)
    assert ends((), NOVEMBER_23, inactive) == {"1": (ExitState.SUSPECTED, None)}
    assert ends((ANNOUNCED,), NOVEMBER_23, inactive) == {"1": (ExitState.ANNOUNCED, DECEMBER)}
    seen_with_it = replace(WITHDRAWN, verified=True)
    assert ends((seen_with_it,), NOVEMBER_23, inactive) == {"1": (ExitState.SUSPECTED, None)}


def test_of_several_open_employments_of_somebody_inactive_one_is_the_exit() -> None:
    both = (FIRST, EmploymentFacts("2", date(2024, 1, 1), None))
    assert ends((), NOVEMBER_23, ShownByHris(both, READ, inactive=True)) == {
        "2": (ExitState.SUSPECTED, None)
    }


def test_who_is_active_again_beside_an_old_last_day_came_back() -> None:
    shown = ShownByHris((replace(FIRST, end=DECEMBER),), READ)
    back = replace(REHIRED, verified=True)
    passed = replace(PASSED, verified=True)
    for order in permutations((back, passed)):
        assert ends(order, FEBRUARY, shown) == {"1": (ExitState.REHIRED, DECEMBER)}


def test_a_last_day_told_after_a_return_is_an_exit_again() -> None:
    once_more = news(EventKind.ANNOUNCED, 20, date(2028, 3, 31), month=1)
    for order in permutations((PASSED, REHIRED, once_more)):
        assert ends(order, FEBRUARY) == {"1": (ExitState.ANNOUNCED, date(2028, 3, 31))}


def test_a_gap_before_the_next_employment_is_an_exit_and_a_return() -> None:
    after_a_gap = news(EventKind.RENEWED, 6, None, "2", start=date(2028, 1, 3))
    for order in permutations((ANNOUNCED, after_a_gap)):
        assert ends(order, NOVEMBER_23) == {"1": (ExitState.REHIRED, DECEMBER)}


def test_news_of_somebody_without_any_employment_is_about_their_only_one() -> None:
    nobody = ShownByHris((), READ)
    unnamed = replace(ANNOUNCED, employment_id=None)
    second = news(EventKind.ANNOUNCED, 2, JANUARY, "2", start=date(2020, 1, 1))
    assert ends((unnamed,), NOVEMBER_23, nobody) == {"1": (ExitState.ANNOUNCED, DECEMBER)}
    assert ends((DISABLED,), NOVEMBER_23, nobody) == {"1": (ExitState.SUSPECTED, None)}
    for order in permutations((unnamed, second)):
        assert ends(order, NOVEMBER_23, nobody) == {"2": (ExitState.ANNOUNCED, JANUARY)}


def test_a_term_that_is_lengthened_far_ahead_is_no_exit_in_any_order() -> None:
    short = news(EventKind.RENEWED, 6, date(2028, 3, 31), "2", start=date(2028, 1, 1))
    for order in permutations((ANNOUNCED, short, replace(RENEWED, noticed_at=PASSED.noticed_at))):
        assert ends(order, NOVEMBER_23) == {}


def test_news_that_names_no_employment_is_not_of_a_contract_that_had_not_begun() -> None:
    """It was told of the old contract, and the new one came to be known later."""
    for verified in (False, True):
        unnamed = replace(ANNOUNCED, employment_id=None, verified=verified)
        renewed = replace(RENEWED, verified=verified)
        both = (replace(FIRST, end=DECEMBER), EmploymentFacts("2", date(2028, 1, 1), FAR))
        shown = ShownByHris(both if verified else (FIRST,), READ)
        for order in permutations((unnamed, renewed)):
            assert ends(order, NOVEMBER_23, shown) == {}


def test_a_start_that_is_told_later_than_the_end_is_kept_with_it() -> None:
    with_start = news(EventKind.RENEWED, 2, FAR, "2", start=date(2028, 1, 1))
    without = news(EventKind.RENEWED, 4, FAR, "2")
    for order in permutations((ANNOUNCED, with_start, without)):
        assert ends(order, NOVEMBER_23) == {}
