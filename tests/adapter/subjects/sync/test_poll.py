"""What a poll of the participants report keeps, and what it leaves as it was."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from adapter.ground.store.reading import rows_of
from adapter.ground.store.tables.courses import EnrolmentRow
from adapter.programs.worker import work_once
from adapter.subjects.sync.accounts import read_accounts
from adapter.subjects.sync.poll import poll_courses, poll_enrolments
from adapter.subjects.sync.unreadable_rows import UnreadRows
from connectors.moodle.client import MoodleClient
from sandboxes.moodle.functions import report
from sandboxes.moodle.state import (
    ACTIVE,
    SUSPENDED,
    Course,
    Instance,
)
from tests.fixtures.workbench import EXCEL, LEADERSHIP, PIET, ZULEYHA, Workbench


def work(bench: Workbench) -> None:
    while work_once(bench.parts):
        bench.clock.advance(seconds=1)


def poll(bench: Workbench) -> None:
    bench.clock.advance(minutes=5)
    poll_courses(bench.parts)
    poll_enrolments(bench.parts)
    work(bench)


def kept(bench: Workbench) -> list[tuple[str, str, bool]]:
    """User, text of the method, and whether it is gone."""
    with bench.register.read() as connection:
        rows = rows_of(connection, select(EnrolmentRow).order_by(EnrolmentRow.first_seen_at))
    return [(row.user_id, row.method_text, row.gone_at is not None) for row in rows]


def test_a_text_nobody_knows_is_an_error_that_keeps_no_other_row_waiting(
    workbench: Workbench,
) -> None:
    workbench.enrol(EXCEL, PIET)
    state = workbench.moodle.state
    number = state.next_id("instances")
    state.instances[number] = Instance(number, LEADERSHIP, "Betaalmuur", enabled=True)
    workbench.enrol(LEADERSHIP, ZULEYHA, "Betaalmuur")
    said = (
        r"'Betaalmuur' as method \(1 rows, the first in course OPL-002\).*ODWH_MOODLE_REPORT_TEXTS"
    )
    with pytest.raises(UnreadRows, match=said):
        poll(workbench)
    work(workbench)
    assert [status for _, status, *_ in workbench.statuses(EXCEL, PIET)] == [SUSPENDED]
    assert kept(workbench) == [("8", "Manual enrolments", False)]


def test_an_enrolment_of_which_the_row_cannot_be_read_any_more_is_not_gone(
    workbench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    workbench.enrol(LEADERSHIP, ZULEYHA, "self")
    poll(workbench)
    known = kept(workbench)
    assert known == [("6", "Self enrolment", False)]
    monkeypatch.setitem(report._STATUS, "en", ("Aktyf", "Skorst", "Net aktyf"))
    with pytest.raises(UnreadRows, match="'Aktyf' as status"):
        poll(workbench)
    assert kept(workbench) == known


def test_a_site_that_changes_its_language_keeps_its_enrolments_and_their_holds(
    workbench: Workbench,
) -> None:
    workbench.enrol(EXCEL, PIET)
    poll(workbench)
    work(workbench)
    assert [hold.state for hold in workbench.held()] == ["held"]
    state = workbench.moodle.state
    state.language, state.heeds_call_settings = "nl", False
    poll(workbench)
    assert kept(workbench) == [("8", "Manuele aanmeldingen", False)]
    assert [hold.state for hold in workbench.held()] == ["held"]
    workbench.grant("10005", "OPL-003")
    work(workbench)
    assert [status for _, status, *_ in workbench.statuses(EXCEL, PIET)] == [ACTIVE]


def test_two_enrolments_by_one_method_are_one_that_does_not_change_each_time(
    workbench: Workbench,
) -> None:
    state = workbench.moodle.state
    for _ in range(2):
        state.add_instance(EXCEL, "cohort", enabled=True)
    first, second = (one for one in state.instances.values() if one.method == "cohort")
    workbench.enrol(EXCEL, PIET, "cohort")
    other = workbench.enrol(EXCEL, PIET, "cohort")
    other.instanceid, other.status = second.id, SUSPENDED
    assert first.id != second.id
    poll(workbench)
    workbench.clock.advance(minutes=5)
    polled = poll_enrolments(workbench.parts)
    assert (polled.shown, polled.changed, polled.gone, polled.decided) == (2, 0, 0, 0)


def test_a_poll_that_finds_nothing_new_looks_nobody_up(
    workbench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = workbench.moodle.state
    state.add_course(Course(9, "INTRANET", "Intranet", ""))
    for _ in range(2):
        state.add_instance(EXCEL, "cohort", enabled=True)
    _, second = (one for one in state.instances.values() if one.method == "cohort")
    workbench.enrol(EXCEL, PIET, "cohort")
    workbench.clock.advance(minutes=2)
    workbench.enrol(EXCEL, PIET, "cohort").instanceid = second.id
    workbench.enrol(9, ZULEYHA)
    poll(workbench)
    asked: list[str] = []
    call = MoodleClient.call

    def noted(client: MoodleClient, function: str, *args: Any, **kwargs: Any) -> Any:
        asked.append(function)
        return call(client, function, *args, **kwargs)

    monkeypatch.setattr(MoodleClient, "call", noted)
    workbench.clock.advance(minutes=1)
    poll_enrolments(workbench.parts)
    assert set(asked) == {"core_reportbuilder_set_filters", "core_reportbuilder_retrieve_report"}


def hide_the_suspended(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the condition does that Moodle puts in a report with its default setup."""
    every = report._enrolments
    monkeypatch.setattr(
        report,
        "_enrolments",
        lambda state: [
            (instance, None if one is None or one.status == SUSPENDED else one)
            for instance, one in every(state)
        ],
    )


