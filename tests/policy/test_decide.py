from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from policy.decide import decide_enrolment, decide_within_norm
from policy.hours import within_norm
from policy.model import (
    ActivityState,
    Agreement,
    Commitment,
    EnrolmentDecision,
    Exemption,
    Ground,
    MandatoryByLaw,
    Outcome,
    Regime,
    Severity,
)
from policy.parameters import Policy
from tests.policy.facts import COURSE, FACTS, GRANT, POLICY, activity

MARCH_2027 = date(2027, 3, 1)
SIGNED = Agreement(date(2027, 2, 1), date(2027, 2, 2), repayment_scheme=True)
DEAR = replace(GRANT, costs_cents=240000, repayment_scheme=True)
LONG = replace(GRANT, costs_cents=90000, hours=Decimal("40.00"))
IN_COMPANY = replace(COURSE, in_company=True)
COLLECTIVE = replace(GRANT, collective=True)
COMMITMENT = Commitment("C-1", date(2025, 5, 1))
USED = activity("67.00", date(2027, 1, 4), activity_id="used", state=ActivityState.COMPLETED)
STATUTORY = replace(GRANT, ground=Ground.LEGAL, mandatory_by_law=MandatoryByLaw.YES, statutory=True)
OF_A = Exemption(2027, Decimal("20.00"), date(2027, 2, 1), training_id="A")
OF_97 = (
    activity("16.00", date(2027, 1, 4), activity_id="A"),
    activity("57.00", date(2027, 1, 4), activity_id="used"),
)
OF_96 = (OF_97[0], replace(OF_97[1], hours=Decimal("56.00")))
OVER_IN_2028 = activity("90.00", date(2028, 1, 4), activity_id="later")


def decide(policy: Policy = POLICY, **changes: Any) -> EnrolmentDecision:
    return decide_enrolment(replace(FACTS, **changes), policy)


def codes(decision: EnrolmentDecision) -> list[str]:
    return [finding.code for finding in decision.findings]


