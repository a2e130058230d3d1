"""Everything that was decided is decided again by command, and what differs is named."""

from __future__ import annotations

import json

from sqlalchemy import select, update

from adapter.ground.parts import Parts
from adapter.ground.store.register import Register
from adapter.ground.store.tables.decisions import DecisionRow
from adapter.register.decision_log import record
from adapter.register.enrolment_facts import CollectedFacts
from config.settings import Settings
from policy.decide import decide_enrolment
from tests.adapter.programs.cli.conftest import Run
from tests.fixtures.past_the_triggers import force
from tests.fixtures.workbench import MARCH_2027, StandingClock
from tests.policy.facts import FACTS, POLICY


def test_what_was_decided_comes_out_again_and_what_differs_is_named(
    register: Register, run: Run
) -> None:
    parts = Parts(register, POLICY, StandingClock(MARCH_2027), Settings())
    with register.write() as connection:
        decision = decide_enrolment(FACTS, POLICY)
        record(connection, CollectedFacts(FACTS, {}), decision, POLICY, MARCH_2027)
    same = run(parts, "audit", "recompute", "--format", "json")
    assert same.exit_code == 0
    assert json.loads(same.stdout) == {"recomputed": 1, "differing": []}
    with register.write() as connection:
        force(connection, update(DecisionRow).values(outcome="hold"))
        [changed] = connection.execute(select(DecisionRow.id)).scalars()
    differs = run(parts, "audit", "recompute")
    assert differs.exit_code == 1
    assert f"decision {changed}: comes out otherwise" in differs.output
