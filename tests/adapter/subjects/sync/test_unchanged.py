"""What did not change in the LMS is not written again, however much of it there is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from adapter.ground.store.reading import rows_of
from adapter.ground.store.tables.courses import EnrolmentRow
from adapter.register.courses import keep_courses
from adapter.subjects.sync.accounts import read_accounts
from adapter.subjects.sync.poll import poll_courses, poll_enrolments
from tests.fixtures.statements import statements_of
from tests.fixtures.workbench import EXCEL, LEADERSHIP, PIET, ZULEYHA, Workbench

WRITES = ("INSERT", "UPDATE", "DELETE")


@pytest.fixture
def polled(workbench: Workbench) -> Workbench:
    for course, user in ((EXCEL, PIET), (LEADERSHIP, PIET), (EXCEL, ZULEYHA)):
        workbench.enrol(course, user)
    read_accounts(workbench.parts)
    poll_courses(workbench.parts)
    poll_enrolments(workbench.parts)
    return workbench


def test_a_poll_in_which_nothing_changed_writes_how_far_it_read_and_nothing_else(
    polled: Workbench,
) -> None:
    polled.clock.advance(minutes=5)
    with statements_of(polled.register) as statements:
        poll_enrolments(polled.parts)
    [written] = [one for one in statements if one.startswith(WRITES)]
    assert "enrolment_marks" in written


def test_a_poll_writes_the_one_row_that_changed(polled: Workbench) -> None:
    polled.clock.advance(minutes=5)
    polled.moodle.state.add_enrolment(LEADERSHIP, ZULEYHA)
    before = _seen(polled)
    poll_enrolments(polled.parts)
    after = _seen(polled)
    assert {key: after[key] for key in before} == before
    assert len(after) == len(before) + 1


def test_an_earlier_reading_that_comes_later_undoes_nothing(polled: Workbench) -> None:
    """The later one left the row as it was, so the row itself does not say when it was seen."""
    read_at = polled.clock.moment + timedelta(minutes=1)
    polled.clock.advance(minutes=5)
    poll_enrolments(polled.parts)
    before = _seen(polled)
    polled.clock.moment = read_at
    for enrolment in polled.moodle.state.enrolments.values():
        enrolment.status = 1
    poll_enrolments(polled.parts)
    assert _seen(polled) == before
    polled.clock.advance(minutes=30)
    poll_enrolments(polled.parts)
    assert _seen(polled) != before


def test_one_course_reads_and_writes_no_other(polled: Workbench) -> None:
    lms = polled.parts.lms
    assert lms is not None
    course = lms.course_by_id(str(EXCEL))
    assert course is not None
    polled.clock.advance(minutes=1)
    with statements_of(polled.register) as statements, polled.register.write() as connection:
        keep_courses(connection, [course], polled.clock.now())
    [read] = [one for one in statements if "FROM courses" in one]
    assert "course_id IN" in read
    assert not [one for one in statements if one.startswith(WRITES)]


def _seen(bench: Workbench) -> dict[str, object]:
    with bench.register.read() as connection:
        rows = rows_of(connection, select(EnrolmentRow))
    return {row.id: (row.seen_at, row.status) for row in rows}