def test_a_hold_that_a_condition_in_the_report_hid_for_a_while_is_released_in_the_end(
    workbench: Workbench,
) -> None:
    workbench.enrol(EXCEL, PIET)
    poll(workbench)
    with pytest.MonkeyPatch.context() as patch:
        hide_the_suspended(patch)
        poll(workbench)
        assert kept(workbench) == [("8", "Manual enrolments", True)]
    poll(workbench)
    assert [hold.state for hold in workbench.held()] == ["held"]
    workbench.grant("10005", "OPL-003")
    work(workbench)
    assert [status for _, status, *_ in workbench.statuses(EXCEL, PIET)] == [ACTIVE]
    assert len(workbench.messages_to(PIET)) == 2, "of the hold and the release, once each"


def test_a_hold_that_stands_again_is_of_who_bears_the_account_by_then(workbench: Workbench) -> None:
    workbench.hire("10050")
    workbench.enrol(EXCEL, PIET)
    poll(workbench)
    with pytest.MonkeyPatch.context() as patch:
        hide_the_suspended(patch)
        poll(workbench)
    workbench.moodle.state.users[PIET].profile = {"personeelsnummer": "10050"}
    read_accounts(workbench.parts)
    poll(workbench)
    workbench.grant("10050", "OPL-003")
    work(workbench)
    assert [status for _, status, *_ in workbench.statuses(EXCEL, PIET)] == [ACTIVE]


def test_a_course_that_was_out_of_sight_for_a_while_keeps_its_holds(workbench: Workbench) -> None:
    workbench.enrol(EXCEL, PIET)
    workbench.enrol(LEADERSHIP, ZULEYHA)
    poll(workbench)
    course = workbench.moodle.state.courses.pop(LEADERSHIP)
    workbench.clock.advance(minutes=5)
    poll_courses(workbench.parts)
    workbench.moodle.state.courses[LEADERSHIP] = course
    poll(workbench)
    assert sorted(hold.state for hold in workbench.held()) == ["held", "held"]


def test_a_site_that_shows_other_moments_than_before_ends_no_hold(workbench: Workbench) -> None:
    workbench.enrol(EXCEL, PIET)
    poll(workbench)
    state = workbench.moodle.state
    state.timezone, state.heeds_call_settings = "UTC", False
    poll(workbench)
    assert [hold.state for hold in workbench.held()] == ["held"]
    workbench.grant("10005", "OPL-003")
    work(workbench)
    assert [hold.state for hold in workbench.held()] == ["releasing"]


def test_who_was_suspended_by_a_person_is_not_ours_when_the_report_shows_him_again(
    workbench: Workbench,
) -> None:
    workbench.enrol(EXCEL, PIET).status = SUSPENDED
    poll(workbench)
    with pytest.MonkeyPatch.context() as patch:
        hide_the_suspended(patch)
        poll(workbench)
    poll(workbench)
    assert workbench.held() == []
