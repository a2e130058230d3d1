"""Dead letters, a portion at a time: what each was, why it failed, and why one was left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from adapter.ground.store.portions import Portion, portion
from adapter.ground.store.reading import rows_of
from adapter.ground.store.tables.work import InboxEventRow, OutboxActionRow
from adapter.queues.inbox import EventState
from adapter.queues.outbox import ActionState
from adapter.views.tasks.letters_left import left_because
from adapter.views.tasks.task import TaskKind


@dataclass(frozen=True, slots=True)
class Letter:
    """`reason` is a code with its numbers of an event, a sentence of an action."""

    id: str
    since: datetime
    kind: str
    reason: Any
    left_because: str | None


def dead_events(connection: Connection, number: int) -> Portion[Letter]:
    """Events that could not be processed, the oldest first."""
    statement = (
        select(InboxEventRow)
        .where(InboxEventRow.state == EventState.DEAD)
        .order_by(InboxEventRow.received_at, InboxEventRow.id)
    )
    found = portion(lambda cut: rows_of(connection, cut), statement, number)
    died = {row.id: row.touched_at for row in found.items}
    left = left_because(connection, TaskKind.EVENT_DEAD, died)
    return found.of(
        Letter(row.id, row.received_at, row.kind, row.reason, left[row.id]) for row in found.items
    )


def dead_actions(connection: Connection, number: int) -> Portion[Letter]:
    """Actions that could not be carried out, the oldest first."""
    statement = (
        select(OutboxActionRow)
        .where(OutboxActionRow.state == ActionState.DEAD)
        .order_by(OutboxActionRow.created_at, OutboxActionRow.id)
    )
    found = portion(lambda cut: rows_of(connection, cut), statement, number)
    died = {row.id: row.touched_at for row in found.items}
    left = left_because(connection, TaskKind.DEAD_LETTER, died)
    return found.of(
        Letter(row.id, row.created_at, row.kind, row.last_error, left[row.id])
        for row in found.items
    )
