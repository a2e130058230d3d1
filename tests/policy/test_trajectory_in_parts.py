"""A trajectory that was granted in parts counts as one (Visie §7, P5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from policy.decide import decide_enrolment
from policy.model import (
    ActivityState,
    Agreement,
    EnrolmentDecision,
    Ground,
    MandatoryByLaw,
    Part,
    RepaymentItem,
    Trajectory,
)
from policy.repayment import statement
from policy.trajectories import as_left, counting
from tests.policy.facts import FACTS, GRANT, POLICY, TRAJECTORY, activity

FIRST = Part(
    grant_id="first",
    costs_cents=150_000,
    hours=Decimal("20.00"),
    start=date(2027, 1, 18),
    end=date(2027, 2, 26),
    begun=True,
    repayment_scheme=True,
    ground=Ground.INDIVIDUAL,
    mandatory_by_law=MandatoryByLaw.NO,
)
SECOND = replace(FIRST, grant_id="second", start=date(2027, 3, 8), end=date(2027, 6, 30))
WHOLE = Agreement(date(2027, 1, 11), date(2027, 1, 12), repayment_scheme=True)


def decided(costs: int, hours: str, *parts: Part, **changes: Any) -> EnrolmentDecision:
    grant = replace(GRANT, costs_cents=costs, hours=Decimal(hours), repayment_scheme=True)
    return decide_enrolment(replace(FACTS, grant=grant, earlier_parts=parts, **changes), POLICY)


def codes(decision: EnrolmentDecision) -> list[str]:
    return [finding.code for finding in decision.findings]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ((150_000, "20.00"), (49_999, "10.00"), None),
        ((150_000, "20.00"), (50_000, "10.00"), ("2000.00", "30.00")),
        ((90_000, "25.00"), (10_000, "15.00"), ("1000.00", "40.00")),
        ((90_000, "25.00"), (10_000, "14.99"), None),
    ],
)
def test_a_later_part_that_lifts_the_sum_to_a_threshold_is_held_for_an_agreement(
    first: tuple[int, str], second: tuple[int, str], expected: tuple[str, str] | None
) -> None:
    before = replace(FIRST, costs_cents=first[0], hours=Decimal(first[1]))
    decision = decided(*second, before)
    if expected is None:
        assert codes(decision) == []
        return
    (finding,) = decision.findings
    assert (decision.outcome, finding.code) == ("hold", "agreement_missing")
    assert (finding.numbers["costs"], finding.numbers["hours"]) == expected


def test_the_hours_of_both_parts_count_in_the_year() -> None:
    """45.00 and 45.00 hours, with the agreement that they need."""
    other = activity("45.00", date(2027, 1, 18), date(2027, 2, 26), state=ActivityState.RUNNING)
    this = activity("45.00", date(2027, 3, 8), date(2027, 6, 30), activity_id="T/2")
    decision = decided(
        150_000,
        "45.00",
        replace(FIRST, hours=Decimal("45.00")),
        agreement=WHOLE,
        other_activities=(other,),
        activity=this,
    )
    assert codes(decision) == ["hours_norm_exceeded"]
    assert decision.findings[0].numbers["counted"] == "90.00"


def test_a_part_that_never_began_does_not_count() -> None:
    never = replace(FIRST, begun=False, end=date(2027, 2, 28))
    assert codes(decided(50_000, "10.00", never)) == []
    coming = replace(never, end=date(2027, 3, 1))  # the day of enrolling: it may still begin
    assert codes(decided(50_000, "10.00", coming)) == ["agreement_missing"]
    assert counting((replace(never, end=None),), date(2030, 1, 1))


def left(exit_on: date, *parts: Part, **changes: Any) -> RepaymentItem:
    facts: Trajectory = replace(
        TRAJECTORY, agreed_costs_cents=300_000, agreement=WHOLE, parts=parts, **changes
    )
    (item,) = statement(exit_on, [facts], POLICY).items
    return item


DONE = (
    replace(FIRST, completed_on=date(2027, 2, 26)),
    replace(SECOND, completed_on=date(2027, 3, 31)),
)
JUNE = date(2027, 6, 1)


def told(item: RepaymentItem) -> tuple[int, int, str, str]:
    return item.percentage, item.computed_cents, str(item.status), item.reasons[0].code


@pytest.mark.parametrize(
    ("signed", "expected"),
    [
        (date(2027, 1, 12), (100, 300_000, "claimable", "within_12_months")),
        (date(2027, 1, 18), (100, 300_000, "claimable", "within_12_months")),
        (date(2027, 1, 19), (100, 300_000, "needs_review", "signed_late")),
        (date(2027, 3, 1), (100, 300_000, "needs_review", "signed_late")),
    ],
)
def test_a_leaver_has_one_item_for_the_whole(
    signed: date, expected: tuple[int, int, str, str]
) -> None:
    agreement = replace(WHOLE, signed_by_manager_on=signed)
    facts = replace(TRAJECTORY, agreed_costs_cents=300_000, agreement=agreement, parts=DONE)
    (item,) = statement(JUNE, [facts], POLICY).items
    assert told(item) == expected


def test_the_term_runs_from_the_completion_of_the_last_part() -> None:
    unfinished = (DONE[0], SECOND)
    assert told(left(JUNE, *unfinished))[3] == "not_completed"
    assert told(left(date(2028, 3, 31), *DONE))[3] == "within_12_months"
    assert told(left(date(2028, 4, 1), *DONE))[:2] == (50, 150_000)


def test_a_part_that_does_not_begin_before_the_exit_is_left_out() -> None:
    coming = replace(SECOND, begun=False, start=date(2027, 9, 1), end=None)
    item = left(JUNE, DONE[0], coming)
    assert told(item) == (0, 0, "nothing_due", "below_threshold")  # 1,500.00 is left
    dear = replace(DONE[0], costs_cents=240_000)
    assert told(left(JUNE, dear, coming)) == (100, 240_000, "claimable", "within_12_months")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"repayment_scheme": False}, "not_in_grant"),
        ({"ground": Ground.FUNCTION, "mandatory_by_law": MandatoryByLaw.UNKNOWN}, "legal_review"),
        ({"mandatory_by_law": MandatoryByLaw.YES}, "legal_review"),
    ],
)
def test_a_part_that_leaves_a_question_open_is_reviewed(
    changes: dict[str, Any], expected: str
) -> None:
    item = left(JUNE, DONE[0], replace(DONE[1], **changes))
    assert (str(item.status), item.reasons[0].code) == ("needs_review", expected)


def test_a_trajectory_of_which_every_part_is_free_by_law_costs_nothing() -> None:
    free = tuple(replace(one, mandatory_by_law=MandatoryByLaw.YES) for one in DONE)
    assert told(left(JUNE, *free)) == (0, 0, "nothing_due", "statutory_training")


@pytest.mark.parametrize(
    ("grounds", "mandatory", "whole"),
    [
        ((Ground.INDIVIDUAL, Ground.TEAM), (False, False), Ground.TEAM),
        ((Ground.FUNCTION, Ground.TEAM), (False, False), Ground.FUNCTION),
        ((Ground.TEAM, Ground.FUNCTION), (False, False), Ground.FUNCTION),
        ((Ground.FUNCTION, Ground.TEAM), (False, True), Ground.LEGAL),
    ],
)
def test_a_necessary_part_gives_the_whole_its_ground(
    grounds: tuple[Ground, ...], mandatory: tuple[bool, ...], whole: Ground
) -> None:
    """Article 7:611a: what the law may free is looked at for the whole of it."""
    said = [MandatoryByLaw.YES if one else MandatoryByLaw.NO for one in mandatory]
    parts = tuple(
        replace(part, ground=ground, mandatory_by_law=one)
        for part, ground, one in zip(DONE, grounds, said, strict=True)
    )
    trajectory = replace(TRAJECTORY, parts=parts)
    assert as_left(trajectory, JUNE).ground is whole


def test_a_scheme_that_an_earlier_part_named_must_be_in_the_agreement_of_the_whole() -> None:
    """Unless that part was never begun, and will not be any more."""
    bare = replace(WHOLE, repayment_scheme=False)
    later = replace(GRANT, costs_cents=100_000, hours=Decimal("10.00"), repayment_scheme=False)
    earlier = (FIRST, replace(FIRST, costs_cents=100_000, repayment_scheme=False))

    def asked(*parts: Part) -> list[str]:
        facts = replace(FACTS, grant=later, agreement=bare, earlier_parts=parts)
        return codes(decide_enrolment(facts, POLICY))

    assert asked(*earlier) == ["agreement_incomplete"]
    dear = replace(earlier[1], costs_cents=150_000)
    assert asked(dear) == []
    assert asked(dear, replace(FIRST, begun=False)) == []


@pytest.mark.parametrize(
    ("changes", "costs_cents"),
    [
        ({"start": JUNE, "end": None}, 300_000),
        ({"start": JUNE, "end": JUNE}, 300_000),
        ({"start": date(2027, 6, 2), "end": None}, 150_000),
        ({"start": date(2027, 3, 8), "end": date(2027, 5, 31)}, 150_000),
        ({"start": date(2027, 6, 2), "begun": True}, 150_000),
        ({"start": date(2027, 6, 2), "begun": True, "completed_on": JUNE}, 300_000),
        ({"start": date(2027, 3, 8), "end": date(2027, 5, 31), "begun": True}, 300_000),
    ],
)
def test_a_part_may_begin_up_to_and_including_the_last_day(
    changes: dict[str, Any], costs_cents: int
) -> None:
    """What never began counts no more once its end has passed, and who is enrolled in what begins
    later has not begun; what is completed has, whatever was planned."""
    part = replace(SECOND, **{"begun": False, **changes})
    trajectory = replace(TRAJECTORY, agreed_costs_cents=300_000, parts=(DONE[0], part))
    assert as_left(trajectory, JUNE).agreed_costs_cents == costs_cents


def test_of_parts_that_nobody_began_and_that_ended_nothing_is_due() -> None:
    never = tuple(
        replace(
            part, begun=False, start=date(2027, 1, 18), end=date(2027, 5, 31), completed_on=None
        )
        for part in DONE
    )
    assert told(left(JUNE, *never)) == (0, 0, "nothing_due", "below_threshold")