@pytest.mark.parametrize(
    ("changes", "outcome", "expected"),
    [
        ({"enrolled_on": date(2026, 11, 23), "grant": None}, "advise", ["grant_missing"]),
        ({"grant": None}, "hold", ["grant_missing"]),
        ({}, "allow", []),
        (
            {"grant": DEAR, "agreement": replace(SIGNED, signed_by_manager_on=None)},
            "hold",
            ["agreement_unsigned"],
        ),
        ({"grant": LONG}, "hold", ["agreement_missing"]),
        ({"other_activities": (USED,)}, "hold", ["hours_norm_exceeded"]),
        ({"grant": None, "commitment": COMMITMENT}, "allow", []),
        ({"grant": DEAR, "commitment": COMMITMENT}, "hold", ["agreement_missing"]),
        (
            {"grant": None, "course": replace(COURSE, costs_cents=240000)},
            "hold",
            ["grant_missing", "agreement_missing"],
        ),
        ({"course": IN_COMPANY, "grant": COLLECTIVE}, "hold", ["consent_missing"]),
        (
            {
                "course": IN_COMPANY,
                "grant": COLLECTIVE,
                "in_company_consent": True,
                "in_company_place": False,
            },
            "hold",
            ["no_place"],
        ),
        (
            {"course": IN_COMPANY, "grant": COLLECTIVE, "in_company_place": False},
            "hold",
            ["consent_missing"],
        ),
        ({"grant": COLLECTIVE, "in_company_place": False}, "allow", []),
        ({"grant": STATUTORY, "other_activities": (USED,)}, "advise", ["hours_norm_exceeded"]),
        (
            # The answer alone, which HR did not settle.
            {"grant": replace(STATUTORY, statutory=False), "other_activities": (USED,)},
            "hold",
            ["hours_norm_exceeded"],
        ),
        ({"exemptions": (OF_A,), "other_activities": OF_97}, "hold", ["hours_norm_exceeded"]),
        ({"exemptions": (OF_A,), "other_activities": OF_96}, "allow", ["hours_norm_near"]),
        ({"grant": None, "adopted": False}, "advise", ["grant_missing", "policy_not_adopted"]),
        ({"employment_ends_on": date(2027, 3, 31)}, "hold", ["employment_ends_before_start"]),
        (
            {
                "grant": replace(DEAR, repayment_scheme=False),
                "agreement": replace(SIGNED, repayment_scheme=False),
                "employment_ends_on": date(2029, 6, 29),
            },
            "allow",
            [],
        ),
        (
            {"grant": DEAR, "agreement": SIGNED, "employment_ends_on": date(2029, 6, 29)},
            "allow",
            ["repayment_foreseen"],
        ),
        (
            {"course": replace(COURSE, hours=None), "activity": None},
            "hold",
            ["course_facts_missing"],
        ),
        ({"course": replace(COURSE, costs_cents=None)}, "hold", ["course_facts_missing"]),
        ({"course": replace(COURSE, out_of_scope=True), "grant": None}, "allow", []),
        # Edges
        ({"enrolled_on": date(2026, 12, 31), "grant": None}, "advise", ["grant_missing"]),
        ({"enrolled_on": date(2027, 1, 1), "grant": None}, "hold", ["grant_missing"]),
        ({"enrolled_on": date(2025, 12, 31), "grant": None}, "allow", []),
        ({"grant": DEAR, "agreement": SIGNED}, "allow", []),
        ({"grant": replace(DEAR, costs_cents=199999)}, "allow", []),
        ({"grant": replace(LONG, hours=Decimal("39.99"))}, "allow", []),
        (
            {"grant": DEAR, "agreement": replace(SIGNED, empty_parts=("arrangements",))},
            "hold",
            ["agreement_incomplete"],
        ),
        (
            {"grant": DEAR, "agreement": replace(SIGNED, repayment_scheme=False)},
            "hold",
            ["agreement_incomplete"],
        ),
        ({"grant": LONG, "agreement": replace(SIGNED, repayment_scheme=False)}, "allow", []),
        (
            {"grant": DEAR, "agreement": replace(SIGNED, filed=False)},
            "advise",
            ["agreement_not_filed"],
        ),
        (
            {
                "grant": None,
                "commitment": COMMITMENT,
                "course": replace(COURSE, costs_cents=240000),
            },
            "allow",
            [],
        ),
        (
            {"course": IN_COMPANY, "grant": COLLECTIVE, "in_company_consent": True},
            "allow",
            [],
        ),
        ({"employment_ends_on": date(2027, 4, 1)}, "allow", []),
        (
            {"grant": DEAR, "agreement": SIGNED, "employment_ends_on": date(2029, 6, 30)},
            "allow",
            [],
        ),
        (
            {
                "grant": replace(DEAR, mandatory_by_law=MandatoryByLaw.YES),
                "agreement": SIGNED,
                "employment_ends_on": date(2028, 1, 1),
            },
            "allow",
            [],
        ),
        ({"other_activities": (OVER_IN_2028,)}, "allow", []),
        (
            {"course": replace(COURSE, start=None, end=None), "activity": None},
            "hold",
            ["course_facts_missing"],
        ),
    ],
)
def test_an_enrolment_is_decided_by_every_rule(
    changes: dict[str, Any], outcome: str, expected: list[str]
) -> None:
    decision = decide(**changes)
    assert (decision.outcome, codes(decision)) == (outcome, expected)


def test_a_set_of_before_that_holds_statutory_training_as_any_other() -> None:
    before = with_values(("hours.statutory", "as_any_other", POLICY.starts_on))
    held = decide(before, grant=STATUTORY, other_activities=(USED,))
    assert (held.outcome, codes(held)) == ("hold", ["hours_norm_exceeded"])


def test_the_missing_facts_of_a_course_are_named() -> None:
    bare = replace(COURSE, hours=None, costs_cents=None, start=None)
    (finding,) = decide(course=bare, activity=None).findings
    assert finding.numbers["missing"] == "hours, costs, start"


def test_what_leaving_would_cost_is_foreseen_from_the_planned_end() -> None:
    decision = decide(grant=DEAR, agreement=SIGNED, employment_ends_on=date(2028, 7, 1))
    (finding,) = decision.findings
    assert finding.severity is Severity.INFO
    assert (finding.numbers["share"], finding.numbers["amount"]) == (50, "1200.00")


def test_an_enrolment_shows_the_hours_of_all_years() -> None:
    decision = decide(other_activities=(OVER_IN_2028,))
    assert [(year.year, str(year.counted)) for year in decision.years] == [
        (2027, "24.00"),
        (2028, "90.00"),
    ]


def test_a_year_above_the_norm_is_not_about_an_enrolment_without_hours() -> None:
    course = replace(COURSE, hours=None)
    decision = decide(course=course, activity=None, other_activities=(OVER_IN_2028,))
    assert codes(decision) == ["course_facts_missing"]
    assert [year.year for year in decision.years] == [2028]


