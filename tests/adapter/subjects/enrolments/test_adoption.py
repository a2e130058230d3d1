"""Nothing is enforced before the management team adopted the policy (P1); on both engines."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import delete

from adapter.ground.store.tables.adoptions import PolicyAdoptionRow
from adapter.programs.worker import work_once
from adapter.register.decision_log import recompute
from adapter.subjects.sync.poll import poll_courses, poll_enrolments
from tests.fixtures.adoption import adopt_policy
from tests.fixtures.workbench import EXCEL, PIET, Workbench


def _without_adoption(bench: Workbench) -> None:
    with bench.register.write() as connection:
        connection.execute(delete(PolicyAdoptionRow))


def _look(bench: Workbench) -> None:
    bench.clock.advance(minutes=5)
    poll_courses(bench.parts)
    poll_enrolments(bench.parts)
    while work_once(bench.parts):
        bench.clock.advance(seconds=1)


def _codes(bench: Workbench) -> list[str]:
    return [finding["code"] for finding in bench.decided()[-1].findings]


def test_without_adoption_an_enrolment_without_a_grant_stays(workbench: Workbench) -> None:
    _without_adoption(workbench)
    workbench.enrol(EXCEL, PIET)
    _look(workbench)
    assert workbench.decided()[-1].outcome == "advise"
    assert _codes(workbench) == ["grant_missing", "policy_not_adopted"]
    assert workbench.statuses(EXCEL, PIET)[0][1] == 0
    assert workbench.held() == []


def test_once_adopted_it_is_held(workbench: Workbench) -> None:
    workbench.enrol(EXCEL, PIET)
    _look(workbench)
    assert (workbench.decided()[-1].outcome, _codes(workbench)) == ("hold", ["grant_missing"])
    assert workbench.statuses(EXCEL, PIET)[0][1] == 1


@pytest.mark.parametrize(
    ("effective", "outcome"), [(date(2027, 4, 1), "advise"), (date(2027, 3, 1), "hold")]
)
def test_an_adoption_works_from_its_day_of_effect(
    workbench: Workbench, effective: date, outcome: str
) -> None:
    _without_adoption(workbench)
    adopt_policy(workbench.register, effective)
    workbench.enrol(EXCEL, PIET)
    _look(workbench)
    assert workbench.decided()[-1].outcome == outcome


def test_a_later_adoption_takes_nothing_back(workbench: Workbench) -> None:
    adopt_policy(workbench.register, date(2027, 7, 1))
    workbench.enrol(EXCEL, PIET)
    _look(workbench)
    assert workbench.decided()[-1].outcome == "hold"


def test_what_was_let_in_before_it_was_recorded_stays_and_its_decision_is_recomputable(
    workbench: Workbench,
) -> None:
    _without_adoption(workbench)
    workbench.enrol(EXCEL, PIET)
    _look(workbench)
    adopt_policy(workbench.register)
    workbench.grant("10005", "ELSE")  # whatever changes has the enrolment decided again
    _look(workbench)
    before, after = workbench.decided()
    assert (before.outcome, after.outcome) == ("advise", "hold")
    assert workbench.statuses(EXCEL, PIET)[0][1] == 0
    with workbench.register.read() as connection:
        again = [recompute(connection, one.id) for one in (before, after)]
    assert [one is not None and one.same for one in again] == [True, True]
