"""What was last seen of each part of the service: kept in the register by the workers, read by
health, metrics and `doctor`. Nobody who asks waits for another system."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import structlog
from sqlalchemy import Connection, or_, select, update

from adapter.ground.store.reading import rows_of
from adapter.ground.store.rows import insert_into, upsert
from adapter.ground.store.tables.work import PartStateRow
from adapter.ground.systems import System
from adapter.queues.people_in_texts import without_people

STALE_AFTER = timedelta(minutes=10)
"""What was seen longer ago says nothing of now. A part is looked at every minute, and a slow one
is waited for."""
AWAY_AFTER = timedelta(minutes=10)
LONGEST_REASON = 500
_log = structlog.get_logger(__name__)


class State(StrEnum):
    OK = "ok"
    NOT_CONFIGURED = "not_configured"
    FAILING = "failing"
    PAUSED = "paused"
    """By a person or the brake; nothing is broken."""


@dataclass(frozen=True, slots=True)
class PartState:
    """`reason` is for those with a key; `since` is when the state became what it is."""

    state: State
    reason: str | None
    seen_at: datetime
    since: datetime

    def by(self, now: datetime) -> PartState:
        """As it counts now: what is stale is failing, whatever it was."""
        if now - self.seen_at <= STALE_AFTER:
            return self
        reason = "no worker looked at it lately; see the part worker"
        return PartState(State.FAILING, reason, self.seen_at, self.since)


def states_seen(connection: Connection) -> dict[str, PartState]:
    """By the name of the part."""
    rows = rows_of(connection, select(PartStateRow))
    return {
        row.name: PartState(State(row.state), row.reason, row.seen_at, row.since)
        for row in rows
        if row.seen_at is not None
    }


def is_away(connection: Connection, systems: Iterable[System], now: datetime) -> bool:
    """Whether one of these systems has been failing for so long that it, and not what was asked of
    it, is the matter. One record at which a system fails leaves it `ok` for who looks at it."""
    seen = states_seen(connection)
    states = [seen[system] for system in systems if system in seen]
    return any(one.state is State.FAILING and now - one.since >= AWAY_AFTER for one in states)


def keep_state(
    connection: Connection, name: str, state: State, reason: str | None, now: datetime
) -> None:
    """Remember what was seen of a part just now. The log says what changed, and why."""
    before = connection.execute(
        select(PartStateRow.state).where(PartStateRow.name == name)
    ).scalar_one_or_none()
    changed = before != state
    told = None if reason is None else without_people(connection, reason)[:LONGEST_REASON]
    seen = {"state": state, "reason": told, "seen_at": now}
    if not changed:
        upsert(connection, PartStateRow, {"name": name}, seen, {"since": now})
        return
    _log.warning("part.changed", part=name, state=str(state), reason=told)
    upsert(connection, PartStateRow, {"name": name}, seen | {"since": now})


def take_turn(connection: Connection, name: str, now: datetime, every: timedelta) -> bool:
    """Whether it is for the caller to look at a part now: among all workers one does, once in
    `every`."""
    first = connection.execute(
        insert_into(connection, PartStateRow)
        .values(name=name, state=State.FAILING, looked_at=now, since=now)
        .on_conflict_do_nothing()
        .returning(PartStateRow.name)
    )
    if first.one_or_none() is not None:
        return True
    due = or_(PartStateRow.looked_at.is_(None), PartStateRow.looked_at <= now - every)
    again = connection.execute(
        update(PartStateRow).where(PartStateRow.name == name, due).values(looked_at=now)
    )
    return bool(again.rowcount)
