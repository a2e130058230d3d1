"""Processes events of enrolments: the record is read back first, since push is only a hint.

Reading happens outside any transaction; what was read, the decisions, their actions and the end of
the events are then written in one. Events of one course that wait together share one reading, which
begins when all of them are there. Whatever it cannot settle for one of them is left to that event
alone, so that no event fails, or is blamed, for another.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from time import monotonic

from sqlalchemy import ColumnElement, Connection, bindparam, func, select, update

from adapter.doors.intake.lms_messages import LmsMessage, message_of
from adapter.doors.intake.removed_enrolments import REMOVED, method_of, saw_removal
from adapter.ground import correlation
from adapter.ground.parts import Parts
from adapter.ground.store.metadata import table_of
from adapter.ground.store.rows import one_of
from adapter.ground.store.tables.courses import EnrolmentRow
from adapter.queues.cannot_process import CannotProcess
from adapter.queues.inbox import Reason, StoredEvent, finish, finish_all, step_of
from adapter.register.courses import keep_courses
from adapter.register.known_places import KnownPlaces
from adapter.register.orphaned_holds import hold_again
from adapter.register.people import (
    keep_employee,
    keep_lms_users,
    known_among,
    known_employee,
)
from adapter.subjects.enrolments.context import enforcement_of
from adapter.subjects.enrolments.enforce import Enforcement, end_holds_of_gone
from adapter.subjects.enrolments.evaluate import Within, evaluate, evaluate_each
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

ENROLMENT_KINDS = frozenset({"user_enrolment_created", "user_enrolment_updated", REMOVED})
COMPLETION_KINDS = frozenset({"course_completed"})

READING_SERVES_SECONDS = 5.0
"""How old a reading that events share may become before it is written."""
ROWS_FOR_A_CALL = 100
"""So many rows of a report take an LMS as long as asking for one person does: a course with more
for each person who is asked about is read person by person."""


@dataclass(frozen=True, slots=True)
class _Told:
    """An event, and what it says."""

    event: StoredEvent
    message: LmsMessage

    @property
    def user_id(self) -> str:
        return str(self.message.user_id)


@dataclass(frozen=True, slots=True)
class _ReadBack:
    """What the LMS shows now of a course and of people in it, each another employee.

    `employee` was read from the HRIS, since the register did not know the number yet. `read_at` is
    the moment before the first was asked for; `read_until`, by the machine's own count of seconds,
    the one after the last.
    """

    course: LmsCourse
    users: Sequence[LmsUser]
    rows: Mapping[str, tuple[LmsEnrolment, ...]]
    employee: Employee | None
    read_at: datetime
    read_until: float

    def scope(self, connection: Connection) -> ColumnElement[bool]:
        """What of the register the reading is about."""
        people = one_of(connection, EnrolmentRow.user_id, [user.user_id for user in self.users])
        return people & (EnrolmentRow.course_id == self.course.course_id)


def process_enrolment(
    parts: Parts, lms: Lms, event: StoredEvent, message: LmsMessage
) -> Reason | None:
    """Returns why the event is to be ignored, None once it had its effect. Raises `CannotProcess`
    or a connector's error; the event is then kept as failed."""
    if message.user_id is None or message.course_id is None:
        raise CannotProcess({"code": "ids_missing"}, final=True)
    read_at = parts.clock.now()
    user = lms.users_by_id([message.user_id]).get(message.user_id)
    if user is None or user.employee_id is None:
        return _why_nobody(user, message.user_id)
    course = lms.course_by_id(message.course_id)
    if course is None and message.kind == REMOVED:
        # A course that is deleted takes its enrolments along.
        return {"code": "course_gone", "course": message.course_id}
    if course is None:
        raise CannotProcess({"code": "course_unknown", "course": message.course_id})
    if not course.idnumber:
        raise CannotProcess({"code": "course_without_idnumber", "course": message.course_id})
    rows = every_row(lms.enrolments_in(course, [user])[user.user_id])
    if _lacks_ids(rows, message):
        raise CannotProcess({"code": "plugin_functions_missing", "course": message.course_id})
    employee = _employee_if_new(parts, user.employee_id)
    if not _shows(rows, message):
        return _why_not_shown(parts, message)
    read = _ReadBack(course, [user], {user.user_id: rows}, employee, read_at, monotonic())
    _keep_and_decide(parts, read, [_Told(event, message)], {})
    return None


