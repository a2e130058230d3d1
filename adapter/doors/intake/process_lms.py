"""Processes an event of the LMS: the record is read back first, since push is only a hint.

Reading happens outside any transaction; what was read, the decision, its actions and the end of the
event are then written in one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from adapter.doors.intake.lms_messages import LmsMessage, message_of
from adapter.doors.intake.process_course import COURSE_KINDS, process_course
from adapter.doors.intake.removed_enrolments import REMOVED, method_of, saw_removal
from adapter.doors.request_form.sync import read_entry
from adapter.ground.parts import Parts
from adapter.ground.store.tables.courses import EnrolmentRow
from adapter.queues.cannot_process import CannotProcess
from adapter.queues.inbox import StoredEvent, finish
from adapter.register.courses import keep_courses
from adapter.register.known_places import KnownPlaces
from adapter.register.orphaned_holds import hold_again
from adapter.register.people import keep_employee, keep_lms_users, known_employee
from adapter.subjects.enrolments.context import enforcement_of
from adapter.subjects.enrolments.enforce import Enforcement, end_holds_of_gone
from adapter.subjects.enrolments.evaluate import evaluate
from adapter.subjects.sync.enrolment_changes import record_enrolments
from adapter.subjects.sync.unreadable_rows import every_row
from connectors.ports import (
    Employee,
    EnrolmentReading,
    Lms,
    LmsCourse,
    LmsEnrolment,
    LmsUser,
)

ENROLMENT_KINDS = frozenset(
    {"user_enrolment_created", "user_enrolment_updated", "user_enrolment_deleted"}
)
COMPLETION_KINDS = frozenset({"course_completed"})
ENTRY_KINDS = frozenset({"record_created", "record_updated", "record_deleted"})
USER_KINDS = frozenset({"user_created", "user_updated", "user_deleted"})


@dataclass(frozen=True, slots=True)
class ReadBack:
    """What the LMS shows now of the person and course that an event is about.

    `employee` is read from the HRIS when the register did not know the number yet. `read_at` is the
    moment before the first was asked for.
    """

    user: LmsUser
    course: LmsCourse
    rows: tuple[LmsEnrolment, ...]
    employee: Employee | None
    read_at: datetime


def process(parts: Parts, event: StoredEvent) -> None:
    """Raises `CannotProcess` or a connector's error; the event is then kept as failed."""
    message = message_of(event.body)
    if message.kind in ENROLMENT_KINDS | COMPLETION_KINDS:
        _process_enrolment(parts, event, message)
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


def _process_enrolment(parts: Parts, event: StoredEvent, message: LmsMessage) -> None:
    if message.user_id is None or message.course_id is None:
        raise CannotProcess({"code": "ids_missing"}, final=True)
    lms = _lms(parts)
    read_at = parts.clock.now()
    user = lms.users_by_id([message.user_id]).get(message.user_id)
    if user is None:
        _ignore(parts, event, {"code": "user_gone", "user": message.user_id})
        return
    if user.employee_id is None:
        _ignore(parts, event, {"code": "no_employee_number", "user": message.user_id})
        return
    course = lms.course_by_id(message.course_id)
    if course is None and message.kind == "user_enrolment_deleted":
        # A course that is deleted takes its enrolments along.
        _ignore(parts, event, {"code": "course_gone", "course": message.course_id})
        return
    if course is None:
        raise CannotProcess({"code": "course_unknown", "course": message.course_id})
    if not course.idnumber:
        raise CannotProcess({"code": "course_without_idnumber", "course": message.course_id})
    rows = every_row(lms.enrolments_of(user.user_id, course.course_id))
    if message.held and any(row.enrolment_id is None for row in rows):
        raise CannotProcess({"code": "plugin_functions_missing", "course": message.course_id})
    read = ReadBack(user, course, rows, _employee_if_new(parts, user.employee_id), read_at)
    if not _shows(rows, message):
        _not_shown(parts, event, message)
        return
    enforcement = enforcement_of(parts)
    with parts.register.write() as connection:
        decisions = _keep_and_decide(connection, parts, message, read, enforcement)
        finish(connection, event.id, enforcement.now, decisions=decisions)


