"""Every kind of work has a lane, and what waits for another lane does not wait for ever."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from adapter.ground.parts import Parts
from adapter.ground.store.reading import rows_of
from adapter.ground.store.register import Register
from adapter.ground.store.tables.work import InboxEventRow
from adapter.programs.jobs import jobs_of
from adapter.queues import inbox, register_changes
from adapter.queues.inbox import Channel, Delivery
from adapter.queues.lanes import ACTIONS, Lane, events_of
from adapter.queues.outbox import ActionKind
from adapter.queues.schedule import (
    PATIENCE_SECONDS,
    Every,
    Job,
    Timetable,
    run_due,
)
from config.policy_files import load_policy
from config.settings import Settings
from tests.fixtures.workbench import StandingClock, Workbench

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)


def test_every_kind_of_action_has_a_lane() -> None:
    assert set(ACTIONS) == set(ActionKind)


def test_every_event_is_of_one_lane(sqlite_register: Register) -> None:
    kinds = (register_changes.EMPLOYEE_CHANGED, register_changes.ACCOUNTS_UNKNOWN)
    with sqlite_register.write() as connection:
        for channel in Channel:
            for kind in kinds:
                inbox.store(
                    connection, Delivery("test", f"{channel} {kind}", channel, kind, {}), NOW
                )
        taken = [
            row.delivery_id
            for which in map(events_of, Lane)
            if which is not None
            for row in rows_of(connection, select(InboxEventRow).where(which))
        ]
    assert sorted(taken) == sorted(f"{channel} {kind}" for channel in Channel for kind in kinds)


@pytest.fixture
def parts(sqlite_register: Register) -> Parts:
    return Parts(sqlite_register, load_policy(), StandingClock(NOW), Settings())


def _job(name: str, lane: Lane, ran: list[str], *after: str) -> Job:
    return Job(name, Every(timedelta(minutes=30)), lambda _: ran.append(name), lane, after)


def test_enrolments_wait_for_the_employees_that_are_still_to_be_read(parts: Parts) -> None:
    ran: list[str] = []
    first = _job("read_employees", Lane.HRIS, ran)
    then = _job("poll_enrolments", Lane.LMS, ran, "read_employees", "not_configured")
    timetable = Timetable([first, then])
    assert timetable.waits(parts, then)
    run_due(parts, (first,))
    assert not timetable.waits(parts, then)


def test_nothing_waits_for_ever_for_a_system_that_is_away(
    parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[str] = []
    first = _job("read_employees", Lane.HRIS, ran)
    then = _job("poll_enrolments", Lane.LMS, ran, "read_employees")
    timetable, at = Timetable([first, then]), 100.0
    monkeypatch.setattr("adapter.queues.schedule.monotonic", lambda: at)
    assert timetable.waits(parts, then)
    at += PATIENCE_SECONDS
    assert not timetable.waits(parts, then)


def test_the_jobs_of_the_hris_and_the_lms_do_not_wait_for_each_other(workbench: Workbench) -> None:
    lanes = {job.name: job.lane for job in jobs_of(workbench.parts)}
    assert lanes["read_employees"] is Lane.HRIS
    assert lanes["settle_exits"] is Lane.HRIS
    assert lanes["poll_enrolments"] is Lane.LMS
    assert lanes["run_tranches"] is Lane.REGISTER
