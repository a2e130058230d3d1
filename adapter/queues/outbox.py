"""The outbox: actions on other systems, written in the transaction of their decision.

Actions with one subject are carried out in order; an action waits for all earlier ones, so that
nobody is told of a hold that did not happen.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cache, lru_cache
from typing import Any
from uuid import uuid4

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    bindparam,
    exists,
    func,
    insert,
    literal,
    select,
    true,
    update,
)

from adapter.ground import correlation
from adapter.ground.store.metadata import aliased
from adapter.ground.store.reading import first_row, row_or_none, rows_of
from adapter.ground.store.rows import member_in
from adapter.ground.store.tables.work import OutboxActionRow
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


class ActionState(StrEnum):
    PENDING = "pending"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
    """Overtaken before it was carried out."""
    DEAD = "dead"
    """A dead letter: it waits for a person to replay it."""
    LEFT = "left"
    """A dead letter of which a person said that it stays as it is."""


class ActionKind(StrEnum):
    SUSPEND = "lms.suspend"
    RELEASE = "lms.release"
    REMOVE_ENROLMENT = "lms.remove_enrolment"
    COHORT_ADD = "lms.cohort_add"
    COHORT_REMOVE = "lms.cohort_remove"
    ANSWER_REQUEST_ENTRY = "lms.answer_request_entry"
    HAND_OVER_CLAIM = "payroll.hand_over_claim"
    NOTIFY = "notify"
    """Tell an employee or manager, in the LMS or else by mail."""
    TELL = "tell"
    """Tell an employee or manager about the procedure, the same ways."""
    MAIL_HR = "mail.hr"
    MAIL_MT = "mail.mt"
    MAIL_ADMIN = "mail.admin"


# What `enforcement pause` stops: everything that changes the LMS or tells people of such a change.
# The procedure between people goes on, and so does what HR confirmed to payroll.
_MAIL = (ActionKind.MAIL_HR, ActionKind.MAIL_MT, ActionKind.MAIL_ADMIN)
_GOES_ON = (ActionKind.TELL, *_MAIL, ActionKind.HAND_OVER_CLAIM)
STOPPED_BY_PAUSE = tuple(kind for kind in ActionKind if kind not in _GOES_ON)

NOT_CARRIED_OUT = (ActionState.DEAD, ActionState.LEFT)
"""Dead letters, those that were left among them."""

_HOLDS = (ActionKind.SUSPEND, ActionKind.REMOVE_ENROLMENT)

_AT_A_TIME = 500
"""Few enough for a database to take as parameters."""

QUEUE = Queue(
    OutboxActionRow,
    OutboxActionRow.state == literal(ActionState.PENDING, literal_execute=True),
    (OutboxActionRow.created_at, OutboxActionRow.position),
    ActionState.PENDING,
    ActionState.DEAD,
    lambda deaths: {
        "last_error": f"the worker that carried it out died {deaths} times; look in its log for "
        "why (memory?) before this is replayed",
    },
)


@dataclass(frozen=True, slots=True)
class Action:
    """`action_key` is derived from the decision: writing the same action twice is one row.
    `traceparent` is the step that made it."""

    action_key: str
    kind: ActionKind
    subject: str
    payload: dict[str, Any]
    decision_id: str | None = None
    traceparent: str = field(default_factory=correlation.to_keep, compare=False)


@dataclass(frozen=True, slots=True)
class PendingAction:
    id: str
    kind: ActionKind
    subject: str
    payload: dict[str, Any]
    decision_id: str | None
    attempts: int
    deaths: int = 0
    history: list[dict[str, Any]] | None = None
    traceparent: str | None = None


def put(connection: Connection, actions: Iterable[Action], now: datetime) -> None:
    """Each once, by its key, and behind what there is of its subject already."""
    waiting = list(actions)
    for begin in range(0, len(waiting), _AT_A_TIME):
        _put(connection, waiting[begin : begin + _AT_A_TIME], now)


def _put(connection: Connection, actions: Sequence[Action], now: datetime) -> None:
    new: dict[str, Action] = {}
    for action in actions:
        new.setdefault(action.action_key, action)
    for key in connection.execute(
        select(OutboxActionRow.action_key).where(OutboxActionRow.action_key.in_(list(new)))
    ).scalars():
        del new[key]
    if not new:
        return
    subjects = {action.subject for action in new.values()}
    last = dict(
        connection.execute(
            select(OutboxActionRow.subject, func.max(OutboxActionRow.position))
            .where(OutboxActionRow.subject.in_(subjects))
            .group_by(OutboxActionRow.subject)
        ).all()
    )
    rows = []
    for action in new.values():
        last[action.subject] = position = last.get(action.subject, 0) + 1
        rows.append(
            {
                "id": str(uuid4()),
                "action_key": action.action_key,
                "kind": action.kind,
                "subject": action.subject,
                "position": position,
                "payload": action.payload,
                "decision_id": action.decision_id,
                "created_at": now,
                "state": ActionState.PENDING,
                "next_attempt_at": now,
                "traceparent": action.traceparent,
            }
        )
    connection.execute(insert(OutboxActionRow), rows)


def lease_action(
    connection: Connection,
    now: datetime,
    which: ColumnElement[bool] | None = None,
    *,
    paused: bool,
    suspects: bool = True,
) -> PendingAction | None:
    """The oldest action of `which` that is due and whose earlier ones are done, leased to this
    worker; while paused only what a pause does not stop."""
    may_go = _may_go(which, connection.dialect.name, paused=paused)
    row = lease_next(connection, QUEUE, may_go, now, suspects=suspects)
    return None if row is None else _pending(row)


def action_is_due(
    connection: Connection, now: datetime, which: ColumnElement[bool] | None, *, paused: bool
) -> bool:
    return is_due(connection, QUEUE, _may_go(which, connection.dialect.name, paused=paused), now)


def first_untried(connection: Connection, kind: ActionKind, most: int) -> dict[str, dict[str, Any]]:
    """The payloads, by id, of the oldest actions of this kind that wait, whose earlier ones are
    done, and that nobody ever took."""
    untried = _untried(kind, connection.dialect.name)
    return dict(connection.execute(untried, {"most": most}).all())


@cache
def _untried(kind: ActionKind, engine: str) -> Select[str, Any]:
    never = (
        OutboxActionRow.attempts == 0,
        OutboxActionRow.deaths == 0,
        OutboxActionRow.locked_until.is_(None),
    )
    return (
        select(OutboxActionRow.id, OutboxActionRow.payload)
        .where(QUEUE.waiting, *never, _may_go(OutboxActionRow.kind == kind, engine, paused=False))
        .order_by(*QUEUE.order)
        .limit(bindparam("most", type_=Integer))
    )


def lease_actions(
    connection: Connection, action_ids: Sequence[str], now: datetime
) -> list[PendingAction]:
    """These actions, as far as nobody took one meanwhile, leased to this worker."""
    rows = lease_untried(connection, QUEUE, action_ids, now)
    return [_pending(row) for row in rows]


def hand_back_actions(connection: Connection, action_ids: Iterable[str], now: datetime) -> None:
    """Actions of which nothing was done: no attempt of them counts."""
    hand_back(connection, QUEUE, action_ids, now)


@lru_cache(maxsize=64)
def _may_go(which: ColumnElement[bool] | None, engine: str, *, paused: bool) -> ColumnElement[bool]:
    earlier = aliased(OutboxActionRow, name="earlier")
    message = OutboxActionRow.kind == ActionKind.NOTIFY
    # One that cannot be sent keeps nobody out who may come in, and no other person in the dark.
    recipient = member_in(engine, OutboxActionRow.payload, "recipient")
    same = member_in(engine, earlier.payload, "recipient").is_not_distinct_from(recipient)
    unfinished = earlier.state.in_((ActionState.PENDING, ActionState.DEAD)) & (
        (earlier.kind != ActionKind.NOTIFY) | (message & same)
    )
    # Nobody is told of a hold that was left undone.
    undone = message & (earlier.state == ActionState.LEFT) & earlier.kind.in_(_HOLDS)
    waits_for = exists().where(
        earlier.subject == OutboxActionRow.subject,
        earlier.position < OutboxActionRow.position,
        unfinished | undone,
    )
    chosen = (true() if which is None else which) & ~waits_for
    return chosen & OutboxActionRow.kind.not_in(STOPPED_BY_PAUSE) if paused else chosen


def step_of(action: PendingAction) -> Step:
    """It belongs to the trace of the event whose decision it carries out."""
    return _step(f"action {action.kind}", action)


def end_of(action: PendingAction) -> Step:
    """The end of what was done for several actions at once, as each of them tells it."""
    return _step("end of holds of one course", action)


def _step(name: str, action: PendingAction) -> Step:
    bound = {"action_id": action.id}
    if action.decision_id is not None:
        bound["decision_id"] = action.decision_id
    return Step(
        name,
        kind=Kind.CONSUMER,
        follows=correlation.read_traceparent(action.traceparent),
        bound=bound,
    )


def delivered(connection: Connection, action_ids: Sequence[str], now: datetime) -> None:
    """Raises `LeaseLost`."""
    ended = {"state": ActionState.DELIVERED, "delivered_at": now, "last_error": None}
    end_ours(connection, OutboxActionRow, action_ids, ended)


def failed(
    connection: Connection,
    action: PendingAction,
    reason: str,
    now: datetime,
    *,
    retry_after: float | None = None,
    final: bool = False,
    away: bool = False,
) -> ActionState:
    """Try again later, or make it a dead letter when that is of no use."""
    again = attempt_failed(
        connection,
        QUEUE,
        action,
        now,
        reason,
        {"last_error": reason},
        retry_after=retry_after,
        final=final,
        away=away,
    )
    return ActionState.PENDING if again else ActionState.DEAD


def cancel_subject(connection: Connection, subject: str, *, tried: bool = True) -> None:
    """What has not been carried out for this subject will not be; without `tried` only what was
    never attempted, since of an attempt the answer may have been lost."""
    connection.execute(
        update(OutboxActionRow)
        .where(
            OutboxActionRow.subject == subject,
            OutboxActionRow.state.in_((ActionState.PENDING, *NOT_CARRIED_OUT)),
            *(() if tried else (OutboxActionRow.attempts == 0,)),
        )
        .values(state=ActionState.CANCELLED, locked_until=None)
    )


def overtake(connection: Connection, subject: str, kind: ActionKind) -> bool:
    """Cancel the last action of this kind with what comes after it, which waits for it; False when
    it was attempted, since it may be done. Both may be wanted once more, so their keys come free.
    """
    last = first_row(
        connection,
        select(OutboxActionRow)
        .where(OutboxActionRow.subject == subject, OutboxActionRow.kind == kind)
        .order_by(OutboxActionRow.position.desc())
        .limit(1)
        .with_for_update(),
    )
    if last is None or last.state != ActionState.PENDING or last.attempts:
        return False
    connection.execute(
        update(OutboxActionRow)
        .where(
            OutboxActionRow.subject == subject,
            OutboxActionRow.position >= last.position,
            OutboxActionRow.state == ActionState.PENDING,
        )
        .values(
            state=ActionState.CANCELLED,
            action_key=OutboxActionRow.action_key + ":" + OutboxActionRow.id,
        )
    )
    return True


def cancel(connection: Connection, action_id: str) -> None:
    """Raises `LeaseLost`."""
    end_ours(connection, OutboxActionRow, [action_id], {"state": ActionState.CANCELLED})


def dead_letters(connection: Connection) -> list[OutboxActionRow]:
    return rows_of(
        connection,
        select(OutboxActionRow)
        .where(OutboxActionRow.state.in_(NOT_CARRIED_OUT))
        .order_by(OutboxActionRow.created_at),
    )


def leave(connection: Connection, action_id: str) -> OutboxActionRow | None:
    """A dead letter stays as it is, and nothing waits for it any more but what tells of it; None
    when there is none such."""
    return _move_letter(connection, action_id, ActionState.LEFT)


def take_up(connection: Connection, action_id: str) -> None:
    """A dead letter that was left waits for a person again."""
    _move_letter(connection, action_id, ActionState.DEAD)


def _move_letter(
    connection: Connection, action_id: str, state: ActionState
) -> OutboxActionRow | None:
    which = (OutboxActionRow.id == action_id) & OutboxActionRow.state.in_(NOT_CARRIED_OUT)
    connection.execute(update(OutboxActionRow).where(which).values(state=state))
    return row_or_none(connection, select(OutboxActionRow).where(which))


def replay(connection: Connection, action_id: str, now: datetime) -> bool:
    """Give a dead letter a new series of attempts; False when there is none such."""
    return _begin_again(connection, OutboxActionRow.id == action_id, now) == 1


def revive_subject(connection: Connection, subject: str, now: datetime) -> None:
    """Dead letters of this subject are taken up again."""
    _begin_again(connection, OutboxActionRow.subject == subject, now)


def _begin_again(connection: Connection, which: ColumnElement[bool], now: datetime) -> int:
    """Still as attempts whose answer may have been lost: the next one is not the first."""
    dead = which & OutboxActionRow.state.in_(NOT_CARRIED_OUT)
    return begin_again(connection, OutboxActionRow, dead, ActionState.PENDING, now, attempts=1)


def _pending(row: OutboxActionRow) -> PendingAction:
    return PendingAction(
        id=row.id,
        kind=ActionKind(row.kind),
        subject=row.subject,
        payload=row.payload,
        decision_id=row.decision_id,
        attempts=row.attempts,
        deaths=row.deaths,
        history=row.history,
        traceparent=row.traceparent,
    )
