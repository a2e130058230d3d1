"""Work is taken by one worker at a time, and what a dead one had in hand comes free."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from adapter.events import inbox
from adapter.events.inbox import Channel, Delivery
from adapter.outbox import outbox
from adapter.outbox.outbox import Action, ActionKind
from adapter.store.leases import (
    ATTEMPT_DELAYS,
    LEASE,
    LONGEST_WAIT,
    free_leases_of_the_dead,
    next_attempt,
    worker_name,
)
from adapter.store.register import Register, open_register
from adapter.store.tables.work import inbox as inbox_table

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
TAKE_ALL = """
import sys
from datetime import datetime
from adapter.events import inbox
from adapter.store.register import open_register

register = open_register(sys.argv[1])
now = datetime.fromisoformat(sys.argv[2])
sys.stdin.readline()
while True:
    with register.write() as connection:
        taken = inbox.claim_events(connection, now, 3)
    if not taken:
        break
    for event in taken:
        print(event.id)
"""


def _store(register: Register, count: int) -> list[str]:
    with register.write() as connection:
        return [
            inbox.store(
                connection, Delivery("test", str(number), Channel.LMS, "x", {"n": number}), NOW
            )
            for number in range(count)
        ]


def test_of_many_threads_no_two_take_the_same_event_and_none_is_left(
    register: Register, database_url: str
) -> None:
    stored = _store(register, 60)
    start = Barrier(6)

    def take_all(_worker: int) -> list[str]:
        mine = open_register(database_url)
        found: list[str] = []
        start.wait()
        while True:
            with mine.write() as connection:
                taken = inbox.claim_events(connection, NOW, 4)
            if not taken:
                mine.close()
                return found
            found.extend(event.id for event in taken)

    with ThreadPoolExecutor(6) as pool:
        taken = [event for part in pool.map(take_all, range(6)) for event in part]
    assert sorted(taken) == sorted(stored)


def test_of_several_processes_no_two_take_the_same_event(
    register: Register, database_url: str
) -> None:
    stored = _store(register, 40)
    command = [sys.executable, "-c", TAKE_ALL, database_url, NOW.isoformat()]
    workers = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    taken = [line for worker in workers for line in worker.communicate("go\n")[0].split()]
    assert [worker.returncode for worker in workers] == [0, 0]
    assert sorted(taken) == sorted(stored)


def test_of_many_threads_no_two_take_the_same_action(register: Register, database_url: str) -> None:
    actions = [Action(f"k{n}", ActionKind.NOTIFY, f"subject {n % 20}", {"n": n}) for n in range(40)]
    with register.write() as connection:
        outbox.put(connection, actions, NOW)
    start = Barrier(4)

    def deliver_all(_worker: int) -> list[int]:
        mine = open_register(database_url)
        done: list[int] = []
        start.wait()
        while True:
            with mine.write() as connection:
                taken = outbox.claim_actions(connection, NOW, 3, paused=False)
            for action in taken:
                done.append(action.payload["n"])
                with mine.write() as connection:
                    outbox.delivered(connection, action.id, NOW)
            if not taken:
                mine.close()
                return done

    with ThreadPoolExecutor(4) as pool:
        done = [number for part in pool.map(deliver_all, range(4)) for number in part]
    # A thread may have found nothing free while the first of a subject was still in hand.
    done += deliver_rest(register)
    assert sorted(done) == list(range(40))


def deliver_rest(register: Register) -> list[int]:
    done: list[int] = []
    while True:
        with register.write() as connection:
            taken = outbox.claim_actions(connection, NOW, 50, paused=False)
            for action in taken:
                outbox.delivered(connection, action.id, NOW)
        if not taken:
            return done
        done.extend(action.payload["n"] for action in taken)


def _claim(register: Register, now: datetime) -> list[str]:
    with register.write() as connection:
        return [event.id for event in inbox.claim_events(connection, now, 10)]


def test_a_lease_keeps_others_out_until_it_ends_by_itself(register: Register) -> None:
    stored = _store(register, 1)
    assert _claim(register, NOW) == stored
    assert _claim(register, NOW + LEASE) == []
    assert _claim(register, NOW + LEASE + timedelta(seconds=1)) == stored


def test_a_lease_that_was_renewed_lasts_from_then(register: Register) -> None:
    _store(register, 1)
    with register.write() as connection:
        [event] = inbox.claim_events(connection, NOW, 1)
        later = NOW + timedelta(minutes=4)
        assert inbox.still_ours(connection, event, later)
    assert _claim(register, NOW + LEASE + timedelta(seconds=1)) == []
    assert _claim(register, later + LEASE + timedelta(seconds=1)) == [event.id]


def test_who_comes_back_after_its_lease_was_taken_over_finds_the_work_no_longer_its_own(
    register: Register,
) -> None:
    _store(register, 1)
    later = NOW + LEASE + timedelta(seconds=1)
    with register.write() as connection:
        [slow] = inbox.claim_events(connection, NOW, 1)
        [fast] = inbox.claim_events(connection, later, 1)
        assert not inbox.still_ours(connection, slow, later)
        assert inbox.still_ours(connection, fast, later)
        inbox.finish(connection, fast.id, later)
        assert not inbox.still_ours(connection, fast, later)


def test_an_event_that_another_worker_processed_is_not_failed_by_the_slow_one(
    register: Register,
) -> None:
    [event_id] = _store(register, 1)
    later = NOW + LEASE + timedelta(seconds=1)
    with register.write() as connection:
        [slow] = inbox.claim_events(connection, NOW, 1)
        [fast] = inbox.claim_events(connection, later, 1)
        inbox.finish(connection, fast.id, later)
        inbox.fail(connection, slow, {"code": "connector", "detail": "away"}, later, final=True)
        found = inbox.find(connection, event_id)
    assert found is not None
    assert found[0].state == "processed"


def _lock_as(register: Register, name: str) -> None:
    with register.write() as connection:
        connection.execute(
            update(inbox_table).values(locked_until=NOW + LEASE, locked_by=name, attempts=1)
        )


def _free(register: Register) -> int:
    with register.write() as connection:
        return free_leases_of_the_dead(connection, inbox_table)


def _gone_process() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


HERE = socket.gethostname()


@pytest.mark.parametrize(
    ("name", "freed"),
    [
        (lambda: f"{HERE}:{_gone_process()}:{uuid4().hex[:8]}", 1),
        # A container that starts again gives its worker the number that the killed one had.
        (lambda: f"{HERE}:{os.getpid()}:{uuid4().hex[:8]}", 1),
        (worker_name, 0),
        (lambda: f"{HERE}:{os.getppid()}:abc", 0),
        (lambda: f"another-machine:{_gone_process()}:abc", 0),
    ],
    ids=["killed", "same number", "ourselves", "alive", "another machine"],
)
def test_only_the_lease_of_a_process_of_this_machine_that_is_gone_is_freed(
    register: Register, name: Callable[[], str], freed: int
) -> None:
    [event] = _store(register, 1)
    _lock_as(register, name())
    assert _free(register) == freed
    assert _claim(register, NOW) == ([event] if freed else [])


def test_a_killed_process_leaves_a_lease_that_the_next_one_frees(
    register: Register, database_url: str
) -> None:
    [event] = _store(register, 1)
    script = TAKE_ALL + "\nimport os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n"
    subprocess.run(
        [sys.executable, "-c", script, database_url, NOW.isoformat()], input=b"\n", check=False
    )
    assert _claim(register, NOW) == []
    assert _free(register) == 1
    assert _claim(register, NOW) == [event]


def test_nothing_is_freed_where_nothing_is_held(register: Register) -> None:
    _store(register, 2)
    assert _free(register) == 0


# --- when to try again ------------------------------------------------------------------------


@given(st.integers(1, len(ATTEMPT_DELAYS)))
def test_the_wait_follows_the_schedule_within_a_fifth(attempts: int) -> None:
    again = next_attempt(NOW, attempts)
    assert again is not None
    delay = ATTEMPT_DELAYS[attempts - 1]
    assert 0.8 * delay <= (again - NOW).total_seconds() <= 1.2 * delay


def test_waits_differ_so_that_workers_do_not_come_back_together() -> None:
    assert len({next_attempt(NOW, 5) for _ in range(20)}) > 1


def test_the_schedule_lasts_three_days_and_then_it_is_enough() -> None:
    assert timedelta(days=2) < timedelta(seconds=sum(ATTEMPT_DELAYS)) < timedelta(days=4)
    assert next_attempt(NOW, len(ATTEMPT_DELAYS) + 1) is None


@pytest.mark.parametrize(
    ("asked", "least", "most"), [(3600.0, 3600, 3600), (1.0, 4, 6), (0.0, 4, 6), (None, 4, 6)]
)
def test_what_the_other_system_asks_is_waited_at_least(
    asked: float | None, least: int, most: int
) -> None:
    again = next_attempt(NOW, 1, asked)
    assert again is not None
    assert least <= (again - NOW).total_seconds() <= most


@pytest.mark.parametrize("asked", [1e9, 1e300, float("inf")])
def test_nobody_makes_us_wait_for_years(asked: float) -> None:
    assert next_attempt(NOW, 1, asked) == NOW + LONGEST_WAIT


def test_an_event_that_keeps_failing_ends_dead_and_a_replay_starts_anew(
    register: Register,
) -> None:
    [event_id] = _store(register, 1)
    moment, states = NOW, []
    for _ in range(len(ATTEMPT_DELAYS) + 1):
        with register.write() as connection:
            [event] = inbox.claim_events(connection, moment, 1)
            states.append(inbox.fail(connection, event, {"code": "fault", "detail": "x"}, moment))
        moment += timedelta(days=2)
    assert states == ["failed"] * len(ATTEMPT_DELAYS) + ["dead"]
    assert _claim(register, moment) == []
    with register.write() as connection:
        assert inbox.replay(connection, event_id, moment)
        [again] = inbox.claim_events(connection, moment, 1)
        assert again.attempts == 1
        inbox.finish(connection, event_id, moment)
        assert not inbox.replay(connection, event_id, moment)
        assert not inbox.replay(connection, "no such event", moment)


def test_an_event_that_has_its_effect_twice_keeps_its_decisions_once(register: Register) -> None:
    [event_id] = _store(register, 1)
    with register.write() as connection:
        inbox.finish(connection, event_id, NOW, decisions=["a", "b", "a"])
        inbox.finish(connection, event_id, NOW, decisions=["b", "c"])
    with register.read() as connection:
        found = inbox.find(connection, event_id)
    assert found is not None
    assert sorted(found[1]) == ["a", "b", "c"]


def test_a_repeat_while_the_first_is_stored_at_the_same_moment_is_counted(
    register: Register, database_url: str
) -> None:
    start = Barrier(8)

    def receive(_sender: int) -> str:
        mine = open_register(database_url)
        start.wait()
        with mine.write() as connection:
            stored = inbox.store(connection, Delivery("s", "1", Channel.LMS, "x", {}), NOW)
        mine.close()
        return stored

    with ThreadPoolExecutor(8) as pool:
        ids = set(pool.map(receive, range(8)))
    with register.read() as connection:
        rows = connection.execute(select(inbox_table)).all()
        count = connection.execute(select(func.count()).select_from(inbox_table)).scalar_one()
    assert (len(ids), count, rows[0].duplicates) == (1, 1, 7)
