"""Machines on one PostgreSQL agree: each period of a job is run once over both changes of the
clock, a clock that is off moves nothing, and who comes too late writes nothing."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from threading import Lock

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from adapter.doors.intake import process
from adapter.ground.clock import DatabaseClock, SystemClock, steady_seconds
from adapter.ground.parts import Parts
from adapter.ground.store import register as register_module
from adapter.ground.store.register import Register, open_register
from adapter.ground.store.tables.work import (
    InboxEventRow,
    JobLeaseRow,
    JobRunRow,
    OutboxActionRow,
)
from adapter.programs.cli.postgresql_checks import postgresql_checks
from adapter.queues import inbox, outbox, register_changes
from adapter.queues.leases import LEASE, LeaseLost
from adapter.queues.outbox import Action, ActionKind
from adapter.queues.schedule import AMSTERDAM, Daily, Every, Job, Monthly, Timetable, Weekly
from adapter.queues.turns import RegisterTurns
from config.policy_files import load_policy
from config.settings import Settings
from connectors.ports import CheckState
from tests.fixtures.programs import ROOT, clean_environment
from tests.fixtures.workbench import StandingClock

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
MACHINES = 3
OTHER = "another-machine:1:abc"
POLICY = load_policy()


@pytest.fixture
def postgres_url(request: pytest.FixtureRequest) -> Iterator[str]:
    databases = request.getfixturevalue("postgres_databases")
    name = databases.take()
    yield databases.url(name)
    databases.give_back(name)


@contextmanager
def _machines(url: str, clock: StandingClock) -> Iterator[list[Parts]]:
    with ExitStack() as registers:
        parts = []
        for _ in range(MACHINES):
            register = open_register(url)
            registers.callback(register.close)
            parts.append(Parts(register, POLICY, clock, Settings()))
        yield parts


WHEN: dict[str, Every | Daily | Weekly | Monthly] = {
    "at two": Daily(2),
    "at three": Daily(3),
    "each half hour": Every(timedelta(minutes=30)),
    "on Sunday": Weekly(7, 2),
    "on the 28th": Monthly(28, 2),
}


@pytest.mark.parametrize(
    "night",
    [datetime(2027, 3, 28, tzinfo=AMSTERDAM), datetime(2027, 10, 31, tzinfo=AMSTERDAM)],
    ids=["to summer time", "to winter time"],
)
def test_each_period_is_run_once_by_one_of_the_machines_over_a_change_of_the_clock(
    postgres_url: str, night: datetime
) -> None:
    clock = StandingClock(night.astimezone(UTC) - timedelta(hours=1))
    ran: Counter[tuple[str, datetime]] = Counter()
    lock = Lock()

    def note(name: str, _parts: Parts) -> None:
        with lock:
            ran[name, WHEN[name].period_start(clock.now())] += 1

    jobs = [Job(name, when, partial(note, name)) for name, when in WHEN.items()]
    with _machines(postgres_url, clock) as machines, ThreadPoolExecutor(MACHINES) as pool:
        tables = [Timetable(jobs) for _ in machines]

        def look(number: int) -> None:
            for job in jobs:
                tables[number].run_if_due(machines[number], job)

        expected = set()
        for _ in range(24):
            expected |= {(name, when.period_start(clock.now())) for name, when in WHEN.items()}
            list(pool.map(look, range(MACHINES)))
            clock.advance(minutes=15)
    assert ran == dict.fromkeys(expected, 1)
    # Of the hour that is left out, and of that which is there twice, one period begins.
    assert sum(name == "at two" for name, _ in expected) == 2


ON_A_MACHINE = """
import sys
from datetime import timedelta
from adapter.ground.clock import SystemClock
from adapter.programs.wiring import build_parts
from adapter.queues.schedule import Every, Job, run_due
from adapter.queues.turns import RegisterTurns
from config.settings import load_settings
from connectors.errors import Transient
from tests.fixtures.another_machine import become
become("machine-2", float(sys.argv[1]))
parts = build_parts(load_settings())
parts.register.hear_time()
print(round((SystemClock().now() - parts.clock.now()).total_seconds(), -1))
print(run_due(parts, (Job("poll", Every(timedelta(days=1)), lambda _: None),)))
try:
    with RegisterTurns(parts.register, patience_seconds=0.1).take("report"):
        print("took the turn")
except Transient as no_turn:
    print(no_turn.code)
