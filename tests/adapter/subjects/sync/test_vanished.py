"""A reading of the LMS in which much is gone at once is asked about, never believed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from adapter.ground.parts import Parts
from adapter.ground.store.reading import row_of
from adapter.ground.store.tables.courses import CourseRow, EnrolmentRow
from adapter.ground.store.tables.people import LmsUserRow
from adapter.programs.worker import work_once
from adapter.subjects.sync.accounts import read_accounts
from adapter.subjects.sync.poll import poll_changed_enrolments, poll_courses, poll_enrolments
from adapter.subjects.sync.vanished_rows import TooManyGone
from config.settings import MailSettings
from sandboxes.moodle.state import Course, Enrolment, User
from tests.fixtures.workbench import EXCEL, LEADERSHIP, PIET, Workbench

LEARNERS = range(200, 240)
MAIL = MailSettings(
    host="127.0.0.1",
    sender="adapter@example.org",
    hr_address="hr@example.org",
    admin_address="beheer@example.org",
)


@pytest.fixture
def bench(workbench: Workbench) -> Workbench:
    """Forty colleagues in one course, of which a fifth is nobody to be missed."""
    state = workbench.moodle.state
    for learner in LEARNERS:
        number = f"2{learner}"
        name = f"user{learner}"
        profile = {"personeelsnummer": number}
        state.add_user(User(learner, name, "A", "B", f"{name}@example.org", profile=profile))
        workbench.hire(number)
        workbench.enrol(LEADERSHIP, learner, "self")
    read_accounts(workbench.parts)
    poll_courses(workbench.parts)
    poll_enrolments(workbench.parts)
    workbench.clock.advance(minutes=5)
    return workbench


def there(bench: Workbench) -> int:
    with bench.register.read() as connection:
        rows = connection.execute(select(EnrolmentRow.id).where(EnrolmentRow.gone_at.is_(None)))
        return len(rows.all())


def remove(bench: Workbench, count: int) -> list[Enrolment]:
    state = bench.moodle.state
    numbers = sorted(state.enrolments)[:count]
    return [state.enrolments.pop(number) for number in numbers]


def with_mail(bench: Workbench) -> Parts:
    return replace(bench.parts, settings=bench.parts.settings.model_copy(update={"mail": MAIL}))


def test_a_few_that_are_gone_are_gone(bench: Workbench) -> None:
    remove(bench, 3)
    assert poll_enrolments(bench.parts).gone == 3
    assert there(bench) == len(LEARNERS) - 3


def test_many_that_are_gone_at_once_stay_and_the_rest_is_kept(bench: Workbench) -> None:
    remove(bench, 4)
    bench.enrol(EXCEL, PIET)
    with pytest.raises(TooManyGone, match=r"4 van 41 inschrijvingen .* --confirm"):
        poll_changed_enrolments(bench.parts)
    assert there(bench) == len(LEARNERS) + 1
    while work_once(bench.parts):
        bench.clock.advance(seconds=1)
    assert "10005" in {hold.employee_id for hold in bench.held()}


def test_they_need_no_word_of_anybody_when_they_are_shown_again(bench: Workbench) -> None:
    gone = remove(bench, 20)
    with pytest.raises(TooManyGone):
        poll_enrolments(bench.parts)
    bench.moodle.state.enrolments.update({one.id: one for one in gone})
    bench.clock.advance(minutes=1)
    polled = poll_enrolments(bench.parts)
    assert (polled.changed, polled.gone) == (0, 0)


def test_a_person_may_confirm_it(bench: Workbench) -> None:
    remove(bench, 20)
    assert poll_enrolments(bench.parts, confirm=True).gone == 20
    assert there(bench) == 20


def test_a_dry_run_says_so_too_and_tells_nobody(bench: Workbench) -> None:
    remove(bench, 20)
    parts = with_mail(bench)
    with pytest.raises(TooManyGone):
        poll_enrolments(parts, dry_run=True)
    assert [one for one in bench.actions() if one.kind.startswith("mail")] == []


def test_hr_and_the_administrator_are_asked_once_a_day(bench: Workbench) -> None:
    remove(bench, 20)
    parts = with_mail(bench)
    for _ in range(3):
        bench.clock.advance(minutes=1)
        with pytest.raises(TooManyGone):
            poll_enrolments(parts)
    mails = [one.kind for one in bench.actions() if one.kind.startswith("mail")]
    assert sorted(mails) == ["mail.admin", "mail.hr"]


def test_a_course_that_was_deleted_takes_its_enrolments_along_without_a_question(
    bench: Workbench,
) -> None:
    state = bench.moodle.state
    del state.courses[LEADERSHIP]
    state.instances = {
        number: one for number, one in state.instances.items() if one.courseid != LEADERSHIP
    }
    remove(bench, len(LEARNERS))
    bench.enrol(EXCEL, PIET)
    poll_enrolments(bench.parts)
    assert there(bench) == 1


def test_many_courses_that_are_gone_at_once_stay(bench: Workbench) -> None:
    state = bench.moodle.state
    for number in range(20, 30):
        state.add_course(Course(number, f"C{number}", f"Cursus {number}", f"OPL-{number}"))
    poll_courses(bench.parts)
    for number in range(20, 24):
        del state.courses[number]
    with pytest.raises(TooManyGone, match="4 van 12 cursussen"):
        poll_courses(bench.parts)
    with bench.register.read() as connection:
        gone = select(CourseRow.course_id).where(CourseRow.gone_at.is_not(None))
        assert connection.execute(gone).all() == []
    assert poll_courses(bench.parts, confirm=True).gone == 4


def test_many_accounts_without_their_number_at_once_keep_it(bench: Workbench) -> None:
    for learner in LEARNERS[:10]:
        bench.moodle.state.users[learner].profile = {}
    fresh = bench.parts
    assert fresh.lms is not None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("connectors.moodle.users.DIRECTORY_SECONDS", 0.0)
        with pytest.raises(TooManyGone, match="10 van 43 accounts"):
            read_accounts(fresh)
        with bench.register.read() as connection:
            nobody = select(LmsUserRow.user_id).where(LmsUserRow.employee_id.is_(None))
            assert connection.execute(nobody).all() == []
        read_accounts(fresh, confirm=True)
    with bench.register.read() as connection:
        assert len(connection.execute(nobody).all()) == 10


def test_of_an_account_that_was_deleted_no_name_is_kept(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that only lost its number is there, and HR is asked whose it is by its name."""
    monkeypatch.setattr("connectors.moodle.users.DIRECTORY_SECONDS", 0.0)
    deleted, nameless = LEARNERS[:2]
    del bench.moodle.state.users[deleted]
    bench.moodle.state.users[nameless].profile = {}
    read_accounts(bench.parts)
    with bench.register.read() as connection:
        gone, there = (
            row_of(connection, select(LmsUserRow).where(LmsUserRow.user_id == str(learner)))
            for learner in (deleted, nameless)
        )
    assert (gone.employee_id, there.employee_id) == (None, None)
    assert (gone.username, gone.full_name, gone.email, gone.given_name) == ("", "", "", None)
    assert (there.username, there.email) == (f"user{nameless}", f"user{nameless}@example.org")
