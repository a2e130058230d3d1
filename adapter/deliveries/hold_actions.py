"""Carries out holds and releases in the LMS: suspended, or removed where that is all it can do.

Each may be repeated: a worker can die between the LMS and the register.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, update

from adapter.deliveries.unchanged_target import Target, unchanged_target
from adapter.ground.parts import Parts
from adapter.ground.store.tables.courses import EnrolmentRow
from adapter.ground.store.tables.decisions import HoldRow
from adapter.queues.completion import (
    Completion,
    Overtaken,
    configured_lms,
    nothing_to_note,
)
from adapter.queues.outbox import (
    Action,
    ActionKind,
    PendingAction,
    cancel_subject,
    put,
)
from adapter.queues.register_changes import announce
from adapter.register.hold_details import HoldDetails, details_of
from adapter.register.holds import (
    HoldState,
    HoldWay,
    hold_by_id,
    move,
    move_planned,
    open_hold,
)
from adapter.subjects.enrolments.cohorts import cohort_idnumber, cohort_name, note_member
from adapter.subjects.sync.unreadable_rows import every_row
from connectors.errors import Permanent
from connectors.ports import EnrolmentReading, EnrolmentStatus, Lms, LmsEnrolment


def suspend(parts: Parts, action: PendingAction) -> Completion:
    hold = _hold(parts, action)
    if hold.state == HoldState.CANCELLED and action.attempts > 1:
        raise Overtaken(_undo_if_done(parts, hold))
    if hold.state != HoldState.PLANNED:
        raise Overtaken
    lms = configured_lms(parts)
    _refuse_own_account(lms, hold)
    target = unchanged_target(parts, lms, hold)
    shown = _shown(parts, lms, hold, target)
    if shown is None:
        raise Overtaken(_another(parts, hold, gone_at=parts.clock.now()))
    lms.set_suspended(shown, suspended=True)
    return partial(note_suspended, holds=[hold], verified_at=parts.clock.now())


def remove_enrolment(parts: Parts, action: PendingAction) -> Completion:
    """Remove a self enrolment by its id, but only while that enrolment is still the one seen: ids
    are reused when an LMS is restored from a backup."""
    hold = _hold(parts, action)
    if hold.state != HoldState.PLANNED:
        raise Overtaken
    lms = configured_lms(parts)
    _refuse_own_account(lms, hold)
    target = unchanged_target(parts, lms, hold)
    seen = _details(parts, hold)
    shown = _shown(parts, lms, hold, target)
    if shown is not None:
        if shown.created_at != seen.enrolment.created_at:
            made_at = shown.created_at
            raise Overtaken(_another(parts, hold, created_at=made_at, enrolment_id=None))
        if hold.enrolment_id != seen.enrolment.enrolment_id:
            raise Overtaken(_another(parts, hold))
        lms.remove_enrolment(str(hold.enrolment_id))
        if _shown(parts, lms, hold, target) is not None:
            raise Permanent(
                f"enrolment {hold.enrolment_id} was removed, but user {hold.user_id} is still "
                f"enrolled in course {seen.course.idnumber}; look in the LMS which one it is"
            )
    verified_at = parts.clock.now()
    seen_now = {"gone_at": verified_at, "seen_at": verified_at}
    return lambda connection: _note_held(connection, [hold], verified_at, seen_now)


def is_own_account(lms: Lms, hold: HoldRow) -> bool:
    """When the hold was planned the adapter may have worked with another account."""
    return hold.user_id == lms.service_user_id()


def _refuse_own_account(lms: Lms, hold: HoldRow) -> None:
    if is_own_account(lms, hold):
        raise Permanent("the adapter's own account is never held; enrol it in no governed course")


def release(parts: Parts, action: PendingAction) -> Completion:
    """Lift a hold: what was suspended becomes active with its own dates; where a self enrolment was
    removed the employee may enrol again, as a member of the course's cohort."""
    hold = _hold(parts, action)
    if hold.state != HoldState.RELEASING:
        raise Overtaken
    lms = configured_lms(parts)
    target = unchanged_target(parts, lms, hold)
    if hold.way == HoldWay.REMOVED:
        return _let_in_again(parts, lms, hold)
    shown = _shown(parts, lms, hold, target)
    if shown is None:
        raise Overtaken(_another(parts, hold, gone_at=parts.clock.now()))
    lms.set_suspended(shown, suspended=False)
    released_at = parts.clock.now()

    def complete(connection: Connection) -> None:
        move(connection, hold.id, HoldState.RELEASED, released_at=released_at)
        # The cause may be back since the release was planned: it is looked at once more.
        active = {"status": EnrolmentStatus.ACTIVE, "held_at": None}
        _mark_enrolment(connection, hold, active | {"seen_at": released_at, "to_decide": 1})

    return complete