parts.register.close()
"""


@pytest.mark.parametrize("seconds", [90, -90, 86_400])
def test_a_machine_with_a_clock_that_is_off_goes_by_that_of_the_database(
    postgres_url: str, seconds: int
) -> None:
    register = open_register(postgres_url)
    register.hear_time()
    here = Parts(register, POLICY, register.clock, Settings())
    job = Job("poll", Every(timedelta(days=1)), lambda _: None)
    assert Timetable([job]).run_if_due(here, job)
    with _turn(register):
        told = subprocess.run(
            [sys.executable, "-c", ON_A_MACHINE, str(seconds)],
            cwd=ROOT,
            env=clean_environment() | {"ODWH_DATABASE_URL": postgres_url},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split("\n")
    assert told[:3] == [str(float(seconds)), "[]", "no_turn"]
    register.close()


@contextmanager
def _turn(register: Register) -> Iterator[None]:
    with RegisterTurns(register).take("report"):
        yield


def test_the_clock_of_the_database_goes_on_when_that_of_the_machine_is_set(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = DatabaseClock()
    clock.tell(NOW, steady_seconds())
    monkeypatch.setattr(SystemClock, "now", lambda _: NOW + timedelta(days=400))
    assert timedelta() <= clock.now() - NOW < timedelta(minutes=10)
    assert clock.ahead_of_machine() < timedelta(days=-399)


def test_an_answer_that_was_long_under_way_is_not_believed_before_a_quick_one() -> None:
    clock = DatabaseClock()
    clock.tell(NOW, steady_seconds() - 600)
    assert timedelta(minutes=5) <= clock.now() - NOW < timedelta(minutes=10)
    clock.tell(NOW, steady_seconds())
    clock.tell(NOW + timedelta(days=1), steady_seconds() - 600)
    assert clock.now() - NOW < timedelta(minutes=5)


def test_an_answer_that_may_be_right_about_what_was_heard_sooner_does_not_move_the_clock() -> None:
    """What was written a moment ago would seem to be of later than what is read now."""
    clock = DatabaseClock()
    clock.tell(NOW, heard_at := steady_seconds())
    before = clock.now()
    # Half a second under way, nearly all of it back: nobody can know that.
    clock.tell(NOW + timedelta(seconds=steady_seconds() - heard_at - 0.4), steady_seconds() - 0.5)
    assert clock.now() >= before


def test_who_was_cut_off_within_a_transaction_keeps_nobody_waiting_for_its_locks(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(register_module.IN_THE_SERVER, "idle_in_transaction_session_timeout", "1s")
    cut_off, other = open_register(postgres_url), open_register(postgres_url)
    lock = text("SELECT pg_advisory_xact_lock(1)")
    with pytest.raises(DBAPIError) as ended, cut_off.write() as connection:
        connection.execute(lock)
        # It waits until the server has let go of who says nothing any more.
        with other.write() as beside:
            beside.execute(lock)
        connection.execute(lock)
    assert ended.value.connection_invalidated
    cut_off.close()
    other.close()


def test_the_doctor_tells_of_a_clock_that_is_off(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    register = open_register(postgres_url)
    assert [check.state for check in postgresql_checks(register)] == [CheckState.OK]
    here = SystemClock.now
    monkeypatch.setattr(SystemClock, "now", lambda clock: here(clock) - timedelta(seconds=90))
    [check] = postgresql_checks(register)
    register.close()
    assert check.state is CheckState.WARNING
    assert check.seen == "90 s behind that of the database"


# --- who comes too late ----------------------------------------------------------------------


@pytest.fixture
def parts(register: Register) -> Parts:
    return Parts(register, POLICY, StandingClock(NOW), Settings())


def _taken_over(register: Register) -> None:
    """Another machine leases what this one has in hand, since the lease is over."""
    with register.write() as connection:
        later = NOW + LEASE
        connection.execute(
            update(InboxEventRow).values(
                locked_by=OTHER, locked_until=later + LEASE, attempts=2, touched_at=later
            )
        )


def test_what_an_event_led_to_is_not_written_by_who_lost_its_lease(
    parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    with parts.register.write() as connection:
        register_changes.announce(connection, ["20001"], NOW)

    def slow(_parts: Parts, event: inbox.StoredEvent) -> None:
        _taken_over(parts.register)
        with parts.register.write() as connection:
            action = Action("told", ActionKind.MAIL_HR, "x", {})
            outbox.put(connection, [action], NOW)
            inbox.finish(connection, event.id, NOW)

    monkeypatch.setitem(process._PROCESSES, inbox.Channel.REGISTER, slow)
    assert process.process_next(parts) is not None
    with parts.register.read() as connection:
        [row] = connection.execute(
            select(InboxEventRow.state, InboxEventRow.locked_by, InboxEventRow.attempts)
        ).all()
        assert connection.execute(select(OutboxActionRow.id)).all() == []
    assert tuple(row) == ("received", OTHER, 2)


def test_an_action_is_not_marked_by_who_lost_its_lease(parts: Parts) -> None:
    with parts.register.write() as connection:
        outbox.put(connection, [Action("told", ActionKind.MAIL_HR, "x", {})], NOW)
        action = outbox.lease_action(connection, NOW, paused=False)
        connection.execute(update(OutboxActionRow).values(locked_by=OTHER))
    assert action is not None
    with pytest.raises(LeaseLost), parts.register.write() as connection:
        outbox.delivered(connection, [action.id], NOW)
    with pytest.raises(LeaseLost), parts.register.write() as connection:
        outbox.cancel(connection, action.id)


def test_how_a_job_ended_is_not_told_by_who_lost_its_lease(parts: Parts) -> None:
    clock = StandingClock(NOW)
    mine = replace(parts, clock=clock)

    def slow(_parts: Parts) -> None:
        with parts.register.write() as connection:
            connection.execute(
                update(JobLeaseRow).values(locked_by=OTHER, locked_until=NOW + 2 * LEASE)
            )

    job = Job("poll", Every(timedelta(hours=1)), slow)
    assert Timetable([job]).run_if_due(mine, job)
    with parts.register.read() as connection:
        assert connection.execute(select(JobRunRow.finished_at)).scalars().all() == [None]
        assert connection.execute(select(JobLeaseRow.locked_by)).scalars().all() == [OTHER]
