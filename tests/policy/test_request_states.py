"""The states of a request: the table of P2, and no way around it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.request_states import (
    NEXT,
    STATE_OF,
    UNDECIDED,
    IllegalTransition,
    RequestState,
    step,
)

MAIN_LINE = ["draft", "submitted", "under_review", "proposed"]


@pytest.mark.parametrize("decided", ["granted", "rejected", "deferred"])
def test_the_main_line_ends_in_each_decision(decided: str) -> None:
    state = RequestState.DRAFT
    for wanted in [*MAIN_LINE[1:], decided]:
        state = step(state, RequestState(wanted))
    assert state == decided


@given(st.lists(st.sampled_from(RequestState), max_size=30))
def test_no_path_leaves_the_table(wishes: list[RequestState]) -> None:
    state = RequestState.DRAFT
    for wanted in wishes:
        if wanted in NEXT[state]:
            assert step(state, wanted) is wanted
            state = wanted
        else:
            with pytest.raises(IllegalTransition) as refused:
                step(state, wanted)
            assert refused.value.allowed == NEXT[state]
            assert wanted not in refused.value.allowed


@given(st.lists(st.sampled_from(RequestState), max_size=30))
def test_nothing_is_decided_without_a_proposal(wishes: list[RequestState]) -> None:
    path = [RequestState.DRAFT]
    for wanted in wishes:
        if wanted in NEXT[path[-1]]:
            path.append(wanted)
    decided = [at for at, state in enumerate(path) if state in STATE_OF.values()]
    assert all(path[at - 1] is RequestState.PROPOSED for at in decided)


def test_every_state_is_in_the_table_and_can_be_reached() -> None:
    assert NEXT.keys() == set(RequestState)
    reached = {RequestState.DRAFT}
    for _ in RequestState:
        reached |= {wanted for state in reached for wanted in NEXT[state]}
    assert reached == set(RequestState)


def test_a_request_that_waits_can_always_be_withdrawn() -> None:
    assert all(RequestState.WITHDRAWN in NEXT[state] for state in UNDECIDED)


@pytest.mark.parametrize("final", ["granted", "rejected", "withdrawn"])
def test_a_final_state_says_so(final: str) -> None:
    with pytest.raises(IllegalTransition, match="this state is final"):
        step(RequestState(final), RequestState.DRAFT)
