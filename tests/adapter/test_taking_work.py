"""Taking work costs the same however much of it waits: an index gives it in its order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import ColumnElement, Connection, event, insert, text

from adapter.ground.store.register import Register
from adapter.ground.store.tables.work import InboxEventRow, OutboxActionRow
from adapter.queues import inbox, outbox
from adapter.queues.lanes import Lane, events_of

NOW = datetime(2027, 1, 12, 9, 0, tzinfo=UTC)
MANY = 3_000


@pytest.fixture
def busy(register: Register) -> Register:
    """Much waits, after much more that is done."""
    with register.write() as connection:
        for state, first in (("processed", 0), ("received", MANY)):
            rows = [_event(first + number, state) for number in range(MANY)]
            connection.execute(insert(InboxEventRow), rows)
        for state, first in (("delivered", 0), ("pending", MANY)):
            actions = [_action(first + number, state) for number in range(MANY)]
            connection.execute(insert(OutboxActionRow), actions)
    with register.write() as connection:
        connection.execute(text("ANALYZE"))
    return register


@pytest.mark.parametrize("which", [None, events_of(Lane.LMS), events_of(Lane.HRIS)])
def test_an_event_is_found_without_sorting_what_waits(
    busy: Register, which: ColumnElement[bool] | None
) -> None:
    with busy.write() as connection:
        plan = _plan_of(connection, partial(inbox.lease_event, connection, NOW, which))
    assert "ix_inbox" in plan
    assert not _sorts(plan), plan


def test_an_action_is_found_without_sorting_what_waits(busy: Register) -> None:
    with busy.write() as connection:
        plan = _plan_of(connection, partial(outbox.lease_action, connection, NOW, paused=False))
    assert "ix_outbox_waiting" in plan
    assert not _sorts(plan), plan


def _plan_of(connection: Connection, lease: Callable[[], object]) -> str:
    """How the engine carries out the statement that chooses what is leased."""
    chosen: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_others: Any) -> None:
        chosen.append((statement, values))

    event.listen(connection, "before_cursor_execute", note)
    try:
        assert lease() is not None
    finally:
        event.remove(connection, "before_cursor_execute", note)
    statement, values = chosen[0]
    how = "EXPLAIN" if connection.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
    lines = connection.exec_driver_sql(f"{how} {statement}", values)
    return "\n".join(str(line[-1]) for line in lines)


def _sorts(plan: str) -> bool:
    return "Sort" in plan or "TEMP B-TREE" in plan


def _event(number: int, state: str) -> dict[str, Any]:
    return {
        "id": f"E-{number:06}",
        "source": "lms:test",
        "delivery_id": str(number),
        "channel": ("lms", "hris")[number % 2],
        "kind": "user_enrolment_created",
        "body": {},
        "received_at": NOW - timedelta(days=1) + timedelta(seconds=number),
        "state": state,
        "next_attempt_at": NOW - timedelta(days=1),
    }


def _action(number: int, state: str) -> dict[str, Any]:
    return {
        "id": f"A-{number:06}",
        "action_key": str(number),
        "kind": "lms.suspend",
        "subject": f"hold:{number}",
        "position": 1,
        "payload": {},
        "created_at": NOW - timedelta(days=1) + timedelta(seconds=number),
        "state": state,
        "next_attempt_at": NOW - timedelta(days=1),
    }
