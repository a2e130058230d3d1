"""The section on the policy that every report ends with."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from adapter.reports.policy_section import policy_notices, policy_section
from config.catalogue import Language, keys
from config.policy_files import load_policy
from policy.parameter_list import SPECS

POLICY = load_policy()


@pytest.mark.parametrize("language", Language)
def test_every_parameter_can_be_named_as_an_assumption(language: Language) -> None:
    names = {*SPECS, "adopted_on"}
    assert {f"reports.assumption.{name.replace('.', '_')}" for name in names} <= keys(language)


def test_values_are_shown_with_their_unit() -> None:
    rows = {(row[0], row[4]): row[2] for row in policy_section(POLICY, Language.NL).tables[0].rows}
    first = date(2026, 1, 1)
    assert rows["A4", first] == "90 %"
    assert rows["A5", first] == "40 uur"
    assert rows["A3", first] == "nee"
    assert rows["A23", first] == "3 maanden"
    assert rows["A14", first] == "2026-2"
    assert str(rows["A11", date(2027, 1, 1)]).startswith("Handhavend")
    assert rows["A20", first] is None


def test_an_adopted_policy_gives_no_warning() -> None:
    adopted = replace(POLICY, adopted_on=date(2026, 3, 1))
    assert policy_notices(adopted, Language.NL) == ()
    assert len(policy_notices(POLICY, Language.NL)) == 1
    assert "A1" not in [row[0] for row in policy_section(adopted, Language.NL).tables[0].rows]
