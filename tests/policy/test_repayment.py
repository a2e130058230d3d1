from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.model import (
    Agreement,
    Ground,
    MandatoryByLaw,
    RepaymentItem,
    RepaymentStatus,
    Trajectory,
)
from policy.parameters import Policy
from policy.repayment import CLAUSE, statement
from tests.policy.facts import POLICY, SIGNED, TRAJECTORY

TERMS = {
    "not_started",
    "not_completed",
    "within_12_months",
    "between_12_and_24_months",
    "after_24_months",
}


def item(exit_on: date, trajectory: Trajectory) -> RepaymentItem:
    return statement(exit_on, [trajectory], POLICY).items[0]


def changed(start: date, done: date | None, changes: dict[str, Any]) -> Trajectory:
    return replace(TRAJECTORY, start=start, completed_on=done, **changes)


SEP_2026, SEP_2027 = date(2026, 9, 1), date(2027, 9, 1)
DONE, LEAP_DONE, JUNE_2027 = date(2027, 3, 31), date(2028, 2, 29), date(2027, 6, 1)
LATE = Agreement(date(2026, 9, 10), date(2026, 9, 10), repayment_scheme=True)
ONE_DAY_LATE = replace(SIGNED, signed_by_manager_on=date(2026, 9, 2))
UNKNOWN = MandatoryByLaw.UNKNOWN


