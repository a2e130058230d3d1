"""Every decision and statement that a released version stored comes out again, to the number: the
rules alone, on what is kept in `tests/golden/recordings/`."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from functools import cache
from typing import Any

import pytest
from pydantic import TypeAdapter

from adapter.subjects.leaving import calculation
from policy.decide import decide_enrolment, held_for_hours_alone
from policy.model import EnrolmentFacts, Finding, Severity, YearHours
from policy.parameters import Policy
from tests.golden.recording import Recording, all_recordings

_FACTS = TypeAdapter(EnrolmentFacts)
_FINDINGS = TypeAdapter(tuple[Finding, ...])
_YEARS = TypeAdapter(tuple[YearHours, ...])
Row = dict[str, Any]

each_recording = pytest.mark.parametrize(
    "recording",
    [one for one in all_recordings() if one.engine == "sqlite"],
    ids=lambda one: one.version,
)


@cache
def _stored(recording: Recording) -> dict[str, list[Row]]:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.row_factory = sqlite3.Row
        connection.executescript(recording.sql)
        return {
            table: [dict(row) for row in connection.execute(f"SELECT * FROM {table}")]
            for table in ("policy_versions", "decisions", "repayment_statements")
        }


def _policies(recording: Recording) -> dict[str, Policy]:
    return {
        row["digest"]: Policy.from_plain(json.loads(row["content"]))
        for row in _stored(recording)["policy_versions"]
    }


@each_recording
def test_every_decision_comes_out_again(recording: Recording) -> None:
    policies = _policies(recording)
    decisions = _stored(recording)["decisions"]
    assert len(decisions) > 100
    for row in decisions:
        facts = _FACTS.validate_python(json.loads(row["facts"]))
        made = decide_enrolment(facts, policies[row["policy_digest"]])
        assert made.outcome == row["outcome"]
        assert _FINDINGS.dump_python(made.findings, mode="json") == json.loads(row["findings"])
        assert _YEARS.dump_python(made.years, mode="json") == json.loads(row["years"])
        alone = [one.code for one in made.findings if one.severity is Severity.BLOCK]
        assert held_for_hours_alone(made) is (set(alone) == {"hours_norm_exceeded"})


@each_recording
def test_every_statement_comes_out_again(recording: Recording) -> None:
    policies = _policies(recording)
    made = 0
    for row, items in _items(recording):
        exit_on = date.fromisoformat(row["exit_on"])
        trajectories = calculation.read(json.loads(row["trajectories"]))
        again = calculation.items(exit_on, trajectories, policies[row["policy_digest"]])
        assert calculation.items_written(again) == items
        made += 1
    assert made > 30


def _items(recording: Recording) -> Iterator[tuple[Row, Any]]:
    for row in _stored(recording)["repayment_statements"]:
        if row["exit_on"] is not None:
            yield row, json.loads(row["items"])
