"""Whether somebody saw the removal of the enrolment that an event is about.

A reading that does not show it is no such witness: a right may be lost, or the event may have come
before the LMS had stored what it tells of.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from adapter.doors.intake.lms_messages import LmsMessage, message_of
from adapter.ground.store.tables.courses import EnrolmentRow
from adapter.ground.store.tables.work import InboxEventRow
from adapter.queues.inbox import Channel
from connectors.ports import EnrolmentMethod

REMOVED = "user_enrolment_deleted"
CLOCKS_APART = timedelta(hours=1)
"""An event is stored after it happened, by clocks that need not agree."""


def saw_removal(connection: Connection, message: LmsMessage, happened_at: datetime) -> bool:
    """By an event of the LMS that tells of it, or by a reading that had it and later had not.
    `happened_at` is when the event happened, by our clock."""
    return _was_told(connection, message, happened_at) or _went(connection, message, happened_at)


def method_of(message: LmsMessage) -> EnrolmentMethod | None:
    """None where the event does not say by which method somebody is enrolled."""
    if message.method is None:
        return None
    known = {method.value: method for method in (EnrolmentMethod.MANUAL, EnrolmentMethod.SELF)}
    return known.get(message.method, EnrolmentMethod.OTHER)


def _was_told(connection: Connection, message: LmsMessage, happened_at: datetime) -> bool:
    rows = connection.execute(
        select(InboxEventRow.body).where(
            InboxEventRow.channel == Channel.LMS,
            InboxEventRow.kind == REMOVED,
            InboxEventRow.received_at >= happened_at - CLOCKS_APART,
        )
    )
    return any(_removes(message_of(body), message) for body in rows.scalars())


def _removes(removal: LmsMessage, message: LmsMessage) -> bool:
    if (removal.user_id, removal.course_id) != (message.user_id, message.course_id):
        return False
    if removal.time_created < message.time_created:
        return False
    if message.kind.startswith("user_enrolment_") and None not in (
        removal.object_id,
        message.object_id,
    ):
        return removal.object_id == message.object_id
    return None in (removal.method, message.method) or removal.method == message.method


def _went(connection: Connection, message: LmsMessage, happened_at: datetime) -> bool:
    same = (
        EnrolmentRow.user_id == message.user_id,
        EnrolmentRow.course_id == message.course_id,
        EnrolmentRow.gone_at >= happened_at,
    )
    method = method_of(message)
    by_method = () if method is None else (EnrolmentRow.method == method,)
    return connection.execute(select(EnrolmentRow.id).where(*same, *by_method)).first() is not None