def test_training_out_of_scope_has_no_hours() -> None:
    assert decide(course=replace(COURSE, out_of_scope=True)).years == ()


def with_values(*changed: tuple[str, Any, date]) -> Policy:
    """The policy with values added as a later file would add them."""
    template = next(value for value in POLICY.values if value.name == "regime.general")
    added = (
        replace(template, name=name, value=value, valid_from=valid_from)
        for name, value, valid_from in changed
    )
    names = {(name, valid_from) for name, _, valid_from in changed}
    kept = (v for v in POLICY.values if (v.name, v.valid_from) not in names)
    return Policy((*kept, *added))


def test_one_rule_can_be_enforced_earlier_than_the_others() -> None:
    early = with_values(("regime.grant", "enforce", date(2026, 7, 1)))
    decision = decide(early, grant=None, enrolled_on=date(2026, 7, 1), other_activities=(USED,))
    assert decision.regime is Regime.ADVISE
    assert decision.outcome is Outcome.HOLD
    assert [(f.code, f.severity) for f in decision.findings] == [
        ("grant_missing", Severity.BLOCK),
        ("hours_norm_exceeded", Severity.ADVISE),
    ]
    assert decide(early, grant=None, enrolled_on=date(2026, 6, 30)).outcome is Outcome.ADVISE


def test_one_rule_can_stay_advisory_and_follow_the_others_later() -> None:
    gentle = with_values(
        ("regime.hours", "advise", date(2027, 1, 1)),
        ("regime.hours", "general", date(2028, 1, 1)),
    )
    assert decide(gentle, other_activities=(USED,)).outcome is Outcome.ADVISE
    later = replace(FACTS, enrolled_on=date(2028, 1, 1), other_activities=(USED,))
    assert decide_enrolment(later, gentle).outcome is Outcome.HOLD


def test_a_rule_that_is_off_says_nothing() -> None:
    off = with_values(("regime.employment", "off", date(2027, 1, 1)))
    assert decide(off, employment_ends_on=date(2027, 3, 31)).findings == ()


def test_free_and_short_training_needs_no_request_once_the_policy_exempts_it() -> None:
    exempting = with_values(("grant.exempt_hours", "4.00", date(2027, 1, 1)))
    short = replace(COURSE, hours=Decimal("4.00"), costs_cents=0)
    assert codes(decide(exempting, grant=None, course=short)) == []
    longer = replace(short, hours=Decimal("4.01"))
    assert codes(decide(exempting, grant=None, course=longer)) == ["grant_missing"]
    assert codes(decide(grant=None, course=replace(short, hours=Decimal("0.00")))) == [
        "grant_missing"
    ]


def test_until_the_policy_is_adopted_whatever_would_hold_advises() -> None:
    decision = decide(grant=None, adopted=False, other_activities=(USED,))
    assert (decision.outcome, decision.regime) == (Outcome.ADVISE, Regime.ADVISE)
    assert [(finding.code, finding.severity) for finding in decision.findings] == [
        ("grant_missing", Severity.ADVISE),
        ("hours_norm_exceeded", Severity.ADVISE),
        ("policy_not_adopted", Severity.INFO),
    ]
    assert decide(adopted=False).outcome is Outcome.ALLOW


def test_adoption_says_nothing_where_nothing_would_be_enforced() -> None:
    advised = decide(grant=None, adopted=False, enrolled_on=date(2026, 12, 31))
    assert codes(advised) == ["grant_missing"]
    assert decide(adopted=False, course=replace(COURSE, out_of_scope=True)).findings == ()


def test_one_rule_that_enforces_earlier_waits_for_adoption_as_well() -> None:
    early = with_values(("regime.grant", "enforce", date(2026, 7, 1)))
    decision = decide(early, grant=None, enrolled_on=date(2026, 7, 1), adopted=False)
    assert decision.outcome is Outcome.ADVISE
    assert codes(decision) == ["grant_missing", "policy_not_adopted"]


def _of(code: str, **changes: Any) -> dict[str, Any]:
    found = decide_enrolment(replace(FACTS, **changes), POLICY).findings
    [numbers] = [dict(one.numbers) for one in found if one.code == code]
    return numbers


def _codes(**changes: Any) -> set[str]:
    return {one.code for one in decide_enrolment(replace(FACTS, **changes), POLICY).findings}


AUTUMN = activity("24.00", date(2027, 9, 1), date(2027, 11, 30), activity_id="this")


