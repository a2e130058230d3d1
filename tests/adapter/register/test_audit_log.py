"""The audit trail: sealed line by line, let go of by term, and shipped in order."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from adapter.ground.clock import SystemClock
from adapter.ground.parts import Parts
from adapter.ground.store import chain
from adapter.ground.store.chain import Breach, Fault
from adapter.ground.store.reading import rows_of
from adapter.ground.store.register import Register, open_register
from adapter.ground.store.tables.decisions import ChainLinkRow, ChainStartRow
from adapter.ground.store.tables.work import AuditLineRow
from adapter.register.audit_log import COMMAND, LOG, SERVICE, come_by, note_act
from adapter.register.retention.clear import clear_past_terms
from adapter.views.oversight.audit_trail import entries_after
from config.policy_files import load_policy
from config.settings import RetentionSettings, Settings
from tests.fixtures.past_the_triggers import force

NOON = datetime(2027, 3, 1, 11, 0, tzinfo=UTC)


def note(connection: Connection, record: str, at: datetime = NOON) -> None:
    note_act(connection, at, actor="10005", action="view", record=record, result="shown")


@pytest.fixture
def trail(register: Register) -> Register:
    """Six lines, a day apart."""
    for number in range(1, 7):
        with register.write() as connection:
            note(connection, str(number), NOON + timedelta(days=number))
    return register


def lines(register: Register) -> list[AuditLineRow]:
    with register.read() as connection:
        return rows_of(connection, select(AuditLineRow).order_by(AuditLineRow.at))


def verified(register: Register) -> chain.Verified:
    with register.read() as connection:
        return chain.verify(connection)


def id_of(register: Register, record: str) -> str:
    return next(line.id for line in lines(register) if line.record == record)


class Later:
    def __init__(self, days: int) -> None:
        self.moment = NOON + timedelta(days=days)

    def now(self) -> datetime:
        return self.moment


def cleared(register: Register, days: int, keep: int = 7) -> int:
    """How many lines went that many days after NOON."""
    settings = Settings(retention=RetentionSettings(audit_log_days=keep))
    return clear_past_terms(Parts(register, load_policy(), Later(days), settings))[LOG]


@pytest.mark.parametrize(
    "change",
    [
        update(AuditLineRow).values(result="refused"),
        delete(AuditLineRow),
        delete(ChainLinkRow).where(ChainLinkRow.log == LOG),
    ],
    ids=["changed", "removed", "line of the chain"],
)
def test_the_database_refuses_to_change_the_trail(trail: Register, change: Any) -> None:
    with pytest.raises(DBAPIError, match="is only added to"), trail.write() as connection:
        connection.execute(change)
    assert len(lines(trail)) == 6


def test_postgresql_refuses_to_truncate_the_trail(trail: Register) -> None:
    with trail.write() as connection:
        if connection.dialect.name != "postgresql":
            return
        for table in ("audit_log", "log_chain", "log_starts"):
            with (
                pytest.raises(DBAPIError, match="is only added to"),
                connection.begin_nested(),
            ):
                connection.execute(text(f"TRUNCATE {table}"))


@pytest.mark.parametrize(
    "values", [{"actor": "10006"}, {"result": "done"}, {"about": "10007"}, {"way": "page"}]
)
def test_one_changed_line_is_named(trail: Register, values: dict[str, str]) -> None:
    changed = id_of(trail, "3")
    with trail.write() as connection:
        force(connection, update(AuditLineRow).where(AuditLineRow.id == changed).values(values))
    assert verified(trail).faults == [Fault(LOG, changed, Breach.CHANGED)]


def test_a_line_that_was_slipped_in_or_taken_out_is_named(trail: Register) -> None:
    gone = id_of(trail, "4")
    slipped = {"id": "x", "at": NOON, "actor": "", "action": "a", "record": "r", "result": "r"}
    with trail.write() as connection:
        force(connection, delete(AuditLineRow).where(AuditLineRow.id == gone))
        connection.execute(insert(AuditLineRow).values(slipped))
    assert set(map(str, verified(trail).faults)) == {
        str(Fault(LOG, gone, Breach.REMOVED)),
        str(Fault(LOG, "x", Breach.SLIPPED_IN)),
    }


def test_what_is_past_its_term_leaves_at_the_beginning(trail: Register) -> None:
    assert cleared(trail, 10) == 2
    assert [line.record for line in lines(trail)] == ["3", "4", "5", "6"]
    found = verified(trail)
    assert found.faults == []
    assert found.starts == {LOG: (2, NOON + timedelta(days=10))}
    assert found.heads[LOG][0] == 6
    with trail.write() as connection:
        note(connection, "7", NOON + timedelta(days=10))
    assert cleared(trail, 12) == 2
    found = verified(trail)
    assert (found.faults, found.starts[LOG][0], found.heads[LOG][0]) == ([], 4, 7)


def test_a_trail_of_which_all_is_past_its_term_goes_on_where_it_was(trail: Register) -> None:
    assert cleared(trail, 90) == 6
    with trail.write() as connection:
        note(connection, "7", NOON + timedelta(days=90))
    found = verified(trail)
    assert (found.faults, found.starts[LOG][0], found.heads[LOG][0]) == ([], 6, 7)


def test_nothing_past_its_term_removes_nothing(trail: Register) -> None:
    assert cleared(trail, 7) == 0
    assert verified(trail).starts == {}


def test_a_younger_line_keeps_what_was_written_after_it(trail: Register) -> None:
    """A clock was set back: the chain leaves from its beginning only."""
    with trail.write() as connection:
        note(connection, "old by its moment", NOON)
    assert cleared(trail, 10) == 2
    assert "old by its moment" in [line.record for line in lines(trail)]
    assert verified(trail).faults == []


def test_where_the_trail_begins_cannot_be_changed(trail: Register) -> None:
    cleared(trail, 10)
    for change in (update(ChainStartRow).values(number=1), delete(ChainStartRow)):
        with pytest.raises(DBAPIError, match="is only added to"), trail.write() as connection:
            connection.execute(change)


def test_a_beginning_that_does_not_fit_is_found(trail: Register) -> None:
    cleared(trail, 10)
    with trail.write() as connection:
        force(connection, update(ChainStartRow).values(sha256="0" * 64))
    assert [fault.breach for fault in verified(trail).faults] == [Breach.CHAIN_CHANGED]


def test_a_kept_line_is_known_while_it_is_there_or_the_beginning(trail: Register) -> None:
    with trail.read() as connection:
        links = rows_of(connection, select(ChainLinkRow).where(ChainLinkRow.log == LOG))
    kept = {link.number: link.sha256 for link in links}
    cleared(trail, 10)
    with trail.read() as connection:
        known = [chain.holds_line(connection, LOG, number, kept[number]) for number in range(1, 7)]
    assert known == [False, True, True, True, True, True]


def test_who_goes_on_after_the_last_number_misses_none(database_url: str) -> None:
    """While four write at once, a fifth reads: what it has is in order and without a gap."""
    register = open_register(database_url)

    def write(worker: int) -> None:
        mine = open_register(database_url)
        for number in range(12):
            with mine.write() as connection:
                note(connection, f"{worker}-{number}", SystemClock().now())
        mine.close()

    seen: list[int] = []
    with ThreadPoolExecutor(4) as pool:
        written = [pool.submit(write, worker) for worker in range(4)]
        while not all(one.done() for one in written) or len(seen) < 48:
            with register.read() as connection:
                found = entries_after(connection, seen[-1] if seen else 0, 5)
            seen += [one.number for one in found]
        for one in written:
            one.result()
    assert seen == list(range(1, 49))
    register.close()


def test_a_line_tells_by_which_door_it_came(register: Register) -> None:
    come_by(COMMAND)
    with register.write() as connection:
        note(connection, "1")
    come_by("api 0123")
    with register.write() as connection:
        note(connection, "2", NOON + timedelta(minutes=1))
    come_by(SERVICE)
    assert [line.way for line in lines(register)] == [COMMAND, "api 0123"]
