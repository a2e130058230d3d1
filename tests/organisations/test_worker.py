"""One worker for several organisations: what stops the work for one leaves the others, and who is
added or changed meanwhile is noticed."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from threading import Event, Thread
from typing import Any

import pytest
from sqlalchemy import func, select

import config.organisations
from adapter.doors.intake.process import process_next
from adapter.ground.clock import SystemClock
from adapter.ground.parts import Parts
from adapter.ground.store.register import Register
from adapter.ground.store.tables.work import HeartbeatRow, InboxEventRow, JobRunRow
from adapter.programs import several_workers, worker
from adapter.programs.jobs import jobs_of
from adapter.programs.opening import open_parts
from adapter.programs.several_workers import Share
from adapter.queues import register_changes
from adapter.queues.inbox import EventState
from config.organisations import CannotServe, Organisation, Organisations
from config.settings import Settings
from tests.fixtures.organisations import NOORD, ZUID, Installation
from tests.fixtures.programs import wait_until

ON_SQLITE = pytest.mark.parametrize("installation", ["sqlite"], indirect=True)
"""The engine makes no difference here, and takes its time."""


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config.organisations, "LOOK_SECONDS", 0.0)
    monkeypatch.setattr(config.organisations, "LEAST_BETWEEN", 0)
    monkeypatch.setattr(several_workers, "LOOK_SECONDS", 0.1)
    monkeypatch.setattr(worker, "JOBS_SECONDS", 0.1)


class Working:
    """The worker, in a thread; `open_parts` may be replaced."""

    def __init__(self, installation: Installation) -> None:
        folder = {"organisations_folder": installation.folder, "bind": installation.bind}
        self.organisations = Organisations(Settings.model_validate(folder))
        self.opened: list[str] = []
        self.faults: dict[str, BaseException] = {}
        self.gates: dict[str, Event] = {}
        self.stop = Event()
        self.thread = Thread(target=self._run)

    def _run(self) -> None:
        several_workers.run(self.organisations, self._open, self.stop)

    def _open(self, organisation: Organisation) -> Parts:
        self.opened.append(organisation.name)
        if organisation.name in self.faults:
            raise self.faults[organisation.name]
        if organisation.name in self.gates:
            self.gates[organisation.name].wait(60)
        return open_parts(organisation)

    def end(self) -> None:
        self.stop.set()
        self.thread.join(60)
        assert not self.thread.is_alive()


@pytest.fixture
def working(installation: Installation) -> Iterator[Working]:
    made = Working(installation)
    yield made
    made.end()


@pytest.fixture
def registers(installation: Installation) -> Iterator[dict[str, Register]]:
    opened = {name: installation.open(name) for name in (NOORD, ZUID)}
    yield opened
    for register in opened.values():
        register.close()


def _beats(register: Register) -> int:
    with register.read() as connection:
        return connection.execute(select(func.count()).select_from(HeartbeatRow)).scalar_one()


def _ran(register: Register) -> set[str]:
    with register.read() as connection:
        ended = select(JobRunRow.job).where(JobRunRow.finished_at.is_not(None))
        return set(connection.execute(ended).scalars())


def test_every_job_runs_for_each(
    installation: Installation, working: Working, registers: dict[str, Register]
) -> None:
    working.thread.start()
    parts = open_parts(working.organisations.named(NOORD))
    jobs = {job.name for job in jobs_of(parts)}
    parts.register.close()
    for name, register in registers.items():
        wait_until(partial(_have_run, register, jobs), f"{name}: not every job ran")


@ON_SQLITE
def test_one_that_is_added_and_one_that_is_changed_are_noticed(
    installation: Installation, working: Working, registers: dict[str, Register]
) -> None:
    working.thread.start()
    wait_until(lambda: all(map(_beats, registers.values())), "no heartbeat")
    address = "https://leren.west.example"
    made = installation.command("organisations", "add", "west", "--address", address)
    installation.keys["west"] = made.stdout.strip()
    west = installation.open("west")
    wait_until(lambda: _beats(west), "west has no heartbeat")
    west.close()
    assert working.opened.count(NOORD) == 1
    installation.add_settings(NOORD, 'language = "en"\n')
    wait_until(lambda: working.opened.count(NOORD) == 2, "the change was not noticed")
    assert working.opened.count(ZUID) == 1


@ON_SQLITE
@pytest.mark.parametrize("fault", [CannotServe("its database is away"), RuntimeError("unforeseen")])
def test_what_keeps_one_from_beginning_leaves_the_others(
    working: Working,
    registers: dict[str, Register],
    fault: BaseException,
) -> None:
    working.faults[ZUID] = fault
    working.thread.start()
    wait_until(lambda: _beats(registers[NOORD]), "noord has no heartbeat")
    wait_until(lambda: working.opened.count(ZUID) > 1, "zuid is not tried again")
    assert not _beats(registers[ZUID])
    del working.faults[ZUID]
    wait_until(lambda: _beats(registers[ZUID]), "zuid did not begin after all")


@ON_SQLITE
def test_one_begins_after_the_other(
    working: Working, registers: dict[str, Register], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(several_workers, "BEGINNING_SECONDS", 1000.0)
    working.gates[NOORD] = Event()
    working.thread.start()
    wait_until(lambda: working.opened, "none began")
    assert not working.stop.wait(10 * several_workers.NEXT_SECONDS)
    assert working.opened == [NOORD]
    working.gates[NOORD].set()
    wait_until(lambda: all(map(_beats, registers.values())), "no heartbeat")
    assert working.opened == [NOORD, ZUID]


@ON_SQLITE
def test_one_that_hangs_as_it_begins_keeps_up_nobody(
    working: Working, registers: dict[str, Register], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(several_workers, "BEGINNING_SECONDS", 0.2)
    working.gates[NOORD] = Event()
    working.thread.start()
    wait_until(lambda: _beats(registers[ZUID]), "zuid waits for noord")
    assert not _beats(registers[NOORD])
    working.gates[NOORD].set()


@ON_SQLITE
def test_one_that_cannot_begin_is_not_waited_for(
    working: Working, registers: dict[str, Register], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(several_workers, "BEGINNING_SECONDS", 1000.0)
    working.faults[NOORD] = CannotServe("its database is away")
    working.thread.start()
    wait_until(lambda: _beats(registers[ZUID]), "zuid waits for noord")


@ON_SQLITE
def test_a_fault_that_nobody_foresaw_leaves_the_others(
    working: Working, registers: dict[str, Register], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the midst of the work of one: it begins again by itself, and does what was left."""
    inner, failed = process_next, Event()

    def failing_once(parts: Parts, *more: Any, **named: Any) -> Any:
        if parts.organisation == ZUID and not failed.is_set():
            failed.set()
            raise SystemError("unforeseen")
        return inner(parts, *more, **named)

    monkeypatch.setattr(worker, "process_next", failing_once)
    working.thread.start()
    wait_until(lambda: all(map(_beats, registers.values())), "no heartbeat")
    for register in registers.values():
        with register.write() as connection:
            register_changes.announce(connection, ["10001"], SystemClock().now())
    wait_until(failed.is_set, "nothing was taken")
    for name, register in registers.items():
        wait_until(partial(_none_waits, register), f"{name}: an event is left")
    assert (working.opened.count(NOORD), working.opened.count(ZUID)) == (1, 2)


