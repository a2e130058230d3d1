"""Apart, or together as one in-company course."""

from __future__ import annotations

import pytest

from policy.bundling import Ask, SessionPrice, bundle

ASKS = (
    Ask("1", ("a", "b"), 0, 200_000),
    Ask("2", ("b", "c"), 0, 200_000),
    Ask("3", (), 10, 50_000),
)


def test_people_count_once_and_planned_participants_count_all() -> None:
    found = bundle(ASKS, None)
    assert (found.participants, found.repeated) == (13, ("b",))
    assert (found.apart_cents, found.sessions, found.saves_cents) == (450_000, None, None)
    assert not found.cheaper


@pytest.mark.parametrize(
    ("session_cents", "capacity", "sessions", "saves", "cheaper"),
    [
        (449_999, 13, 1, 1, True),
        (450_000, 13, 1, 0, False),
        (300_000, 12, 2, -150_000, False),
        (100_000, 12, 2, 250_000, True),
    ],
)
def test_together_is_cheaper_by_the_price_of_all_sessions_needed(
    session_cents: int, capacity: int, sessions: int, saves: int, cheaper: bool
) -> None:
    found = bundle(ASKS, SessionPrice(session_cents, capacity))
    assert (found.sessions, found.saves_cents, found.cheaper) == (sessions, saves, cheaper)


def test_a_bundle_keeps_what_was_asked_and_has_no_price_that_nobody_gave() -> None:
    assert bundle(ASKS, None).asks == ASKS
    assert bundle(ASKS, None).in_company_cents is None
