"""Processes events of the LMS, by what they are about: push is only a hint, and each is read back.

Reading happens outside any transaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from adapter.doors.intake.enrolment_events import (
    COMPLETION_KINDS,
    ENROLMENT_KINDS,
    process_enrolment,
    process_of_course,
)
from adapter.doors.intake.lms_messages import LmsMessage, message_of
from adapter.doors.intake.process_course import COURSE_KINDS, process_course
from adapter.doors.request_form.sync import read_entry
from adapter.ground.parts import Parts
from adapter.ground.store.tables.work import InboxEventRow
from adapter.queues.cannot_process import CannotProcess
from adapter.queues.inbox import Channel, Reason, StoredEvent, finish
from adapter.register.people import keep_lms_users
from connectors.ports import Lms

ENTRY_KINDS = frozenset({"record_created", "record_updated", "record_deleted"})
USER_KINDS = frozenset({"user_created", "user_updated", "user_deleted"})
_OF_A_COURSE = ENROLMENT_KINDS | COMPLETION_KINDS

MAY_SHARE = (InboxEventRow.channel == Channel.LMS) & InboxEventRow.kind.in_(_OF_A_COURSE)
"""Events that one reading of their course can be for."""


def process(parts: Parts, event: StoredEvent) -> None:
    """Raises `CannotProcess` or a connector's error; the event is then kept as failed."""
    message = message_of(event.body)
    if message.kind in _OF_A_COURSE:
        ignored_because = process_enrolment(parts, _lms(parts), event, message)
        if ignored_because is not None:
            _ignore(parts, event, ignored_because)
    elif message.kind in USER_KINDS:
        _process_user(parts, event, message)
    elif message.kind in COURSE_KINDS:
        if message.course_id is None:
            raise CannotProcess({"code": "ids_missing"}, final=True)
        process_course(parts, _lms(parts), event, message.course_id)
    elif message.kind in ENTRY_KINDS and parts.lms is not None and parts.lms.has_request_form():
        _process_entry(parts, event, message)
    else:
        _ignore(parts, event, {"code": "not_our_kind", "kind": message.kind})


def sharing_with(
    event: StoredEvent, waiting: Sequence[tuple[str, Mapping[str, Any]]], most: int
) -> list[str]:
    """Which of these waiting events, given by id and body in the order of the queue, may share the
    reading of an event that comes before them: those of its course. Not those of somebody of whom
    an event of another course comes first: what is decided first is let in first."""
    course_id, first = event.body.get("course_id"), event.body.get("user_id")
    if event.kind not in _OF_A_COURSE or course_id is None or first is None:
        return []
    shared: list[str] = []
    elsewhere: set[str] = set()
    for event_id, body in waiting:
        if body.get("course_id") != course_id:
            elsewhere.add(str(body.get("user_id")))
        elif body.get("user_id") is not None and body["user_id"] not in elsewhere:
            shared.append(event_id)
    return shared[:most]


def process_sharing(parts: Parts, events: Sequence[StoredEvent]) -> set[str]:
    """Process events of which `sharing_with` said so; returns the ids of those that are done."""
    return process_of_course(parts, _lms(parts), events)


def _process_user(parts: Parts, event: StoredEvent, message: LmsMessage) -> None:
    if message.user_id is None:
        raise CannotProcess({"code": "ids_missing"}, final=True)
    user = _lms(parts).users_by_id([message.user_id]).get(message.user_id)
    if user is None:
        _ignore(parts, event, {"code": "user_gone", "user": message.user_id})
        return
    now = parts.clock.now()
    with parts.register.write() as connection:
        keep_lms_users(connection, [user], now)
        finish(connection, event.id, now)


def _process_entry(parts: Parts, event: StoredEvent, message: LmsMessage) -> None:
    if message.object_id is None:
        raise CannotProcess({"code": "entry_missing"}, final=True)
    if read_entry(parts, _lms(parts), message.object_id) is None:
        _ignore(parts, event, {"code": "entry_gone", "entry": message.object_id})
        return
    with parts.register.write() as connection:
        finish(connection, event.id, parts.clock.now())


def _ignore(parts: Parts, event: StoredEvent, reason: Reason) -> None:
    now = parts.clock.now()
    with parts.register.write() as connection:
        finish(connection, event.id, now, ignored_because=reason)


def _lms(parts: Parts) -> Lms:
    if parts.lms is None:
        raise CannotProcess({"code": "lms_not_configured"})
    return parts.lms
