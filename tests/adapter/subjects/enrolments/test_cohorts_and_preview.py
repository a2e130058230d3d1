"""Who may enrol oneself, and what the next regime would hold."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import event, update

from adapter.ground.clock import today
from adapter.ground.store.tables.procedure import GrantRow
from adapter.programs.worker import work_once
from adapter.register import enforcement_switch
from adapter.subjects.enrolments import cohorts
from adapter.subjects.enrolments.cohorts import maintain_cohorts
from adapter.subjects.enrolments.preview import WouldHold, next_enforcement, preview
from adapter.subjects.sync.accounts import read_accounts
from adapter.subjects.sync.poll import poll_courses, poll_enrolments
from connectors.moodle.client import MoodleClient
from sandboxes.moodle.faults import Fault
from sandboxes.moodle.state import Course
from tests.fixtures.workbench import EXCEL, PIET, ZULEYHA, Workbench


def work(bench: Workbench) -> None:
    while work_once(bench.parts):
        bench.clock.advance(seconds=1)


def _known(bench: Workbench) -> None:
    """Accounts come with enrolments; the courses with the poll."""
    for user in (PIET, ZULEYHA):
        bench.enrol(EXCEL, user)
    poll_courses(bench.parts)
    poll_enrolments(bench.parts)
    work(bench)


def _members(bench: Workbench) -> dict[str, set[int]]:
    return {one.idnumber: set(one.members) for one in bench.moodle.state.cohorts.values()}


def test_members_follow_grants(workbench: Workbench) -> None:
    _known(workbench)
    grant = workbench.grant("10005", "OPL-002")
    workbench.grant("10003", "OPL-002")
    work(workbench)
    maintain_cohorts(workbench.parts)
    work(workbench)
    assert _members(workbench) == {"OK-OPL-002": {PIET, ZULEYHA}}
    _revoke(workbench, grant)
    maintain_cohorts(workbench.parts)
    work(workbench)
    assert _members(workbench) == {"OK-OPL-002": {ZULEYHA}}


def _revoke(bench: Workbench, grant: str) -> None:
    with bench.register.write() as connection:
        connection.execute(
            update(GrantRow).where(GrantRow.id == grant).values(revoked_at=bench.clock.now())
        )


def test_a_stranger_in_the_cohort_is_removed(workbench: Workbench) -> None:
    _known(workbench)
    workbench.grant("10005", "OPL-002")
    work(workbench)
    [cohort] = workbench.moodle.state.cohorts.values()
    cohort.members.append(ZULEYHA)
    maintain_cohorts(workbench.parts)
    work(workbench)
    assert _members(workbench) == {"OK-OPL-002": {PIET}}


def test_a_cohort_is_there_before_anyone_may_enrol_and_bears_its_number_in_its_name(
    workbench: Workbench,
) -> None:
    _known(workbench)
    maintain_cohorts(workbench.parts)
    [cohort] = workbench.moodle.state.cohorts.values()
    assert (cohort.idnumber, cohort.name) == ("OK-OPL-002", "OK-OPL-002 Leiderschap")
    assert cohort.members == []


def test_who_was_granted_a_course_is_a_member_before_the_policy_enforces(
    workbench: Workbench,
) -> None:
    workbench.clock.moment = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
    _known(workbench)
    workbench.grant("10005", "OPL-002")
    maintain_cohorts(workbench.parts)
    work(workbench)
    assert _members(workbench) == {"OK-OPL-002": {PIET}}


def test_a_paused_enforcement_makes_no_cohort(workbench: Workbench) -> None:
    _known(workbench)
    with workbench.register.write() as connection:
        enforcement_switch.throw(
            connection, on=True, reason="look", by="hr", now=workbench.clock.now()
        )
    maintain_cohorts(workbench.parts)
    assert _members(workbench) == {}


@pytest.mark.parametrize("goes", ["employment", "account", "number"])
def test_who_left_is_no_member_any_more(workbench: Workbench, goes: str) -> None:
    _known(workbench)
    workbench.grant("10005", "OPL-002")
    work(workbench)
    assert _members(workbench) == {"OK-OPL-002": {PIET}}
    if goes == "employment":
        workbench.hire("10005", ends=date(2027, 2, 28))
    elif goes == "account":
        workbench.moodle.state.users[PIET].suspended = True
    else:
        workbench.moodle.state.users[PIET].profile = {}
    read_accounts(workbench.parts)
    maintain_cohorts(workbench.parts)
    work(workbench)
    assert _members(workbench) == {"OK-OPL-002": set()}


def test_a_look_at_all_cohorts_costs_a_few_calls_and_sends_what_differs(
    workbench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = workbench.moodle.state
    for number in range(20, 50):
        state.add_course(
            Course(number, f"S{number}", f"Zelf {number}", f"Z-{number}"), self_enrolment=True
        )
    _known(workbench)
    workbench.grant("10005", "OPL-002")
    maintain_cohorts(workbench.parts)
    work(workbench)
    asked: list[str] = []
    call = MoodleClient.call

    def counted(client: MoodleClient, function: str, *args: Any, **kwargs: Any) -> Any:
        asked.append(function)
        return call(client, function, *args, **kwargs)

    monkeypatch.setattr(MoodleClient, "call", counted)
    maintain_cohorts(workbench.parts)
    work(workbench)
    assert asked == ["core_cohort_get_cohorts"] * 2 + ["core_cohort_get_cohort_members"]


def test_what_waits_already_is_not_planned_again(workbench: Workbench) -> None:
    _known(workbench)
    workbench.moodle.switches.fail_next(
        Fault.BAD_GATEWAY, times=50, function="core_cohort_add_cohort_members"
    )
    workbench.grant("10005", "OPL-002")
    work(workbench)
    before = [row.id for row in workbench.actions() if row.kind == "lms.cohort_add"]
    maintain_cohorts(workbench.parts)
    maintain_cohorts(workbench.parts)
    assert [row.id for row in workbench.actions() if row.kind == "lms.cohort_add"] == before
    assert len(before) == 1


def test_a_preview_tells_before_the_day_what_would_be_held(workbench: Workbench) -> None:
    workbench.clock.advance(days=-98)
    _known(workbench)
    workbench.grant("10003", "OPL-003")
    on = next_enforcement(workbench.parts.policy, today(workbench.clock))
    assert on == date(2027, 1, 1)
    with workbench.register.read() as connection:
        found = preview(connection, workbench.parts.policy, on)
        before = preview(connection, workbench.parts.policy, date(2026, 12, 31))
    assert found == [WouldHold("10005", "OPL-003", ("grant_missing",))]
    assert before == []


def test_in_the_regime_that_enforces_the_preview_is_of_today(workbench: Workbench) -> None:
    now = today(workbench.clock)
    assert next_enforcement(workbench.parts.policy, now) == now


def _statements(bench: Workbench, work_to_do: Callable[[], object]) -> list[str]:
    """The statements that some work sends to the database, with each commit as one."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    def committed(_connection: object) -> None:
        seen.append("COMMIT")

    event.listen(bench.register.engine, "before_cursor_execute", note)
    event.listen(bench.register.engine, "commit", committed)
    work_to_do()
    event.remove(bench.register.engine, "before_cursor_execute", note)
    event.remove(bench.register.engine, "commit", committed)
    return seen


def test_a_preview_costs_the_same_queries_for_two_employees_as_for_one(
    workbench: Workbench,
) -> None:
    workbench.enrol(EXCEL, PIET)
    poll_courses(workbench.parts)
    poll_enrolments(workbench.parts)

    def look() -> None:
        with workbench.register.read() as connection:
            preview(connection, workbench.parts.policy, date(2027, 3, 1))

    for_one = len(_statements(workbench, look))
    workbench.enrol(EXCEL, ZULEYHA)
    poll_enrolments(workbench.parts)
    assert len(_statements(workbench, look)) == for_one


def test_events_can_be_stored_while_the_cohorts_of_many_are_looked_at(
    workbench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cohorts, "EMPLOYEES_PER_TRANSACTION", 1)
    _known(workbench)
    workbench.grant("10005", "OPL-002")
    workbench.grant("10003", "OPL-002")
    seen = _statements(workbench, lambda: maintain_cohorts(workbench.parts))
    planned = [at for at, statement in enumerate(seen) if "INSERT INTO outbox" in statement]
    assert len(planned) == 2
    assert "COMMIT" in seen[planned[0] : planned[1]]
