"""The section on the policy that every report ends with."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from adapter.register.adoption import Adoption
from adapter.views.policy_section import policy_facts, policy_notices, policy_section
from config.catalogue import Language, keys
from config.policy_files import load_policy
from policy.parameter_list import SPECS

POLICY = load_policy()


@pytest.mark.parametrize("language", Language)
def test_every_parameter_can_be_named_as_an_assumption(language: Language) -> None:
    names = {*SPECS, "adopted_on"}
    assert {f"reports.assumption.{name.replace('.', '_')}" for name in names} <= keys(language)


def test_values_are_shown_with_their_unit() -> None:
    rows = {
        (row[0], row[4]): row[2] for row in policy_section(POLICY, (), Language.NL).tables[0].rows
    }
    first = date(2026, 1, 1)
    assert rows["A4", first] == "90 %"
    assert rows["A5", first] == "40 uur"
    assert rows["A3", first] == "nee"
    assert rows["A23", first] == "3 maanden"
    assert rows["A14", first] == "2026-2"
    assert str(rows["A11", date(2027, 1, 1)]).startswith("Handhavend")
    assert rows["A20", first] is None


DAY = date(2027, 1, 1)
ADOPTED = Adoption(
    "a", DAY, DAY, "MT, punt 3", DAY, DAY, "hr", datetime(2027, 1, 1, 12, tzinfo=UTC)
)


def _warnings(*recorded: Adoption, on: date = DAY) -> list[str]:
    return [notice.text for notice in policy_notices(recorded, on, Language.EN)]


def test_an_adopted_policy_gives_no_warning_and_no_assumption_about_it() -> None:
    assert _warnings(ADOPTED) == []
    listed = policy_section(POLICY, (ADOPTED,), Language.NL).tables[0].rows
    assert "A1" not in [row[0] for row in listed]


def test_without_an_adoption_a_report_says_that_nothing_is_held() -> None:
    (said,) = _warnings()
    assert said.startswith("No adoption of the policy has been recorded.")
    facts = {fact.name: fact.value for fact in policy_facts(POLICY, (), DAY, Language.EN)}
    assert (facts["regime"], facts["adoptedOn"]) == ("Advisory", None)


def test_an_adoption_with_a_later_day_of_effect_is_told_until_then() -> None:
    later = replace(ADOPTED, effective_on=date(2027, 4, 1))
    assert "only works from 1 April 2027" in _warnings(later)[0]
    assert _warnings(later, on=date(2027, 4, 1)) == []
    facts = {fact.name: fact.value for fact in policy_facts(POLICY, (later,), DAY, Language.EN)}
    assert (facts["regime"], facts["adoptedOn"]) == ("Advisory", DAY)


def test_what_the_last_adoption_lacks_is_told_and_nothing_else() -> None:
    bare = replace(ADOPTED, works_council_on=None, dpia_on=None)
    assert ["works council" in said or "assessment" in said for said in _warnings(bare)] == [
        True,
        True,
    ]
    assert _warnings(bare, ADOPTED) == []
    (said,) = _warnings(replace(ADOPTED, document=None))
    assert said == "No minute or document on which the adoption rests has been recorded."
