"""Delivers due actions: each is leased, carried out, and marked delivered with its completion."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

import structlog
from sqlalchemy import ColumnElement, Connection

from adapter.deliveries.handlers import HANDLERS
from adapter.deliveries.hold_actions import note_suspended
from adapter.deliveries.holds_together import lease_others, suspend_together
from adapter.ground import correlation
from adapter.ground.counted import ACTIONS as COUNTED
from adapter.ground.counted import count
from adapter.ground.parts import Parts
from adapter.ground.store.tables.decisions import HoldRow
from adapter.ground.traces import Step
from adapter.queues import outbox
from adapter.queues.completion import Overtaken
from adapter.queues.in_hand import in_hand
from adapter.queues.lanes import ACTIONS, ASKED_BY
from adapter.queues.leases import LeaseLost, OneSuspect
from adapter.queues.outbox import ActionKind, ActionState, PendingAction
from adapter.queues.people_in_texts import without_people
from adapter.register.enforcement_switch import pause_in_force
from adapter.register.part_states import is_away
from connectors.errors import ConnectorError, Permanent, Transient

_log = structlog.get_logger(__name__)


def deliver_due(parts: Parts, limit: int = 20) -> int:
    """Carry out up to `limit` actions, of whatever lane, and what can share a reading with the last
    of them; returns how many were taken."""
    taken = 0
    while taken < limit and (some := deliver_next(parts)):
        taken += some
    return taken


def deliver_next(
    parts: Parts,
    which: ColumnElement[bool] | None = None,
    one_suspect: OneSuspect | None = None,
    *,
    stops: Callable[[], bool] = lambda: False,
) -> int:
    """Carry out the oldest action of `which` that is due, and with it those that can share what is
    read for it; returns how many were taken, 0 when none is due. Once the worker `stops`, nothing
    more is begun.

    Whether a pause is in force is read in the transaction that leases the action.
    """

    def lease(suspects: bool) -> PendingAction | None:
        with parts.register.write() as connection:
            paused = pause_in_force(connection) is not None
            return outbox.lease_action(
                connection, parts.clock.now(), which, paused=paused, suspects=suspects
            )

    table = outbox.QUEUE.table
    with (one_suspect or OneSuspect()).turn(lease) as action:
        if action is None:
            return 0
        with in_hand(parts.register, table, action.id):
            others = lease_others(parts, action)
            with in_hand(parts.register, table, *(other.id for other in others)):
                _deliver_all(parts, [action, *others], lambda: _goes_on(parts, stops))
        return 1 + len(others)


def _goes_on(parts: Parts, stops: Callable[[], bool]) -> bool:
    if stops():
        return False
    with parts.register.read() as connection:
        return pause_in_force(connection) is None


def action_waits(connection: Connection, now: datetime, which: ColumnElement[bool]) -> bool:
    """Whether `deliver_next` would find one: looking costs no writer its turn."""
    paused = pause_in_force(connection) is not None
    return outbox.action_is_due(connection, now, which, paused=paused)


def _deliver_all(
    parts: Parts, actions: Sequence[PendingAction], goes_on: Callable[[], bool]
) -> None:
    """Once a system fails, those with which nothing was done are handed back: they are not to be
    blamed for it."""
    left = list(actions) if len(actions) == 1 else _delivered_together(parts, actions, goes_on)
    for place, action in enumerate(left, 1):
        with outbox.step_of(action):
            answers = _deliver(parts, action)
        if place < len(left) and not (answers and goes_on()):
            _hand_back(parts, [other.id for other in left[place:]])
            return


def _delivered_together(
    parts: Parts, actions: Sequence[PendingAction], goes_on: Callable[[], bool]
) -> list[PendingAction]:
    """Returns those of which nothing was written, to be tried alone."""
    with Step("holds of one course", of_many=True):
        try:
            came_to = suspend_together(parts, actions, goes_on)
        except ConnectorError as problem:
            _log.info("outbox.not_together", actions=len(actions), why=type(problem).__name__)
            return list(actions)
        except Exception as error:  # noqa: BLE001 - a fault of ours must not lose an action either
            _log.exception("outbox.fault_together", actions=len(actions))
            # What was written meanwhile is not known, so for each this was an attempt.
            for action in actions:
                _failed(parts, action, _fault(error), of_system=False)
            return []
        shared = correlation.current()
        noted = _noted(parts, came_to.suspended)
    for action in actions:
        if action.id in noted:
            with outbox.end_of(action):
                _tell(action, ActionState.DELIVERED, None if shared is None else shared.trace_id)
    for action in actions:
        if action.id in came_to.not_proven:
            with outbox.end_of(action):
                _failed(parts, action, came_to.not_proven[action.id], of_system=True)
    _hand_back(parts, came_to.not_begun)
    return [action for action in actions if action not in came_to]


def _deliver(parts: Parts, action: PendingAction) -> bool:
    """False when another system does not answer, so that it is of no use to go on."""
    try:
        _carry_out(parts, action)
    except ConnectorError as error:
        _failed(parts, action, error, of_system=True)
        return not isinstance(error, Transient)
    except LeaseLost as lost:
        # What was done in the other system, it does again without harm.
        _log.warning("outbox.lease_lost", action=action.id, kind=action.kind, reason=str(lost))
    except Exception as error:  # noqa: BLE001 - a fault of ours must not lose the action either
        _log.exception("outbox.fault", action=action.id, kind=action.kind)
        _failed(parts, action, _fault(error), of_system=False)
    return True


def _fault(error: Exception) -> Transient:
    return Transient(f"fault in the adapter: {type(error).__name__}")


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
        outbox.delivered(connection, [action.id], parts.clock.now())
    _tell(action, ActionState.DELIVERED)


def _noted(parts: Parts, suspended: Mapping[str, HoldRow]) -> Collection[str]:
    """The actions, of these with their holds, of which the register has it now."""
    now = parts.clock.now()
    try:
        with parts.register.write() as connection:
            note_suspended(connection, holds=list(suspended.values()), verified_at=now)
            outbox.delivered(connection, list(suspended), now)
    except LeaseLost as lost:
        _log.warning("outbox.lease_lost", kind=ActionKind.SUSPEND, reason=str(lost))
        if len(suspended) <= 1:
            return ()
        # One was taken over by another worker; the others are still ours.
        each = [_noted(parts, {action_id: hold}) for action_id, hold in suspended.items()]
        return {action_id for noted in each for action_id in noted}
    return suspended.keys()


def _hand_back(parts: Parts, action_ids: Collection[str]) -> None:
    if not action_ids:
        return
    with parts.register.write() as connection:
        outbox.hand_back_actions(connection, action_ids, parts.clock.now())


def _tell(action: PendingAction, state: ActionState, shared: str | None = None) -> None:
    """`shared` is the trace of the calls that were made for several actions at once."""
    count(COUNTED, action.kind, state)
    told = {} if shared is None else {"calls_in_trace": shared}
    _log.info("outbox.done", kind=action.kind, state=state, attempts=action.attempts, **told)


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
