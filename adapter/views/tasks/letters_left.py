"""Dead letters that wait for a person, and those of which a person said that they stay as they are
(the task was closed, with a note): the latter ring no bell."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, select

from adapter.ground.store.tables.tasks import TaskChangeRow
from adapter.ground.store.tables.work import InboxEventRow, OutboxActionRow
from adapter.queues import inbox, outbox
from adapter.queues.inbox import EventState
from adapter.queues.outbox import NOT_CARRIED_OUT, ActionKind
from adapter.register.audit_log import note_act
from adapter.register.orphaned_holds import end_left_release
from adapter.subjects.requests.acts import Act
from adapter.subjects.requests.refusals import UnknownEntry
from adapter.views.tasks.handling import handling_of, keep
from adapter.views.tasks.sources import service
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


def left_because(
    connection: Connection, kind: TaskKind, died: Mapping[str, datetime | None]
) -> dict[str, str | None]:
    """Of these dead letters (`died`: since when each is one), as `DeadLetter` tells it."""
    tasks = {id_of(kind, (letter_id,)): letter_id for letter_id in died}
    closed = _closed(connection, tasks) if tasks else {}
    return {
        letter_id: _note(closed.get(task), died[letter_id]) for task, letter_id in tasks.items()
    }


def leave_letter(act: Act, letter_id: str, reason: str) -> None:
    """Say that a dead letter stays as it is: its task is closed, with the reason as its note.
    Raises `UnknownEntry` when it is no dead letter."""
    task = service.dead_letter(act, letter_id)
    if task is None:
        raise UnknownEntry
    handling = handling_of(act, task.id)
    left = replace(handling, note=reason, closed_at=act.now, closed_on_facts=task.facts)
    keep(act, task.id, left)
    note_left(act.connection, letter_id)
    action = "leave-dead-letter"
    note_act(
        act.connection, act.now, actor=act.actor, action=action, record=letter_id, result="left"
    )


def note_left(connection: Connection, letter_id: str) -> None:
    """Nothing waits any more for an action whose task was closed; the hold that it should have
    lifted is at an end."""
    left = outbox.leave(connection, letter_id)
    if left is not None and left.kind == ActionKind.RELEASE:
        end_left_release(connection, left.payload["hold_id"])


def replay_letter(connection: Connection, letter_id: str, *, by: str, now: datetime) -> bool:
    """Give a dead letter a new series of attempts; False when there is none such."""
    if not (inbox.replay(connection, letter_id, now) or outbox.replay(connection, letter_id, now)):
        return False
    action = "replay-dead-letter"
    note_act(connection, now, actor=by, action=action, record=letter_id, result="replayed")
    return True


def _dead(
    connection: Connection, kind: TaskKind, queue: str
) -> Iterator[tuple[str, str, str, datetime | None]]:
    rows = connection.execute(
        select(InboxEventRow.id, InboxEventRow.touched_at)
        .where(InboxEventRow.state == EventState.DEAD)
        .order_by(InboxEventRow.received_at, InboxEventRow.id)
        if kind is TaskKind.EVENT_DEAD
        else select(OutboxActionRow.id, OutboxActionRow.touched_at)
        .where(OutboxActionRow.state.in_(NOT_CARRIED_OUT))
        .order_by(OutboxActionRow.created_at, OutboxActionRow.id)
    )
    for letter_id, touched_at in rows:
        yield id_of(kind, (letter_id,)), queue, letter_id, touched_at


def _closed(
    connection: Connection, tasks: Collection[str] | None = None
) -> dict[str, tuple[datetime, str]]:
    """By task that is closed now: since when, and the note; of these tasks only, or of all."""
    changes = select(TaskChangeRow.task_id, TaskChangeRow.closed_at, TaskChangeRow.note)
    if tasks is not None:
        changes = changes.where(TaskChangeRow.task_id.in_(tasks))
    rows = connection.execute(changes.order_by(TaskChangeRow.version))
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