def process_of_course(parts: Parts, lms: Lms, events: Sequence[StoredEvent]) -> set[str]:
    """Process events of one course by one reading of it; returns the ids of those that are done.
    The others need a reading of their own. Raises a connector's error where none is done."""
    told = [_Told(event, message_of(event.body)) for event in events]
    read_at = parts.clock.now()
    users = lms.users_by_id(list(dict.fromkeys(one.user_id for one in told)))
    ignored = {
        one.event.id: _why_nobody(user, one.user_id)
        for one in told
        if (user := users.get(one.user_id)) is None or user.employee_id is None
    }
    course = lms.course_by_id(str(told[0].message.course_id))
    if course is None or not course.idnumber:
        return set()
    people = _known_people(parts, users)
    rows = _rows_of_each(parts, lms, course, people)
    settled = [one for one in told if one.event.id not in ignored and _is_settled(one, rows)]
    asked_about = {one.user_id for one in settled}
    # In one order, so that of two workers that write the same accounts one waits for the other.
    there = sorted((user for user in people if user.user_id in asked_about), key=_user_id)
    read = _ReadBack(course, there, rows, None, read_at, monotonic())
    if not _keep_and_decide(parts, read, settled, ignored):
        return set()
    return {one.event.id for one in settled} | ignored.keys()


def _user_id(user: LmsUser) -> str:
    return user.user_id


def _why_nobody(user: LmsUser | None, user_id: str) -> Reason:
    return {"code": "user_gone" if user is None else "no_employee_number", "user": user_id}


def _lacks_ids(rows: Sequence[LmsEnrolment], message: LmsMessage) -> bool:
    return message.held and any(row.enrolment_id is None for row in rows)


def _shows(rows: Sequence[LmsEnrolment], message: LmsMessage) -> bool:
    """Whether the reading has the enrolment that the event is about; that a removed one is not
    there is no surprise."""
    if message.kind == REMOVED:
        return True
    method = method_of(message)
    return any(method in (None, row.method) for row in rows)


def _why_not_shown(parts: Parts, message: LmsMessage) -> Reason:
    """That nothing was found ends no event: only a removal that somebody saw does."""
    about: Reason = {"user": str(message.user_id), "course": str(message.course_id)}
    with parts.register.read() as connection:
        removed = saw_removal(connection, message, _happened_at(parts, message))
    if not removed:
        raise CannotProcess({"code": "enrolment_not_shown", **about})
    return {"code": "enrolment_removed", **about}


def _employee_if_new(parts: Parts, employee_id: str) -> Employee | None:
    with parts.register.read() as connection:
        if known_employee(connection, employee_id):
            return None
    employee = None if parts.hris is None else parts.hris.employee(employee_id)
    if employee is None:
        raise CannotProcess({"code": "employee_unknown", "employee": employee_id})
    return employee


def _known_people(parts: Parts, users: Mapping[str, LmsUser]) -> list[LmsUser]:
    """One account of each employee whom the register knows: of two, what is decided about the one
    may change the other."""
    accounts: dict[str, LmsUser] = {}
    for user in users.values():
        if user.employee_id is not None:
            accounts.setdefault(user.employee_id, user)
    with parts.register.read() as connection:
        known = known_among(connection, accounts.keys())
    return [user for employee_id, user in accounts.items() if employee_id in known]


def _rows_of_each(
    parts: Parts, lms: Lms, course: LmsCourse, people: Sequence[LmsUser]
) -> dict[str, tuple[LmsEnrolment, ...]]:
    """By account; who has a row that cannot be read is left out."""
    if not people:
        return {}
    in_course = select(func.count()).where(
        EnrolmentRow.course_id == course.course_id, EnrolmentRow.gone_at.is_(None)
    )
    with parts.register.read() as connection:
        together = connection.execute(in_course).scalar_one() <= ROWS_FOR_A_CALL * len(people)
    readings: dict[str, EnrolmentReading] = {}
    for group in [people] if together else [[user] for user in people]:
        readings |= lms.enrolments_in(course, group)
    return {user_id: found.rows for user_id, found in readings.items() if not found.unread}


def _is_settled(told: _Told, rows: Mapping[str, tuple[LmsEnrolment, ...]]) -> bool:
    mine = rows.get(told.user_id)
    return mine is not None and _shows(mine, told.message) and not _lacks_ids(mine, told.message)


def _keep_and_decide(
    parts: Parts, read: _ReadBack, told: Sequence[_Told], ignored: Mapping[str, Reason]
) -> bool:
    """False, with nothing kept, when the reading became too old for several events."""
    enforcement = enforcement_of(parts)
    with parts.register.write() as connection:
        if len(told) > 1 and monotonic() - read.read_until > READING_SERVES_SECONDS:
            return False
        decisions = {}
        if told:
            _keep(connection, parts, read, told, enforcement.now)
            decisions = _decided(connection, parts, read, told, enforcement)
        of_events = {one.event.id: decisions.get(one.user_id, []) for one in told}
        finish_all(connection, of_events, enforcement.now)
        for event_id, reason in ignored.items():
            finish(connection, event_id, enforcement.now, ignored_because=reason)
    return True


