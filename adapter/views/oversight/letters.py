"""Dead letters, a portion at a time: what each was, why it failed, and why one was left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, literal, select, tuple_, union_all

from adapter.ground.store.portions import Cut, Portion, Stretch, UnknownCursor, portion
from adapter.ground.store.reading import rows_of
from adapter.ground.store.tables.work import InboxEventRow, OutboxActionRow
from adapter.queues.inbox import EventState
from adapter.queues.outbox import NOT_CARRIED_OUT
from adapter.views.tasks.letters_left import left_because
from adapter.views.tasks.task import TaskKind

LetterQueue = Literal["inbox", "outbox"]


@dataclass(frozen=True, slots=True)
class Letter:
    """An event of the inbox, whose `reason` is a code with its numbers, or an action of the outbox,
    whose reason is a sentence."""

    id: str
    queue: LetterQueue
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
    return found.of(_of_events(connection, found.items))


def dead_actions(connection: Connection, number: int) -> Portion[Letter]:
    """Actions that could not be carried out, the oldest first."""
    statement = (
        select(OutboxActionRow)
        .where(OutboxActionRow.state.in_(NOT_CARRIED_OUT))
        .order_by(OutboxActionRow.created_at, OutboxActionRow.id)
    )
    found = portion(lambda cut: rows_of(connection, cut), statement, number)
    return found.of(_of_actions(connection, found.items))


def dead_letters_of_both(connection: Connection, cut: Cut) -> Stretch[Letter]:
    """Events and actions together, the oldest first. Raises `UnknownCursor`; a letter that was
    replayed meanwhile still says where its page ended."""
    events, actions = InboxEventRow, OutboxActionRow
    both = union_all(
        select(events.id.label("id"), events.received_at.label("since")).where(
            events.state == EventState.DEAD
        ),
        select(actions.id, actions.created_at).where(actions.state.in_(NOT_CARRIED_OUT)),
    ).subquery()
    place = tuple_(both.c.since, both.c.id)
    page = select(both.c.id).order_by(both.c.since, both.c.id).limit(cut.limit + 1)
    if cut.after is not None:
        since = _since(connection, cut.after)
        page = page.where(place > tuple_(literal(since, both.c.since.type), literal(cut.after)))
    ids = list(connection.execute(page).scalars())
    shown = ids[: cut.limit]
    letters = {
        one.id: one
        for one in (
            *_of_events(
                connection, rows_of(connection, select(events).where(events.id.in_(shown)))
            ),
            *_of_actions(
                connection, rows_of(connection, select(actions).where(actions.id.in_(shown)))
            ),
        )
    }
    return Stretch(
        tuple(letters[one] for one in shown), shown[-1] if len(ids) > cut.limit else None
    )


def _since(connection: Connection, letter_id: str) -> datetime:
    for moment, key in (
        (InboxEventRow.received_at, InboxEventRow.id),
        (OutboxActionRow.created_at, OutboxActionRow.id),
    ):
        since = connection.execute(select(moment).where(key == letter_id)).scalar_one_or_none()
        if since is not None:
            return since
    raise UnknownCursor


def _of_events(connection: Connection, rows: Sequence[InboxEventRow]) -> list[Letter]:
    died = {row.id: row.touched_at for row in rows}
    left = left_because(connection, TaskKind.EVENT_DEAD, died)
    return [
        Letter(row.id, "inbox", row.received_at, row.kind, row.reason, left[row.id]) for row in rows
    ]


def _of_actions(connection: Connection, rows: Sequence[OutboxActionRow]) -> list[Letter]:
    died = {row.id: row.touched_at for row in rows}
    left = left_because(connection, TaskKind.DEAD_LETTER, died)
    return [
        Letter(row.id, "outbox", row.created_at, row.kind, row.last_error, left[row.id])
        for row in rows
    ]
