"""Long JSON is kept packed, and read as what it was."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select, text

from adapter.ground.store import chain
from adapter.ground.store.columns import canonical_json
from adapter.ground.store.reading import row_of
from adapter.ground.store.register import Register
from adapter.ground.store.tables.decisions import DecisionRow
from adapter.register.decision_log import recompute, record
from adapter.register.enrolment_facts import CollectedFacts
from policy.decide import decide_enrolment
from policy.model import Activity, EnrolmentFacts
from tests.fixtures.past_the_triggers import force
from tests.policy.facts import FACTS, POLICY, activity

NOW = datetime(2027, 3, 1, 11, 0, tzinfo=UTC)
OTHERS = tuple(
    activity("1.00", date(2027, 1, 1 + number % 28), activity_id=f"OPL-{number:03}")
    for number in range(100)
)


@pytest.mark.parametrize(("others", "packed"), [((), False), (OTHERS, True)])
def test_a_decision_beside_much_other_training_is_kept_packed(
    register: Register, others: tuple[Activity, ...], packed: bool
) -> None:
    facts = replace(FACTS, other_activities=others)
    decision_id = _logged(register, facts)
    with register.read() as connection:
        kept = connection.execute(text("SELECT facts, years FROM decisions")).one()
        row = row_of(connection, select(DecisionRow))
        again = recompute(connection, decision_id)
        sealed = chain.verify(connection)
    assert [one.startswith("~") for one in kept] == [packed, packed]
    assert len(canonical_json(row.facts)) > len(kept.facts) * (4 if packed else 0)
    assert len(row.facts["other_activities"]) == len(others)
    assert again is not None
    assert again.same
    assert sealed.faults == []


def test_what_was_kept_as_it_was_before_is_read_as_well(register: Register) -> None:
    decision_id = _logged(register, replace(FACTS, other_activities=OTHERS))
    with register.read() as connection:
        row = row_of(connection, select(DecisionRow))
    plain = {"facts": canonical_json(row.facts), "years": canonical_json(row.years)}
    as_before = text("UPDATE decisions SET facts = :facts, years = :years").bindparams(**plain)
    with register.write() as connection:
        force(connection, as_before)
    with register.read() as connection:
        assert row_of(connection, select(DecisionRow)) == row
        again = recompute(connection, decision_id)
        kept = connection.execute(text("SELECT facts FROM decisions")).scalar_one()
        assert chain.verify(connection).faults == []
    assert json.loads(kept) == row.facts
    assert again is not None
    assert again.same


def _logged(register: Register, facts: EnrolmentFacts) -> str:
    decision = decide_enrolment(facts, POLICY)
    with register.write() as connection:
        return record(connection, CollectedFacts(facts, {}), decision, POLICY, NOW)
