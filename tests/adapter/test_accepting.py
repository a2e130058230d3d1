"""Events that come in together are stored together, each before its own answer and none by a key
that opens nothing any more."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import create_engine, event, func, select, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection

from adapter.ground.store import register as register_module
from adapter.ground.store.reading import row_of, rows_of
from adapter.ground.store.register import Register, open_register
from adapter.ground.store.tables.work import InboxEventRow
from adapter.queues.accepting import AT_THE_SAME_TIME, Accepting
from adapter.queues.inbox import Channel, Delivery
from adapter.register.keys import KeyWanted, Role, make_key, revoke_key
from tests.fixtures.programs import wait_until
from tests.fixtures.statements import statements_of

NOON = datetime(2027, 3, 1, 11, 0, 0, 250_000, tzinfo=UTC)
MANY = 12


def _delivery(number: int, source: str = "lms:test") -> Delivery:
    body = {"user_id": str(number), "note": "één ‘teken’ en %(x)s"}
    return Delivery(source, f"event {number}", Channel.LMS, "course_completed", body)


def _key(register: Register, expires_at: datetime | None = None) -> str:
    wanted = KeyWanted("LMS", Role.LMS, expires_at=expires_at)
    with register.write() as connection:
        return make_key(connection, wanted, NOON, by="beheer").key_id


def _stored(register: Register) -> list[InboxEventRow]:
    with register.read() as connection:
        return rows_of(connection, select(InboxEventRow).order_by(InboxEventRow.delivery_id))


def _count(register: Register) -> int:
    with register.read() as connection:
        return connection.execute(select(func.count(InboxEventRow.id))).scalar_one()


@contextmanager
def _nobody_else_writes(register: Register) -> Iterator[None]:
    """As while another transaction is being committed."""
    with register.write() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("LOCK TABLE inbox IN EXCLUSIVE MODE"))
        yield


def _at_once(
    register: Register, accepting: Accepting, asked: Sequence[Callable[[], str | None]]
) -> tuple[list[Future[str | None]], int]:
    """What each gets of which all wait but those under way; and how many transactions that took."""
    with (
        statements_of(register) as statements,
        ThreadPoolExecutor(len(asked)) as threads,
        _nobody_else_writes(register),
    ):
        found = [threads.submit(one) for one in asked]
        waiting = len(asked) - AT_THE_SAME_TIME[register.engine.dialect.name]
        wait_until(lambda: accepting.waiting == waiting, "they do not wait")
    if register.engine.dialect.name == "postgresql":
        with register.read() as connection:
            writers = text("SELECT count(DISTINCT xmin::text) FROM inbox")
            return found, connection.execute(writers).scalar_one()
    return found, sum(one.startswith("INSERT INTO inbox") for one in statements)


def test_an_event_is_stored_as_it_came(register: Register) -> None:
    event_id = Accepting(register).accept(_delivery(1), NOON)
    with register.read() as connection:
        row = row_of(connection, select(InboxEventRow))
    assert (row.id, row.source, row.delivery_id) == (event_id, "lms:test", "event 1")
    assert (row.channel, row.kind, row.state) == ("lms", "course_completed", "received")
    assert row.body == _delivery(1).body
    assert (row.received_at, row.next_attempt_at, row.duplicates) == (NOON, NOON, 0)


def test_those_that_wait_are_stored_in_one_statement_and_each_gets_its_own_id(
    register: Register,
) -> None:
    accepting = Accepting(register)
    asked = [partial(accepting.accept, _delivery(n), NOON) for n in range(MANY)]
    found, statements = _at_once(register, accepting, asked)
    assert statements == AT_THE_SAME_TIME[register.engine.dialect.name] + 1
    by_delivery = {row.delivery_id: row.id for row in _stored(register)}
    assert [one.result() for one in found] == [by_delivery[f"event {n}"] for n in range(MANY)]
    assert len(set(by_delivery.values())) == MANY


def test_the_same_event_many_times_at_once_is_one_event(register: Register) -> None:
    accepting = Accepting(register)
    asked = [partial(accepting.accept, _delivery(1), NOON)] * MANY
    found, _ = _at_once(register, accepting, asked)
    (row,) = _stored(register)
    assert {one.result() for one in found} == {row.id}
    assert row.duplicates == MANY - 1


def test_many_threads_of_many_processes_lose_nothing(register: Register) -> None:
    """Two ways in, as two web processes have, with the same deliveries in another order."""
    ways = [Accepting(register), Accepting(register)]
    numbers = list(range(60))
    with ThreadPoolExecutor(16) as threads:
        found = [
            [threads.submit(way.accept, _delivery(n), NOON) for n in order]
            for way, order in zip(ways, (numbers, numbers[::-1]), strict=True)
        ]
    ids = [[one.result() for one in each] for each in found]
    assert ids[0] == ids[1][::-1]
    assert {(row.id, row.duplicates) for row in _stored(register)} == {(i, 1) for i in ids[0]}


def test_a_key_that_was_revoked_while_others_wait_keeps_out_only_its_own_event(
    register: Register,
) -> None:
    good, revoked = _key(register), _key(register)
    with register.write() as connection:
        assert revoke_key(connection, revoked, NOON, by="beheer")
    accepting = Accepting(register)
    keys = [None, good, revoked, good, revoked]
    asked = [partial(accepting.accept, _delivery(n), NOON, key) for n, key in enumerate(keys)]
    found, _ = _at_once(register, accepting, asked)
    assert [one.result() is None for one in found] == [key == revoked for key in keys]
    assert [row.delivery_id for row in _stored(register)] == ["event 0", "event 1", "event 3"]


def test_a_key_opens_until_its_term_and_not_at_it(register: Register) -> None:
    end = NOON + timedelta(days=1)
    key = _key(register, expires_at=end)
    accepting = Accepting(register)
    assert accepting.accept(_delivery(1), end - timedelta(microseconds=1), key) is not None
    assert accepting.accept(_delivery(2), end, key) is None
    assert accepting.accept(_delivery(3), end, "0" * 16) is None
    assert _count(register) == 1


def test_what_the_database_refuses_is_told_to_all_who_wait_and_then_it_goes_on(
    register: Register,
) -> None:
    accepting = Accepting(register)
    with register.write() as connection:
        connection.execute(text("ALTER TABLE inbox RENAME TO inbox_away"))
    with ThreadPoolExecutor(4) as threads:
        found = [threads.submit(accepting.accept, _delivery(n), NOON) for n in range(8)]
    for one in found:
        with pytest.raises(DBAPIError):
            one.result()
    with register.write() as connection:
        connection.execute(text("ALTER TABLE inbox_away RENAME TO inbox"))
    assert accepting.accept(_delivery(1), NOON) is not None
    assert _count(register) == 1


def test_that_no_connection_is_left_is_waited_for_once_for_all_who_wait(
    sqlite_register: Register,
) -> None:
    """Each by itself would wait as long again, one after the other."""
    engine = create_engine(
        sqlite_register.engine.url, pool_size=1, max_overflow=0, pool_timeout=0.5
    )
    register = Register(engine)
    accepting = Accepting(register)
    with engine.connect(), ThreadPoolExecutor(MANY) as threads:
        found = [threads.submit(accepting.accept, _delivery(n), NOON) for n in range(MANY)]
    register.close()
    errors = [one.exception() for one in found]
    assert all(isinstance(one, NoConnection) for one in errors)
    assert len({id(one) for one in errors}) < MANY


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
@pytest.mark.parametrize("connections", [2, 3, 6])
def test_what_accepts_events_leaves_others_their_connections(
    register: Register, connections: int
) -> None:
    url = register.engine.url.render_as_string(hide_password=False)
    few = open_register(url, connections=connections)
    accepting = Accepting(few)
    with ThreadPoolExecutor(MANY) as threads, _nobody_else_writes(register):
        found = [threads.submit(accepting.accept, _delivery(n), NOON) for n in range(MANY)]
        wait_until(lambda: few.connections_in_use() > 1, "they do not come in at once")
    assert None not in [one.result() for one in found]
    assert connections - few.connections_in_use() >= 2
    few.close()


def test_an_event_waits_for_the_writer_of_its_own_process_for_as_long_as_that_takes(
    sqlite_register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As every other writer does: SQLite itself gives up, or is overtaken again and again."""
    monkeypatch.setattr(register_module, "BUSY_TIMEOUT_MS", 1)
    register = open_register(sqlite_register.engine.url.render_as_string(hide_password=False))
    accepting = Accepting(register)
    with ThreadPoolExecutor(1) as threads:
        with register.write() as connection:
            connection.execute(text("UPDATE inbox SET duplicates = 0"))
            found = threads.submit(accepting.accept, _delivery(1), NOON)
            # Far longer than the database waits here.
            done = wait([found], timeout=0.5).done
        assert not done
        assert found.result() is not None
    register.close()


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_connection_that_the_database_closed_costs_nobody_anything(
    register: Register,
) -> None:
    accepting = Accepting(register)
    first = accepting.accept(_delivery(1), NOON)
    with register.write() as connection:
        others = "pid <> pg_backend_pid() AND datname = current_database()"
        connection.execute(
            text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")
        )
    assert accepting.accept(_delivery(1), NOON) == first
    assert accepting.accept(_delivery(2), NOON) != first
    assert _count(register) == 2


