"""What the adapter may count on when it holds and releases."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from connectors.errors import Permanent
from connectors.ports import EnrolmentMethod, EnrolmentStatus, Lms, LmsEnrolment, ManualEnrolment
from tests.connectors.moodle.stage import OwnCourse, Person, Stage

UNKNOWN = "2147483647"
SINCE = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
UNTIL = datetime(2090, 1, 5, 8, 0, tzinfo=UTC)
ACTIVE, SUSPENDED, NOT_CURRENT = (
    EnrolmentStatus.ACTIVE,
    EnrolmentStatus.SUSPENDED,
    EnrolmentStatus.NOT_CURRENT,
)


def _wanted(
    person: Person,
    course: OwnCourse,
    *,
    suspended: bool,
    since: datetime | None = SINCE,
    until: datetime | None = UNTIL,
) -> ManualEnrolment:
    return ManualEnrolment(person.user_id, course.course_id, since, until, suspended=suspended)


def _row(lms: Lms, person: Person, course: OwnCourse) -> LmsEnrolment:
    reading = lms.enrolments(course.idnumber, person.username)
    assert reading.unread == ()
    (row,) = reading.rows
    return row


def test_a_hold_and_a_release_keep_the_dates_and_may_be_repeated(stage_with_report: Stage) -> None:
    stage = stage_with_report
    person, course, lms = stage.person(), stage.course(), stage.lms()
    for suspended, status in ((True, SUSPENDED), (True, SUSPENDED), (False, ACTIVE)):
        lms.enrol_manually(_wanted(person, course, suspended=suspended))
        row = _row(lms, person, course)
        assert (row.status, row.method) == (status, EnrolmentMethod.MANUAL)
        assert (row.starts_at, row.ends_at) == (SINCE, UNTIL)
    assert row.user_idnumber == person.username.upper()
    assert (row.completed, row.completed_at) == (False, None)


def test_an_enrolment_without_dates_starts_when_it_is_made(stage_with_report: Stage) -> None:
    stage = stage_with_report
    person, course, lms = stage.person(), stage.course(), stage.lms()
    lms.enrol_manually(_wanted(person, course, suspended=False, since=None, until=None))
    row = _row(lms, person, course)
    assert row.created_at is not None
    assert (row.starts_at, row.ends_at) == (row.created_at, None)


@pytest.mark.parametrize("suspended", [True, False])
def test_outside_its_dates_an_enrolment_is_not_current_held_or_not(
    stage_with_report: Stage, suspended: bool
) -> None:
    stage = stage_with_report
    person, course, lms = stage.person(), stage.course(), stage.lms()
    future = _wanted(person, course, suspended=suspended, since=UNTIL, until=None)
    lms.enrol_manually(future)
    row = _row(lms, person, course)
    assert row.status in {NOT_CURRENT, SUSPENDED}
    assert row.status is NOT_CURRENT or suspended
    assert row.starts_at == UNTIL


def test_someone_who_was_enrolled_by_another_is_held(stage_with_report: Stage) -> None:
    stage = stage_with_report
    person, course, lms = stage.person(), stage.course(), stage.lms()
    stage.enrol(person, course, timestart=int(SINCE.timestamp()))
    lms.enrol_manually(_wanted(person, course, suspended=True, until=None))
    assert _row(lms, person, course).status is SUSPENDED


def test_one_course_is_read_alone_and_all_of_them_together(stage_with_report: Stage) -> None:
    stage = stage_with_report
    person, lms = stage.person(), stage.lms()
    first, second = stage.course(), stage.course()
    for course in (first, second):
        stage.enrol(person, course)
    assert {row.course_idnumber for row in lms.enrolments(first.idnumber).rows} == {first.idnumber}
    everything = [row for row in lms.enrolments().rows if row.username == person.username]
    assert {row.course_idnumber for row in everything} == {first.idnumber, second.idnumber}
    assert len(everything) == 2


def test_one_person_is_read_alone(stage_with_report: Stage) -> None:
    stage = stage_with_report
    mine, other, course = stage.person(), stage.person(), stage.course()
    for person in (mine, other):
        stage.enrol(person, course)
    rows = stage.lms().enrolments(course.idnumber, mine.username).rows
    assert [row.username for row in rows] == [mine.username]


def test_what_was_removed_is_no_longer_read(stage_with_report: Stage) -> None:
    stage = stage_with_report
    stays, goes, course = stage.person(), stage.person(), stage.course()
    for person in (stays, goes):
        stage.enrol(person, course)
    stage.unenrol(goes, course)
    reading = stage.lms().enrolments(course.idnumber)
    assert [row.username for row in reading.rows] == [stays.username]


def test_a_course_without_participants_has_no_enrolments(stage_with_report: Stage) -> None:
    stage = stage_with_report
    assert stage.lms().enrolments(stage.course().idnumber).rows == ()


def test_nobody_is_enrolled_in_nothing(stage_with_report: Stage) -> None:
    stage = stage_with_report
    person, course, lms = stage.person(), stage.course(), stage.lms()
    nobody = ManualEnrolment(UNKNOWN, course.course_id, None, None, suspended=True)
    nowhere = ManualEnrolment(person.user_id, UNKNOWN, None, None, suspended=True)
    with pytest.raises(Permanent, match=f"user {UNKNOWN} does not exist"):
        lms.enrol_manually(nobody)
    with pytest.raises(Permanent, match=f"course {UNKNOWN} does not exist"):
        lms.enrol_manually(nowhere)
