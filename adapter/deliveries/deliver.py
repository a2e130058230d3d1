"""Delivers due actions: each is leased, carried out, and marked delivered with its completion."""

from __future__ import annotations

from datetime import datetime

import structlog
from sqlalchemy import ColumnElement, Connection

from adapter.deliveries.handlers import HANDLERS
from adapter.ground.counted import ACTIONS as COUNTED
from adapter.ground.counted import count
from adapter.ground.parts import Parts
from adapter.queues import outbox
from adapter.queues.completion import Overtaken
from adapter.queues.in_hand import in_hand
from adapter.queues.lanes import ACTIONS, ASKED_BY
from adapter.queues.leases import LeaseLost, OneSuspect
from adapter.queues.outbox import ActionState, PendingAction
from adapter.queues.people_in_texts import without_people
from adapter.register.enforcement_switch import pause_in_force
from adapter.register.part_states import is_away
from connectors.errors import ConnectorError, Permanent, Transient

_log = structlog.get_logger(__name__)


def deliver_due(parts: Parts, limit: int = 20) -> int:
    """Carry out up to `limit` actions, of whatever lane; returns how many were taken."""
    taken = 0
    while taken < limit and deliver_next(parts):
        taken += 1
    return taken


def deliver_next(
    parts: Parts,
    which: ColumnElement[bool] | None = None,
    one_suspect: OneSuspect | None = None,
) -> PendingAction | None:
    """Carry out the oldest action of `which` that is due; returns it, or None when there is none.

    Whether a pause is in force is read in the transaction that leases the action.
    """

    def lease(suspects: bool) -> PendingAction | None:
        with parts.register.write() as connection:
            paused = pause_in_force(connection) is not None
            return outbox.lease_action(
                connection, parts.clock.now(), which, paused=paused, suspects=suspects
            )

    with (one_suspect or OneSuspect()).turn(lease) as action:
        if action is not None:
            row = in_hand(parts.register, outbox.QUEUE.table, action.id)
            with row, outbox.step_of(action):
                _deliver(parts, action)
        return action


def action_waits(connection: Connection, now: datetime, which: ColumnElement[bool]) -> bool:
    """Whether `deliver_next` would find one: looking costs no writer its turn."""
    paused = pause_in_force(connection) is not None
    return outbox.action_is_due(connection, now, which, paused=paused)


def _deliver(parts: Parts, action: PendingAction) -> None:
    try:
        _carry_out(parts, action)
    except ConnectorError as error:
        _failed(parts, action, error, of_system=True)
    except LeaseLost as lost:
        # What was done in the other system, it does again without harm.
        _log.warning("outbox.lease_lost", action=action.id, kind=action.kind, reason=str(lost))
    except Exception as error:  # noqa: BLE001 - a fault of ours must not lose the action either
        _log.exception("outbox.fault", action=action.id, kind=action.kind)
        fault = Transient(f"fault in the adapter: {type(error).__name__}")
        _failed(parts, action, fault, of_system=False)


def _carry_out(parts: Parts, action: PendingAction) -> None:
    try:
        complete = HANDLERS[action.kind](parts, action)
    except Overtaken as overtaken:
        with parts.register.write() as connection:
            overtaken.settle(connection)
            outbox.cancel(connection, action.id)
        _tell(action, ActionState.CANCELLED)
        return
    with parts.register.write() as connection:
        complete(connection)
        outbox.delivered(connection, action.id, parts.clock.now())
    _tell(action, ActionState.DELIVERED)


def _tell(action: PendingAction, state: ActionState) -> None:
    count(COUNTED, action.kind, state)
    _log.info("outbox.done", kind=action.kind, state=state, attempts=action.attempts)


def _failed(parts: Parts, action: PendingAction, error: ConnectorError, *, of_system: bool) -> None:
    now = parts.clock.now()
    with parts.register.write() as connection:
        reason = without_people(connection, str(error))
        asked = ASKED_BY[ACTIONS[action.kind]] if of_system else ()
        state = outbox.failed(
            connection,
            action,
            reason,
            now,
            retry_after=error.retry_after if isinstance(error, Transient) else None,
            final=isinstance(error, Permanent),
            away=is_away(connection, asked, now),
        )
    count(COUNTED, action.kind, "dead" if state is ActionState.DEAD else "failed")
    log = _log.error if state is ActionState.DEAD else _log.warning
    log("outbox.failed", action=action.id, kind=action.kind, state=state, error=reason)
