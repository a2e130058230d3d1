"""Carries out several holds of one course together, where the LMS suspends by id: accounts, course
and enrolments are read once before, and the enrolments once after.

Each is suspended by itself, since what came of it must be known for each. Whatever stands in the
way of one is left to that hold alone (`hold_actions.suspend`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic

from sqlalchemy import Connection, select

from adapter.deliveries.hold_actions import is_own_account, row_of_hold
from adapter.deliveries.unchanged_target import is_same_course
from adapter.ground.parts import Parts
from adapter.ground.store.reading import row_of, rows_of
from adapter.ground.store.rows import one_of
from adapter.ground.store.tables.courses import CourseRow, EnrolmentRow
from adapter.ground.store.tables.decisions import HoldRow
from adapter.queues.completion import configured_lms
from adapter.queues.outbox import ActionKind, PendingAction, first_untried, lease_actions
from adapter.register.holds import HoldState
from connectors.errors import ConnectorError, Transient
from connectors.ports import EnrolmentReading, EnrolmentStatus, Lms, LmsEnrolment, LmsUser

MOST_TOGETHER = 50
"""Of how many accounts an LMS is asked best at once, and not more than a transaction takes well."""
LOOKED_AT = 300
"""So many waiting holds are looked through for others of the same course."""
READING_SERVES_SECONDS = 5.0
"""How old what was read of an enrolment may become before it is suspended."""


@dataclass
class CameTo:
    """What came of each hold, by action. Of one that is nowhere here nothing was written."""

    suspended: dict[str, HoldRow] = field(default_factory=dict)
    not_proven: dict[str, ConnectorError] = field(default_factory=dict)
    """Perhaps it was suspended."""
    not_begun: set[str] = field(default_factory=set)
    """There was no more time for it, or it may not go on."""

    def __contains__(self, action: PendingAction) -> bool:
        return any(action.id in one for one in (self.suspended, self.not_proven, self.not_begun))


@dataclass(frozen=True, slots=True)
class _Wanted:
    action: PendingAction
    hold: HoldRow
    enrolment: EnrolmentRow
    """As the register has it."""


def lease_others(parts: Parts, action: PendingAction) -> list[PendingAction]:
    """Other holds of the same course that wait, leased to this worker. What failed before, or was
    in hand when a worker died, is carried out alone: it says of nothing else that it fails or
    kills."""
    if action.kind is not ActionKind.SUSPEND or action.attempts > 1 or action.deaths:
        return []
    try:
        # Asked of the LMS now and then, so not within a transaction.
        if not configured_lms(parts).suspends_by_id():
            return []
    except ConnectorError:
        return []
    with parts.register.write() as connection:
        waiting = first_untried(connection, ActionKind.SUSPEND, LOOKED_AT)
        same = _of_same_course(connection, action, waiting)
        return lease_actions(connection, same, parts.clock.now()) if same else []


def _of_same_course(
    connection: Connection, action: PendingAction, waiting: Mapping[str, Mapping[str, str]]
) -> list[str]:
    of_action = action.payload["hold_id"]
    ids = [of_action, *(payload["hold_id"] for payload in waiting.values())]
    holds = select(HoldRow.id, HoldRow.course_id).where(one_of(connection, HoldRow.id, ids))
    courses: dict[str, str] = dict(connection.execute(holds).all())
    same = [
        action_id
        for action_id, payload in waiting.items()
        if courses.get(payload["hold_id"]) == courses[of_action]
    ]
    return same[: MOST_TOGETHER - 1]


def suspend_together(
    parts: Parts, actions: Sequence[PendingAction], goes_on: Callable[[], bool]
) -> CameTo:
    """Holds of one course. Before each is suspended it is asked whether it `goes_on`. Raises a
    connector's error where nothing was written."""
    lms = configured_lms(parts)
    with parts.register.read() as connection:
        wanted = _planned(connection, lms, actions)
        if not wanted:
            return CameTo()
        of_course = CourseRow.course_id == next(iter(wanted.values())).hold.course_id
        known = row_of(connection, select(CourseRow).where(of_course))
    users = lms.users_by_id(list(wanted))
    course = lms.course_by_id(known.course_id)
    there = [
        user
        for user_id, user in users.items()
        if user.employee_id == wanted[user_id].hold.employee_id
    ]
    if course is None or not course.idnumber or not is_same_course(known, course) or not there:
        return CameTo()

    def read() -> dict[str, LmsEnrolment]:
        return _shown(lms.enrolments_in(course, there), there, wanted)

    shown = read()
    until = monotonic() + READING_SERVES_SECONDS
    came_to, written = _suspend_each(lms, shown, wanted, lambda: monotonic() < until and goes_on())
    _prove(read, written, came_to)
    return came_to