@pytest.mark.parametrize(
    ("start", "done", "exit_on", "changes", "expected"),
    [
        (SEP_2026, None, date(2026, 8, 31), {}, "0 % 0 nothing_due not_started"),
        (SEP_2026, None, SEP_2026, {}, "100 % 240000 claimable not_completed"),
        (SEP_2026, DONE, date(2027, 2, 15), {}, "100 % 240000 claimable not_completed"),
        (SEP_2026, DONE, DONE, {}, "100 % 240000 claimable within_12_months"),
        (SEP_2026, DONE, date(2028, 3, 31), {}, "100 % 240000 claimable within_12_months"),
        (SEP_2026, DONE, date(2028, 4, 1), {}, "50 % 120000 claimable between_12_and_24_months"),
        (SEP_2026, DONE, date(2029, 3, 30), {}, "50 % 120000 claimable between_12_and_24_months"),
        (SEP_2026, DONE, date(2029, 3, 31), {}, "0 % 0 nothing_due after_24_months"),
        (SEP_2027, LEAP_DONE, date(2029, 2, 28), {}, "100 % 240000 claimable within_12_months"),
        (
            SEP_2027,
            LEAP_DONE,
            date(2029, 3, 1),
            {},
            "50 % 120000 claimable between_12_and_24_months",
        ),
        (SEP_2027, LEAP_DONE, date(2030, 2, 28), {}, "0 % 0 nothing_due after_24_months"),
        (
            SEP_2026,
            DONE,
            date(2028, 4, 1),
            {"agreed_costs_cents": 240001},
            "50 % 120001 claimable between_12_and_24_months",
        ),
        (
            SEP_2026,
            DONE,
            date(2028, 4, 1),
            {"actual_costs_cents": 150000},
            "50 % 75000 claimable between_12_and_24_months",
        ),
        (
            SEP_2026,
            DONE,
            JUNE_2027,
            {"actual_costs_cents": 999999},
            "100 % 240000 claimable within_12_months",
        ),
        (
            SEP_2026,
            DONE,
            JUNE_2027,
            {"agreed_costs_cents": 199999},
            "0 % 0 nothing_due below_threshold",
        ),
        (
            SEP_2026,
            DONE,
            JUNE_2027,
            {"agreed_costs_cents": 200000},
            "100 % 200000 claimable within_12_months",
        ),
        (
            SEP_2026,
            DONE,
            JUNE_2027,
            {"actual_costs_cents": 0},
            "100 % 0 nothing_due within_12_months",
        ),
        (
            SEP_2026,
            DONE,
            JUNE_2027,
            {"agreement": replace(SIGNED, signed_by_manager_on=None)},
            "100 % 240000 not_claimable no_signed_agreement",
        ),
        (
            SEP_2026,
            DONE,
            JUNE_2027,
            {"agreement": replace(SIGNED, repayment_scheme=False)},
            "100 % 240000 not_claimable no_signed_agreement",
        ),
        (
            SEP_2026,
            DONE,
            JUNE_2027,
            {"agreement": None},
            "100 % 240000 not_claimable no_signed_agreement",
        ),
        (
            SEP_2026,
            DONE,
            JUNE_2027,
            {"agreement": replace(SIGNED, signed_by_manager_on=date(2027, 6, 2))},
            "100 % 240000 not_claimable no_signed_agreement",
        ),
        (SEP_2026, DONE, JUNE_2027, {"agreement": LATE}, "100 % 240000 needs_review signed_late"),
        (
            SEP_2026,
            DONE,
            JUNE_2027,
            {"agreement": ONE_DAY_LATE},
            "100 % 240000 needs_review signed_late",
        ),
        (
            SEP_2026,
            DONE,
            JUNE_2027,
            {"agreement": replace(SIGNED, signed_by_manager_on=SEP_2026)},
            "100 % 240000 claimable within_12_months",
        ),
        (
            SEP_2026,
            DONE,
            JUNE_2027,
            {"mandatory_by_law": MandatoryByLaw.YES},
            "0 % 0 nothing_due statutory_training",
        ),
        (
            SEP_2026,
            DONE,
            JUNE_2027,
            {"mandatory_by_law": UNKNOWN, "ground": Ground.LEGAL},
            "100 % 240000 needs_review legal_review",
        ),
        (
            SEP_2026,
            DONE,
            JUNE_2027,
            {"mandatory_by_law": UNKNOWN, "ground": Ground.FUNCTION},
            "100 % 240000 needs_review legal_review",
        ),
        (
            SEP_2026,
            DONE,
            JUNE_2027,
            {"mandatory_by_law": UNKNOWN, "ground": Ground.TEAM},
            "100 % 240000 claimable within_12_months",
        ),
        (
            SEP_2026,
            None,
            JUNE_2027,
            {"broken_off_on": JUNE_2027},
            "100 % 240000 needs_review broken_off",
        ),
        (
            SEP_2026,
            None,
            JUNE_2027,
            {"broken_off_on": date(2027, 6, 2)},
            "100 % 240000 claimable not_completed",
        ),
        (
            SEP_2026,
            None,
            date(2035, 1, 1),
            {"broken_off_on": JUNE_2027},
            "100 % 240000 needs_review broken_off",
        ),
        (SEP_2026, DONE, JUNE_2027, {"in_grant": False}, "100 % 240000 needs_review not_in_grant"),
        (SEP_2026, DONE, JUNE_2027, {"in_grant": True}, "100 % 240000 claimable within_12_months"),
        (SEP_2026, date(9999, 6, 1), date.max, {}, "100 % 240000 claimable within_12_months"),
    ],
)
def test_what_a_leaver_owes(
    start: date, done: date | None, exit_on: date, changes: dict[str, Any], expected: str
) -> None:
    found = item(exit_on, changed(start, done, changes))
    deciding = found.reasons[0].code
    told = f"{found.percentage} % {found.computed_cents} {found.status} {deciding}"
    assert told == expected
    claimable = found.computed_cents if found.status is RepaymentStatus.CLAIMABLE else 0
    assert found.claimable_cents == claimable


def test_every_reason_that_holds_is_told_and_only_one_term() -> None:
    trajectory = replace(
        TRAJECTORY,
        agreed_costs_cents=199999,
        mandatory_by_law=MandatoryByLaw.YES,
        agreement=None,
        broken_off_on=date(2027, 1, 1),
        completed_on=None,
    )
    codes = [reason.code for reason in item(JUNE_2027, trajectory).reasons]
    assert codes == [
        "below_threshold",
        "not_completed",
        "statutory_training",
        "no_signed_agreement",
        "broken_off",
    ]


def test_totals_add_up_all_items() -> None:
    unsigned = replace(TRAJECTORY, agreement=None)
    found = statement(date(2028, 4, 1), [TRAJECTORY, unsigned], POLICY)
    assert (found.total_computed_cents, found.total_claimable_cents) == (240000, 120000)


DAYS = st.dates(date(2026, 1, 1), date(2035, 12, 31))
TRAJECTORIES = st.builds(
    lambda agreed, actual, start, lasts, changes: replace(
        TRAJECTORY,
        agreed_costs_cents=agreed,
        actual_costs_cents=actual,
        start=start,
        completed_on=start + timedelta(days=lasts),
        **changes,
    ),
    st.integers(0, 10_000_00),
    st.none() | st.integers(0, 10_000_00),
    DAYS,
    st.integers(0, 800),
    st.fixed_dictionaries(
        {
            "mandatory_by_law": st.sampled_from(MandatoryByLaw),
            "ground": st.sampled_from(Ground),
            "agreement": st.none() | st.just(SIGNED) | st.just(LATE),
            "in_grant": st.sampled_from([None, True, False]),
        }
    ),
)