def _keep(
    connection: Connection, parts: Parts, read: _ReadBack, told: Sequence[_Told], now: datetime
) -> None:
    keep_lms_users(connection, read.users, now)
    keep_courses(connection, [read.course], now)
    if read.employee is not None and parts.hris is not None:
        keep_employee(connection, read.employee, parts.hris.source, now)
    places = KnownPlaces(
        {user.username: user.user_id for user in read.users},
        {read.course.idnumber: read.course.course_id},
        frozenset(user.user_id for user in read.users),
    )
    shown = EnrolmentReading(tuple(row for user in read.users for row in read.rows[user.user_id]))
    observation = record_enrolments(connection, shown, places, read.scope(connection), read.read_at)
    hold_again(connection, observation.back, read.read_at)
    end_holds_of_gone(connection, [*observation.gone, *observation.remade])
    without_ids = [one for one in told if _only_the_event_tells(one, read.rows[one.user_id])]
    _keep_enrolment_ids(connection, parts, without_ids)


def _decided(
    connection: Connection,
    parts: Parts,
    read: _ReadBack,
    told: Sequence[_Told],
    enforcement: Enforcement,
) -> dict[str, list[str]]:
    """The decisions about what is there now, by account."""
    current: dict[str, list[str]] = defaultdict(list)
    there = select(EnrolmentRow.user_id, EnrolmentRow.id).where(
        read.scope(connection), EnrolmentRow.gone_at.is_(None)
    )
    for user_id, row_id in connection.execute(there.order_by(EnrolmentRow.user_id)):
        current[user_id].append(row_id)
    within = _steps_of_events(current, told)
    first = [rows[0] for rows in current.values()]
    made = evaluate_each(connection, first, parts.policy, enforcement, within)
    for row_id in [row_id for rows in current.values() for row_id in rows[1:]]:
        # Somebody is enrolled in two ways: the second is decided with what the first came to.
        decision = evaluate(connection, row_id, parts.policy, enforcement, within=within)
        made |= {} if decision is None else {row_id: decision}
    return {
        user_id: [made[row_id] for row_id in rows if row_id in made]
        for user_id, rows in current.items()
    }


def _steps_of_events(current: Mapping[str, Sequence[str]], told: Sequence[_Told]) -> Within:
    """By row, the step of its event where several events share the one at hand."""
    here = correlation.current()
    if here is not None and not here.of_many:
        return {}
    steps = {one.user_id: partial(step_of, one.event) for one in told}
    return {
        row_id: steps[user_id]
        for user_id, rows in current.items()
        if user_id in steps
        for row_id in rows
    }


def _happened_at(parts: Parts, message: LmsMessage) -> datetime:
    """By our clock, on which the moments of enrolments are kept."""
    carry = parts.lms_time.reading()
    return message.happened_at if carry is None else carry(message.happened_at)


def _only_the_event_tells(told: _Told, rows: Sequence[LmsEnrolment]) -> bool:
    """Without our plugin the event is the only place where the LMS tells an enrolment's own id."""
    message = told.message
    tells = message.kind in ENROLMENT_KINDS - {REMOVED} and message.method is not None
    return tells and message.object_id is not None and all(not row.enrolment_id for row in rows)


def _keep_enrolment_ids(connection: Connection, parts: Parts, told: Sequence[_Told]) -> None:
    """An event older than the enrolment that is there now was about an earlier one."""
    if not told:
        return
    connection.execute(
        _KEEP_ENROLMENT_ID,
        [
            {
                "of_user": one.user_id,
                "of_course": one.message.course_id,
                "of_method": one.message.method,
                "happened_at": _happened_at(parts, one.message),
                "its_id": one.message.object_id,
            }
            for one in told
        ],
    )


_KEEP_ENROLMENT_ID = (
    update(table_of(EnrolmentRow))
    .where(
        EnrolmentRow.user_id == bindparam("of_user"),
        EnrolmentRow.course_id == bindparam("of_course"),
        EnrolmentRow.method == bindparam("of_method"),
        EnrolmentRow.gone_at.is_(None),
        # The report gives moments to the minute, rounded down, so the right one is never later.
        EnrolmentRow.created_at <= bindparam("happened_at"),
    )
    .values(enrolment_id=bindparam("its_id"))
)
