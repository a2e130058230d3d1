"""Who waits for work is woken by the transaction that brings it, and by nothing else; a connection
that is lost costs time and no work."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from threading import Event, Thread
from time import monotonic
from typing import Any

import psycopg
import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from adapter.ground.store import listening
from adapter.ground.store.listening import CHANNEL, Listening
from adapter.ground.store.register import Register, open_register
from adapter.ground.store.waiting import Waiter, waiting_for
from adapter.queues import inbox, outbox
from adapter.queues.inbox import Channel, Delivery
from adapter.queues.outbox import Action, ActionKind
from tests.fixtures.programs import wait_until

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
PATIENCE_SECONDS = 60.0


@pytest.fixture
def postgres(request: pytest.FixtureRequest) -> Iterator[Register]:
    databases = request.getfixturevalue("postgres_databases")
    name = databases.take()
    yield databases.register(name)
    databases.give_back(name)


@pytest.fixture
def never_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever waits looks again only when it is woken."""
    monkeypatch.setattr(listening, "HEARING_SECONDS", (PATIENCE_SECONDS,))


class _Lane:
    """A thread that waits as a lane of the worker does, and counts its looks."""

    def __init__(self, waiter: Waiter) -> None:
        self._waiter = waiter
        self._stop = Event()
        self.looks = 0
        self._thread = Thread(target=self._work, daemon=True)
        self._thread.start()

    def _work(self) -> None:
        while not self._stop.is_set():
            self.looks += 1
            self._waiter.wait()

    def stop(self) -> None:
        self._stop.set()


def _store(register: Register, channel: Channel) -> None:
    with register.write() as connection:
        inbox.store(connection, Delivery("test", str(monotonic()), channel, "x", {}), NOW)


def _are_waiting(register: Register) -> int:
    with register.read() as connection:
        return int(
            connection.execute(
                text(
                    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = :of"
                    " AND database = (SELECT oid FROM pg_database WHERE datname"
                    " = current_database())"
                ),
                {"of": listening.LOCK_CLASS},
            ).scalar_one()
        )


@pytest.fixture
def hearing(postgres: Register, never_by_itself: None) -> Iterator[Listening]:
    waiting = waiting_for(postgres)
    assert isinstance(waiting, Listening)
    yield waiting
    waiting.end()


def _waiting_lane(register: Register, hearing: Listening, *topics: str) -> _Lane:
    """One that heard that it is heard, and has looked since."""
    before = _are_waiting(register)
    lane = _Lane(hearing.waiter(topics))
    wait_until(lambda: _are_waiting(register) == before + len(topics), "nobody waits")
    wait_until(lambda: lane.looks >= 2, "it did not look once more")
    return lane


def test_who_waits_is_woken_when_the_transaction_ends_and_not_before(
    postgres: Register, hearing: Listening
) -> None:
    lane = _waiting_lane(postgres, hearing, Channel.LMS)
    looks = lane.looks
    with postgres.write() as connection:
        inbox.store(connection, Delivery("test", "1", Channel.LMS, "x", {}), NOW)
        assert lane.looks == looks
    wait_until(lambda: lane.looks > looks, "nobody was woken", PATIENCE_SECONDS / 2)
    lane.stop()


def test_what_others_wait_for_wakes_nobody(postgres: Register, hearing: Listening) -> None:
    lms = _waiting_lane(postgres, hearing, Channel.LMS)
    hris = _waiting_lane(postgres, hearing, Channel.HRIS)
    looks = lms.looks
    _store(postgres, Channel.HRIS)
    wait_until(lambda: hris.looks > 2, "nobody was woken", PATIENCE_SECONDS / 2)
    assert lms.looks == looks
    lms.stop()
    hris.stop()


def test_an_action_that_waited_for_an_earlier_one_wakes_who_carries_it_out(
    postgres: Register, hearing: Listening
) -> None:
    with postgres.write() as connection:
        actions = [
            Action("hold", ActionKind.SUSPEND, "enrolment 1", {}),
            Action("tell", ActionKind.NOTIFY, "enrolment 1", {}),
        ]
        outbox.put(connection, actions, NOW)
    lane = _waiting_lane(postgres, hearing, ActionKind.NOTIFY)
    looks = lane.looks
    with postgres.write() as connection:
        hold = outbox.lease_action(connection, NOW, paused=False)
        assert hold is not None
        assert hold.kind is ActionKind.SUSPEND
        outbox.delivered(connection, [hold.id], NOW)
    wait_until(lambda: lane.looks > looks, "nobody was woken", PATIENCE_SECONDS / 2)
    lane.stop()


