"""What the rules refuse is said in a whole sentence, with the parameter or state that it is about,
and every bound is where the sentence says it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from policy import units
from policy.claim_states import ClaimState, ClaimStep, IllegalClaimStep
from policy.claim_states import step as claim_step
from policy.days import amsterdam_day
from policy.errors import BeforePolicy, InvalidParameter, OutsideCalendar, UnknownTranche
from policy.model import Regime, Rule, Severity
from policy.money import cents_of, euros, share_of
from policy.parameter_list import Spec
from policy.parameters import Policy, read_value
from policy.regimes import severity
from policy.request_states import IllegalTransition, RequestState
from policy.request_states import step as request_step
from policy.sign_ups import IllegalStep, SignUpState, SignUpStep
from policy.sign_ups import step as sign_up_step
from policy.tranche_rules import read_tranche_rules
from policy.tranches import tranche_for, tranche_named
from policy.weighing import Criterion, WrongScores
from tests.policy.facts import POLICY
from tests.policy.test_parameters import THREE, changed, variant

FROM = date(2026, 1, 1)


@pytest.mark.parametrize(
    ("read", "highest", "lowest"),
    [(units.months, 1200, 1), (units.days, 366, 1), (units.year, 9999, 1), (units.percent, 100, 0)],
)
def test_a_bound_is_allowed_and_what_lies_beyond_it_is_not(
    read: Any, highest: int, lowest: int
) -> None:
    assert (read(lowest), read(highest)) == (lowest, highest)
    for beyond in (lowest - 1, highest + 1):
        with pytest.raises(ValueError, match="must be"):
            read(beyond)


@pytest.mark.parametrize(
    ("read", "plain", "sentence"),
    [
        (units.hours, "80", 'must be hours as text with two places, such as "80.00"'),
        (units.whole, -1, "must be a whole number, 0 or more"),
        (units.percent, 101, "must be a percentage from 0 to 100"),
        (units.percentages, [], "must be a list of percentages"),
        (units.percentages, "100", "must be a list of percentages"),
        (units.months, 0, "must be a number of months from 1 to 1200"),
        (units.days, 0, "must be a number of days from 1 to 366"),
        (units.year, 0, "must be a year"),
        (units.tranche_name, "first", 'must be the name of a tranche, such as "2026-2"'),
        (units.tranche_name, 20262, 'must be the name of a tranche, such as "2026-2"'),
        (units.reading("one", "two"), "three", "the rules carry out only: one, two"),
        (units.not_yet, True, "must be false: the rules do not carry out the other answer"),
        (read_tranche_rules, [], "must be a list of one or more tranches"),
        (
            read_tranche_rules,
            [1],
            "a tranche must be a table with deadline, decision_from, decision_until, number",
        ),
        (read_tranche_rules, variant(0, number="1"), "number must be a whole number"),
        (read_tranche_rules, variant(0, number=0), "number must be 1 or more"),
        (read_tranche_rules, variant(1, number=1), "the numbers of the tranches must ascend"),
        *(
            (
                read_tranche_rules,
                variant(1, **{name: 1}),
                f"{name} of tranche 2 must be a table with day, month, year_offset",
            )
            for name in ("deadline", "decision_from", "decision_until")
        ),
        (
            read_tranche_rules,
            variant(1, deadline={"year_offset": 0, "month": "3", "day": 1}),
            "deadline of tranche 2 must be a whole number",
        ),
    ],
)
def test_a_plain_value_is_refused_in_a_whole_sentence(
    read: Any, plain: object, sentence: str
) -> None:
    with pytest.raises(ValueError, match=r".") as refused:
        read(plain)
    assert str(refused.value) == sentence


def test_plain_values_become_what_they_say() -> None:
    assert units.tranche_name("2027-1") == (2027, 1)
    assert units.reading("one")("one") == "one"
    assert units.not_yet(False) is False
    assert units.hours("80.00") == Decimal("80.00")


def test_a_decision_window_may_be_one_day_long() -> None:
    one_day = variant(0, decision_until=THREE[0]["decision_from"])
    assert read_tranche_rules(one_day)[0].decision_until.day == 1


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("repayment.end_months", 12, "must be more than repayment.full_months"),
        ("repayment.share_after", 51, "must not be more than the share before it"),
        ("tranche.first", "2026-3", "is not one of tranche.periods"),
        ("hours.norm", 80, 'must be hours as text with two places, such as "80.00"'),
    ],
)
def test_a_parameter_is_refused_by_name_reason_and_date(name: str, value: Any, reason: str) -> None:
    with pytest.raises(InvalidParameter) as refused:
        changed(name, value)
    found = refused.value
    assert (found.name, found.reason, found.valid_from) == (name, reason, FROM)
    assert str(found) == f"{name}: {reason}"


def test_a_share_may_be_as_high_as_the_one_before_it() -> None:
    assert changed("repayment.share_after", 50).on(FROM).repayment_share_after == 50


def test_an_unknown_parameter_and_an_empty_set_are_named() -> None:
    with pytest.raises(InvalidParameter) as refused:
        read_value("hours.nrom", "80.00", FROM)
    told = (refused.value.name, refused.value.reason, refused.value.valid_from)
    assert told == ("hours.nrom", "no parameter has this name", FROM)
    with pytest.raises(InvalidParameter) as refused:
        Policy(())
    assert str(refused.value) == "policy: there are no values at all"
    with pytest.raises(ValueError, match=r"^since and before go together: from when, and what"):
        Spec("days", units.days, since=FROM)


def test_a_stray_value_is_named_with_its_date() -> None:
    stray = POLICY.values[0].__class__.from_plain(
        {**POLICY.values[0].to_plain(), "name": "hours.nrom"}
    )
    with pytest.raises(InvalidParameter) as refused:
        Policy((*POLICY.values, stray))
    told = (refused.value.name, refused.value.reason, refused.value.valid_from)
    assert told == ("hours.nrom", "no parameter has this name", stray.valid_from)


def test_an_assumption_tells_what_is_assumed_from_when() -> None:
    first = POLICY.assumptions()[0]
    assert (first.assumption, first.name, first.value, first.unit, first.clause) == (
        "A1",
        "adopted_on",
        None,
        "date",
        "Visie §10",
    )
    assert {one.valid_from for one in POLICY.assumptions()} <= {v.valid_from for v in POLICY.values}
    assert first.valid_from == POLICY.starts_on


def test_before_the_policy_every_regime_is_off() -> None:
    general = changed("regime.general", "enforce")
    own = replace(general.values[0], name="regime.grant", value=Regime.ENFORCE)
    for policy in (general, Policy((*general.values, own))):
        before = policy.on(date(2025, 12, 31))
        assert before.regime_general == "off"
        assert (before.regime_grant, before.regime_hours) == (None, None)
        assert {severity(rule, before) for rule in Rule} == {None}
    assert severity(Rule.GRANT, POLICY.on(date(2027, 1, 1))) is Severity.BLOCK


@pytest.mark.parametrize(
    ("take", "state", "wanted", "error", "sentence"),
    [
        (
            claim_step,
            ClaimState.SETTLED,
            ClaimStep.CONFIRM,
            IllegalClaimStep,
            "a claim that is settled cannot confirm; possible: nothing: this state is final",
        ),
        (
            claim_step,
            ClaimState.PROPOSED,
            ClaimStep.SETTLE,
            IllegalClaimStep,
            "a claim that is proposed cannot settle; possible: propose, confirm, waive, withdraw",
        ),
    ],
)
def test_a_step_that_is_none_is_named_with_those_that_are(
    take: Any, state: Any, wanted: Any, error: type[Exception], sentence: str
) -> None:
    with pytest.raises(error) as refused:
        take(state, wanted)
    assert str(refused.value) == sentence
    assert (refused.value.state, refused.value.wanted) == (state, wanted)  # type: ignore[attr-defined]


def test_a_request_and_a_sign_up_say_so_too() -> None:
    with pytest.raises(IllegalTransition) as refused:
        request_step(RequestState.REJECTED, RequestState.GRANTED)
    assert (refused.value.state, refused.value.wanted) == ("rejected", "granted")
    assert str(refused.value).endswith("nothing: this state is final")
    with pytest.raises(IllegalTransition) as refused:
        request_step(RequestState.DRAFT, RequestState.GRANTED)
    assert ", ".join(refused.value.allowed) in str(refused.value)
    assert len(refused.value.allowed) > 1
    with pytest.raises(IllegalStep) as wrong:
        sign_up_step(SignUpState.ATTENDED, SignUpStep.CONSENT)
    assert (wrong.value.state, wrong.value.wanted) == (SignUpState.ATTENDED, SignUpStep.CONSENT)
    assert str(wrong.value) == (
        f"{SignUpStep.CONSENT} is no step from {SignUpState.ATTENDED}; "
        f"{', '.join(wrong.value.allowed) or 'none'}"
    )


def test_every_sign_up_that_can_go_on_names_each_state() -> None:
    said = {state: str(IllegalStep(state, SignUpStep.CONSENT)) for state in SignUpState}
    for state, sentence in said.items():
        allowed = IllegalStep(state, SignUpStep.CONSENT).allowed
        assert sentence.endswith(f"; {', '.join(allowed) or 'none'}")
    assert any(sentence.endswith("; none") for sentence in said.values())


def test_wrong_scores_name_the_criteria_and_the_scale() -> None:
    names = tuple(Criterion)[1:3]
    said = ", ".join(one.value for one in names)
    assert str(WrongScores(names, 4)) == f"{said}: a score is a whole number from 0 to 4"


@pytest.mark.parametrize(
    ("cents", "said"), [(-15_005, "-150.05"), (0, "0.00"), (1, "0.01"), (240_000, "2400.00")]
)
def test_an_amount_is_written_with_two_places(cents: int, said: str) -> None:
    assert euros(cents) == said
    assert cents_of(said) == cents


@pytest.mark.parametrize(("cents", "share", "part"), [(1, 49, 0), (1, 50, 1), (3, 50, 2)])
def test_half_a_cent_is_rounded_up_and_less_is_not(cents: int, share: int, part: int) -> None:
    assert share_of(cents, share) == part


def test_what_has_no_day_or_tranche_is_said_with_what_to_do() -> None:
    last = datetime(9999, 12, 31, 23, 59, tzinfo=timezone(-timedelta(hours=12)))
    with pytest.raises(OutsideCalendar, match=r"^9999-12-31T23:59.* has no date in Amsterdam$"):
        amsterdam_day(last)
    with pytest.raises(BeforePolicy, match=r"; record it as an existing commitment$"):
        tranche_for(date(2025, 10, 1), POLICY)
    with pytest.raises(UnknownTranche, match=r"^there is no tranche 27-1; names are a year and a"):
        tranche_named("27-1", POLICY)
