import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from policy.errors import InvalidParameter
from policy.model import Regime, Rule
from policy.parameter_list import SPECS, attribute
from policy.parameters import Parameters, Policy
from policy.tranches import tranche_for, tranche_named
from tests.policy.facts import POLICY


def changed(name: str, value: Any, valid_from: date | None = None) -> Policy:
    """The policy with another value: in place of the first one, or added from a date on."""
    first = next(v for v in POLICY.values if v.name == name)
    if valid_from:
        return Policy((*POLICY.values, replace(first, value=value, valid_from=valid_from)))
    return Policy(tuple(replace(v, value=value) if v is first else v for v in POLICY.values))


@pytest.mark.parametrize(
    ("day", "regime"),
    [
        (date.min, Regime.OFF),
        (date(2025, 12, 31), Regime.OFF),
        (date(2026, 1, 1), Regime.ADVISE),
        (date(2026, 12, 31), Regime.ADVISE),
        (date(2027, 1, 1), Regime.ENFORCE),
        (date.max, Regime.ENFORCE),
    ],
)
def test_every_rule_has_the_regime_of_the_day(day: date, regime: Regime) -> None:
    parameters = POLICY.on(day)
    assert {parameters.regime(rule) for rule in Rule} == {parameters.regime_general} == {regime}


def test_a_set_rebuilt_from_its_plain_form_is_the_same_set() -> None:
    plain = json.loads(json.dumps(POLICY.to_plain()))
    rebuilt = Policy.from_plain(plain)
    assert rebuilt == POLICY
    assert (rebuilt.version, rebuilt.digest) == (POLICY.version, POLICY.digest)
    adopted = replace(POLICY, adopted_on=date(2026, 3, 1))
    assert Policy.from_plain(adopted.to_plain()).adopted_on == date(2026, 3, 1)


def test_the_version_names_the_newest_date_and_changes_with_any_value() -> None:
    assert POLICY.version == f"2027-01-01-{POLICY.digest[:12]}"
    assert len(POLICY.digest) == 64
    assert changed("hours.norm", "81.00").digest != POLICY.digest
    assert Policy(tuple(reversed(POLICY.values))).digest == POLICY.digest


def test_a_value_is_in_force_from_its_date_on() -> None:
    policy = changed("hours.norm", "88.00", date(2028, 1, 1))
    assert str(policy.on(date(2027, 12, 31)).hours_norm) == "80.00"
    assert str(policy.on(date(2028, 1, 1)).hours_norm) == "88.00"
    assert policy.on(date(2028, 1, 1)).regime_general is Regime.ENFORCE


def test_assumptions_are_listed_until_they_are_decided() -> None:
    listed = POLICY.assumptions()
    assert [a.assumption for a in listed][:3] == ["A1", "A2", "A3"]
    assert {a.assumption for a in listed} == {f"A{number}" for number in range(1, 30)}
    considerable = next(a for a in listed if a.assumption == "A5")
    assert (considerable.name, considerable.value, considerable.unit, considerable.clause) == (
        "agreement.considerable_hours",
        "40.00",
        "hours",
        "Visie §7",
    )
    adopted = replace(POLICY, adopted_on=date(2026, 3, 1))
    assert "A1" not in {a.assumption for a in adopted.assumptions()}


def test_the_values_of_a_day_can_be_shown_with_their_sources() -> None:
    general = {value.name: value for value in POLICY.values_on(date(2027, 1, 1))}["regime.general"]
    assert (general.value, general.valid_from) == ("enforce", date(2027, 1, 1))
    assert POLICY.values_on(date(2025, 12, 31)) == ()


def test_every_typed_attribute_is_a_parameter() -> None:
    readings = {attribute(n) for n, spec in SPECS.items() if spec.unit in ("reading", "yes/no")}
    fields = set(Parameters.__dataclass_fields__) - {"in_force_from"}
    named = {attribute(name) for name, spec in SPECS.items() if spec.retired_on is None}
    assert named - readings <= fields <= named


