"""Courses of which the LMS says that they were made, changed or deleted."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from adapter.ground.store.tables.courses import CourseRow
from adapter.programs.worker import work_once
from adapter.subjects.sync.poll import poll_courses
from sandboxes.moodle.state import Course
from tests.fixtures.lms_events import tell
from tests.fixtures.workbench import EXCEL, PIET, Workbench

NEW = 71


def known(bench: Workbench) -> dict[str, bool]:
    """ID numbers of the courses in the register, with whether they are still there."""
    with bench.register.read() as connection:
        rows = connection.execute(select(CourseRow.idnumber, CourseRow.gone_at))
        return {idnumber: gone_at is None for idnumber, gone_at in rows}


def told(bench: Workbench, kind: str, course: int, user: int = 0) -> str:
    event = tell(bench, kind, user, course)
    work_once(bench.parts)
    [state] = [row.state for row in bench.events() if row.id == event]
    return str(state)


@pytest.mark.parametrize("kind", ["course_created", "course_updated"])
def test_a_course_is_known_as_soon_as_it_is_told_of(workbench: Workbench, kind: str) -> None:
    workbench.moodle.state.add_course(Course(NEW, "NIEUW", "Nieuwe cursus", "OPL-071"))
    assert told(workbench, kind, NEW) == "processed"
    assert known(workbench) == {"OPL-071": True}


def test_a_deleted_course_is_gone_and_so_are_its_enrolments(workbench: Workbench) -> None:
    poll_courses(workbench.parts)
    del workbench.moodle.state.courses[EXCEL]
    assert told(workbench, "user_enrolment_deleted", EXCEL, PIET) == "ignored"
    assert told(workbench, "user_enrolment_created", EXCEL, PIET) == "failed"
    workbench.moodle.state.add_course(Course(NEW, "BEKEND", "Bekende cursus", "OPL-003"))
    assert told(workbench, "course_deleted", EXCEL) == "processed"
    assert known(workbench)["OPL-003"] is False
