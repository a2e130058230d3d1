"""Dead letters that wait for a person, and those of which a person said that they stay as they are
(the task was closed, with a note): the latter ring no bell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from adapter.ground.store.tables.tasks import TaskChangeRow
from adapter.ground.store.tables.work import InboxEventRow, OutboxActionRow
from adapter.queues.inbox import EventState
from adapter.queues.outbox import ActionState
from adapter.views.tasks.task import TaskKind, id_of


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """An event of the inbox or an action of the outbox. `left_because` is the note of who closed
    its task since it died, None while it waits."""

    id: str
    queue: str
    left_because: str | None


def dead_letters(connection: Connection) -> list[DeadLetter]:
    """The oldest first, events before actions."""
    dead = [
        *_dead(connection, TaskKind.EVENT_DEAD, "inbox"),
        *_dead(connection, TaskKind.DEAD_LETTER, "outbox"),
    ]
    closed = _closed(connection) if dead else {}
    return [
        DeadLetter(letter_id, queue, _note(closed.get(task), touched_at))
        for task, queue, letter_id, touched_at in dead
    ]


def _dead(
    connection: Connection, kind: TaskKind, queue: str
) -> Iterator[tuple[str, str, str, datetime | None]]:
    rows = connection.execute(
        select(InboxEventRow.id, InboxEventRow.touched_at)
        .where(InboxEventRow.state == EventState.DEAD)
        .order_by(InboxEventRow.received_at, InboxEventRow.id)
        if kind is TaskKind.EVENT_DEAD
        else select(OutboxActionRow.id, OutboxActionRow.touched_at)
        .where(OutboxActionRow.state == ActionState.DEAD)
        .order_by(OutboxActionRow.created_at, OutboxActionRow.id)
    )
    for letter_id, touched_at in rows:
        yield id_of(kind, (letter_id,)), queue, letter_id, touched_at


def _closed(connection: Connection) -> dict[str, tuple[datetime, str]]:
    """By task that is closed now: since when, and the note."""
    rows = connection.execute(
        select(TaskChangeRow.task_id, TaskChangeRow.closed_at, TaskChangeRow.note).order_by(
            TaskChangeRow.version
        )
    )
    newest = {task: (closed_at, note) for task, closed_at, note in rows}
    return {
        task: (closed_at, note or "")
        for task, (closed_at, note) in newest.items()
        if closed_at is not None
    }


def _note(closed: tuple[datetime, str] | None, died_at: datetime | None) -> str | None:
    """A letter that was replayed and died once more waits again."""
    if closed is None:
        return None
    since, note = closed
    return note if died_at is None or since >= died_at else None
