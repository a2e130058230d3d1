"""A report takes a while to read; what happens meanwhile must not be undone by it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from adapter.programs.worker import work_once
from adapter.subjects.sync.poll import poll_courses, poll_enrolments
from connectors.ports import EnrolmentReading
from sandboxes.moodle.state import SUSPENDED
from tests.fixtures.lms_events import tell
from tests.fixtures.workbench import EXCEL, LEADERSHIP, PIET, ZULEYHA, Workbench


def work(bench: Workbench) -> None:
    while work_once(bench.parts):
        bench.clock.advance(seconds=1)


def poll_while(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch, meanwhile: Callable[[], None]
) -> None:
    """A poll whose report was read before `meanwhile` happened, and kept after it."""
    lms = bench.parts.lms
    assert lms is not None
    read = lms.enrolments

    def slowly(since: str | None = None) -> EnrolmentReading:
        found = read(since)
        monkeypatch.undo()
        bench.clock.advance(seconds=30)
        meanwhile()
        bench.clock.advance(seconds=30)
        return found

    monkeypatch.setattr(lms, "enrolments", slowly)
    poll_enrolments(bench.parts)


def test_an_enrolment_made_while_the_report_was_read_is_not_gone(
    workbench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    workbench.enrol(EXCEL, PIET)
    poll_courses(workbench.parts)
    poll_enrolments(workbench.parts)
    work(workbench)

    def enrol_and_hold() -> None:
        enrolment = workbench.enrol(LEADERSHIP, ZULEYHA)
        tell(
            workbench,
            "user_enrolment_created",
            ZULEYHA,
            LEADERSHIP,
            method="manual",
            object_id=enrolment.id,
        )
        work(workbench)

    poll_while(workbench, monkeypatch, enrol_and_hold)
    poll_enrolments(workbench.parts)
    work(workbench)
    assert [hold.state for hold in workbench.held() if hold.employee_id == "10003"] == ["held"]
    assert len(workbench.messages_to(ZULEYHA)) == 1


def test_a_hold_carried_out_while_the_report_was_read_is_not_placed_and_told_again(
    workbench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    workbench.enrol(EXCEL, PIET)
    poll_courses(workbench.parts)
    poll_enrolments(workbench.parts)
    poll_while(workbench, monkeypatch, lambda: work(workbench))
    work(workbench)
    poll_enrolments(workbench.parts)
    assert [hold.state for hold in workbench.held()] == ["held"]
    assert len(workbench.messages_to(PIET)) == 1
    assert [status for _, status, _, _ in workbench.statuses(EXCEL, PIET)] == [SUSPENDED]


def test_what_a_person_did_while_the_report_was_read_is_seen_by_the_next_poll(
    workbench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrolment = workbench.enrol(EXCEL, PIET)
    poll_courses(workbench.parts)
    poll_enrolments(workbench.parts)
    work(workbench)

    def lift_by_hand() -> None:
        workbench.moodle.state.enrolments[enrolment.id].status = 0
        tell(workbench, "user_enrolment_updated", PIET, EXCEL, method="manual")
        work(workbench)

    poll_while(workbench, monkeypatch, lift_by_hand)
    workbench.clock.moment += timedelta(minutes=5)
    poll_enrolments(workbench.parts)
    work(workbench)
    assert [status for _, status, _, _ in workbench.statuses(EXCEL, PIET)] == [SUSPENDED]
    assert sorted(hold.state for hold in workbench.held()) == ["ended", "held"]