def _shows(rows: Sequence[LmsEnrolment], message: LmsMessage) -> bool:
    """Whether the reading has the enrolment that the event is about; that a removed one is not
    there is no surprise."""
    if message.kind == REMOVED:
        return True
    method = method_of(message)
    return any(method in (None, row.method) for row in rows)


def _not_shown(parts: Parts, event: StoredEvent, message: LmsMessage) -> None:
    """That nothing was found ends no event: only a removal that somebody saw does."""
    about = {"user": str(message.user_id), "course": str(message.course_id)}
    with parts.register.read() as connection:
        removed = saw_removal(connection, message, _happened_at(parts, message))
    if not removed:
        raise CannotProcess({"code": "enrolment_not_shown", **about})
    _ignore(parts, event, {"code": "enrolment_removed", **about})


def _keep_and_decide(
    connection: Connection,
    parts: Parts,
    message: LmsMessage,
    read: ReadBack,
    enforcement: Enforcement,
) -> list[str]:
    now = enforcement.now
    keep_lms_users(connection, [read.user], now)
    keep_courses(connection, [read.course], now)
    if read.employee is not None and parts.hris is not None:
        keep_employee(connection, read.employee, parts.hris.source, now)
    mine = (EnrolmentRow.user_id == read.user.user_id) & (
        EnrolmentRow.course_id == read.course.course_id
    )
    observation = record_enrolments(
        connection,
        EnrolmentReading(read.rows),
        KnownPlaces(
            {read.user.username: read.user.user_id},
            {read.course.idnumber: read.course.course_id},
            frozenset({read.user.user_id}),
        ),
        mine,
        read.read_at,
    )
    hold_again(connection, observation.back, read.read_at)
    end_holds_of_gone(connection, [*observation.gone, *observation.remade])
    if all(row.enrolment_id is None for row in read.rows):
        _keep_enrolment_id(connection, message, _happened_at(parts, message))
    current = connection.execute(
        select(EnrolmentRow.id).where(mine, EnrolmentRow.gone_at.is_(None))
    ).scalars()
    decided = [evaluate(connection, row_id, parts.policy, enforcement) for row_id in current.all()]
    return [decision for decision in decided if decision is not None]


def _happened_at(parts: Parts, message: LmsMessage) -> datetime:
    """By our clock, on which the moments of enrolments are kept."""
    carry = parts.lms_time.reading()
    return message.happened_at if carry is None else carry(message.happened_at)


def _keep_enrolment_id(connection: Connection, message: LmsMessage, happened_at: datetime) -> None:
    """Without our plugin the event is the only place where the LMS tells an enrolment's own id. An
    event older than the enrolment that is there now was about an earlier one."""
    if message.kind not in ENROLMENT_KINDS or message.method is None:
        return
    if message.kind == "user_enrolment_deleted" or message.object_id is None:
        return
    connection.execute(
        update(EnrolmentRow)
        .where(
            EnrolmentRow.user_id == message.user_id,
            EnrolmentRow.course_id == message.course_id,
            EnrolmentRow.method == message.method,
            EnrolmentRow.gone_at.is_(None),
            # The report gives moments to the minute, rounded down, so the right one is never later.
            EnrolmentRow.created_at <= happened_at,
        )
        .values(enrolment_id=message.object_id)
    )


def _employee_if_new(parts: Parts, employee_id: str) -> Employee | None:
    with parts.register.read() as connection:
        if known_employee(connection, employee_id):
            return None
    employee = None if parts.hris is None else parts.hris.employee(employee_id)
    if employee is None:
        raise CannotProcess({"code": "employee_unknown", "employee": employee_id})
    return employee


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


def _ignore(parts: Parts, event: StoredEvent, reason: dict[str, str | int]) -> None:
    now = parts.clock.now()
    with parts.register.write() as connection:
        finish(connection, event.id, now, ignored_because=reason)


def _lms(parts: Parts) -> Lms:
    if parts.lms is None:
        raise CannotProcess({"code": "lms_not_configured"})
    return parts.lms
