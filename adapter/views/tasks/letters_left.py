"""Dead letters that wait for a person, and those of which a person said that they stay as they are
(the task was closed, with a note): the latter ring no bell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from adapter.ground.store.tables.tasks import task_changes
from adapter.ground.store.tables.work import inbox, outbox
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
        DeadLetter(row.id, queue, _note(closed.get(task), row.touched_at))
        for task, queue, row in dead
    ]


def _dead(
    connection: Connection, kind: TaskKind, queue: str
) -> Iterator[tuple[str, str, Row[Any]]]:
    rows: list[Row[Any]] = [
        *connection.execute(
            select(inbox.c.id, inbox.c.touched_at)
            .where(inbox.c.state == EventState.DEAD)
            .order_by(inbox.c.received_at, inbox.c.id)
            if kind is TaskKind.EVENT_DEAD
            else select(outbox.c.id, outbox.c.touched_at)
            .where(outbox.c.state == ActionState.DEAD)
            .order_by(outbox.c.created_at, outbox.c.id)
        )
    ]
    for row in rows:
        yield id_of(kind, (row.id,)), queue, row


def _closed(connection: Connection) -> dict[str, tuple[datetime, str]]:
    """By task that is closed now: since when, and the note."""
    rows = connection.execute(
        select(task_changes.c.task_id, task_changes.c.closed_at, task_changes.c.note).order_by(
            task_changes.c.version
        )
    )
    newest = {row.task_id: row for row in rows}
    return {
        task: (row.closed_at, row.note or "")
        for task, row in newest.items()
        if row.closed_at is not None
    }


def _note(closed: tuple[datetime, str] | None, died_at: datetime | None) -> str | None:
    """A letter that was replayed and died once more waits again."""
    if closed is None:
        return None
    since, note = closed
    return note if died_at is None or since >= died_at else None