def _listening_beside(register: Register) -> psycopg.Connection[Any]:
    url = register.engine.url.set(drivername="postgresql")
    beside: psycopg.Connection[Any] = psycopg.connect(
        url.render_as_string(hide_password=False), autocommit=True
    )
    beside.execute(f"LISTEN {CHANNEL}")
    return beside


def test_nothing_is_said_while_nobody_waits(postgres: Register, hearing: Listening) -> None:
    """Transactions that say something end one after the other."""
    with _listening_beside(postgres) as beside:
        _store(postgres, Channel.LMS)
        lane = _waiting_lane(postgres, hearing, Channel.LMS)
        _store(postgres, Channel.LMS)
        said = [notice.payload for notice in beside.notifies(timeout=5, stop_after=1)]
        said += [notice.payload for notice in beside.notifies(timeout=0)]
    assert said == ["public lms"]
    lane.stop()


def test_who_goes_on_finding_work_need_not_be_woken(postgres: Register, hearing: Listening) -> None:
    waiter = hearing.waiter((Channel.LMS,))
    wait_until(lambda: _hears(waiter, postgres), "nobody waits")
    waiter.found()
    assert _are_waiting(postgres) == 1
    waiter.found()
    wait_until(lambda: _are_waiting(postgres) == 0, "it is said that somebody waits")


def _hears(waiter: Waiter, register: Register) -> bool:
    Thread(target=waiter.wait, daemon=True).start()
    return _are_waiting(register) == 1


def test_a_lost_connection_is_made_again_and_who_waits_asks_meanwhile(
    postgres: Register, hearing: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening, "AGAIN_SECONDS", 0.2)
    lane = _waiting_lane(postgres, hearing, Channel.LMS)
    with postgres.write() as connection:
        ended = connection.execute(
            text(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                " WHERE application_name LIKE '%listening' AND datname = current_database()"
            )
        ).scalar_one()
    assert ended == 1
    looks = lane.looks
    wait_until(lambda: lane.looks > looks, "it did not look again by itself")
    wait_until(lambda: _are_waiting(postgres) == 1, "the connection was not made again")
    looks = lane.looks
    _store(postgres, Channel.LMS)
    wait_until(lambda: lane.looks > looks, "nobody was woken", PATIENCE_SECONDS / 2)
    lane.stop()


def test_a_word_that_came_as_the_connection_was_lost_does_not_keep_it_from_pausing(
    postgres: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would ask a database that is away for a connection again and again without a pause."""
    monkeypatch.setattr(listening, "AGAIN_SECONDS", PATIENCE_SECONDS)
    url = postgres.engine.url.render_as_string(hide_password=False)
    with socket.create_server(("127.0.0.1", 0)) as away:
        away.settimeout(5)
        nowhere = f"postgresql://odwh@127.0.0.1:{away.getsockname()[1]}/none"
        register = open_register(url, direct_url=nowhere)
        waiting = waiting_for(register)
        assert isinstance(waiting, Listening)
        asked, _ = away.accept()
        waiting._wake()
        asked.close()
        with pytest.raises(TimeoutError):
            away.accept()
        waiting.end()
    register.close()


def test_who_cannot_listen_is_told_why_and_asks(postgres: Register) -> None:
    url = postgres.engine.url.render_as_string(hide_password=False)
    nowhere = "postgresql://odwh:secret@127.0.0.1:1/none"
    register = open_register(url, direct_url=nowhere)
    with capture_logs() as lines:
        waiting = waiting_for(register)
        lane = _Lane(waiting.waiter((Channel.LMS,)))
        wait_until(lambda: lane.looks > 2, "it did not look again")
        wait_until(lambda: lines, "nothing was logged")
    lane.stop()
    waiting.end()
    register.close()
    [line] = lines
    assert line["event"] == "listening.not_connected"
    assert "nothing listens there" in line["reason"]
    assert "ODWH_DATABASE_DIRECT_URL" in line["reason"]
    assert "secret" not in line["reason"]


def test_on_sqlite_who_waits_asks_again_by_itself(sqlite_register: Register) -> None:
    waiting = waiting_for(sqlite_register)
    lane = _Lane(waiting.waiter((Channel.LMS,)))
    wait_until(lambda: lane.looks > 2, "it did not look again")
    lane.stop()
    waiting.end()
