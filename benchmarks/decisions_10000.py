"""Whether 10,000 logged decisions come out again from the log alone, and what that costs.

    python -m benchmarks.decisions_10000 [DECISIONS]

Logs DECISIONS decisions on enrolments that differ in day, hours, costs, grant, agreement and
hours used, in a new register, and decides each again from what was logged. Ends with 1 when one
comes out otherwise.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import islice
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter

from adapter.ground.store.migrate import upgrade
from adapter.ground.store.register import open_register
from adapter.register.decision_log import differing, record
from adapter.register.enrolment_facts import CollectedFacts
from benchmarks.figures import Unit, measured, missed
from policy.decide import decide_enrolment
from policy.model import Agreement, EnrolmentFacts, Exemption, Ground
from tests.policy.facts import COURSE, FACTS, GRANT, POLICY, activity

NOON = datetime(2027, 3, 1, 11, 0, tzinfo=UTC)
_A_TIME = 500


def main(count: int) -> int:
    chance = Random(20270301)  # noqa: S311 - the same facts each time
    with TemporaryDirectory(prefix="odwh-benchmark-") as folder:
        url = f"sqlite:///{Path(folder) / 'register.sqlite3'}"
        register = open_register(url)
        upgrade(register)
        facts = (_facts(number, chance) for number in range(count))
        outcomes: dict[str, int] = {}
        begun = perf_counter()
        while several := list(islice(facts, _A_TIME)):
            with register.write() as connection:
                for one in several:
                    made = decide_enrolment(one, POLICY)
                    outcomes[made.outcome] = outcomes.get(made.outcome, 0) + 1
                    record(connection, CollectedFacts(one, {}), made, POLICY, NOON)
        logged = perf_counter() - begun
        register.close()
        register = open_register(url)
        begun = perf_counter()
        with register.read() as connection:
            found = list(differing(connection))
        recomputed = perf_counter() - begun
        register.close()
    other = sum(differs for _, differs in found)
    told = ", ".join(f"{name} {number}" for name, number in sorted(outcomes.items()))
    sys.stdout.write(f"{len(found)} decisions ({told})\n")
    figures = [
        measured("decisions decided again", len(found), Unit.COUNT, count, at_least=True),
        measured("of which differ", other, Unit.COUNT, 0),
        measured("deciding again / logging them", recomputed / logged),
    ]
    return missed(figures)


def _facts(number: int, chance: Random) -> EnrolmentFacts:
    enrolled_on = date(2026, 7, 1) + timedelta(days=chance.randrange(900))
    hours = Decimal(chance.randrange(1, 9000)) / 100
    costs = chance.randrange(0, 400_000)
    start = enrolled_on + timedelta(days=chance.randrange(120))
    course = replace(
        COURSE,
        hours=chance.choice([hours, None]) if chance.random() < 0.1 else hours,
        costs_cents=costs,
        start=start,
        end=start + timedelta(days=chance.randrange(1, 200)),
        in_company=chance.random() < 0.1,
    )
    ground = chance.choice(list(Ground))
    granted = replace(
        GRANT, costs_cents=costs, hours=hours, ground=ground, repayment_scheme=costs > 200_000
    )
    signed = Agreement(enrolled_on, enrolled_on, repayment_scheme=True)
    used = activity(f"{chance.randrange(0, 9000) / 100:.2f}", enrolled_on, activity_id="used")
    more = Exemption(enrolled_on.year, Decimal("8.00"), enrolled_on)
    return replace(
        FACTS,
        employee_id=str(10_000 + number),
        enrolled_on=enrolled_on,
        course=course,
        grant=granted if chance.random() < 0.7 else None,
        agreement=signed if chance.random() < 0.5 else None,
        other_activities=(used,) if chance.random() < 0.6 else (),
        exemptions=(more,) if chance.random() < 0.2 else (),
        employment_ends_on=enrolled_on + timedelta(days=300) if chance.random() < 0.1 else None,
    )


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000))
