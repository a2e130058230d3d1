"""The steps of a claim are those of the table, whatever comes in which order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.claim_states import (
    NEXT,
    ClaimState,
    ClaimStep,
    IllegalClaimStep,
    after_new_statement,
    step,
)

ENDS = {ClaimState.SETTLED, ClaimState.WAIVED, ClaimState.WITHDRAWN}


@given(st.lists(st.sampled_from(ClaimStep), max_size=12))
def test_money_moves_only_after_hr_confirmed_and_ends_are_reached_by_their_own_step(
    steps: list[ClaimStep],
) -> None:
    state, taken = ClaimState.PROPOSED, [ClaimStep.PROPOSE]
    for wanted in steps:
        if wanted not in NEXT[state]:
            with pytest.raises(IllegalClaimStep):
                step(state, wanted)
            continue
        state = step(state, wanted)
        taken.append(wanted)
    if state is ClaimState.HANDED_TO_PAYROLL:
        assert taken[-2:] == [ClaimStep.CONFIRM, ClaimStep.HAND_OVER]
    if state is ClaimState.SETTLED:
        assert taken[-3:] == [ClaimStep.CONFIRM, ClaimStep.HAND_OVER, ClaimStep.SETTLE]
    if state is ClaimState.WAIVED:
        assert taken[-1] is ClaimStep.WAIVE
    if state is ClaimState.WITHDRAWN:
        assert taken[-1] is ClaimStep.WITHDRAW


def test_a_settled_claim_takes_no_step_any_more() -> None:
    assert NEXT[ClaimState.SETTLED] == {}
    with pytest.raises(IllegalClaimStep, match="this state is final"):
        step(ClaimState.SETTLED, ClaimStep.WITHDRAW)


@pytest.mark.parametrize(
    ("state", "judged", "expected"),
    [
        (None, False, ClaimStep.PROPOSE),
        (ClaimState.PROPOSED, False, ClaimStep.PROPOSE),
        (ClaimState.PROPOSED, True, None),
        (ClaimState.CONFIRMED, False, ClaimStep.PROPOSE),
        (ClaimState.CONFIRMED, True, None),
        (ClaimState.HANDED_TO_PAYROLL, False, None),
        (ClaimState.SETTLED, False, None),
        (ClaimState.WAIVED, False, ClaimStep.PROPOSE),
        (ClaimState.WAIVED, True, None),
        (ClaimState.WITHDRAWN, True, ClaimStep.PROPOSE),
    ],
)
def test_a_new_version_puts_the_claim_before_hr_again_until_it_was_handed_over(
    state: ClaimState | None, judged: bool, expected: ClaimStep | None
) -> None:
    assert after_new_statement(state, something_due=True, already_judged=judged) is expected


@pytest.mark.parametrize("state", [None, *ClaimState])
def test_with_nothing_due_every_claim_that_is_not_at_its_end_is_withdrawn(
    state: ClaimState | None,
) -> None:
    taken = after_new_statement(state, something_due=False, already_judged=False)
    assert taken is (None if state is None or state in ENDS else ClaimStep.WITHDRAW)
