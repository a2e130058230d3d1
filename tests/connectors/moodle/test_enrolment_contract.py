"""What the adapter may count on when it holds and releases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from connectors.ports import (
    EnrolmentMethod,
    EnrolmentStatus,
    Lms,
    LmsEnrolment,
)
from tests.connectors.moodle.stage import OwnCourse, Person, Stage

UNKNOWN = "2147483647"
SINCE = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
UNTIL = datetime(2090, 1, 5, 8, 0, tzinfo=UTC)
ACTIVE, SUSPENDED, NOT_CURRENT = (
    EnrolmentStatus.ACTIVE,
    EnrolmentStatus.SUSPENDED,
    EnrolmentStatus.NOT_CURRENT,
)


def _row(lms: Lms, person: Person, course: OwnCourse) -> LmsEnrolment:
    reading = lms.enrolments_of(person.user_id, course.course_id)
    assert (reading.unread, reading.complete) == ((), True)
    (row,) = reading.rows
    assert (row.user_id, row.course_id) == (person.user_id, course.course_id)
    return row


def _courses_of(lms: Lms, person: Person, *courses: OwnCourse) -> list[OwnCourse]:
    """Among all enrolments, by whichever names or ids the LMS gives."""
    return [
        course
        for row in lms.enrolments().rows
        for course in courses
        if person.username == row.username or person.user_id == row.user_id
        if course.idnumber == row.course_idnumber or course.course_id == row.course_id
    ]


def test_a_hold_and_a_release_keep_the_dates_and_may_be_repeated(stage_with_report: Stage) -> None:
    stage = stage_with_report
    person, course, lms = stage.person(), stage.course(), stage.lms()
    dates = {"timestart": int(SINCE.timestamp()), "timeend": int(UNTIL.timestamp())}
    stage.enrol(person, course, **dates)
    for suspended, status in ((True, SUSPENDED), (True, SUSPENDED), (False, ACTIVE)):
        lms.set_suspended(_row(lms, person, course), suspended=suspended)
        row = _row(lms, person, course)
        assert (row.status, row.method) == (status, EnrolmentMethod.MANUAL)
        assert (row.starts_at, row.ends_at) == (SINCE, UNTIL)
    assert (row.completed, row.completed_at) == (False, None)


def test_an_enrolment_without_dates_is_held_and_released_as_well(stage_with_report: Stage) -> None:
    stage = stage_with_report
    person, course, lms = stage.person(), stage.course(), stage.lms()
    stage.enrol(person, course)
    for suspended, status in ((True, SUSPENDED), (False, ACTIVE)):
        lms.set_suspended(_row(lms, person, course), suspended=suspended)
        row = _row(lms, person, course)
        assert row.status is status
        assert row.created_at is not None
        # A report shows the moment of creation where there is no start.
        assert row.starts_at in (row.created_at, None)
        assert row.ends_at is None


def test_before_its_start_an_enrolment_is_held_as_well(stage_with_report: Stage) -> None:
    stage = stage_with_report
    person, course, lms = stage.person(), stage.course(), stage.lms()
    stage.enrol(person, course, timestart=int(UNTIL.timestamp()))
    before = _row(lms, person, course)
    assert before.status in {NOT_CURRENT, ACTIVE}
    lms.set_suspended(before, suspended=True)
    row = _row(lms, person, course)
    assert (row.status, row.starts_at) == (SUSPENDED, UNTIL)


def test_all_enrolments_are_read_together(stage_with_report: Stage) -> None:
    stage = stage_with_report
    person, lms = stage.person(), stage.lms()
    first, second, third = stage.course(), stage.course(), stage.course()
    for course in (first, second):
        stage.enrol(person, course)
    found = _courses_of(lms, person, first, second, third)
    assert sorted(course.course_id for course in found) == sorted(
        (first.course_id, second.course_id)
    )


def test_one_person_is_read_alone(stage_with_report: Stage) -> None:
    stage = stage_with_report
    mine, other, course = stage.person(), stage.person(), stage.course()
    for person in (mine, other):
        stage.enrol(person, course)
    assert _row(stage.lms(), mine, course).status is ACTIVE


def test_what_was_removed_is_no_longer_read(stage_with_report: Stage) -> None:
    stage = stage_with_report
    stays, goes, course, lms = stage.person(), stage.person(), stage.course(), stage.lms()
    for person in (stays, goes):
        stage.enrol(person, course)
    mark = lms.enrolments().mark
    stage.unenrol(goes, course)
    assert lms.enrolments_of(goes.user_id, course.course_id).rows == ()
    assert _row(lms, stays, course).status is ACTIVE
    later = lms.enrolments(mark)
    if not later.complete:
        assert goes.user_id in {row.user_id for row in later.removed}
    assert goes.user_id not in {row.user_id for row in later.rows}


def test_a_course_without_participants_has_no_enrolments(stage_with_report: Stage) -> None:
    stage = stage_with_report
    person, course, lms = stage.person(), stage.course(), stage.lms()
    assert lms.enrolments_of(person.user_id, course.course_id).rows == ()


def test_who_or_what_does_not_exist_has_no_enrolments(stage_with_report: Stage) -> None:
    stage = stage_with_report
    person, course, lms = stage.person(), stage.course(), stage.lms()
    assert lms.enrolments_of(UNKNOWN, course.course_id).rows == ()
    assert lms.enrolments_of(person.user_id, UNKNOWN).rows == ()


def test_what_several_people_have_in_a_course_is_read_together(stage_with_report: Stage) -> None:
    stage = stage_with_report
    first, second, absent = stage.person(), stage.person(), stage.person()
    course, other, lms = stage.course(), stage.course(), stage.lms()
    for person in (first, second):
        stage.enrol(person, course)
    stage.enrol(absent, other)
    shown = lms.course_by_id(course.course_id)
    assert shown is not None
    people = [first, second, absent]
    users = lms.users_by_id([person.user_id for person in people])
    readings = lms.enrolments_in(shown, [users[person.user_id] for person in people])
    assert readings == {
        person.user_id: replace(lms.enrolments_of(person.user_id, course.course_id), removed=())
        for person in people
    }
    assert [len(readings[person.user_id].rows) for person in people] == [1, 1, 0]
    alone = lms.enrolments_in(shown, [users[second.user_id]])
    assert alone == {second.user_id: readings[second.user_id]}
