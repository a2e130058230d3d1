"""What was added to a log cannot be changed, and where the database is made to, it shows."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from threading import Barrier
from typing import Any

import pytest
from alembic import command
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from adapter.ground.store import chain, migrate
from adapter.ground.store.chain import Breach, Fault
from adapter.ground.store.register import Register, open_register
from adapter.ground.store.tables.decisions import ChainLinkRow, DecisionRow, PolicyVersionRow
from tests.fixtures.past_the_triggers import force

NOON = datetime(2027, 3, 1, 11, 0, 0, 123456, tzinfo=UTC)
POLICY = {"digest": "d", "version": "1", "content": {"é": ["1.50", None]}, "recorded_at": NOON}


def line(decision_id: str, decided_at: datetime = NOON) -> dict[str, Any]:
    return {
        "id": decision_id,
        "employee_id": "10005",
        "course_id": "4",
        "enrolled_on": date(2027, 3, 1),
        "outcome": "hold",
        "regime": "enforce",
        "policy_digest": "d",
        "facts": {"hours": "24.00", "name": "Zuleyha Özdemir"},
        "facts_sha256": "x",
        "sources": {"hours": "custom field"},
        "findings": [{"code": "grant_missing", "numbers": {}}],
        "years": [],
        "decided_at": decided_at,
    }


@pytest.fixture
def log(register: Register) -> Register:
    """A policy and the decisions 1, 2 and 3."""
    with register.write() as connection:
        chain.append(connection, "policy_versions", POLICY)
    for number in range(1, 4):
        with register.write() as connection:
            chain.append(connection, "decisions", line(str(number)))
    return register


def faults(register: Register) -> list[Fault]:
    with register.read() as connection:
        return chain.verify(connection).faults


def test_what_nobody_touched_is_as_it_was_written(log: Register) -> None:
    with log.read() as connection:
        verified = chain.verify(connection)
    assert verified.faults == []
    assert verified.lines == 4
    assert verified.heads["decisions"][0] == 3


@pytest.mark.parametrize(
    "change",
    [
        update(DecisionRow).values(outcome="allow"),
        delete(DecisionRow).where(DecisionRow.id == "3"),
        update(PolicyVersionRow).values(version="2"),
        delete(ChainLinkRow).where(ChainLinkRow.number == 3),
        update(ChainLinkRow).values(record_sha256="x"),
    ],
    ids=["decision changed", "decision removed", "policy", "line removed", "line changed"],
)
def test_the_database_refuses_to_change_a_log(log: Register, change: Any) -> None:
    with pytest.raises(DBAPIError, match="is only added to"), log.write() as connection:
        connection.execute(change)
    assert faults(log) == []


def test_postgresql_refuses_to_truncate_a_log(log: Register) -> None:
    with log.write() as connection:
        if connection.dialect.name != "postgresql":
            return
        with pytest.raises(DBAPIError, match="is only added to"):
            connection.execute(text("TRUNCATE decisions CASCADE"))


@pytest.mark.parametrize(
    "values",
    [
        {"outcome": "allow"},
        {"facts": {"hours": "24.01", "name": "Zuleyha Özdemir"}},
        {"decided_at": NOON + timedelta(microseconds=1)},
        {"enrolled_on": date(2027, 3, 2)},
        {"policy_digest": "d", "employee_id": "10006"},
    ],
    ids=lambda values: next(iter(values)),
)
def test_one_changed_decision_is_named(log: Register, values: dict[str, Any]) -> None:
    with log.write() as connection:
        force(connection, update(DecisionRow).where(DecisionRow.id == "2").values(values))
    assert faults(log) == [Fault("decisions", "2", Breach.CHANGED)]


def test_one_removed_decision_is_named(log: Register) -> None:
    with log.write() as connection:
        force(connection, delete(DecisionRow).where(DecisionRow.id == "3"))
    assert faults(log) == [Fault("decisions", "3", Breach.REMOVED)]


def test_one_decision_that_was_slipped_in_is_named(log: Register) -> None:
    with log.write() as connection:
        connection.execute(insert(DecisionRow).values(line("4")))
    assert faults(log) == [Fault("decisions", "4", Breach.SLIPPED_IN)]


def test_a_decision_removed_with_its_line_leaves_a_gap(log: Register) -> None:
    with log.write() as connection:
        force(
            connection,
            delete(DecisionRow).where(DecisionRow.id == "2"),
            delete(ChainLinkRow).where(ChainLinkRow.record == "2"),
        )
    assert faults(log) == [Fault("decisions", "3", Breach.CHAIN_CHANGED)]


def test_a_line_that_was_made_to_fit_breaks_the_chain_after_it(log: Register) -> None:
    changed = line("2") | {"outcome": "allow"}
    with log.write() as connection:
        force(
            connection,
            update(DecisionRow).where(DecisionRow.id == "2").values(outcome="allow"),
            update(ChainLinkRow)
            .where(ChainLinkRow.record == "2")
            .values(record_sha256=chain.record_digest(changed)),
        )
    assert Fault("decisions", "2", Breach.CHAIN_CHANGED) in faults(log)


def test_an_end_that_was_cut_off_shows_by_a_line_that_was_kept_elsewhere(log: Register) -> None:
    with log.write() as connection:
        number, digest = chain.verify(connection).heads["decisions"]
        assert chain.holds_line(connection, "decisions", number, digest)
        force(
            connection,
            delete(DecisionRow).where(DecisionRow.id == "3"),
            delete(ChainLinkRow).where(ChainLinkRow.record == "3"),
        )
        assert not chain.holds_line(connection, "decisions", number, digest)


def test_what_was_rolled_back_is_in_no_chain(log: Register) -> None:
    with pytest.raises(KeyError), log.write() as connection:
        chain.append(connection, "decisions", line("lost"))
        raise KeyError
    with log.write() as connection:
        chain.append(connection, "decisions", line("4"))
    assert faults(log) == []


def test_many_workers_append_to_one_chain(log: Register, database_url: str) -> None:
    start = Barrier(4)

    def work(worker: int) -> None:
        mine = open_register(database_url)
        start.wait()
        for number in range(15):
            with mine.write() as connection:
                chain.append(connection, "decisions", line(f"{worker}-{number}"))
        mine.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    assert faults(log) == []
    with log.read() as connection:
        numbers = connection.execute(
            select(ChainLinkRow.number)
            .where(ChainLinkRow.log == "decisions")
            .order_by(ChainLinkRow.number)
        ).scalars()
        assert all(after - before == 1 for before, after in pairwise(numbers))
        assert chain.verify(connection).heads["decisions"][0] == 63


def test_what_was_decided_before_there_was_a_chain_gets_its_place_in_it(
    register: Register,
) -> None:
    with register.write() as connection:
        command.downgrade(migrate._config(connection), "0019")
        connection.execute(insert(PolicyVersionRow).values(POLICY))
        for number in range(3):
            row = line(str(number), NOON - timedelta(days=number))
            connection.execute(insert(DecisionRow).values(row))
        command.upgrade(migrate._config(connection), "head")
    assert faults(register) == []
    with register.write() as connection:
        chain.append(connection, "decisions", line("new"))
        assert chain.verify(connection).lines == 4
    with register.write() as connection:
        force(connection, update(DecisionRow).where(DecisionRow.id == "0").values(outcome="allow"))
    assert faults(register) == [Fault("decisions", "0", Breach.CHANGED)]