def _have_run(register: Register, jobs: set[str]) -> bool:
    return _ran(register) == jobs


def _none_waits(register: Register) -> bool:
    return not _waiting(register)


def _waiting(register: Register) -> int:
    with register.read() as connection:
        waits = (
            select(func.count())
            .select_from(InboxEventRow)
            .where(InboxEventRow.state.in_((EventState.RECEIVED, EventState.FAILED)))
        )
        return connection.execute(waits).scalar_one()


def test_shares_hold_each_organisation_once() -> None:
    names = [f"organisation-{number}" for number in range(1000)]
    shares = [Share(number, 7) for number in range(1, 8)]
    held = [[name for name in names if share.has(name)] for share in shares]
    assert sorted(name for part in held for name in part) == sorted(names)
    assert min(map(len, held)) > 90


@ON_SQLITE
def test_a_worker_serves_its_share_alone(
    installation: Installation, working: Working, registers: dict[str, Register]
) -> None:
    shares = (Share(number, of) for of in range(2, 9) for number in range(1, of + 1))
    share = next(one for one in shares if sum(map(one.has, registers)) == 1)
    mine = next(name for name in registers if share.has(name))
    several = Thread(
        target=several_workers.run,
        args=(working.organisations, working._open, working.stop, share),
    )
    several.start()
    working.thread = several
    wait_until(lambda: _beats(registers[mine]), f"{mine} has no heartbeat")
    assert set(working.opened) == {mine}
