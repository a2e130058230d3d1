"""A small agency with a bad HRIS: every exit is found in time, and every statement is right.

`python -m benchmarks.year_of_exits` does the same for 10,000 employees and 1,200 exits.
"""

from __future__ import annotations

from dataclasses import replace

from adapter.ground.store.register import Register
from benchmarks.year_of_exits.training import Training
from benchmarks.year_of_exits.truth import End
from benchmarks.year_of_exits.verdict import judge
from benchmarks.year_of_exits.year import live_through

DAYS = 125
EMPLOYEES, EXITS = 120, 16


def test_lost_webhooks_an_outage_and_shifting_pages_hide_no_exit_and_invent_none(
    sqlite_register: Register,
) -> None:
    year = live_through(sqlite_register, EMPLOYEES, EXITS, seed=7, tell=lambda _: None, days=DAYS)
    verdict = judge(year)
    assert verdict.violations == []
    assert verdict.exits == EXITS
    assert verdict.statements >= EXITS // 2
    assert year.lost > 0
    assert any(one.dropped for one in year.hris.answered)

    # The same register held against another truth: the verdict sees what is wrong.
    untrained: dict[str, list[Training]] = {employee_id: [] for employee_id in year.trained}
    assert len(judge(replace(year, trained=untrained)).violations) >= EXITS // 2
    for person in year.people:
        person.end = End.STAYS
    assert len(judge(year).violations) >= EXITS
