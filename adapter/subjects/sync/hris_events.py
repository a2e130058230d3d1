"""Processes an event of the HRIS: the person is read back first, since push is only a hint.

Reading happens outside any transaction; the employee, the exit, its statement and the end of the
event are then written in one. Without an HRIS the dates of the event count, as not verified.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from adapter.ground.parts import Parts
from adapter.queues.cannot_process import CannotProcess
from adapter.queues.inbox import StoredEvent, finish
from adapter.register.people import keep_employee
from adapter.subjects.leaving import exit_transitions
from adapter.subjects.leaving.employment_facts import lock_person
from adapter.subjects.leaving.employment_history import News
from adapter.subjects.leaving.hris_messages import HrisMessage, message_of
from adapter.subjects.leaving.leaver_notice import tell_of_open_matters
from adapter.subjects.leaving.lifecycle import HINTS, EventKind
from connectors.ports import Employee

SCAN_ID = "scan_id"
"""Beside the message in the body of an event that our own sync derived from a scan. What comes in
over HTTP cannot hold it: only the members of a message are kept."""


def process(parts: Parts, event: StoredEvent) -> None:
    """Raises `CannotProcess` or a connector's error; the event is then kept as failed."""
    if event.kind not in set(EventKind):
        _ignore(parts, event)
        return
    message = message_of(event.body)
    from_scan = SCAN_ID in event.body
    read_at = parts.clock.now()
    shown = None if from_scan else _read_back(parts, message.data.employee.employee_id)
    with parts.register.write() as connection:
        _bring_up_to_date(connection, parts, message, shown, read_at)
        notice = _notice(event, message, verified=from_scan or shown is not None)
        now = parts.clock.now()
        exit_transitions.apply(connection, notice, parts.policy, now)
        tell_of_open_matters(connection, parts, notice.employee_id)
        finish(connection, event.id, now)


def _read_back(parts: Parts, employee_id: str) -> Employee | None:
    return None if parts.hris is None else parts.hris.employee(employee_id)


def _bring_up_to_date(
    connection: Connection,
    parts: Parts,
    message: HrisMessage,
    shown: Employee | None,
    read_at: datetime,
) -> None:
    employee_id = message.data.employee.employee_id
    seen_at = lock_person(connection, employee_id)
    if shown is None and seen_at is None:
        raise CannotProcess({"code": "employee_unknown", "employee": employee_id})
    # Another worker may have read the person later and been here first.
    if shown is not None and parts.hris is not None and (seen_at is None or seen_at <= read_at):
        keep_employee(connection, shown, parts.hris.source, read_at)


def _notice(
    event: StoredEvent, message: HrisMessage, *, verified: bool
) -> exit_transitions.PersonEvent:
    kind = EventKind(message.kind)
    employment = message.data.employment
    news = News(
        kind=kind,
        # A sender whose clock is ahead noticed it when it told us, at the latest: a moment to come
        # would outweigh all that is told until then.
        noticed_at=min(message.time, event.received_at),
        verified=verified and not (SCAN_ID in event.body and kind in HINTS),
        employment_id=employment.employment_id,
        start=employment.start_date,
        end=employment.end_date,
        source=message.source,
        reason=message.data.reason,
    )
    return exit_transitions.PersonEvent(event.id, message.data.employee.employee_id, news)


def _ignore(parts: Parts, event: StoredEvent) -> None:
    now = parts.clock.now()
    with parts.register.write() as connection:
        finish(
            connection,
            event.id,
            now,
            ignored_because={"code": "not_our_kind", "kind": event.kind},
        )
