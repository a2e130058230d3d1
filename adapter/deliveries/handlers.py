"""Which function carries out which kind of action: first the other system, then the register.

Every handler may be repeated: a worker can die between the two.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import Connection, select

from adapter.deliveries import notices
from adapter.deliveries.hold_actions import release, remove_enrolment, suspend
from adapter.deliveries.request_entry_answer import answer_request_entry
from adapter.ground.parts import Parts
from adapter.ground.store.reading import row_of
from adapter.ground.store.tables.courses import CourseRow
from adapter.queues.completion import Completion, configured_lms, nothing_to_note
from adapter.queues.outbox import ActionKind, PendingAction
from adapter.subjects.enrolments.cohorts import cohort_name, note_member
from adapter.subjects.leaving.claims.payroll_handover import hand_over


def cohort_add(parts: Parts, action: PendingAction) -> Completion:
    lms = configured_lms(parts)
    with parts.register.read() as connection:
        course = row_of(
            connection, select(CourseRow).where(CourseRow.course_id == action.payload["course_id"])
        )
    lms.add_to_cohort(action.payload["cohort"], cohort_name(course), [action.payload["user_id"]])
    return lambda connection: _note_member(connection, action, member=True)


def cohort_remove(parts: Parts, action: PendingAction) -> Completion:
    configured_lms(parts).remove_from_cohort(action.payload["cohort"], [action.payload["user_id"]])
    return lambda connection: _note_member(connection, action, member=False)


def notify(parts: Parts, action: PendingAction) -> Completion:
    notices.tell(parts, action)
    return nothing_to_note


def tell(parts: Parts, action: PendingAction) -> Completion:
    notices.tell_of_procedure(parts, action)
    return nothing_to_note


def mail_hr(parts: Parts, action: PendingAction) -> Completion:
    notices.mail_hr(parts, action)
    return nothing_to_note


def mail_mt(parts: Parts, action: PendingAction) -> Completion:
    notices.mail_mt(parts, action)
    return nothing_to_note


def mail_admin(parts: Parts, action: PendingAction) -> Completion:
    notices.mail_admin(parts, action)
    return nothing_to_note


HANDLERS: Mapping[ActionKind, Callable[[Parts, PendingAction], Completion]] = {
    ActionKind.SUSPEND: suspend,
    ActionKind.REMOVE_ENROLMENT: remove_enrolment,
    ActionKind.RELEASE: release,
    ActionKind.COHORT_ADD: cohort_add,
    ActionKind.COHORT_REMOVE: cohort_remove,
    ActionKind.ANSWER_REQUEST_ENTRY: answer_request_entry,
    ActionKind.HAND_OVER_CLAIM: hand_over,
    ActionKind.NOTIFY: notify,
    ActionKind.TELL: tell,
    ActionKind.MAIL_HR: mail_hr,
    ActionKind.MAIL_MT: mail_mt,
    ActionKind.MAIL_ADMIN: mail_admin,
}


def _note_member(connection: Connection, action: PendingAction, *, member: bool) -> None:
    note_member(connection, action.payload["cohort"], action.payload["user_id"], member=member)