@given(TRAJECTORIES, DAYS, DAYS)
def test_once_started_a_later_exit_never_costs_more(
    trajectory: Trajectory, one: date, other: date
) -> None:
    """Before the start nothing is due, so the only day on which the amount rises is the start."""
    earlier, later = sorted((max(one, trajectory.start), max(other, trajectory.start)))
    first, second = item(earlier, trajectory), item(later, trajectory)
    assert second.percentage <= first.percentage
    assert second.computed_cents <= first.computed_cents


@given(TRAJECTORIES, DAYS)
def test_an_item_is_claimable_or_says_why_not(trajectory: Trajectory, exit_on: date) -> None:
    found = item(exit_on, trajectory)
    codes = [reason.code for reason in found.reasons]
    assert len(TERMS.intersection(codes)) == 1
    assert len(codes) == len(set(codes))
    assert 0 <= found.computed_cents <= found.basis_cents <= trajectory.agreed_costs_cents
    assert (found.status is RepaymentStatus.CLAIMABLE) == (found.claimable_cents > 0)
    assert (found.status is RepaymentStatus.NOTHING_DUE) == (found.computed_cents == 0)


def test_a_statement_is_about_its_exit_and_each_trajectory_with_its_clause() -> None:
    made = statement(date(2027, 9, 1), (TRAJECTORY,), POLICY)
    [item] = made.items
    assert (made.exit_on, item.trajectory_id) == (date(2027, 9, 1), "T-7")
    assert {reason.clause for reason in item.reasons} == {CLAUSE}
    numbers = item.reasons[0].numbers
    assert numbers["signed"] == "2026-08-21", "the day on which the last of both signed"
    assert numbers["broken_off"] is None


def test_what_was_broken_off_says_when_and_counts_as_not_completed() -> None:
    broken = replace(TRAJECTORY, broken_off_on=date(2027, 2, 1))
    [item] = statement(date(2027, 9, 1), (broken,), POLICY).items
    assert item.reasons[0].numbers["broken_off"] == "2027-02-01"
    assert item.percentage == 100


def test_an_agreement_that_both_signed_on_the_last_day_holds() -> None:
    on_the_day = replace(SIGNED, signed_by_employee_on=date(2027, 9, 1))
    codes = {
        exit_on: {
            reason.code
            for reason in statement(exit_on, (replace(TRAJECTORY, agreement=on_the_day),), POLICY)
            .items[0]
            .reasons
        }
        for exit_on in (date(2027, 8, 31), date(2027, 9, 1))
    }
    assert "no_signed_agreement" in codes[date(2027, 8, 31)]
    assert "no_signed_agreement" not in codes[date(2027, 9, 1)]


def test_what_was_broken_off_is_not_completed_whatever_else_was_recorded() -> None:
    """A21."""
    both = replace(TRAJECTORY, completed_on=DONE, broken_off_on=date(2027, 2, 1))
    assert item(date(2028, 4, 1), both).percentage == 100
    assert item(date(2028, 4, 1), replace(both, broken_off_on=None)).percentage == 50


@pytest.mark.parametrize(
    ("signed_on", "percentage"),
    [(date(2026, 8, 31), 50), (date(2026, 9, 1), 40), (None, 40)],
)
def test_the_terms_are_those_of_the_day_on_which_the_employee_signed(
    signed_on: date | None, percentage: int
) -> None:
    """A leaver owes what was agreed, and not what the policy came to say later."""
    (share,) = [one for one in POLICY.values if one.name == "repayment.share_second_period"]
    milder = replace(share, value=40, valid_from=date(2026, 9, 1))
    policy = Policy((*POLICY.values, milder))
    agreement = replace(SIGNED, signed_by_employee_on=signed_on)
    trajectory = replace(TRAJECTORY, agreement=agreement, start=date(2026, 9, 15))
    (made,) = statement(date(2028, 4, 1), [trajectory], policy).items
    assert made.reasons[0].numbers["share"] == percentage
