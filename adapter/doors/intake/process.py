"""Processes due events of the inbox; whatever happens, each event is kept.

One is taken at a time, and with an enrolment event the others of its course that wait: the course
is read once for all of them. What that reading did not settle is processed one after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

import structlog
from sqlalchemy import ColumnElement, Connection

from adapter.doors.intake import not_begun, process_lms, process_register
from adapter.ground import correlation
from adapter.ground.counted import EVENTS, count
from adapter.ground.parts import Parts
from adapter.ground.traces import Step
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
from adapter.queues.leases import LeaseLost, OneSuspect
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


MOST_TOGETHER = 50
"""Of how many accounts an LMS is asked best at once, and not more than a transaction takes well."""
LOOKED_AT = 300
"""So many waiting events are looked through for others of the same course."""


def process_due(parts: Parts, limit: int = 20) -> int:
    """Process up to `limit` events, of whatever lane; returns how many were taken."""
    taken = 0
    while taken < limit and (some := process_next(parts, most=limit - taken)):
        taken += some
    return taken


def process_next(
    parts: Parts,
    which: ColumnElement[bool] | None = None,
    one_suspect: OneSuspect | None = None,
    *,
    most: int = MOST_TOGETHER,
    stops: Callable[[], bool] = lambda: False,
) -> int:
    """Process the oldest event of `which` that is due, and with it up to `most` that can share what
    is read for it; returns how many were processed, 0 when none is due. Once the worker `stops`,
    nothing more is begun."""
    beside: list[StoredEvent] = []

    def lease(suspects: bool) -> StoredEvent | None:
        now = parts.clock.now()
        not_begun.hand_back(parts)
        with parts.register.write() as connection:
            event = inbox.lease_event(connection, now, which, suspects=suspects)
            if event is not None:
                beside.extend(_sharing(connection, event, min(most, MOST_TOGETHER) - 1, now))
            return event

    with (one_suspect or OneSuspect()).turn(lease) as event:
        if event is None:
            return 0
        events = [event, *beside]
        with in_hand(parts.register, inbox.QUEUE.table, *(one.id for one in events)):
            return _process_all(parts, events, stops)


def _sharing(
    connection: Connection, event: StoredEvent, most: int, now: datetime
) -> list[StoredEvent]:
    """What failed before, or was in hand when a worker died, is processed alone: it says of nothing
    else that it fails or kills."""
    if most < 1 or event.attempts > 1 or event.deaths or event.channel is not Channel.LMS:
        return []
    waiting = inbox.untried(connection, process_lms.MAY_SHARE, LOOKED_AT)
    shared = process_lms.sharing_with(event, waiting, most)
    return inbox.lease_events(connection, shared, now) if shared else []


def _process_all(parts: Parts, events: Sequence[StoredEvent], stops: Callable[[], bool]) -> int:
    """How many were processed. Once a system fails, those that are left are handed back: they are
    not to be blamed for it."""
    done = _processed_together(parts, events) if len(events) > 1 else frozenset()
    left = [event for event in events if event.id not in done]
    for place, event in enumerate(left, 1):
        try:
            with inbox.step_of(event):
                goes_on = _process(parts, event) and not stops()
        except BaseException:
            not_begun.keep(parts.register, left[place:])
            raise
        if not goes_on:
            not_begun.keep(parts.register, left[place:])
            not_begun.hand_back(parts)
            return len(done) + place
    return len(events)


def _processed_together(parts: Parts, events: Sequence[StoredEvent]) -> Collection[str]:
    """The ids of those that are done. Whatever stands in the way, each is then tried alone."""
    with Step("events of one course", of_many=True):
        try:
            done = process_lms.process_sharing(parts, events)
        except (CannotProcess, ConnectorError, LeaseLost) as problem:
            _log.info("inbox.not_together", events=len(events), why=type(problem).__name__)
            return ()
        except Exception:  # noqa: BLE001 - the fault shows which event has it when each is tried alone
            _log.exception("inbox.fault_together", events=len(events))
            return ()
        shared = correlation.current()
    for event in events:
        if event.id in done:
            with inbox.end_of(event):
                _done(event, shared=None if shared is None else shared.trace_id)
    return done


def _process(parts: Parts, event: StoredEvent) -> bool:
    """False when another system does not answer, so that it is of no use to go on."""
    try:
        _PROCESSES[event.channel](parts, event)
    except CannotProcess as problem:
        _failed(parts, event, problem.reason, final=problem.final)
    except ConnectorError as error:
        wait = error.retry_after if isinstance(error, Transient) else None
        reason: Reason = {"code": "connector", "detail": str(error)}
        permanent = isinstance(error, Permanent)
        _failed(parts, event, reason, retry_after=wait, final=permanent, of_system=True)
        return not isinstance(error, Transient)
    except LeaseLost as lost:
        _log.warning("inbox.lease_lost", event_id=event.id, kind=event.kind, reason=str(lost))
    except Exception as error:  # noqa: BLE001 - a fault of ours must not lose the event either
        _log.exception("inbox.fault", event_id=event.id, kind=event.kind)
        _failed(parts, event, {"code": "fault", "detail": type(error).__name__})
    else:
        _done(event)
    return True


def _done(event: StoredEvent, shared: str | None = None) -> None:
    """`shared` is the trace of the calls that were made for several events at once."""
    count(EVENTS, event.channel, "done")
    told = {} if shared is None else {"calls_in_trace": shared}
    _log.info("inbox.done", kind=event.kind, channel=event.channel, attempts=event.attempts, **told)


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
    count(EVENTS, event.channel, state)
    log = _log.error if state is EventState.DEAD else _log.warning
    log("inbox.failed", event_id=event.id, kind=event.kind, state=state, reason=reason["code"])
