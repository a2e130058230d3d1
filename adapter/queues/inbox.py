"""The inbox: every event is stored here before it is answered, and processed afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, Executable, bindparam, select, true
from sqlalchemy.dialects import postgresql, sqlite

from adapter.ground import correlation
from adapter.ground.store.reading import row_or_none
from adapter.ground.store.rows import insert_into
from adapter.ground.store.tables.work import EventDecisionRow, InboxEventRow
from adapter.ground.traces import Kind, Step
from adapter.queues.leases import (
    Queue,
    attempt_failed,
    begin_again,
    end_ours,
    hand_back,
    is_due,
    lease_next,
    lease_untried,
)


class EventState(StrEnum):
    RECEIVED = "received"
    PROCESSED = "processed"
    IGNORED = "ignored"
    FAILED = "failed"
    """It is tried again by itself, at `next_attempt_at`."""
    DEAD = "dead"
    """It is not tried again until a person replays it."""


WAITING = (EventState.RECEIVED, EventState.FAILED)

QUEUE = Queue(
    InboxEventRow,
    InboxEventRow.state.in_(bindparam(None, WAITING, expanding=True, literal_execute=True)),
    (InboxEventRow.received_at, InboxEventRow.id),
    EventState.FAILED,
    EventState.DEAD,
    lambda deaths: {"reason": {"code": "worker_died", "deaths": deaths}},
)


class Channel(StrEnum):
    LMS = "lms"
    HRIS = "hris"
    REGISTER = "register"
    """Our own word that something in the register changed and decisions may follow."""


Reason = dict[str, str | int]
"""Why an event was ignored or failed: `code` of `events.reason.*` in the catalogue, and numbers."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event as it came in. `source` and `delivery_id` together say whether it is a repeat;
    `body` holds the identifiers that processing needs and no names or addresses. `traceparent` is
    that of the step in which it came: another thread may store it."""

    source: str
    delivery_id: str
    channel: Channel
    kind: str
    body: dict[str, Any]
    traceparent: str = field(default_factory=correlation.to_keep, compare=False)


@dataclass(frozen=True, slots=True)
class StoredEvent:
    id: str
    source: str
    channel: Channel
    kind: str
    body: dict[str, Any]
    received_at: datetime
    attempts: int
    deaths: int = 0
    history: list[dict[str, Any]] | None = None
    traceparent: str | None = None


def store(connection: Connection, delivery: Delivery, now: datetime) -> str:
    """Keep the delivery and return its id; a repeat is counted and returns the first one's id."""
    event = {
        "id": str(uuid4()),
        "source": delivery.source,
        "delivery_id": delivery.delivery_id,
        "channel": delivery.channel,
        "kind": delivery.kind,
        "body": delivery.body,
        "received_at": now,
        "state": EventState.RECEIVED,
        "next_attempt_at": now,
        "traceparent": delivery.traceparent,
    }
    statement = _STORE[connection.dialect.name]
    return str(connection.execute(statement, event).scalar_one())


def _storing(insert: postgresql.Insert | sqlite.Insert) -> Executable:
    return insert.on_conflict_do_update(
        index_elements=["source", "delivery_id"],
        set_={"duplicates": InboxEventRow.duplicates + 1},
    ).returning(InboxEventRow.id)


_STORE = {
    "postgresql": _storing(postgresql.insert(InboxEventRow)),
    "sqlite": _storing(sqlite.insert(InboxEventRow)),
}
"""Built once: every event that comes in waits for it to be carried out."""


def lease_event(
    connection: Connection,
    now: datetime,
    which: ColumnElement[bool] | None = None,
    *,
    suspects: bool = True,
) -> StoredEvent | None:
    """The oldest event of `which` that is due, leased to this worker; None when there is none."""
    chosen = true() if which is None else which
    row = lease_next(connection, QUEUE, chosen, now, suspects=suspects)
    return None if row is None else _event(row)


def untried(
    connection: Connection, which: ColumnElement[bool], most: int
) -> list[tuple[str, dict[str, Any]]]:
    """Ids and bodies of the oldest events of `which` that wait and that nobody ever took."""
    never = (InboxEventRow.attempts == 0, InboxEventRow.locked_until.is_(None))
    rows = connection.execute(
        select(InboxEventRow.id, InboxEventRow.body)
        .where(QUEUE.waiting, which, *never)
        .order_by(*QUEUE.order)
        .limit(most)
    )
    return [(event_id, body) for event_id, body in rows]


