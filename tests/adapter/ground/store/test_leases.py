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

from adapter.ground.store.reading import row_of, rows_of
from adapter.ground.store.register import Register, open_register
from adapter.ground.store.tables.work import InboxEventRow, OutboxActionRow, QueuedRow
from adapter.queues import inbox, outbox
from adapter.queues.in_hand import in_hand, renew_in_hand
from adapter.queues.inbox import Channel, Delivery, StoredEvent
from adapter.queues.leases import (
    ATTEMPT_DELAYS,
    DEATHS_ALLOWED,
    LEASE,
    LONGEST_WAIT,
    free_leases_of_the_dead,
    give_back,
    next_attempt,
    worker_name,
)
from adapter.queues.outbox import Action, ActionKind

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
TAKE_ALL = """
import sys
from datetime import datetime
from adapter.queues import inbox
from adapter.ground.store.register import open_register

register = open_register(sys.argv[1])
now = datetime.fromisoformat(sys.argv[2])
sys.stdin.readline()
while True:
    with register.write() as connection:
        event = inbox.lease_event(connection, now)
    if event is None:
        break
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
                event = inbox.lease_event(connection, NOW)
            if event is None:
                mine.close()
                return found
            found.append(event.id)

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
                action = outbox.lease_action(connection, NOW, paused=False)
            if action is None:
                mine.close()
                return done
            done.append(action.payload["n"])
            with mine.write() as connection:
                outbox.delivered(connection, [action.id], NOW)

    with ThreadPoolExecutor(4) as pool:
        done = [number for part in pool.map(deliver_all, range(4)) for number in part]
    # A thread may have found nothing free while the first of a subject was still in hand.
    done += deliver_rest(register)
    assert sorted(done) == list(range(40))


def deliver_rest(register: Register) -> list[int]:
    done: list[int] = []
    while True:
        with register.write() as connection:
            action = outbox.lease_action(connection, NOW, paused=False)
            if action is None:
                return done
            outbox.delivered(connection, [action.id], NOW)
        done.append(action.payload["n"])


def _lease(register: Register, now: datetime) -> StoredEvent | None:
    with register.write() as connection:
        return inbox.lease_event(connection, now)


def _leased(register: Register, now: datetime) -> list[str]:
    """The ids of all that can be leased at this moment."""
    return [event.id for event in iter(lambda: _lease(register, now), None)]


def _event(register: Register, event_id: str) -> InboxEventRow:
    with register.read() as connection:
        return row_of(connection, select(InboxEventRow).where(InboxEventRow.id == event_id))


def test_a_lease_keeps_others_out_until_it_ends_by_itself(register: Register) -> None:
    stored = _store(register, 1)
    assert _leased(register, NOW) == stored
    assert _leased(register, NOW + LEASE) == []
    assert _leased(register, NOW + LEASE + timedelta(seconds=1)) == []
    assert _leased(register, NOW + LEASE + timedelta(seconds=10)) == stored


def test_a_lease_is_renewed_while_its_row_is_in_hand(register: Register) -> None:
    [event_id] = _store(register, 1)
    assert _leased(register, NOW) == [event_id]
    later = NOW + timedelta(minutes=4)
    with in_hand(register, InboxEventRow, event_id), register.write() as connection:
        renew_in_hand(connection, later)
    assert _leased(register, NOW + LEASE + timedelta(seconds=1)) == []
    with register.write() as connection:
        renew_in_hand(connection, later + timedelta(minutes=4))
    assert _leased(register, later + LEASE + timedelta(seconds=1)) == []
    assert _event(register, event_id).deaths == 1


def test_a_row_of_the_same_name_in_another_register_renews_nothing(
    register: Register, sqlite_register: Register
) -> None:
    [event_id] = _store(register, 1)
    assert _leased(register, NOW) == [event_id]
    with in_hand(sqlite_register, InboxEventRow, event_id), register.write() as connection:
        renew_in_hand(connection, NOW + timedelta(minutes=4))
    assert _leased(register, NOW + LEASE + timedelta(seconds=1)) == []
    assert _leased(register, NOW + LEASE + timedelta(seconds=10)) == [event_id]


def test_an_event_that_another_worker_processed_is_not_failed_by_the_slow_one(
    register: Register,
) -> None:
    [event_id] = _store(register, 1)
    slow, later = _lease(register, NOW), NOW + LEASE + timedelta(seconds=1)
    assert _lease(register, later) is None
    fast = _lease(register, later + timedelta(seconds=10))
    assert slow is not None
    assert fast is not None
    with register.write() as connection:
        inbox.finish(connection, fast.id, later)
        inbox.fail(connection, slow, {"code": "connector", "detail": "away"}, later, final=True)
    assert _event(register, event_id).state == "processed"


@pytest.mark.parametrize("queue", ["inbox", "outbox"])
def test_a_slow_worker_that_fails_frees_only_its_own_lease(register: Register, queue: str) -> None:
    later = NOW + LEASE + timedelta(seconds=1)
    again = later + timedelta(seconds=10)
    with register.write() as connection:
        if queue == "inbox":
            inbox.store(connection, Delivery("test", "1", Channel.LMS, "x", {}), NOW)
            slow = inbox.lease_event(connection, NOW)
            assert slow is not None
            assert inbox.lease_event(connection, later) is None
            assert inbox.lease_event(connection, again) is not None
            inbox.fail(connection, slow, {"code": "fault", "detail": "x"}, again)
            assert inbox.lease_event(connection, again) is None
            row: QueuedRow = row_of(connection, select(InboxEventRow))
        else:
            outbox.put(connection, [Action("k", ActionKind.NOTIFY, "s", {})], NOW)
            first = outbox.lease_action(connection, NOW, paused=False)
            assert first is not None
            assert outbox.lease_action(connection, later, paused=False) is None
            assert outbox.lease_action(connection, again, paused=False) is not None
            outbox.failed(connection, first, "away", again)
            assert outbox.lease_action(connection, again, paused=False) is None
            row = row_of(connection, select(OutboxActionRow))
    assert (row.locked_until, row.attempts) == (again + LEASE, 2)


# --- workers that die -------------------------------------------------------------------------


def test_a_claim_counts_for_the_event_in_hand_and_not_for_its_neighbours(
    register: Register,
) -> None:
    poison, *neighbours = _store_in_order(register, 4)
    now = NOW
    for _ in range(DEATHS_ALLOWED):
        leased = _lease(register, now)
        assert leased is not None
        assert leased.id == poison
        _die(register)
        now += timedelta(minutes=1)
        assert _free(register, now) == 1
        now += timedelta(minutes=1)
    dead = _event(register, poison)
    assert (dead.state, dead.reason) == ("dead", {"code": "worker_died", "deaths": DEATHS_ALLOWED})
    assert dead.history is not None
    assert [entry["attempt"] for entry in dead.history] == [1, 2, 3, 4, 5]
    assert all("worker_died" in entry["what"] for entry in dead.history)
    rows = [_event(register, one) for one in neighbours]
    assert {(row.state, row.attempts, row.deaths) for row in rows} == {("received", 0, 0)}
    assert _leased(register, now) == neighbours


def test_what_killed_its_worker_lets_its_neighbours_go_first(register: Register) -> None:
    poison, *neighbours = _store_in_order(register, 3)
    assert _lease(register, NOW) is not None
    _die(register)
    _free(register, NOW)
    assert _leased(register, NOW) == neighbours
    assert _leased(register, NOW + timedelta(seconds=10)) == [poison]


def test_an_action_whose_worker_keeps_dying_is_a_dead_letter_and_a_replay_starts_anew(
    register: Register,
) -> None:
    now = NOW
    with register.write() as connection:
        outbox.put(connection, [Action("k", ActionKind.NOTIFY, "s", {})], NOW)
        for _ in range(DEATHS_ALLOWED):
            assert outbox.lease_action(connection, now, paused=False) is not None
            now += LEASE + timedelta(seconds=1)
            assert outbox.lease_action(connection, now, paused=False) is None
            now += timedelta(minutes=1)
        [dead] = outbox.dead_letters(connection)
        assert dead.last_error is not None
        assert dead.history is not None
        assert f"died {DEATHS_ALLOWED} times" in dead.last_error
        assert len(dead.history) == DEATHS_ALLOWED
        assert outbox.replay(connection, dead.id, now)
        again = outbox.lease_action(connection, now, paused=False)
    assert again is not None
    assert (again.attempts, again.deaths) == (2, 0), "what died with the workers may be done"


def test_what_outlived_no_worker_is_left_to_who_takes_one_suspect_at_a_time(
    register: Register,
) -> None:
    suspect, innocent = _store_in_order(register, 2)
    assert _lease(register, NOW) is not None
    _die(register)
    _free(register, NOW)
    later = NOW + timedelta(minutes=1)
    with register.write() as connection:
        first = inbox.lease_event(connection, later, suspects=False)
        assert inbox.lease_event(connection, later, suspects=False) is None
        second = inbox.lease_event(connection, later, suspects=True)
    assert first is not None
    assert second is not None
    assert (first.id, second.id) == (innocent, suspect)


def test_a_worker_that_stops_gives_back_what_it_had_in_hand_without_a_death(
    register: Register,
) -> None:
    [event_id] = _store(register, 1)
    assert _lease(register, NOW) is not None
    with register.write() as connection:
        assert give_back(connection, InboxEventRow, NOW) == 1
    assert _leased(register, NOW) == [event_id]
    assert _event(register, event_id).deaths == 0


# --- a clock that is set back -----------------------------------------------------------------

HOUR_BACK = NOW - timedelta(hours=1)


def test_a_clock_set_back_delays_no_event_that_was_accepted_before(register: Register) -> None:
    [event_id] = _store(register, 1)
    assert _leased(register, HOUR_BACK) == [event_id]


def test_a_clock_set_back_delays_no_event_that_is_tried_again(register: Register) -> None:
    [event_id] = _store(register, 1)
    event = _lease(register, NOW)
    assert event is not None
    with register.write() as connection:
        inbox.fail(connection, event, {"code": "connector", "detail": "away"}, NOW)
    assert _leased(register, NOW) == []
    assert _leased(register, HOUR_BACK) == [event_id]


def test_a_clock_set_back_keeps_no_event_of_a_dead_worker(register: Register) -> None:
    [event_id] = _store(register, 1)
    assert _lease(register, NOW) is not None
    assert _leased(register, HOUR_BACK) == []
    assert _leased(register, HOUR_BACK + timedelta(seconds=10)) == [event_id]


def _store_in_order(register: Register, count: int) -> list[str]:
    with register.write() as connection:
        return [
            inbox.store(
                connection,
                Delivery("test", str(number), Channel.LMS, "x", {}),
                NOW - timedelta(seconds=count - number),
            )
            for number in range(count)
        ]


def _die(register: Register) -> None:
    """What is leased now was leased by a process that is gone."""
    name = f"{HERE}:{_gone_process()}:{uuid4().hex[:8]}"
    with register.write() as connection:
        connection.execute(
            update(InboxEventRow)
            .where(InboxEventRow.locked_until.is_not(None))
            .values(locked_by=name)
        )


def _lock_as(register: Register, name: str) -> None:
    with register.write() as connection:
        connection.execute(
            update(InboxEventRow).values(locked_until=NOW + LEASE, locked_by=name, attempts=1)
        )


def _free(register: Register, now: datetime = NOW) -> int:
    with register.write() as connection:
        return free_leases_of_the_dead(connection, inbox.QUEUE, now)


def _gone_process() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


HERE = worker_name().rsplit(":", 2)[0]


@pytest.mark.parametrize(
    ("name", "freed"),
    [
        (lambda: f"{HERE}:{_gone_process()}:{uuid4().hex[:8]}", 1),
        # A container that starts again gives its worker the number that the killed one had.
        (lambda: f"{HERE}:{os.getpid()}:{uuid4().hex[:8]}", 1),
        (worker_name, 0),
        (lambda: f"{HERE}:{os.getppid()}:abc", 0),
        (lambda: f"another-machine:{_gone_process()}:abc", 0),
        # Two machines that were made from one image.
        (lambda: f"{socket.gethostname()}/0f0f0f0f:{_gone_process()}:abc", 0),
    ],
    ids=["killed", "same number", "ourselves", "alive", "another machine", "of the same name"],
)
def test_only_the_lease_of_a_process_of_this_machine_that_is_gone_is_freed(
    register: Register, name: Callable[[], str], freed: int
) -> None:
    [event] = _store(register, 1)
    _lock_as(register, name())
    assert _free(register) == freed
    assert _leased(register, NOW + timedelta(seconds=10)) == ([event] if freed else [])


def test_a_killed_process_leaves_a_lease_that_the_next_one_frees(
    register: Register, database_url: str
) -> None:
    [event] = _store(register, 1)
    script = TAKE_ALL + "\nimport os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n"
    subprocess.run(
        [sys.executable, "-c", script, database_url, NOW.isoformat()], input=b"\n", check=False
    )
    assert _leased(register, NOW) == []
    assert _free(register) == 1
    assert _leased(register, NOW + timedelta(seconds=10)) == [event]


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
            event = inbox.lease_event(connection, moment)
            assert event is not None
            states.append(inbox.fail(connection, event, {"code": "fault", "detail": "x"}, moment))
        moment += timedelta(days=2)
    assert states == ["failed"] * len(ATTEMPT_DELAYS) + ["dead"]
    assert _leased(register, moment) == []
    with register.write() as connection:
        assert inbox.replay(connection, event_id, moment)
        again = inbox.lease_event(connection, moment)
        assert again is not None
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
        rows = rows_of(connection, select(InboxEventRow))
        count = connection.execute(select(func.count()).select_from(InboxEventRow)).scalar_one()
    assert (len(ids), count, rows[0].duplicates) == (1, 1, 7)


def _lease_all(register: Register, event_ids: list[str], now: datetime) -> list[str]:
    with register.write() as connection:
        return [event.id for event in inbox.lease_events(connection, event_ids, now)]


def test_several_are_leased_at_once_in_the_order_of_the_queue_each_as_an_attempt(
    register: Register,
) -> None:
    first, second, third = _store_in_order(register, 3)
    assert _lease_all(register, [third, first], NOW) == [first, third]
    with register.read() as connection:
        rows = {row.id: row for row in rows_of(connection, select(InboxEventRow))}
    assert {one: rows[one].attempts for one in rows} == {first: 1, second: 0, third: 1}
    assert rows[first].locked_until == NOW + LEASE
    assert rows[first].locked_by == worker_name()
    assert _lease_all(register, [first, second, third], NOW) == [second]


def test_of_many_threads_that_take_several_no_two_take_the_same_event(
    register: Register, database_url: str
) -> None:
    stored = _store(register, 60)
    start = Barrier(6)

    def take_all(_worker: int) -> list[str]:
        mine = open_register(database_url)
        start.wait()
        taken = [
            event for begin in range(0, 60, 15) for event in _lease_all(mine, stored[begin:], NOW)
        ]
        mine.close()
        return taken

    with ThreadPoolExecutor(6) as pool:
        taken = [event for part in pool.map(take_all, range(6)) for event in part]
    assert sorted(taken) == sorted(stored)


def test_what_failed_or_outlived_a_worker_is_not_among_several(register: Register) -> None:
    failed, suspect, untried = _store_in_order(register, 3)
    with register.write() as connection:
        event = inbox.lease_event(connection, NOW)
        assert event is not None
        inbox.fail(connection, event, {"code": "fault"}, NOW)
    assert _lease(register, NOW) is not None
    _die(register)
    _free(register, NOW)
    later = NOW + timedelta(hours=1)
    assert _lease_all(register, [failed, suspect, untried], later) == [untried]


def test_what_is_handed_back_was_never_taken(register: Register) -> None:
    [event_id] = _store(register, 1)
    with register.write() as connection:
        events = inbox.lease_events(connection, [event_id], NOW)
        inbox.hand_back_events(connection, events, NOW)
    with register.read() as connection:
        row = row_of(connection, select(InboxEventRow))
    assert (row.attempts, row.deaths, row.locked_until, row.state) == (0, 0, None, "received")
    assert _lease_all(register, [event_id], NOW) == [event_id]


def test_what_was_done_or_taken_over_meanwhile_is_not_handed_back(register: Register) -> None:
    done, another_s = _store_in_order(register, 2)
    with register.write() as connection:
        events = inbox.lease_events(connection, [done, another_s], NOW)
        inbox.finish(connection, done, NOW)
        connection.execute(
            update(InboxEventRow).where(InboxEventRow.id == another_s).values(locked_by="x:1:y")
        )
        inbox.hand_back_events(connection, events, NOW)
    with register.read() as connection:
        rows = {row.id: row for row in rows_of(connection, select(InboxEventRow))}
    assert (rows[done].state, rows[done].attempts) == ("processed", 1)
    assert (rows[another_s].attempts, rows[another_s].locked_until) == (1, NOW + LEASE)


def test_what_this_worker_took_anew_since_is_not_handed_back(register: Register) -> None:
    """A thread handed it back too late: its lease ended, and another thread is at it."""
    stored = _store(register, 1)
    with register.write() as connection:
        events = inbox.lease_events(connection, stored, NOW)
    after = NOW + LEASE + timedelta(minutes=1)
    with register.write() as connection:
        assert inbox.lease_event(connection, after) is None
        again = inbox.lease_event(connection, after + timedelta(minutes=1))
        assert again is not None
        inbox.hand_back_events(connection, events, after + timedelta(minutes=1))
        row = row_of(connection, select(InboxEventRow))
    assert row.attempts == 2
    assert row.locked_until is not None
