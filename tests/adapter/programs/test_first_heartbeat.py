"""A worker says that it is there as soon as it works."""

from __future__ import annotations

from datetime import UTC, datetime
from threading import Event, Thread
from time import sleep

import pytest
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import select

from adapter.doors.worker_port import Pulse
from adapter.ground.parts import Parts
from adapter.ground.store.register import Register
from adapter.ground.store.tables.work import HeartbeatRow
from adapter.programs import worker
from config.policy_files import load_policy
from config.settings import Settings
from tests.fixtures.programs import wait_until
from tests.fixtures.workbench import StandingClock

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)


class _NeverDue:
    """A scheduler whose jobs never run."""

    def __init__(self, **_set: object) -> None:
        pass

    def add_job(self, *_what: object, **_when: object) -> None:
        pass

    def start(self) -> None:
        pass

    def shutdown(self) -> None:
        pass


def test_its_first_heartbeat_does_not_wait_for_the_second_in_which_the_next_one_may_be_due(
    sqlite_register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    def has_beaten() -> bool:
        with sqlite_register.read() as connection:
            return connection.execute(select(HeartbeatRow)).first() is not None

    monkeypatch.setattr(worker, "BackgroundScheduler", _NeverDue)
    parts, stop = Parts(sqlite_register, load_policy(), StandingClock(NOW), Settings()), Event()
    at_work = Thread(target=worker.run, args=(parts, stop))
    at_work.start()
    try:
        wait_until(has_beaten, "a heartbeat")
    finally:
        stop.set()
        at_work.join()


class _Late(BackgroundScheduler):  # type: ignore[misc]  # it has no types
    """A scheduler whose thread gets its turn late, as in a process that is busy."""

    def _process_jobs(self) -> float | None:
        sleep(1.2)
        wait: float | None = super()._process_jobs()
        return wait


class _CountedPulse(Pulse):
    def __init__(self) -> None:
        super().__init__()
        self.beats = 0

    def beat(self) -> None:
        self.beats += 1
        super().beat()


def test_a_look_that_is_late_is_not_left_out(
    sqlite_register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "BackgroundScheduler", _Late)
    parts, stop = Parts(sqlite_register, load_policy(), StandingClock(NOW), Settings()), Event()
    pulse = _CountedPulse()
    at_work = Thread(target=worker.run, args=(parts, stop, worker.Rhythm(30), pulse))
    at_work.start()
    try:
        wait_until(lambda: pulse.beats > 2, "a look after the first one, and another")
    finally:
        stop.set()
        at_work.join()