def lease_events(
    connection: Connection, event_ids: Sequence[str], now: datetime
) -> list[StoredEvent]:
    """These events, as far as nobody took one meanwhile, leased to this worker."""
    rows = lease_untried(connection, QUEUE, event_ids, now)
    return [_event(row) for row in rows]


def hand_back_events(connection: Connection, events: Sequence[StoredEvent], now: datetime) -> None:
    """Events with which nothing was done: no attempt of them counts."""
    hand_back(connection, QUEUE, [event.id for event in events], now)


def event_is_due(connection: Connection, now: datetime, which: ColumnElement[bool]) -> bool:
    return is_due(connection, QUEUE, which, now)


def step_of(event: StoredEvent) -> Step:
    """All that is done with an event, and written in the log about it, is found by its trace."""
    return _step(f"event {event.kind}", event)


def end_of(event: StoredEvent) -> Step:
    """The end of what was done for several events at once, as each of them tells it."""
    return _step("end of a shared reading", event)


def _step(name: str, event: StoredEvent) -> Step:
    follows = correlation.read_traceparent(event.traceparent)
    return Step(name, kind=Kind.CONSUMER, follows=follows, bound={"event_id": event.id})


def finish(
    connection: Connection,
    event_id: str,
    now: datetime,
    *,
    decisions: Sequence[str] = (),
    ignored_because: Reason | None = None,
) -> None:
    """The event has had its effect (or needs none); written with that effect in one transaction.
    Raises `LeaseLost`."""
    if ignored_because is None:
        finish_all(connection, {event_id: decisions}, now)
        return
    _end(connection, [event_id], EventState.IGNORED, ignored_because, now)


def finish_all(
    connection: Connection, decisions: Mapping[str, Sequence[str]], now: datetime
) -> None:
    """These events have had their effect: the ids of the decisions of each. Raises `LeaseLost`."""
    _end(connection, list(decisions), EventState.PROCESSED, None, now)
    made = [
        {"event_id": event_id, "decision_id": decision}
        for event_id, of_event in decisions.items()
        for decision in dict.fromkeys(of_event)
    ]
    if made:
        # An event may have its effect again, when a worker lost its lease or a step after it
        # failed.
        statement = insert_into(connection, EventDecisionRow).on_conflict_do_nothing()
        connection.execute(statement, made)


def _end(
    connection: Connection,
    event_ids: Sequence[str],
    state: EventState,
    reason: Reason | None,
    now: datetime,
) -> None:
    ended = {"state": state, "reason": reason, "processed_at": now}
    end_ours(connection, InboxEventRow, event_ids, ended)


def fail(
    connection: Connection,
    event: StoredEvent,
    reason: Reason,
    now: datetime,
    *,
    retry_after: float | None = None,
    final: bool = False,
    away: bool = False,
) -> EventState:
    """Keep the event with the reason, to be tried again, or as dead when trying is of no use."""
    again = attempt_failed(
        connection,
        QUEUE,
        event,
        now,
        str(reason["code"]),
        {"reason": reason},
        retry_after=retry_after,
        final=final,
        away=away,
    )
    return EventState.FAILED if again else EventState.DEAD


def replay(connection: Connection, event_id: str, now: datetime) -> bool:
    """Give a dead or failed event a new series of attempts; False when there is none such."""
    which = (InboxEventRow.id == event_id) & InboxEventRow.state.in_(
        (EventState.DEAD, EventState.FAILED)
    )
    return begin_again(connection, InboxEventRow, which, EventState.RECEIVED, now) == 1


def find(connection: Connection, event_id: str) -> tuple[InboxEventRow, list[str]] | None:
    """The event's row and the ids of its decisions."""
    row = row_or_none(connection, select(InboxEventRow).where(InboxEventRow.id == event_id))
    if row is None:
        return None
    decisions = connection.execute(
        select(EventDecisionRow.decision_id).where(EventDecisionRow.event_id == event_id)
    ).scalars()
    return row, list(decisions)


def _event(row: InboxEventRow) -> StoredEvent:
    return StoredEvent(
        id=row.id,
        source=row.source,
        channel=Channel(row.channel),
        kind=row.kind,
        body=row.body,
        received_at=row.received_at,
        attempts=row.attempts,
        deaths=row.deaths,
        history=row.history,
        traceparent=row.traceparent,
    )
