"""The weighing framework: classes, scores, ties and the cut line (Visie §3, §4, P8)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.policy_files import load_policy
from policy.model import Ground
from policy.weighing import (
    Candidate,
    PriorityClass,
    WrongScores,
    highest_points,
    priority_class,
    rank,
    weighted_points,
)

PARAMETERS = load_policy().on(date(2027, 1, 12))
MOMENT = datetime(2026, 11, 10, 9, 0, tzinfo=UTC)
PLAIN = Candidate("R", Ground.TEAM, False, (0, 2, 2, 2, 2), 100_000, MOMENT)

CANDIDATES = st.lists(
    st.builds(
        Candidate,
        request_id=st.uuids().map(str),
        ground=st.sampled_from(Ground),
        evidence=st.booleans(),
        scores=st.none() | st.tuples(*[st.integers(0, 4)] * 5),
        costs_cents=st.integers(0, 300_000),
        submitted_at=st.integers(0, 3).map(lambda hours: MOMENT + timedelta(hours=hours)),
    ),
    max_size=12,
    unique_by=lambda one: one.request_id,
)


@pytest.mark.parametrize(
    ("scores", "points"),
    [
        ((4, 0, 0, 0, 0), 0),
        ((0, 4, 0, 0, 0), 120),
        ((0, 0, 4, 0, 0), 120),
        ((0, 0, 0, 4, 0), 80),
        ((0, 0, 0, 0, 4), 80),
        ((4, 4, 4, 4, 4), 400),
        ((0, 1, 2, 3, 4), 230),
    ],
)
def test_points_are_weight_times_score(scores: tuple[int, ...], points: int) -> None:
    assert weighted_points(scores, PARAMETERS) == points
    assert highest_points(PARAMETERS) == 400


@pytest.mark.parametrize(
    ("scores", "wrong"),
    [
        ((0, 5, 0, 0, 0), ["organisation"]),
        ((-1, 0, 0, 0, 9), ["necessity", "efficiency"]),
        ((1, 1, 1, 1), ["efficiency"]),
    ],
)
def test_scores_off_the_scale_are_named(scores: tuple[int, ...], wrong: list[str]) -> None:
    with pytest.raises(WrongScores) as refused:
        weighted_points(scores, PARAMETERS)
    assert list(refused.value.criteria) == wrong
    assert str(refused.value).endswith("a score is a whole number from 0 to 4")


@pytest.mark.parametrize(
    ("ground", "evidence", "scores", "expected"),
    [
        (Ground.LEGAL, True, None, PriorityClass.NECESSARY),
        (Ground.FUNCTION, True, (1, 0, 0, 0, 0), PriorityClass.NECESSARY),
        (Ground.LEGAL, False, (4, 0, 0, 0, 0), PriorityClass.OTHER),
        (Ground.LEGAL, True, (0, 4, 4, 4, 4), PriorityClass.OTHER),
        (Ground.ORGANISATION, True, (4, 4, 4, 4, 4), PriorityClass.OTHER),
    ],
)
def test_a_necessity_must_be_of_the_right_ground_and_demonstrated(
    ground: Ground, evidence: bool, scores: tuple[int, ...] | None, expected: PriorityClass
) -> None:
    one = replace(PLAIN, ground=ground, evidence=evidence, scores=scores)
    assert priority_class(one) is expected


def _order(*candidates: Candidate) -> list[str]:
    return [one.candidate.request_id for one in rank(candidates, PARAMETERS)]


def test_a_demonstrated_necessity_goes_before_the_best_of_the_others() -> None:
    necessary = replace(
        PLAIN, request_id="N", ground=Ground.LEGAL, evidence=True, scores=(1, 0, 0, 0, 0)
    )
    best = replace(PLAIN, request_id="B", scores=(4, 4, 4, 4, 4))
    assert _order(best, necessary) == ["N", "B"]


def test_ties_are_ordered_by_cost_then_submission_then_id_and_stay_visible() -> None:
    cheap = replace(PLAIN, request_id="Z", costs_cents=1)
    early = replace(PLAIN, request_id="Y", submitted_at=MOMENT - timedelta(seconds=1))
    other = replace(PLAIN, request_id="Q")
    assert _order(PLAIN, other, early, cheap) == ["Z", "Y", "Q", "R"]
    assert all(one.tied for one in rank([PLAIN, cheap], PARAMETERS))
    alone = replace(PLAIN, request_id="A", scores=(0, 4, 4, 4, 4))
    assert [one.tied for one in rank([PLAIN, alone], PARAMETERS)] == [False, False]


def test_what_is_not_weighed_ends_its_class_and_is_tied_with_nothing() -> None:
    unweighed = replace(PLAIN, request_id="U", scores=None, costs_cents=0)
    nothing = replace(PLAIN, request_id="0", scores=(0, 0, 0, 0, 0))
    ranked = rank([unweighed, replace(unweighed, request_id="V"), nothing], PARAMETERS)
    assert [one.candidate.request_id for one in ranked] == ["0", "U", "V"]
    assert [one.tied for one in ranked] == [False, False, False]


@pytest.mark.parametrize(
    ("budget", "within"),
    [
        (None, [None, None, None]),
        (0, [False, False, False]),
        (99_999, [False, False, False]),
        (100_000, [True, False, False]),
        (249_999, [True, False, False]),
        (250_000, [True, True, False]),
        (250_001, [True, True, True]),
    ],
)
def test_the_line_is_drawn_at_the_first_that_no_longer_fits(
    budget: int | None, within: list[bool | None]
) -> None:
    first = replace(PLAIN, request_id="1", scores=(0, 4, 4, 4, 4))
    second = replace(PLAIN, request_id="2", scores=(0, 3, 3, 3, 3), costs_cents=150_000)
    # The last costs a cent, and fits in any room that is left; still it does not jump the line.
    last = replace(PLAIN, request_id="3", costs_cents=1)
    ranked = rank([last, second, first], PARAMETERS, budget)
    assert [one.within_budget for one in ranked] == within
    assert [one.cumulative_cents for one in ranked] == [100_000, 250_000, 250_001]


@given(CANDIDATES, st.randoms(use_true_random=False), st.none() | st.integers(0, 2_000_000))
def test_the_order_in_which_requests_come_in_changes_nothing(
    candidates: list[Candidate], random: Random, budget: int | None
) -> None:
    shuffled = random.sample(candidates, len(candidates))
    assert rank(shuffled, PARAMETERS, budget) == rank(candidates, PARAMETERS, budget)


@given(CANDIDATES, st.integers(0, 2_000_000))
def test_the_ranking_holds_its_promises(candidates: list[Candidate], budget: int) -> None:
    ranked = rank(candidates, PARAMETERS, budget)
    assert [one.place for one in ranked] == list(range(1, len(candidates) + 1))
    for above, below in pairwise(ranked):
        assert above.priority <= below.priority
        if above.priority is below.priority and below.points is not None:
            assert above.points is not None
            assert above.points >= below.points
        assert above.within_budget or not below.within_budget
    for one in ranked:
        assert not one.within_budget or one.cumulative_cents <= budget


@given(CANDIDATES, st.integers(1, 4), st.data())
def test_a_higher_score_never_ranks_lower(
    candidates: list[Candidate], criterion: int, data: st.DataObject
) -> None:
    weighed = [one for one in candidates if one.scores and one.scores[criterion] < 4]
    if not weighed:
        return
    chosen = data.draw(st.sampled_from(weighed))
    assert chosen.scores is not None
    raised = list(chosen.scores)
    raised[criterion] += 1
    better = replace(chosen, scores=tuple(raised))
    place = {one.candidate.request_id: one.place for one in rank(candidates, PARAMETERS)}
    others = [one for one in candidates if one is not chosen]
    then = {one.candidate.request_id: one.place for one in rank([*others, better], PARAMETERS)}
    assert then[chosen.request_id] <= place[chosen.request_id]


def test_the_order_tells_the_points_of_each() -> None:
    better = replace(PLAIN, request_id="B", scores=(0, 4, 2, 2, 2))
    unweighed = replace(PLAIN, request_id="U", scores=None)
    ranked = rank([PLAIN, unweighed, better], PARAMETERS)
    assert [(one.candidate.request_id, one.points) for one in ranked] == [
        ("B", weighted_points((0, 4, 2, 2, 2), PARAMETERS)),
        ("R", weighted_points((0, 2, 2, 2, 2), PARAMETERS)),
        ("U", None),
    ]