def test_a_register_that_was_closed_is_opened_again(register: Register) -> None:
    accepting = Accepting(register)
    accepting.accept(_delivery(1), NOON)
    register.close()
    accepting.accept(_delivery(2), NOON)
    assert _count(register) == 2


def test_a_disk_that_takes_nothing_is_told_as_such(sqlite_register: Register) -> None:
    accepting = Accepting(sqlite_register)
    accepting.accept(_delivery(1), NOON)
    with sqlite_register.read() as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()
    sqlite_register.own_transactions.close()
    body = {"note": "x" * 100_000}
    large = Delivery("lms:test", "large", Channel.LMS, "course_completed", body)
    with _at_most_pages(sqlite_register, pages), pytest.raises(OperationalError, match="full"):
        accepting.accept(large, NOON)
    assert _count(sqlite_register) == 1
    assert accepting.accept(large, NOON) is not None


@contextmanager
def _at_most_pages(register: Register, pages: int) -> Iterator[None]:
    """As a full disk: each connection that is opened may not make the file larger."""

    def limit(connection: object, _entry: object, _proxy: object = None) -> None:
        connection.execute(f"PRAGMA max_page_count={pages}")  # type: ignore[attr-defined]

    event.listen(register.engine, "checkout", limit)
    try:
        yield
    finally:
        event.remove(register.engine, "checkout", limit)
        register.close()
