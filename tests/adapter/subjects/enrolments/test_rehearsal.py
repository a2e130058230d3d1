"""HR rehearses 2027 on a test LMS that lives in real time, as every real Moodle does."""

from __future__ import annotations

import dataclasses
import os
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from adapter.ground.clock import FileClock, SystemClock, today
from adapter.ground.lms_time import lms_time
from adapter.ground.store.register import Register
from adapter.ground.store.tables.courses import EnrolmentRow
from adapter.programs.worker import work_once
from adapter.subjects.sync.poll import poll_courses, poll_enrolments
from connectors.moodle.config import MoodleConfig
from connectors.moodle.lms import Moodle
from connectors.moodle.our_clock import on_our_clock
from connectors.ports import (
    CheckState,
    EnrolmentMethod,
    EnrolmentStatus,
    LmsEnrolment,
)
from sandboxes.moodle.state import ACTIVE, REPORT_ID, SUSPENDED
from tests.fixtures.lms_events import tell
from tests.fixtures.with_plugin import enrol_oneself, install
from tests.fixtures.workbench import EXCEL, LEADERSHIP, PIET, Workbench

HOUR = 3600
MARCH = datetime(2027, 3, 1, 9, tzinfo=UTC)


def set_clock(file: Path, moment: datetime, seconds_ago: int) -> FileClock:
    """Set to a moment some time ago, so that it has run on since."""
    file.write_text(moment.isoformat())
    set_at = int(time.time()) - seconds_ago
    os.utime(file, (set_at, set_at))
    return FileClock(file)


@pytest.fixture
def rehearsal(workbench: Workbench, tmp_path: Path) -> Iterator[Workbench]:
    """An hour after the clock was set to 1 March 2027, nine in the morning."""
    clock = set_clock(tmp_path / "clock", MARCH, HOUR)
    lives_by = lms_time(workbench.register, clock, rehearsed_with_us=False)
    workbench.moodle.state.clock = time.time
    lms = Moodle(
        MoodleConfig(
            url=workbench.moodle.url,
            token=workbench.moodle.token,
            known_user="p.bakker",
            known_course="OPL-003",
            enrolment_report_id=REPORT_ID,
            attempts=1,
        ),
        now=lives_by.now,
        our_moment=lives_by.reading,
    )
    workbench.parts = dataclasses.replace(
        workbench.parts, clock=clock, lms=lms, lms_runs_on=lives_by
    )
    poll_courses(workbench.parts)
    yield workbench
    lms.close()


def enrol(bench: Workbench, seconds_ago: int, *, method: str = "manual", start: bool = True) -> int:
    made = int(time.time()) - seconds_ago
    row = bench.moodle.state.add_enrolment(
        EXCEL, PIET, method=method, timecreated=made, timestart=made if start else 0
    )
    return row.id


def poll(bench: Workbench) -> None:
    poll_enrolments(bench.parts)
    while work_once(bench.parts):
        pass


def status(bench: Workbench, course: int = EXCEL) -> int:
    [(_, found, _, _)] = bench.statuses(course, PIET)
    return found