def test_a_set_without_a_value_for_every_parameter_is_refused() -> None:
    kept = tuple(value for value in POLICY.values if value.name != "hours.norm")
    with pytest.raises(InvalidParameter, match=r"hours\.norm: has no value on 2026-01-01"):
        Policy(kept)
    with pytest.raises(InvalidParameter, match="no values at all"):
        Policy(())


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("hours.norm", 80, "text with two places"),
        ("hours.norm", "80", "text with two places"),
        ("hours.near_percent", 101, "from 0 to 100"),
        ("hours.near_percent", True, "whole number"),
        ("hours.pro_rata_fte", True, "must be false"),
        ("hours.counted_from_year", 0, "a year"),
        ("regime.general", "perhaps", "off, advise, enforce"),
        ("agreement.threshold_cents", -1, "0 or more"),
        ("repayment.end_months", 12, "more than repayment.full_months"),
        ("repayment.full_months", 0, "1 to 1200"),
        ("repayment.share_after", 51, "share before it"),
        ("repayment.basis", "agreed", "lower_of_agreed_and_actual"),
        ("weighing.weights", [50, 49], "add up to 100"),
        ("weighing.weights", 100, "list of percentages"),
        ("tranche.first", "first", "name of a tranche"),
        ("tranche.first", "2026-3", "not one of tranche.periods"),
        ("tranche.periods", [], "one or more"),
    ],
)
def test_a_value_that_cannot_be_is_refused(name: str, value: Any, reason: str) -> None:
    with pytest.raises(InvalidParameter, match=reason) as refused:
        changed(name, value)
    assert refused.value.name == name


def test_a_name_that_is_no_parameter_is_refused() -> None:
    stray = replace(POLICY.values[0], name="hours.nrom")
    with pytest.raises(InvalidParameter, match="no parameter has this name"):
        Policy((*POLICY.values, stray))


def day(year_offset: int, month: int, on: int) -> dict[str, int]:
    return {"year_offset": year_offset, "month": month, "day": on}


THREE = [
    {
        "number": 1,
        "deadline": day(-1, 11, 15),
        "decision_from": day(0, 1, 1),
        "decision_until": day(0, 1, 31),
    },
    {
        "number": 2,
        "deadline": day(0, 3, 15),
        "decision_from": day(0, 4, 1),
        "decision_until": day(0, 4, 30),
    },
    {
        "number": 3,
        "deadline": day(0, 7, 15),
        "decision_from": day(0, 7, 16),
        "decision_until": day(0, 8, 31),
    },
]


def test_a_third_deadline_needs_no_code() -> None:
    policy = changed("tranche.periods", THREE, date(2028, 1, 1))
    assert tranche_named("2027-2", policy).deadline_on == date(2027, 7, 15)
    found = [tranche_for(on, policy).name for on in (date(2028, 3, 15), date(2028, 3, 16))]
    assert found == ["2028-2", "2028-3"]
    # What comes in before the change belongs to the first deadline that is really held.
    assert tranche_for(date(2027, 12, 1), policy).deadline_on == date(2028, 3, 15)


def variant(place: int, **keys: Any) -> list[dict[str, Any]]:
    return [{**rule, **keys} if index == place else rule for index, rule in enumerate(THREE)]


@pytest.mark.parametrize(
    ("periods", "reason"),
    [
        ("twice a year", "must be a list"),
        ([1], "must be a table"),
        ([{"number": 1}], "must have exactly"),
        (variant(0, number=0), "1 or more"),
        (variant(0, number="1"), "whole number"),
        (variant(1, number=1), "numbers of the tranches must ascend"),
        (variant(1, deadline=day(0, 2, 29)), "not every year has a day 29"),
        (variant(1, deadline=day(2, 3, 15)), "year_offset must be"),
        (variant(1, deadline=day(-1, 11, 15)), "deadlines must ascend"),
        (variant(1, decision_from=day(0, 3, 15)), "must lie after the deadline"),
        (variant(1, decision_until=day(0, 3, 31)), "must lie after the deadline"),
        (variant(1, decision_until=day(0, 7, 16)), "overlap"),
        (variant(2, decision_until=day(1, 1, 1)), "overlap"),
    ],
)
def test_tranches_that_contradict_each_other_are_refused(periods: Any, reason: str) -> None:
    with pytest.raises(InvalidParameter, match=reason):
        changed("tranche.periods", periods)
