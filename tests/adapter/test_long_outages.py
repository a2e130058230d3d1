"""A system that is away for days kills nothing that waits for it: when it answers again, all is
done without a person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from adapter.deliveries import deliver
from adapter.doors.intake import process
from adapter.ground.parts import Parts
from adapter.ground.store.register import Register
from adapter.ground.store.tables.work import InboxEventRow, OutboxActionRow
from adapter.ground.systems import System
from adapter.queues import inbox, outbox
from adapter.queues.inbox import Channel, Delivery, StoredEvent
from adapter.queues.leases import hurry
from adapter.queues.outbox import Action, ActionKind, PendingAction
from adapter.register.part_states import State, keep_state
from config.policy_files import load_policy
from config.settings import Settings
from connectors.errors import Transient
from tests.fixtures.workbench import StandingClock

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
EVERY = timedelta(minutes=30)


class Outage:
    """An event and an action, whose system answers while `answers` is set; each half hour somebody
    looks at the systems, and what is due is tried."""

    def __init__(self, register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
        self.clock = StandingClock(NOW)
        self.parts = Parts(register, load_policy(), self.clock, Settings())
        self.answers = False
        self.asked = 0
        monkeypatch.setattr(process, "_PROCESSES", dict.fromkeys(Channel, self._process))
        monkeypatch.setattr(deliver, "HANDLERS", dict.fromkeys(ActionKind, self._carry))
        self.comes_in("1")

    def comes_in(self, key: str) -> None:
        now = self.clock.now()
        with self.parts.register.write() as connection:
            delivery = Delivery("lms", key, Channel.LMS, "user_enrolment_created", {})
            inbox.store(connection, delivery, now)
            outbox.put(connection, [Action(key, ActionKind.SUSPEND, key, {})], now)

    def _process(self, parts: Parts, event: StoredEvent) -> None:
        self._ask()
        with parts.register.write() as connection:
            inbox.finish(connection, event.id, self.clock.now())

    def _carry(self, _: Parts, __: PendingAction) -> Callable[[object], None]:
        self._ask()
        return lambda _connection: None

    def _ask(self) -> None:
        self.asked += 1
        if not self.answers:
            raise Transient("moodle does not answer", code="timeout")

    def last(self, duration: timedelta, seen: State, every: timedelta = EVERY) -> None:
        ends = self.clock.now() + duration
        while self.clock.now() < ends:
            with self.parts.register.write() as connection:
                keep_state(connection, System.LMS, seen, None, self.clock.now())
            process.process_due(self.parts)
            deliver.deliver_due(self.parts)
            self.clock.advance(minutes=every.seconds / 60)

    def end(self) -> None:
        """As the worker does when the circuit closes."""
        self.answers = True
        with self.parts.register.write() as connection:
            keep_state(connection, System.LMS, State.OK, None, self.clock.now())
            for queue, row in ((inbox.QUEUE, InboxEventRow), (outbox.QUEUE, OutboxActionRow)):
                hurry(connection, queue, row.id.is_not(None), self.clock.now())
        process.process_due(self.parts)
        deliver.deliver_due(self.parts)

    def states(self) -> tuple[str, str]:
        with self.parts.register.read() as connection:
            event = connection.execute(select(InboxEventRow.state)).scalar_one()
            action = connection.execute(select(OutboxActionRow.state)).scalar_one()
        return event, action


@pytest.fixture
def outage(register: Register, monkeypatch: pytest.MonkeyPatch) -> Outage:
    return Outage(register, monkeypatch)


@pytest.mark.parametrize("duration", [timedelta(hours=6), timedelta(days=5)])
def test_what_waited_for_a_system_that_was_away_is_done_when_it_is_back(
    outage: Outage, duration: timedelta
) -> None:
    outage.last(duration, State.FAILING)
    assert outage.states() == ("failed", "pending")
    outage.end()
    assert outage.states() == ("processed", "delivered")


def test_what_fails_by_itself_while_the_system_answers_others_is_dead_after_days(
    outage: Outage,
) -> None:
    outage.last(timedelta(days=5), State.OK)
    assert outage.states() == ("dead", "dead")


def test_a_new_series_of_attempts_is_left_after_an_outage(outage: Outage) -> None:
    outage.last(timedelta(days=5), State.FAILING)
    outage.last(timedelta(hours=6), State.OK)
    assert outage.states() == ("failed", "pending")


def test_the_last_attempt_is_not_lost_to_an_outage(
    outage: Outage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("random.uniform", lambda *_: 1.0)
    outage.last(timedelta(days=2, hours=12), State.OK)
    outage.last(timedelta(days=5), State.FAILING)
    assert outage.states() == ("failed", "pending")


def test_what_comes_in_during_an_outage_is_not_tried_all_the_time(outage: Outage) -> None:
    outage.last(timedelta(hours=1), State.FAILING)
    before = outage.asked
    outage.comes_in("2")
    outage.last(timedelta(hours=2), State.FAILING, every=timedelta(minutes=1))
    assert outage.asked - before <= 4 * 2 * 60 // 8
