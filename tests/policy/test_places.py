"""Who gets a place, and which steps a sign-up has (P7)."""

from __future__ import annotations

import pytest

from policy.sign_ups import (
    STEPS,
    IllegalStep,
    SignUp,
    SignUpState,
    SignUpStep,
    following,
    moving_up,
    step,
)

WAITING, PLACED, SIGNED_UP = SignUpState.WAITING, SignUpState.PLACED, SignUpState.SIGNED_UP


def _list(*states: SignUpState, teams: str = "") -> list[SignUp]:
    each = teams or "t" * len(states)
    return [SignUp(str(at), each[at], state) for at, state in enumerate(states)]


def test_places_go_in_order_of_sign_up() -> None:
    assert moving_up(_list(WAITING, WAITING, WAITING), 2, {}) == ("0", "1")


def test_who_has_no_consent_yet_is_passed() -> None:
    assert moving_up(_list(SIGNED_UP, WAITING), 1, {}) == ("1",)


def test_a_full_session_gives_no_place() -> None:
    assert moving_up(_list(PLACED, WAITING), 1, {}) == ()


def test_more_people_than_places_take_none_away_and_give_none() -> None:
    assert moving_up(_list(PLACED, PLACED, WAITING), 1, {}) == ()


@pytest.mark.parametrize("state", [SignUpState.ATTENDED, SignUpState.EXCUSED, SignUpState.NO_SHOW])
def test_what_happened_on_the_day_does_not_free_the_place(state: SignUpState) -> None:
    assert moving_up(_list(state, WAITING), 1, {}) == ()


def test_who_cancelled_or_lost_consent_frees_the_place() -> None:
    gone = (SignUpState.CANCELLED, SignUpState.CONSENT_WITHDRAWN, SignUpState.REFUSED)
    assert moving_up(_list(*gone, WAITING), 1, {}) == ("3",)


def test_a_full_team_lets_the_next_one_pass() -> None:
    waiting = _list(PLACED, WAITING, WAITING, teams="aab")
    assert moving_up(waiting, 3, {"a": 1}) == ("2",)


def test_who_moves_up_counts_for_the_team() -> None:
    assert moving_up(_list(WAITING, WAITING, WAITING), 3, {"t": 2}) == ("0", "1")


def test_a_team_that_can_miss_nobody_gets_no_place() -> None:
    assert moving_up(_list(WAITING), 3, {"t": 0}) == ()


def test_an_employee_without_a_manager_has_no_team_to_be_full() -> None:
    alone = [SignUp("a", None, WAITING), SignUp("b", None, WAITING)]
    assert moving_up(alone, 2, {"t": 0}) == ("a", "b")


def test_every_step_that_the_table_has_not_names_what_can_follow() -> None:
    for state in SignUpState:
        for wanted in SignUpStep:
            froms, to = STEPS[wanted]
            if state in froms and state is not to:
                assert step(state, wanted) is to
                assert to in following(state)
            else:
                with pytest.raises(IllegalStep) as refused:
                    step(state, wanted)
                assert refused.value.allowed == following(state)


def test_consent_can_lead_to_a_place_at_once() -> None:
    assert following(SIGNED_UP) == (
        SignUpState.REFUSED,
        WAITING,
        PLACED,
        SignUpState.CANCELLED,
    )


def test_only_signing_up_again_follows_a_cancellation() -> None:
    assert following(SignUpState.CANCELLED) == ()


def test_people_of_several_teams_share_the_places_that_are_left() -> None:
    of_three_teams = _list(PLACED, WAITING, WAITING, WAITING, teams="abcd")
    assert moving_up(of_three_teams, 3, {}) == ("1", "2")
    assert moving_up(of_three_teams, 1, {}) == ()