@pytest.mark.parametrize("start", [True, False])
@pytest.mark.parametrize("plugin", [True, False])
def test_who_enrols_in_the_rehearsal_is_held_and_released(
    rehearsal: Workbench, plugin: bool, start: bool
) -> None:
    if plugin:
        install(rehearsal)
    enrol(rehearsal, HOUR // 2, start=start)
    before = rehearsal.statuses(EXCEL, PIET)[0][2]
    poll(rehearsal)
    assert status(rehearsal) == SUSPENDED
    [decision] = rehearsal.decided()
    assert decision.enrolled_on == date(2027, 3, 1)
    rehearsal.grant("10005", "OPL-003")
    while work_once(rehearsal.parts):
        pass
    assert status(rehearsal) == ACTIVE
    assert [hold.state for hold in rehearsal.held()] == ["released"]
    # A start of 2027 would keep the learner out for months.
    after = rehearsal.statuses(EXCEL, PIET)[0][2]
    assert after <= time.time()
    assert abs(after - before) < 60 or not start


@pytest.mark.parametrize("plugin", [True, False])
def test_moving_the_clock_makes_no_enrolment_look_remade(
    rehearsal: Workbench, tmp_path: Path, plugin: bool
) -> None:
    if plugin:
        install(rehearsal)
    enrol(rehearsal, HOUR // 2)
    poll(rehearsal)
    [made] = _made(rehearsal)
    for moment, seconds_ago in (
        (datetime(2027, 6, 1, tzinfo=UTC), 900),
        (datetime(2027, 2, 1, tzinfo=UTC), 1),
    ):
        set_clock(tmp_path / "clock", moment, seconds_ago)
        assert today(rehearsal.parts.clock) == moment.date()
        assert poll_enrolments(rehearsal.parts).changed == 0
        assert _made(rehearsal) == [made]
    assert [hold.state for hold in rehearsal.held()] == ["held"]


def test_what_was_there_before_the_rehearsal_keeps_its_own_day(rehearsal: Workbench) -> None:
    enrol(rehearsal, 3 * HOUR)
    poll(rehearsal)
    assert _made(rehearsal)[0] < datetime.now(UTC)
    assert status(rehearsal) == ACTIVE


@pytest.mark.parametrize("delivered", [True, False])
def test_the_plugin_holds_at_once_by_the_rehearsed_day(
    rehearsal: Workbench, delivered: bool
) -> None:
    install(rehearsal)
    enrol_oneself(rehearsal, LEADERSHIP, PIET)
    assert status(rehearsal, LEADERSHIP) == SUSPENDED
    if delivered:
        rehearsal.moodle.run_cron()
    poll(rehearsal)
    assert [hold.state for hold in rehearsal.held()] == ["held"]
    assert status(rehearsal, LEADERSHIP) == SUSPENDED


def test_an_event_gives_an_enrolment_its_id_in_a_rehearsal_too(rehearsal: Workbench) -> None:
    made = int(time.time()) - HOUR // 2
    row = rehearsal.moodle.state.add_enrolment(
        LEADERSHIP, PIET, method="self", timecreated=made, timestart=made
    )
    rehearsal.clock.moment = datetime.now(UTC)
    tell(rehearsal, "user_enrolment_created", PIET, LEADERSHIP, method="self", object_id=row.id)
    while work_once(rehearsal.parts):
        pass
    assert rehearsal.statuses(LEADERSHIP, PIET) == []
    assert [hold.state for hold in rehearsal.held()] == ["held"]


def test_the_clock_of_the_lms_is_compared_with_real_time(rehearsal: Workbench) -> None:
    assert rehearsal.parts.lms is not None
    states = {check.name: check.state for check in rehearsal.parts.lms.check()}
    assert states["lms clock"] is CheckState.OK


def test_only_what_the_lms_says_of_itself_moves_along() -> None:
    made = datetime(2026, 11, 28, 10, 5, tzinfo=UTC)
    shift = timedelta(days=93)

    def shifted(**dates: Any) -> LmsEnrolment:
        row = LmsEnrolment(
            course_idnumber="OPL-003",
            username="p.bakker",
            user_idnumber="",
            method=EnrolmentMethod.MANUAL,
            method_text="manual",
            status=EnrolmentStatus.ACTIVE,
            created_at=made,
            starts_at=None,
            ends_at=None,
            completed="completed_at" in dates,
            completed_at=None,
        )
        return on_our_clock(dataclasses.replace(row, **dates), lambda moment: moment + shift)

    assert shifted(completed_at=made).completed_at == made + shift
    midnight, later = made.replace(hour=0, minute=0), made + timedelta(days=30)
    assert shifted(starts_at=midnight).starts_at == midnight + shift
    assert shifted(starts_at=later).starts_at == later
    assert shifted(starts_at=made, ends_at=later).ends_at == later + shift
    typed = made + timedelta(days=200)
    assert shifted(starts_at=made, ends_at=typed).ends_at == typed


def test_an_lms_on_the_same_clock_is_left_as_it_is(register: Register, tmp_path: Path) -> None:
    rehearsed = set_clock(tmp_path / "clock", MARCH, 0)
    for clock, with_us in ((rehearsed, True), (SystemClock(), False)):
        lives_by = lms_time(register, clock, rehearsed_with_us=with_us)
        assert lives_by.reading() is None
        assert lives_by.our_day(date(2026, 11, 28)) == date(2026, 11, 28)
        assert abs(lives_by.now() - clock.now()) < timedelta(minutes=1)


def _made(bench: Workbench) -> list[datetime]:
    with bench.register.read() as connection:
        return [
            made for made in connection.execute(select(EnrolmentRow.created_at)).scalars() if made
        ]
