"""Actions go out in order, once, and only while they are wanted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select

from adapter.deliveries import deliver
from adapter.deliveries.deliver import deliver_due
from adapter.ground.parts import Parts
from adapter.ground.store.register import Register
from adapter.ground.store.tables.work import OutboxActionRow
from adapter.queues import completion, outbox
from adapter.queues.leases import LEASE
from adapter.queues.outbox import (
    STOPPED_BY_PAUSE,
    Action,
    ActionKind,
    PendingAction,
)
from adapter.register import enforcement_switch
from config.policy_files import load_policy
from config.settings import Settings
from connectors.errors import (
    ConnectorError,
    Misconfigured,
    Permanent,
    Transient,
)
from tests.fixtures.workbench import StandingClock

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def parts(register: Register) -> Parts:
    return Parts(register, load_policy(), StandingClock(NOW), Settings())


class Carrier:
    """Stands for the other system: notes what it is asked, and fails as told."""

    def __init__(self, parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
        self.parts = parts
        self.done: list[str] = []
        self.fails: dict[str, Exception] = {}
        everything = dict.fromkeys(ActionKind, self.carry)
        monkeypatch.setattr(deliver, "HANDLERS", everything)

    def carry(self, _parts: Parts, action: PendingAction) -> completion.Completion:
        name = action.payload["name"]
        self.done.append(name)
        if name in self.fails:
            raise self.fails[name]
        return lambda _connection: None

    def put(
        self,
        *names: str,
        subject: str = "s",
        kind: ActionKind = ActionKind.NOTIFY,
        **payload: str,
    ) -> None:
        actions = [Action(name, kind, subject, {"name": name, **payload}) for name in names]
        with self.parts.register.write() as connection:
            outbox.put(connection, actions, self.parts.clock.now())

    def row(self, name: str) -> Any:
        with self.parts.register.read() as connection:
            return connection.execute(
                select(OutboxActionRow).where(OutboxActionRow.action_key == name)
            ).one()

    def deliver_all(self) -> list[str]:
        while deliver_due(self.parts):
            pass
        return self.done

    def wait(self, **duration: float) -> None:
        assert isinstance(self.parts.clock, StandingClock)
        self.parts.clock.advance(**duration)


@pytest.fixture
def carrier(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> Carrier:
    return Carrier(parts, monkeypatch)


def test_actions_of_one_subject_go_out_in_order(carrier: Carrier) -> None:
    carrier.put("hold", "tell employee", "tell manager")
    assert carrier.deliver_all() == ["hold", "tell employee", "tell manager"]
    assert {carrier.row(name).state for name in carrier.done} == {"delivered"}


def test_an_action_written_twice_goes_out_once(carrier: Carrier) -> None:
    carrier.put("hold", "hold")
    carrier.put("hold")
    assert carrier.deliver_all() == ["hold"]


def test_nobody_is_told_of_a_hold_that_did_not_succeed_yet(carrier: Carrier) -> None:
    carrier.put("hold", "tell")
    carrier.fails["hold"] = Transient("away")
    assert carrier.deliver_all() == ["hold"]
    carrier.fails.clear()
    carrier.wait(seconds=7)
    assert carrier.deliver_all() == ["hold", "hold", "tell"]
    assert (carrier.row("hold").attempts, carrier.row("hold").last_error) == (2, None)


def test_a_dead_letter_keeps_what_follows_on_it_waiting_until_it_is_replayed(
    carrier: Carrier,
) -> None:
    carrier.put("hold", "tell")
    carrier.fails["hold"] = Permanent("user 8 does not exist; look in the LMS")
    assert carrier.deliver_all() == ["hold"]
    dead = carrier.row("hold")
    assert (dead.state, dead.last_error) == ("dead", "user 8 does not exist; look in the LMS")
    carrier.fails.clear()
    carrier.wait(days=9)
    assert carrier.deliver_all() == ["hold"]
    with carrier.parts.register.write() as connection:
        assert [row.id for row in outbox.dead_letters(connection)] == [dead.id]
        assert outbox.replay(connection, dead.id, carrier.parts.clock.now())
        assert not outbox.replay(connection, dead.id, carrier.parts.clock.now())
    assert carrier.deliver_all() == ["hold", "hold", "tell"]


def test_a_message_that_cannot_be_sent_keeps_no_release_waiting(carrier: Carrier) -> None:
    carrier.put("tell")
    carrier.fails["tell"] = Permanent("no usable LMS account")
    carrier.deliver_all()
    carrier.put("release", kind=ActionKind.RELEASE)
    assert carrier.deliver_all() == ["tell", "release"]


def test_a_message_that_cannot_be_sent_keeps_nobody_else_in_the_dark(carrier: Carrier) -> None:
    carrier.put("hold", kind=ActionKind.SUSPEND)
    carrier.put("tell employee", recipient="10005")
    carrier.put("tell manager", recipient="10009")
    carrier.fails["tell employee"] = Permanent("no usable LMS account")
    assert carrier.deliver_all() == ["hold", "tell employee", "tell manager"]
    carrier.put("release", kind=ActionKind.RELEASE)
    carrier.put("tell employee of it", recipient="10005")
    carrier.put("tell manager of it", recipient="10009")
    assert carrier.deliver_all()[3:] == ["release", "tell manager of it"]
    assert carrier.row("tell employee of it").state == "pending", "first things first"


def test_what_was_left_keeps_nothing_waiting_and_can_be_replayed(carrier: Carrier) -> None:
    carrier.put("add", "remove", kind=ActionKind.COHORT_ADD)
    carrier.fails["add"] = Permanent("invalidparameter")
    assert carrier.deliver_all() == ["add"]
    letter = carrier.row("add").id
    with carrier.parts.register.write() as connection:
        assert outbox.leave(connection, letter) is not None
        assert [row.id for row in outbox.dead_letters(connection)] == [letter]
        assert outbox.leave(connection, carrier.row("remove").id) is None
    assert carrier.deliver_all() == ["add", "remove"]
    carrier.fails.clear()
    with carrier.parts.register.write() as connection:
        assert outbox.replay(connection, letter, carrier.parts.clock.now())
    assert carrier.deliver_all() == ["add", "remove", "add"]
    assert carrier.row("add").attempts == 2, "its first answer may have been lost"


def test_another_subject_does_not_wait_for_one_that_fails(carrier: Carrier) -> None:
    carrier.put("hold 1", subject="one")
    carrier.put("hold 2", subject="two")
    carrier.fails["hold 1"] = Transient("away")
    carrier.deliver_all()
    assert (carrier.row("hold 1").state, carrier.row("hold 2").state) == ("pending", "delivered")


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (Transient("away"), "pending"),
        (Misconfigured("the token is refused"), "pending"),
        (Permanent("gone"), "dead"),
        (RuntimeError("a fault of ours"), "pending"),
    ],
)
def test_what_fails_for_now_is_tried_again_and_what_fails_for_ever_is_not(
    carrier: Carrier, error: Exception, state: str
) -> None:
    carrier.put("hold")
    carrier.fails["hold"] = error
    carrier.deliver_all()
    row = carrier.row("hold")
    assert (row.state, row.locked_until) == (state, None)
    if isinstance(error, ConnectorError):
        assert row.last_error == str(error)
    else:
        assert "a fault of ours" not in row.last_error


def test_the_other_system_says_when_to_come_back(carrier: Carrier) -> None:
    carrier.put("hold")
    carrier.fails["hold"] = Transient("busy", retry_after=3600)
    carrier.deliver_all()
    assert carrier.row("hold").next_attempt_at == NOW + timedelta(hours=1)
    carrier.wait(minutes=59)
    assert carrier.deliver_all() == ["hold"]
    carrier.wait(minutes=1)
    assert carrier.deliver_all() == ["hold", "hold"]


def test_what_was_cancelled_before_it_went_out_stays_in(carrier: Carrier) -> None:
    carrier.put("hold", "tell")
    with carrier.parts.register.write() as connection:
        outbox.cancel_subject(connection, "s")
    assert carrier.deliver_all() == []
    assert carrier.row("tell").state == "cancelled"


def test_a_cancelled_action_does_not_keep_later_ones_waiting(carrier: Carrier) -> None:
    carrier.put("hold")
    with carrier.parts.register.write() as connection:
        outbox.cancel_subject(connection, "s")
    carrier.put("release")
    assert carrier.deliver_all() == ["release"]


def test_what_was_delivered_is_not_cancelled_afterwards(carrier: Carrier) -> None:
    carrier.put("hold")
    carrier.deliver_all()
    with carrier.parts.register.write() as connection:
        outbox.cancel_subject(connection, "s")
    assert carrier.row("hold").state == "delivered"


def test_an_overtaken_action_is_cancelled_with_what_follows_from_that(carrier: Carrier) -> None:
    carrier.put("hold", "tell")
    carrier.fails["hold"] = completion.Overtaken(lambda c: outbox.cancel_subject(c, "s"))
    assert carrier.deliver_all() == ["hold"]
    assert {carrier.row(name).state for name in ("hold", "tell")} == {"cancelled"}


def _pause(carrier: Carrier, *, on: bool) -> None:
    with carrier.parts.register.write() as connection:
        enforcement_switch.throw(
            connection, on=on, reason="test", by="test", now=carrier.parts.clock.now()
        )


@pytest.mark.parametrize("kind", sorted(ActionKind))
def test_a_pause_stops_everything_but_mail_to_those_who_must_look(
    carrier: Carrier, kind: ActionKind
) -> None:
    carrier.put("one", kind=kind)
    _pause(carrier, on=True)
    assert carrier.deliver_all() == ([] if kind in STOPPED_BY_PAUSE else ["one"])
    _pause(carrier, on=False)
    assert carrier.deliver_all() == ["one"]


def test_mail_to_hr_is_not_stopped_by_a_pause() -> None:
    assert ActionKind.MAIL_HR not in STOPPED_BY_PAUSE
    assert {kind for kind in ActionKind if kind.startswith("lms.")} <= set(STOPPED_BY_PAUSE)


def test_a_pause_that_comes_while_another_is_carried_out_stops_it_and_costs_no_attempt(
    carrier: Carrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    carrier.put("first", subject="a")
    carrier.wait(seconds=1)
    carrier.put("second", subject="b")
    carry = carrier.carry

    def carry_and_pause(parts: Parts, action: PendingAction) -> completion.Completion:
        _pause(carrier, on=True)
        return carry(parts, action)

    monkeypatch.setattr(deliver, "HANDLERS", {ActionKind.NOTIFY: carry_and_pause})
    assert carrier.deliver_all() == ["first"]
    row = carrier.row("second")
    assert (row.state, row.attempts, row.locked_until) == ("pending", 0, None)
    _pause(carrier, on=False)
    assert carrier.deliver_all() == ["first", "second"]


def test_what_another_worker_took_over_from_a_slow_batch_is_not_done_twice(
    carrier: Carrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    carrier.put("slow", subject="a")
    carrier.wait(seconds=1)
    carrier.put("next", subject="b")
    carry = carrier.carry

    def carry_slowly(parts: Parts, action: PendingAction) -> completion.Completion:
        complete = carry(parts, action)
        if action.payload["name"] == "slow":
            monkeypatch.setattr(deliver, "HANDLERS", {ActionKind.NOTIFY: carry})
            carrier.wait(seconds=LEASE.total_seconds() + 1)
            # The slow one is in hand for longer than its lease; another worker comes by.
            deliver_due(parts)
        return complete

    monkeypatch.setattr(deliver, "HANDLERS", {ActionKind.NOTIFY: carry_slowly})
    deliver_due(carrier.parts)
    assert carrier.done.count("next") == 1


def test_an_action_cancelled_while_it_was_carried_out_stays_cancelled_when_it_fails(
    carrier: Carrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    carrier.put("tell")

    def overtaken(parts: Parts, action: PendingAction) -> completion.Completion:
        with parts.register.write() as connection:
            outbox.cancel_subject(connection, action.subject)
        raise Transient("away")

    monkeypatch.setattr(deliver, "HANDLERS", dict.fromkeys(ActionKind, overtaken))
    deliver_due(carrier.parts)
    assert carrier.row("tell").state == "cancelled"


def test_a_fault_in_what_the_register_must_know_is_a_failed_attempt_and_stops_no_worker(
    carrier: Carrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    carrier.put("tell")

    def faulty(_connection: Connection) -> None:
        raise LookupError("no such row")

    monkeypatch.setattr(
        deliver, "HANDLERS", dict.fromkeys(ActionKind, lambda _parts, _action: faulty)
    )
    deliver_due(carrier.parts)
    row = carrier.row("tell")
    assert (row.state, row.attempts) == ("pending", 1)
    assert "LookupError" in row.last_error