@pytest.mark.parametrize(
    ("changes", "ends_before_the_start"),
    [
        # The dates of this training go before those of the course, and these before the enrolment.
        ({"activity": AUTUMN, "employment_ends_on": date(2027, 8, 31)}, True),
        ({"activity": AUTUMN, "employment_ends_on": date(2027, 9, 1)}, False),
        ({"activity": None, "employment_ends_on": date(2027, 3, 31)}, True),
        ({"activity": None, "employment_ends_on": date(2027, 4, 1)}, False),
        (
            {
                "activity": None,
                "course": replace(COURSE, start=None, end=None),
                "employment_ends_on": date(2027, 2, 28),
            },
            True,
        ),
        (
            {
                "activity": None,
                "course": replace(COURSE, start=None, end=None),
                "employment_ends_on": MARCH_2027,
            },
            False,
        ),
        ({"takes_part_from": date(2027, 5, 1), "employment_ends_on": date(2027, 4, 30)}, True),
        ({"takes_part_from": date(2027, 5, 1), "employment_ends_on": date(2027, 5, 1)}, False),
        (
            {
                "takes_part_from": date(2027, 4, 1),
                "enrolled_on": date(2027, 5, 1),
                "employment_ends_on": date(2027, 4, 30),
            },
            True,
        ),
        ({"enrolled_on": date(2027, 5, 1), "employment_ends_on": date(2027, 4, 30)}, True),
    ],
)
def test_training_begins_where_the_nearest_fact_says(
    changes: dict[str, Any], ends_before_the_start: bool
) -> None:
    assert ("employment_ends_before_start" in _codes(**changes)) is ends_before_the_start


def test_it_ends_where_the_nearest_fact_says() -> None:
    leaver: dict[str, Any] = {"grant": DEAR, "employment_ends_on": date(2028, 1, 31)}
    leaver["agreement"] = SIGNED
    without = replace(COURSE, start=None, end=None)
    ends = [
        _of("repayment_foreseen", **leaver, activity=AUTUMN)["planned_end"],
        _of("repayment_foreseen", **leaver, activity=None)["planned_end"],
        _of("repayment_foreseen", **leaver, activity=None, course=without)["planned_end"],
    ]
    assert ends == ["2027-11-30", "2027-06-30", "2027-03-01"]


def test_an_agreement_names_who_signed_it_when() -> None:
    half = Agreement(date(2027, 2, 1), None, repayment_scheme=True)
    assert _of("agreement_unsigned", grant=DEAR, agreement=half) == {
        "employee_signed": "2027-02-01",
        "manager_signed": None,
    }
    other = Agreement(None, date(2027, 2, 2), repayment_scheme=True)
    assert _of("agreement_unsigned", grant=DEAR, agreement=other) == {
        "employee_signed": None,
        "manager_signed": "2027-02-02",
    }


def test_the_notice_of_an_adoption_that_lacks_names_its_clause() -> None:
    later = decide_enrolment(replace(FACTS, enrolled_on=date(2027, 4, 1), adopted=False), POLICY)
    [notice] = [one for one in later.findings if one.code == "policy_not_adopted"]
    assert notice.clause


def test_without_a_grant_the_figures_of_the_course_call_for_an_agreement() -> None:
    course = replace(COURSE, costs_cents=None, hours=Decimal("50.00"))
    numbers = _of("agreement_missing", grant=None, course=course)
    assert (numbers["costs"], numbers["hours"]) == ("0.00", "50.00")


def test_every_part_that_an_agreement_lacks_is_named() -> None:
    bare = replace(SIGNED, repayment_scheme=False, empty_parts=("arrangements",))
    numbers = _of("agreement_incomplete", grant=DEAR, agreement=bare)
    assert (numbers["parts"], numbers["count"]) == ("arrangements, repayment_scheme", 2)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"grant": None},
        {"grant": None, "adopted": False},
        {"grant": DEAR},
        {"course": IN_COMPANY},
        {"employment_ends_on": date(2027, 3, 31)},
        {"enrolled_on": date(2025, 12, 31), "grant": None},
        {"other_activities": (replace(USED, hours=Decimal("56.00")),)},
    ],
)
def test_within_the_norm_the_hours_need_not_be_looked_at(changes: dict[str, Any]) -> None:
    facts = replace(FACTS, **changes)
    assert facts.activity is not None
    assert within_norm((*facts.other_activities, facts.activity), POLICY)
    whole, without = decide_enrolment(facts, POLICY), decide_within_norm(facts, POLICY)
    weighing = tuple(one for one in whole.findings if one.code != "hours_norm_near")
    assert without == replace(whole, findings=weighing, years=())
