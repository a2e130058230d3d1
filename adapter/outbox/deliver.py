"""Delivers due actions: each is leased, carried out, and marked delivered with its completion."""

from __future__ import annotations

import structlog

from adapter.enrolments.enforcement_switch import pause_in_force
from adapter.outbox import outbox
from adapter.outbox.completion import Overtaken
from adapter.outbox.handlers import HANDLERS
from adapter.outbox.outbox import STOPPED_BY_PAUSE, ActionState, PendingAction
from adapter.parts import Parts
from connectors.errors import ConnectorError, Permanent, Transient

_log = structlog.get_logger(__name__)


def deliver_due(parts: Parts, limit: int = 20) -> int:
    """Carry out up to `limit` actions; returns how many were taken."""
    now = parts.clock.now()
    with parts.register.write() as connection:
        paused = pause_in_force(connection) is not None
        actions = outbox.claim_actions(connection, now, limit, paused=paused)
    for action in actions:
        if _still_wanted(parts, action):
            _deliver(parts, action)
    return len(actions)


def _still_wanted(parts: Parts, action: PendingAction) -> bool:
    """Whether the action is still ours and no pause came since it was claimed."""
    with parts.register.write() as connection:
        if not outbox.still_ours(connection, action, parts.clock.now()):
            return False
        if action.kind in STOPPED_BY_PAUSE and pause_in_force(connection) is not None:
            outbox.postpone(connection, action)
            return False
    return True


def _deliver(parts: Parts, action: PendingAction) -> None:
    try:
        _carry_out(parts, action)
    except ConnectorError as error:
        _failed(parts, action, error)
    except Exception as error:  # noqa: BLE001 - a fault of ours must not lose the action either
        _log.exception("outbox.fault", action=action.id, kind=action.kind)
        _failed(parts, action, Transient(f"fault in the adapter: {type(error).__name__}"))


def _carry_out(parts: Parts, action: PendingAction) -> None:
    try:
        complete = HANDLERS[action.kind](parts, action)
    except Overtaken as overtaken:
        with parts.register.write() as connection:
            overtaken.settle(connection)
            outbox.cancel(connection, action.id)
        return
    with parts.register.write() as connection:
        complete(connection)
        outbox.delivered(connection, action.id, parts.clock.now())


def _failed(parts: Parts, action: PendingAction, error: ConnectorError) -> None:
    with parts.register.write() as connection:
        state = outbox.failed(
            connection,
            action,
            str(error),
            parts.clock.now(),
            retry_after=error.retry_after if isinstance(error, Transient) else None,
            final=isinstance(error, Permanent),
        )
    log = _log.error if state is ActionState.DEAD else _log.warning
    log("outbox.failed", action=action.id, kind=action.kind, state=state, error=str(error))
