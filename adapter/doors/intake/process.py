"""Processes due events of the inbox, one after the other; whatever happens, the event is kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import structlog
from sqlalchemy import ColumnElement

from adapter.doors.intake import process_lms, process_register
from adapter.ground.parts import Parts
from adapter.queues import inbox
from adapter.queues.cannot_process import CannotProcess
from adapter.queues.in_hand import in_hand
from adapter.queues.inbox import (
    Channel,
    EventState,
    Reason,
    StoredEvent,
)
from adapter.queues.lanes import ASKED_BY, lane_of_event
from adapter.queues.leases import OneSuspect
from adapter.queues.people_in_texts import without_people
from adapter.register.part_states import is_away
from adapter.subjects.sync import hris_events
from connectors.errors import ConnectorError, Permanent, Transient

_log = structlog.get_logger(__name__)

_PROCESSES: Mapping[Channel, Callable[[Parts, StoredEvent], None]] = {
    Channel.LMS: process_lms.process,
    Channel.HRIS: hris_events.process,
    Channel.REGISTER: process_register.process,
}


def process_due(parts: Parts, limit: int = 20) -> int:
    """Process up to `limit` events, of whatever lane; returns how many were taken."""
    taken = 0
    while taken < limit and process_next(parts):
        taken += 1
    return taken


def process_next(
    parts: Parts,
    which: ColumnElement[bool] | None = None,
    one_suspect: OneSuspect | None = None,
) -> StoredEvent | None:
    """Process the oldest event of `which` that is due; returns it, or None when there is none."""

    def lease(suspects: bool) -> StoredEvent | None:
        with parts.register.write() as connection:
            return inbox.lease_event(connection, parts.clock.now(), which, suspects=suspects)

    with (one_suspect or OneSuspect()).turn(lease) as event:
        if event is not None:
            with in_hand(parts.register, inbox.QUEUE.table, event.id):
                _process(parts, event)
        return event


def _process(parts: Parts, event: StoredEvent) -> None:
    try:
        _PROCESSES[event.channel](parts, event)
    except CannotProcess as problem:
        _failed(parts, event, problem.reason, final=problem.final)
    except ConnectorError as error:
        wait = error.retry_after if isinstance(error, Transient) else None
        reason: Reason = {"code": "connector", "detail": str(error)}
        permanent = isinstance(error, Permanent)
        _failed(parts, event, reason, retry_after=wait, final=permanent, of_system=True)
    except Exception as error:  # noqa: BLE001 - a fault of ours must not lose the event either
        _log.exception("inbox.fault", event_id=event.id, kind=event.kind)
        _failed(parts, event, {"code": "fault", "detail": type(error).__name__})


def _failed(
    parts: Parts,
    event: StoredEvent,
    reason: Reason,
    *,
    retry_after: float | None = None,
    final: bool = False,
    of_system: bool = False,
) -> None:
    """`of_system`: another system is why, by its answer or for want of one."""
    now = parts.clock.now()
    with parts.register.write() as connection:
        if "detail" in reason:
            reason = reason | {"detail": without_people(connection, str(reason["detail"]))}
        asked = ASKED_BY[lane_of_event(event)] if of_system else ()
        away = is_away(connection, asked, now)
        state = inbox.fail(
            connection, event, reason, now, retry_after=retry_after, final=final, away=away
        )
    log = _log.error if state is EventState.DEAD else _log.warning
    log("inbox.failed", event_id=event.id, kind=event.kind, state=state, reason=reason["code"])
