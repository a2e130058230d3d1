"""Before a hold or release is carried out: is the account still this employee's, and the course the
one that was decided about. An LMS that is put back from a backup gives its ids again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, update

from adapter.ground.parts import Parts
from adapter.ground.store.tables.courses import CourseRow, EnrolmentRow
from adapter.ground.store.tables.decisions import HoldRow
from adapter.queues.completion import Overtaken
from adapter.queues.outbox import cancel_subject
from adapter.queues.register_changes import announce
from adapter.register.courses import keep_courses
from adapter.register.hold_details import details_of
from adapter.register.holds import HoldState, move
from adapter.register.people import keep_lms_users
from connectors.ports import Lms, LmsCourse, LmsUser


@dataclass(frozen=True, slots=True)
class Target:
    """Account and course of a hold as the LMS shows them now, None where it has none."""

    user: LmsUser | None
    course: LmsCourse | None


def unchanged_target(parts: Parts, lms: Lms, hold: HoldRow) -> Target:
    """Raises `Overtaken` for an account of somebody else, or another course. What the LMS shows is
    kept, and decided about by itself; a hold that stands in the LMS stays, until its account bears
    the number again or a person looks at it.

    An account or course that is gone altogether has no enrolment to touch, and is not refused.
    """
    user = lms.users_by_id([hold.user_id]).get(hold.user_id)
    course = lms.course_by_id(hold.course_id)
    with parts.register.read() as connection:
        known = details_of(connection, hold).course
    same_user = user is None or user.employee_id == hold.employee_id
    if same_user and is_same_course(known, course):
        return Target(user, course)
    now = parts.clock.now()
    raise Overtaken(lambda connection: _settle(connection, hold, user, course, now))


def is_same_course(known: CourseRow, course: LmsCourse | None) -> bool:
    """Whether the LMS shows under this id the course that the register knows, or none."""
    made = None if course is None else course.created_at
    return None in (known.created_at, made) or known.created_at == made


def _settle(
    connection: Connection,
    hold: HoldRow,
    user: LmsUser | None,
    course: LmsCourse | None,
    now: datetime,
) -> None:
    cancel_subject(connection, f"hold:{hold.id}")
    undone = hold.state == HoldState.RELEASING
    move(connection, hold.id, HoldState.HELD if undone else HoldState.ENDED)
    connection.execute(
        update(EnrolmentRow).where(EnrolmentRow.id == hold.enrolment_row).values(to_decide=1)
    )
    if course is not None:
        keep_courses(connection, [course], now)
    if user is not None:
        keep_lms_users(connection, [user], now)
        announce(connection, [user.employee_id] if user.employee_id else [], now)
