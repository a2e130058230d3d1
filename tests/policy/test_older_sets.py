"""A set that was stored, or a folder that was written, before the parameters were what they are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import cast
from unittest.mock import patch

import pytest

from config.policy_files import load_policy
from policy import units
from policy.dated_value import DatedValue, Plain, Status
from policy.errors import InvalidParameter
from policy.parameter_list import SPECS, Spec
from policy.parameters import Policy
from tests.policy.facts import POLICY

ADDED = "hours.carried_over"
LATER = Spec("hours", units.hours, since=date(2027, 6, 1), before="0.00")


@contextmanager
def with_parameter(name: str, spec: Spec) -> Iterator[None]:
    """The program as it is once this parameter is in its list."""
    with patch.dict(cast("dict[str, Spec]", SPECS), {name: spec}):
        yield


def value_of(name: str, value: Plain, valid_from: date) -> DatedValue:
    return DatedValue(name, value, SPECS[name].unit, "Visie §8", Status.DECIDED, None, valid_from)


def test_a_set_of_before_a_parameter_was_added_is_read_and_stays_the_same_set() -> None:
    stored, digest, version = POLICY.to_plain(), POLICY.digest, POLICY.version
    with with_parameter(ADDED, LATER):
        read = Policy.from_plain(stored)
        assert (read.digest, read.version) == (digest, version)
        assert read.absent == (ADDED,)


def test_a_parameter_that_a_set_has_later_holds_from_then_on() -> None:
    with with_parameter(ADDED, LATER):
        added = value_of(ADDED, "8.00", date(2028, 1, 1))
        policy = Policy((*POLICY.values, added))
        assert policy.absent == (ADDED,)
        assert policy.values_on(date(2027, 12, 31)) == POLICY.values_on(date(2027, 12, 31))
        assert added in policy.values_on(date(2028, 1, 1))
        first = Policy((*POLICY.values, replace(added, valid_from=POLICY.starts_on)))
        assert first.absent == ()


def test_a_wrong_value_of_an_added_parameter_is_refused_like_any_other() -> None:
    with (
        with_parameter(ADDED, LATER),
        pytest.raises(InvalidParameter, match="text with two places"),
    ):
        Policy((*POLICY.values, value_of(ADDED, 8, date(2028, 1, 1))))


def test_what_holds_in_older_sets_has_a_day_and_a_value_or_neither() -> None:
    with pytest.raises(ValueError, match="go together"):
        Spec("hours", units.hours, since=date(2027, 6, 1))
    with pytest.raises(ValueError, match="go together"):
        Spec("hours", units.hours, before="0.00")


def test_a_retired_parameter_is_read_where_it_is_and_asked_for_nowhere() -> None:
    name = "hours.pro_rata_fte"
    retired = replace(SPECS[name], retired_on=date(2028, 1, 1))
    without = tuple(value for value in POLICY.values if value.name != name)
    with pytest.raises(InvalidParameter, match="has no value"):
        Policy(without)
    with with_parameter(name, retired):
        assert Policy.from_plain(POLICY.to_plain()).digest == POLICY.digest
        assert Policy(without).absent == ()


def test_a_reading_that_changes_leaves_stored_sets_their_own() -> None:
    name = "agreement.not_filed"
    both = replace(SPECS[name], read=units.reading("blocks_after_a_month", "never_blocks"))
    with with_parameter(name, both):
        read = Policy.from_plain(POLICY.to_plain())
        changed = Policy((*POLICY.values, value_of(name, "blocks_after_a_month", date(2028, 1, 1))))
    assert read.digest == POLICY.digest
    held = {value.name: value.value for value in changed.values_on(date(2027, 12, 31))}
    assert held[name] == "never_blocks"


def test_the_files_that_are_shipped_name_every_parameter() -> None:
    assert load_policy().absent == ()
