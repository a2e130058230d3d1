"""What is left out of a comparison, because no rule can have anything to say, is never more than
that: held against the decisions themselves on made-up registers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from adapter.ground.store.register import Register
from adapter.ground.store.tables.courses import CourseRow
from adapter.ground.store.tables.people import EmploymentRow
from adapter.ground.store.tables.procedure import GrantRow
from adapter.register.learning_reader import LearningOfAll, read_learning_of
from adapter.views.reconcile import snapshot
from adapter.views.reconcile.history import findings_of
from adapter.views.reconcile.nothing_to_say import SILENT, nothing_to_say
from adapter.views.reconcile.run import reconcile
from adapter.views.reconcile.snapshot import Enrolled, read_slices
from config.catalogue import Language, keys
from policy.decide import decide_enrolment
from policy.model import Finding, Outcome
from tests.fixtures.adoption import adopt_policy
from tests.fixtures.agency import COURSE, GRANT, IRIS, NOW, TODAY, Agency
from tests.fixtures.any_register import fill

OVERLOOKED = {"hours_norm_near", "policy_not_adopted"}


def enrolled_in(agency: Agency) -> Iterator[Enrolled]:
    with agency.register.read_at_one_moment() as connection:
        for world in read_slices(connection, agency.parts, TODAY):
            yield from world.enrolled


def test_every_finding_of_the_rules_has_a_reason_why_it_is_not_there() -> None:
    of_rules = {
        key.removeprefix("policy.finding.")
        for key in keys(Language.NL)
        if key.startswith("policy.finding.")
    }
    assert set(SILENT) == of_rules


@pytest.mark.parametrize("seed", [0, 1, 3, 4, 5, 6, 7, 8])
def test_of_what_is_left_out_a_decision_says_nothing_that_anybody_looks_for(
    sqlite_register: Register, seed: int
) -> None:
    adopt_policy(sqlite_register, date(2026, 2, 10) if seed % 2 else date(2027, 2, 1))
    fill(sqlite_register, seed, people=60)
    left_out = 0
    for one in enrolled_in(Agency(sqlite_register)):
        decision = decide_enrolment(one.facts, one.policy)
        seen = [finding for finding in decision.findings if finding.code not in OVERLOOKED]
        if nothing_to_say(one.learning, one.course, one.made_on, one.policy):
            left_out += 1
            assert (decision.outcome, seen) == (Outcome.ALLOW, [])
        looked_for = [finding for finding in one.findings if finding.code not in OVERLOOKED]
        assert (one.outcome, looked_for) == (decision.outcome, seen)
        assert one.decision.regime == decision.regime
    assert left_out, "the register has nothing that tries it"


def _found(agency: Agency, as_of: date) -> list[tuple[Any, ...]]:
    run_id = reconcile(agency.parts, as_of=as_of)
    with agency.register.read() as connection:
        return [
            (row.key, row.severity, row.clause, row.course_id, json.dumps(row.numbers), row.status)
            for row in findings_of(connection, run_id)
        ]


@pytest.mark.parametrize("as_of", [TODAY, TODAY + timedelta(days=25)])
def test_deciding_on_every_enrolment_finds_the_same(
    register: Register, monkeypatch: pytest.MonkeyPatch, as_of: date
) -> None:
    adopt_policy(register, date(2027, 2, 1))
    fill(register, seed=11, people=50)
    agency = Agency(register)
    # Twice each, so that both are compared with a run of their own kind.
    _found(agency, as_of)
    quickly = _found(agency, as_of)
    monkeypatch.setattr(snapshot, "nothing_to_say", lambda *_asked: False)
    monkeypatch.setattr(snapshot, "hours_within_norm", lambda *_asked: False)
    assert _found(agency, as_of) == quickly
    assert len({row[0].partition("|")[0] for row in quickly}) > 20


def test_what_slices_read_is_what_is_read_of_a_team(register: Register) -> None:
    adopt_policy(register)
    fill(register, seed=5)
    with register.read() as connection:
        everyone = LearningOfAll(connection)
        people = sorted(everyone.employee_ids)
        assert everyone.learning_of(people) == read_learning_of(connection, people)


def _one(agency: Agency) -> Enrolled:
    (one,) = enrolled_in(agency)
    return one


def _leaves(agency: Agency) -> None:
    agency.change(EmploymentRow, {"employee_id": IRIS}, end_on=date(2027, 12, 31))


def _more_training(agency: Agency) -> None:
    agency.grant("more", course_ids=[], hours=Decimal("70.00"), trajectory_id="T-more")


CHANGES: dict[str, Callable[[Agency], None]] = {
    "leaves": _leaves,
    "above the norm": _more_training,
    "in-company": lambda agency: agency.change(CourseRow, {"course_id": COURSE}, in_company=1),
    "no hours": lambda agency: agency.change(CourseRow, {"course_id": COURSE}, hours=None),
    "no costs": lambda agency: agency.change(CourseRow, {"course_id": COURSE}, costs_cents=None),
    "no grant": lambda agency: agency.change(GrantRow, {"id": GRANT}, revoked_at=NOW),
    "dear": lambda agency: agency.change(GrantRow, {"id": GRANT}, costs_cents=250_000),
    "long": lambda agency: agency.change(GrantRow, {"id": GRANT}, hours=Decimal("60.00")),
    "no start": lambda agency: agency.change(GrantRow, {"id": GRANT}, starts_on=None),
    "two grants": lambda agency: agency.grant("again", trajectory_id="T-again"),
    "two parts": lambda agency: agency.grant(
        "part", trajectory_id=f"T-{GRANT}", course_ids=["OPL-9"], hours=Decimal("1.00")
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_a_rule_could_look_at_is_decided_upon(sqlite_agency: Agency, change: str) -> None:
    one = _one(sqlite_agency)
    assert nothing_to_say(one.learning, one.course, one.made_on, one.policy)
    CHANGES[change](sqlite_agency)
    one = _one(sqlite_agency)
    assert not nothing_to_say(one.learning, one.course, one.made_on, one.policy)


BROKEN: dict[str, Callable[[Agency], None]] = {
    "ground of a grant": lambda agency: agency.change(GrantRow, {"id": GRANT}, ground="unknown"),
    "ground of a course": lambda agency: agency.change(
        CourseRow, {"course_id": COURSE}, ground="unknown"
    ),
}


@pytest.mark.parametrize("change", BROKEN)
def test_a_record_that_the_rules_refuse_is_not_left_out(sqlite_agency: Agency, change: str) -> None:
    assert _one(sqlite_agency).outcome is Outcome.ALLOW
    BROKEN[change](sqlite_agency)
    with pytest.raises(KeyError, match="unknown"):
        _ = _one(sqlite_agency).outcome


def _codes(findings: tuple[Finding, ...]) -> set[str]:
    return {finding.code for finding in findings}


def test_near_the_norm_is_left_to_the_group_of_hours(sqlite_agency: Agency) -> None:
    sqlite_agency.grant("more", course_ids=[], hours=Decimal("60.00"), trajectory_id="T-more")
    one = _one(sqlite_agency)
    assert _codes(one.decision.findings) == set()
    assert _codes(decide_enrolment(one.facts, one.policy).findings) == {"hours_norm_near"}
