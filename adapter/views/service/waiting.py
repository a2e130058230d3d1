"""What inbox and outbox still have to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from adapter.ground.store.tables.work import InboxEventRow, OutboxActionRow
from adapter.queues.inbox import EventState
from adapter.queues.outbox import ActionState


@dataclass(frozen=True, slots=True)
class Waiting:
    """What a queue still has to do; `oldest` is when the first of it came in."""

    count: int
    oldest: datetime | None


def waiting_events(connection: Connection) -> Waiting:
    waits = InboxEventRow.state.in_((EventState.RECEIVED, EventState.FAILED))
    statement = select(func.count(), func.min(InboxEventRow.received_at)).where(waits)
    return Waiting(*connection.execute(statement).one())


def waiting_actions(connection: Connection) -> Waiting:
    waits = OutboxActionRow.state == ActionState.PENDING
    statement = select(func.count(), func.min(OutboxActionRow.created_at)).where(waits)
    return Waiting(*connection.execute(statement).one())