def _let_in_again(parts: Parts, lms: Lms, hold: HoldRow) -> Completion:
    course = _details(parts, hold).course
    if course.gone_at is not None or not lms.users_by_id([hold.user_id]):
        # Whoever it is has another account by now, which the cohorts know of.
        raise Overtaken(lambda connection: move(connection, hold.id, HoldState.ENDED))
    cohort = cohort_idnumber(course.idnumber)
    lms.add_to_cohort(cohort, cohort_name(course), [hold.user_id])
    released_at = parts.clock.now()

    def complete(connection: Connection) -> None:
        move(connection, hold.id, HoldState.RELEASED, released_at=released_at)
        note_member(connection, cohort, hold.user_id, member=True)

    return complete


def note_suspended(
    connection: Connection, *, holds: Sequence[HoldRow], verified_at: datetime
) -> None:
    """The LMS showed these enrolments suspended."""
    seen = {"status": EnrolmentStatus.SUSPENDED, "seen_at": verified_at}
    _note_held(connection, holds, verified_at, seen)


def _note_held(
    connection: Connection,
    holds: Sequence[HoldRow],
    verified_at: datetime,
    seen: Mapping[str, Any],
) -> None:
    rows = [hold.enrolment_row for hold in holds]
    connection.execute(update(EnrolmentRow).where(EnrolmentRow.id.in_(rows)).values(seen))
    held = move_planned(connection, [hold.id for hold in holds], verified_at)
    for hold in holds:
        if hold.id not in held:
            # The cause went away while the LMS was at work: undo it at once.
            _undo(connection, hold, verified_at)


def _undo(connection: Connection, hold: HoldRow, seen_at: datetime) -> None:
    move(connection, hold.id, HoldState.RELEASING, verified_at=seen_at)
    undo = Action(
        f"{hold.id}:{ActionKind.RELEASE}:{seen_at.isoformat()}",
        ActionKind.RELEASE,
        f"hold:{hold.id}",
        {"hold_id": hold.id},
    )
    put(connection, [undo], seen_at)


def _undo_if_done(parts: Parts, hold: HoldRow) -> Completion:
    """The hold was cancelled after an attempt of which the answer was lost (a killed worker, a
    connection that broke): when the LMS shows it done after all, it is undone, or nobody ever
    would."""
    shown = _shown(parts, configured_lms(parts), hold)
    seen_at = parts.clock.now()
    if shown is None or shown.status is not EnrolmentStatus.SUSPENDED:
        return nothing_to_note

    def settle(connection: Connection) -> None:
        # What a newer hold suspends is its own to release.
        row = hold.enrolment_row
        if row is None or open_hold(connection, row) is None:
            _undo(connection, hold, seen_at)

    return settle


def _mark_enrolment(connection: Connection, hold: HoldRow, seen: dict[str, Any]) -> None:
    connection.execute(
        update(EnrolmentRow).where(EnrolmentRow.id == hold.enrolment_row).values(seen)
    )


def _shown(
    parts: Parts, lms: Lms, hold: HoldRow, target: Target | None = None
) -> LmsEnrolment | None:
    """The enrolment as the LMS shows it now: writing one that a person removed could make it again,
    and a date that a person changed stays as it is. `target` was just read, perhaps."""
    seen = _details(parts, hold).enrolment
    return row_of_hold(hold, seen, every_row(_reading(lms, hold, target)))


def row_of_hold(
    hold: HoldRow, seen: EnrolmentRow, rows: Sequence[LmsEnrolment]
) -> LmsEnrolment | None:
    """Which of a person's rows in the course is the enrolment that the register has as `seen`."""
    same = [row for row in rows if row.method == hold.method and not _is_another(row, seen)]
    alike = [row for row in same if row.method_text == seen.method_text]
    return next(iter(alike or same), None)


def _reading(lms: Lms, hold: HoldRow, target: Target | None) -> EnrolmentReading:
    user, course = (None, None) if target is None else (target.user, target.course)
    if user is None or course is None or not course.idnumber:
        return lms.enrolments_of(hold.user_id, hold.course_id)
    return lms.enrolments_in(course, [user])[user.user_id]


def _is_another(row: LmsEnrolment, seen: EnrolmentRow) -> bool:
    """By its id in the LMS, where that shows it and the register knows it."""
    known = row.enrolment_id is not None and seen.enrolment_id is not None
    return known and row.enrolment_id != seen.enrolment_id


def _another(parts: Parts, hold: HoldRow, **seen: Any) -> Completion:
    """The enrolment was removed, perhaps made again: its hold ends untold, and what is there now is
    decided upon by itself. `seen` is what the register did not know, or it would decide the same
    again."""
    now = parts.clock.now()

    def settle(connection: Connection) -> None:
        cancel_subject(connection, f"hold:{hold.id}")
        move(connection, hold.id, HoldState.ENDED)
        _mark_enrolment(connection, hold, {"to_decide": 1, **seen})
        announce(connection, [hold.employee_id], now)

    return settle


def _hold(parts: Parts, action: PendingAction) -> HoldRow:
    with parts.register.read() as connection:
        return hold_by_id(connection, action.payload["hold_id"])


def _details(parts: Parts, hold: HoldRow) -> HoldDetails:
    with parts.register.read() as connection:
        return details_of(connection, hold)