def _planned(
    connection: Connection, lms: Lms, actions: Sequence[PendingAction]
) -> dict[str, _Wanted]:
    """One hold of each account, by that: of two the second is carried out after what the first came
    to."""
    by_hold = {str(action.payload["hold_id"]): action for action in actions}
    planned = (one_of(connection, HoldRow.id, by_hold), HoldRow.state == HoldState.PLANNED)
    holds = rows_of(connection, select(HoldRow).where(*planned).order_by(HoldRow.decided_at))
    held = one_of(connection, EnrolmentRow.id, [str(hold.enrolment_row) for hold in holds])
    enrolments = {row.id: row for row in rows_of(connection, select(EnrolmentRow).where(held))}
    wanted: dict[str, _Wanted] = {}
    for hold in holds:
        enrolment = enrolments.get(str(hold.enrolment_row))
        if enrolment is not None and not is_own_account(lms, hold):
            wanted.setdefault(hold.user_id, _Wanted(by_hold[hold.id], hold, enrolment))
    return wanted


def _shown(
    readings: Mapping[str, EnrolmentReading],
    users: Sequence[LmsUser],
    wanted: Mapping[str, _Wanted],
) -> dict[str, LmsEnrolment]:
    """The enrolments that are held as the LMS shows them, by account; left out is who has a row
    that cannot be read, or none by the id of which it could be suspended."""
    shown: dict[str, LmsEnrolment] = {}
    for user in users:
        reading, one = readings[user.user_id], wanted[user.user_id]
        if reading.unread:
            continue
        row = row_of_hold(one.hold, one.enrolment, reading.rows)
        if row is not None and row.enrolment_id is not None:
            shown[user.user_id] = row
    return shown


def _suspend_each(
    lms: Lms,
    shown: Mapping[str, LmsEnrolment],
    wanted: Mapping[str, _Wanted],
    may_go_on: Callable[[], bool],
) -> tuple[CameTo, list[_Wanted]]:
    """Also those that were written."""
    came_to, written = CameTo(), list[_Wanted]()
    stopped = False
    for user_id, row in shown.items():
        one = wanted[user_id]
        if stopped or not may_go_on():
            came_to.not_begun.add(one.action.id)
            continue
        try:
            lms.set_suspended(row, suspended=True, read_back=False)
        except ConnectorError as error:
            came_to.not_proven[one.action.id] = error
            stopped = True
        else:
            written.append(one)
    return came_to, written


def _prove(
    read: Callable[[], Mapping[str, LmsEnrolment]], written: Sequence[_Wanted], came_to: CameTo
) -> None:
    if not written:
        return
    try:
        shown = read()
    except ConnectorError as error:
        came_to.not_proven |= {one.action.id: error for one in written}
        return
    for one in written:
        row = shown.get(one.hold.user_id)
        if row is not None and row.status is EnrolmentStatus.SUSPENDED:
            came_to.suspended[one.action.id] = one.hold
            continue
        seen = "gone" if row is None else row.status.value
        came_to.not_proven[one.action.id] = Transient(
            f"the enrolment of user {one.hold.user_id} in course {one.hold.course_id} must be "
            f"suspended, but is {seen}; it is read again at the next attempt",
            code="not_as_asked",
        )
