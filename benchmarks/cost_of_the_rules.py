"""What the rules themselves cost: no register, no HTTP.

    python -m benchmarks.cost_of_the_rules [TIMES]

Decides on an enrolment alone and beside ten other activities, each time on facts that were never
decided upon before and then on the same ones again; and states what a leaver owes for one
trajectory. Prints microseconds of CPU, the best of several rounds of TIMES (2,000), and how many
times that is of building the bare answer. The goal is 5 microseconds each. Ends with 1 above it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from time import process_time
from typing import TypeVar

from benchmarks.figures import Unit, measured, missed
from policy.decide import decide_enrolment
from policy.model import (
    Activity,
    ActivityHours,
    ActivityState,
    EnrolmentDecision,
    EnrolmentFacts,
    Outcome,
    Regime,
    RepaymentItem,
    RepaymentStatement,
    RepaymentStatus,
    YearHours,
)
from policy.repayment import statement
from tests.policy.facts import FACTS, POLICY, TRAJECTORY, activity

GOAL, ROUNDS, OTHERS = 5.0, 7, 10
EXIT_ON = date(2028, 4, 1)
Asked = TypeVar("Asked")


def main(times: int) -> int:
    alone = [_facts(0) for _ in range(times)]
    beside = [_facts(OTHERS) for _ in range(times)]
    building = _microseconds(_bare_decision, lambda: alone)
    rows = [
        ("decision, first time", lambda: [_facts(0) for _ in range(times)], _decide, building),
        ("decision, again", lambda: alone, _decide, building),
        ("… beside ten, first", lambda: [_facts(OTHERS) for _ in range(times)], _decide, building),
        ("… beside ten, again", lambda: beside, _decide, building),
    ]
    told = [(name, _microseconds(decide, given), bare) for name, given, decide, bare in rows]
    days = [EXIT_ON] * times
    bare = _microseconds(_bare_statement, lambda: days)
    told.append(("statement", _microseconds(_state, lambda: days), bare))
    figures = []
    for name, took, bare in told:
        figures.append(measured(name, took, Unit.MICROSECONDS, GOAL))
        measured(f"{name} / building the bare answer", took / bare)
    return missed(figures)


def _microseconds(work: Callable[[Asked], object], given: Callable[[], Sequence[Asked]]) -> float:
    """Of one, in the best round: others use this machine too."""
    rounds: list[float] = []
    for _ in range(ROUNDS):
        asked = given()
        begun = process_time()
        for one in asked:
            work(one)
        rounds.append((process_time() - begun) / len(asked))
    return min(rounds) * 1e6


def _decide(facts: EnrolmentFacts) -> EnrolmentDecision:
    return decide_enrolment(facts, POLICY)


def _state(exit_on: date) -> RepaymentStatement:
    return statement(exit_on, (TRAJECTORY,), POLICY)


def _bare_decision(facts: EnrolmentFacts) -> EnrolmentDecision:
    hours = Decimal("24.00")
    this = ActivityHours(facts.employee_id, hours)
    year = YearHours(2027, hours, hours, hours, (this,))
    return EnrolmentDecision(Outcome.ALLOW, Regime.ENFORCE, (), (year,))


def _bare_statement(exit_on: date) -> RepaymentStatement:
    item = RepaymentItem("T-7", 50, 240000, 120000, 120000, RepaymentStatus.CLAIMABLE, ())
    return RepaymentStatement(exit_on, (item,))


def _facts(others: int) -> EnrolmentFacts:
    this = FACTS.activity
    assert this is not None
    return replace(
        FACTS, activity=replace(this), other_activities=tuple(_other(one) for one in range(others))
    )


def _other(number: int) -> Activity:
    begun = date(2027, 1 + number, 1)
    state = ActivityState.COMPLETED if number % 2 else ActivityState.RUNNING
    return activity("4.00", begun, activity_id=f"OPL-{number}", state=state)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000))
