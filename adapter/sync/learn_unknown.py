"""Accounts and courses that a reading of enrolments names and the register does not know yet."""

from __future__ import annotations

from sqlalchemy import select

from adapter.parts import Parts
from adapter.store.tables.courses import courses
from adapter.store.tables.people import lms_users
from adapter.sync.courses import keep_courses
from adapter.sync.people import keep_lms_users
from connectors.ports import EnrolmentReading, Lms


def learn_unknown(parts: Parts, lms: Lms, found: EnrolmentReading) -> None:
    """Read them one by one from the LMS: an enrolment must not wait for the next reading of all
    accounts or courses. A course that is known by its ID number only waits for that."""
    _learn_users(parts, lms, found)
    _learn_courses(parts, lms, found)


def _learn_users(parts: Parts, lms: Lms, found: EnrolmentReading) -> None:
    names = {row.username for row in found.rows} | {row.username for row in found.unread}
    ids = {row.user_id for row in found.rows if row.user_id is not None}
    with parts.register.read() as connection:
        known = connection.execute(select(lms_users.c.username, lms_users.c.user_id)).all()
    new_names = sorted(names - {"", *(row.username for row in known)})
    new_ids = sorted(ids - {row.user_id for row in known})
    users = [
        *(lms.users_by_username(new_names).values() if new_names else ()),
        *(lms.users_by_id(new_ids).values() if new_ids else ()),
    ]
    if not users:
        return
    with parts.register.write() as connection:
        keep_lms_users(connection, users, parts.clock.now())


def _learn_courses(parts: Parts, lms: Lms, found: EnrolmentReading) -> None:
    ids = {row.course_id for row in found.rows if row.course_id is not None}
    if not ids:
        return
    with parts.register.read() as connection:
        known = set(connection.execute(select(courses.c.course_id)).scalars())
    shown = [lms.course_by_id(course_id) for course_id in sorted(ids - known)]
    new = [course for course in shown if course is not None]
    if not new:
        return
    with parts.register.write() as connection:
        keep_courses(connection, new, parts.clock.now())
