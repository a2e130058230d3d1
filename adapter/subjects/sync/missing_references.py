"""Accounts and courses that a reading of enrolments names and the register does not know yet."""

from __future__ import annotations

from sqlalchemy import Connection, select

from adapter.ground.parts import Parts
from adapter.ground.store.tables.courses import CourseRow, EnrolmentRow
from adapter.ground.store.tables.people import LmsUserRow
from adapter.register.courses import keep_courses
from adapter.register.people import forget_names, keep_lms_users
from connectors.ports import EnrolmentReading, Lms


def learn_unknown(parts: Parts, lms: Lms, found: EnrolmentReading) -> None:
    """Read them one by one from the LMS: an enrolment must not wait for the next reading of all
    accounts or courses. A name under which something new stands is looked up again, since it may
    be another account's by now (renamed, or deleted and made again)."""
    _learn_courses(parts, lms, found)
    _learn_users(parts, lms, found)


def _learn_users(parts: Parts, lms: Lms, found: EnrolmentReading) -> None:
    ids = {row.user_id for row in found.rows if row.user_id is not None}
    with parts.register.read() as connection:
        names = sorted(_names_to_look_up(connection, found))
        known_ids = set(connection.execute(select(LmsUserRow.user_id)).scalars())
    new_ids = sorted(ids - known_ids)
    named = lms.users_by_username(names) if names else {}
    users = [*named.values(), *(lms.users_by_id(new_ids).values() if new_ids else ())]
    nobody = set(names) - named.keys()
    if not users and not nobody:
        return
    with parts.register.write() as connection:
        forget_names(connection, nobody)
        keep_lms_users(connection, users, parts.clock.now())


def _names_to_look_up(connection: Connection, found: EnrolmentReading) -> set[str]:
    """Rows of a course that is not known are kept for nobody: they must not look new each minute.
    Of two enrolments by one method one is kept, which answers for both."""
    governed = connection.execute(
        select(CourseRow.idnumber).where(CourseRow.gone_at.is_(None), CourseRow.idnumber != "")
    )
    known_numbers = set(governed.scalars())
    rows = [
        row for row in found.rows if row.user_id is None and row.course_idnumber in known_numbers
    ]
    names = {row.username for row in rows} | {row.username for row in found.unread}
    if not names:
        return set()
    known = set(connection.execute(select(LmsUserRow.username)).scalars())
    there = {
        (username, idnumber, created_at)
        for username, idnumber, created_at in connection.execute(
            select(LmsUserRow.username, CourseRow.idnumber, EnrolmentRow.created_at)
            .join(EnrolmentRow, EnrolmentRow.user_id == LmsUserRow.user_id)
            .join(CourseRow, CourseRow.course_id == EnrolmentRow.course_id)
            .where(EnrolmentRow.gone_at.is_(None))
        )
    }
    seen = {
        (row.username, row.course_idnumber, row.method_text)
        for row in rows
        if (row.username, row.course_idnumber, row.created_at) in there
    }
    new_under = {
        row.username
        for row in rows
        if (row.username, row.course_idnumber, row.method_text) not in seen
    }
    return (names - known | new_under) - {""}


def _learn_courses(parts: Parts, lms: Lms, found: EnrolmentReading) -> None:
    ids = {row.course_id for row in found.rows if row.course_id is not None}
    numbers = {row.course_idnumber for row in found.rows if row.course_id is None} - {""}
    with parts.register.read() as connection:
        rows = connection.execute(
            select(CourseRow.course_id, CourseRow.idnumber, CourseRow.gone_at)
        )
        known = rows.all()
    there = {idnumber for _, idnumber, gone_at in known if gone_at is None}
    shown = [
        *(lms.course_by_id(one) for one in sorted(ids - {course_id for course_id, _, _ in known})),
        *(lms.course_by_idnumber(one) for one in sorted(numbers - there)),
    ]
    new = [course for course in shown if course is not None]
    if not new:
        return
    with parts.register.write() as connection:
        keep_courses(connection, new, parts.clock.now())
