"""An event of an enrolment that the LMS does not show: it waits, until somebody saw the removal."""

from __future__ import annotations

import pytest

from adapter.programs.worker import work_once
from adapter.subjects.sync.poll import poll_courses, poll_enrolments
from sandboxes.moodle.functions import report
from sandboxes.moodle.state import SUSPENDED
from tests.fixtures.lms_events import tell
from tests.fixtures.workbench import LEADERSHIP, PIET, Workbench

CREATED, UPDATED, REMOVED = (f"user_enrolment_{what}" for what in ("created", "updated", "deleted"))


def work(bench: Workbench) -> None:
    while work_once(bench.parts):
        bench.clock.advance(seconds=1)


def state_of(bench: Workbench, event_id: str) -> tuple[str, str | None]:
    (event,) = (row for row in bench.events() if row.id == event_id)
    return event.state, None if event.reason is None else event.reason["code"]


@pytest.mark.parametrize("kind", [CREATED, UPDATED, "course_completed"])
def test_an_event_of_an_enrolment_that_is_not_shown_is_tried_again_and_then_waits_for_a_person(
    workbench: Workbench, kind: str
) -> None:
    event = tell(workbench, kind, PIET, LEADERSHIP, method="self", object_id=900)
    work(workbench)
    assert state_of(workbench, event) == ("failed", "enrolment_not_shown")
    for _ in range(15):
        workbench.clock.advance(days=2)
        work(workbench)
    assert state_of(workbench, event) == ("dead", "enrolment_not_shown")


def test_it_has_its_effect_once_the_enrolment_shows(workbench: Workbench) -> None:
    event = tell(workbench, CREATED, PIET, LEADERSHIP, method="self", object_id=900)
    work(workbench)
    workbench.enrol(LEADERSHIP, PIET, "self")
    workbench.clock.advance(minutes=1)
    work(workbench)
    assert state_of(workbench, event) == ("processed", None)
    assert [hold.employee_id for hold in workbench.held()] == ["10005"]


def test_another_enrolment_of_the_same_person_is_no_answer(workbench: Workbench) -> None:
    workbench.enrol(LEADERSHIP, PIET, "manual")
    event = tell(workbench, CREATED, PIET, LEADERSHIP, method="self", object_id=900)
    work(workbench)
    assert state_of(workbench, event) == ("failed", "enrolment_not_shown")


def test_it_ends_no_hold_meanwhile(workbench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a condition in the report, or a lost right, would."""
    workbench.enrol(LEADERSHIP, PIET)
    tell(workbench, CREATED, PIET, LEADERSHIP, method="manual")
    work(workbench)
    every = report._enrolments
    monkeypatch.setattr(
        report,
        "_enrolments",
        lambda state: [
            (instance, None if one is None or one.status == SUSPENDED else one)
            for instance, one in every(state)
        ],
    )
    workbench.clock.advance(minutes=1)
    event = tell(workbench, UPDATED, PIET, LEADERSHIP, method="manual")
    work(workbench)
    assert state_of(workbench, event) == ("failed", "enrolment_not_shown")
    assert [hold.state for hold in workbench.held()] == ["held"]


def test_an_enrolment_that_was_removed_since_ends_it_when_the_lms_told_so(
    workbench: Workbench,
) -> None:
    made = tell(workbench, CREATED, PIET, LEADERSHIP, method="self", object_id=900)
    workbench.clock.advance(seconds=5)
    removed = tell(workbench, REMOVED, PIET, LEADERSHIP, method="self", object_id=900)
    work(workbench)
    assert state_of(workbench, made) == ("ignored", "enrolment_removed")
    assert state_of(workbench, removed) == ("processed", None)


def test_the_removal_of_another_enrolment_ends_nothing(workbench: Workbench) -> None:
    tell(workbench, REMOVED, PIET, LEADERSHIP, method="self", object_id=899)
    workbench.clock.advance(seconds=5)
    made = tell(workbench, CREATED, PIET, LEADERSHIP, method="self", object_id=900)
    work(workbench)
    assert state_of(workbench, made) == ("failed", "enrolment_not_shown")


def test_an_enrolment_that_a_poll_saw_come_and_go_ends_it(workbench: Workbench) -> None:
    made = workbench.enrol(LEADERSHIP, PIET, "self")
    poll_courses(workbench.parts)
    poll_enrolments(workbench.parts)
    event = tell(workbench, UPDATED, PIET, LEADERSHIP, method="self", object_id=made.id)
    del workbench.moodle.state.enrolments[made.id]
    workbench.clock.advance(minutes=1)
    poll_enrolments(workbench.parts)
    work(workbench)
    assert state_of(workbench, event) == ("ignored", "enrolment_removed")
