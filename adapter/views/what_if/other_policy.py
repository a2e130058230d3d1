"""The policy as it would have been, had a file been in force in a year that is past."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from config.policy_files import PolicyFile
from policy.dated_value import DatedValue
from policy.parameters import Policy


def values_in(file: PolicyFile, year: int) -> tuple[DatedValue, ...]:
    """The file's values, in force from 1 January of the year at the latest: a file for a coming
    year says nothing about a past one until it is taken to have been there."""
    first_day = date(year, 1, 1)
    return tuple(
        replace(value, valid_from=min(value.valid_from, first_day)) for value in file.values
    )


def with_values(policy: Policy, wanted: Iterable[DatedValue], year: int) -> Policy:
    """The policy with these values, which nothing else of the policy undoes before the year ends.

    Raises `InvalidParameter` where the whole no longer agrees with itself.
    """
    values = tuple(wanted)
    since = {value.name: value.valid_from for value in values}
    last_day = date(year, 12, 31)
    kept = (
        value
        for value in policy.values
        if value.name not in since or not since[value.name] <= value.valid_from <= last_day
    )
    return Policy((*kept, *values), policy.adopted_on)
