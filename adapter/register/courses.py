"""Writes the courses that the LMS showed, with their policy facts, into the register.

A fact that changed may lift a hold (somebody filled in what was missing), so who is held there is
decided upon again.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, literal, select, update

from adapter.ground.store.reading import row_of, row_or_none, rows_of
from adapter.ground.store.rows import upsert
from adapter.ground.store.tables.courses import CourseRow
from adapter.ground.store.tables.decisions import HoldRow
from adapter.queues.register_changes import announce
from adapter.register.holds import OPEN
from adapter.register.orphaned_holds import leave_course
from adapter.register.people import in_chunks
from adapter.register.restore_signs import RestoreSign, note_restore
from connectors.ports import LmsCourse

_FACTS = (
    "idnumber",
    "start_on",
    "end_on",
    "hours",
    "costs_cents",
    "ground",
    "trajectory",
    "in_company",
    "out_of_scope",
)
"""What a decision looks at."""


SEEN_AGAIN_AFTER = timedelta(minutes=10)
"""So long a course that is as it was is not written again for having been seen: every event of it
would wait for the one before."""


def keep_courses(connection: Connection, shown: Iterable[LmsCourse], now: datetime) -> None:
    """What stays as it was is not written again, but for when it was last seen."""
    courses = {course.course_id: course for course in shown}
    known: dict[str, CourseRow] = {}
    for chunk in in_chunks(list(courses)):
        some = select(CourseRow).where(CourseRow.course_id.in_(chunk))
        known |= {row.course_id: row for row in rows_of(connection, some)}
    decide_again: set[str] = set()
    for course in courses.values():
        before, values = known.get(course.course_id), _values(course)
        if before is not None and _is_another(before, course):
            note_restore(connection, RestoreSign.COURSE, course.course_id, now)
            leave_course(connection, course.course_id, now)
        if before is None or any(getattr(before, name) != values[name] for name in values):
            if before is not None and any(getattr(before, n) != values[n] for n in _FACTS):
                decide_again |= _held_in(connection, course.course_id)
            upsert(
                connection, CourseRow, {"course_id": course.course_id}, values | {"seen_at": now}
            )
    lately = now - SEEN_AGAIN_AFTER
    seen = [one for one, row in known.items() if not lately < row.seen_at <= now]
    for chunk in in_chunks(seen):
        connection.execute(
            update(CourseRow).where(CourseRow.course_id.in_(chunk)).values(seen_at=now)
        )
    announce(connection, decide_again, now)


def _is_another(before: CourseRow, course: LmsCourse) -> bool:
    """A course never gets another moment of creation: this one got the id of an earlier one."""
    if before.created_at is None or course.created_at is None:
        return False
    return bool(before.created_at != course.created_at)


def _held_in(connection: Connection, course_id: str) -> set[str]:
    rows = connection.execute(
        select(HoldRow.employee_id).where(HoldRow.course_id == course_id, HoldRow.state.in_(OPEN))
    ).scalars()
    return set(rows)


def mark_gone(connection: Connection, course_ids: Iterable[str], now: datetime) -> None:
    """Courses that a complete list no longer shows; they stay in the register, with what was
    granted for them, but nobody is enrolled or held there any more."""
    for course_id in course_ids:
        leave_course(connection, course_id, now)
        connection.execute(
            update(CourseRow).where(CourseRow.course_id == course_id).values(gone_at=now)
        )


def course_by_id(connection: Connection, course_id: str) -> CourseRow:
    return row_of(connection, select(CourseRow).where(CourseRow.course_id == course_id))


def course_by_idnumber(connection: Connection, idnumber: str) -> CourseRow | None:
    """The course with this ID number that is still there; the newest where the LMS has several."""
    return row_or_none(connection, newest_course(literal(idnumber)))


def newest_course(idnumber: ColumnElement[str]) -> Select[CourseRow]:
    """The selection of it."""
    return (
        select(CourseRow)
        .where(CourseRow.idnumber == idnumber, CourseRow.gone_at.is_(None))
        .order_by(CourseRow.seen_at.desc(), CourseRow.course_id.desc())
        .limit(1)
    )


def course_names(connection: Connection, idnumbers: Iterable[str]) -> dict[str, str]:
    """By ID number, of those that the LMS still has; the newest where it has several."""
    rows = connection.execute(
        select(CourseRow.idnumber, CourseRow.full_name)
        .where(CourseRow.idnumber.in_(list(idnumbers)), CourseRow.gone_at.is_(None))
        .order_by(CourseRow.seen_at, CourseRow.course_id)
    )
    return dict(rows.all())


def _values(course: LmsCourse) -> dict[str, Any]:
    return {
        "idnumber": course.idnumber,
        "shortname": course.shortname,
        "full_name": course.full_name,
        "visible": int(course.visible),
        "start_on": course.start_date,
        "end_on": course.end_date,
        "hours": course.hours,
        "costs_cents": course.costs_cents,
        "ground": course.ground,
        "trajectory": course.trajectory,
        "in_company": int(course.in_company),
        "out_of_scope": int(course.out_of_scope),
        "enrolment_methods": list(course.enrolment_methods),
        "problems": list(course.problems),
        "created_at": course.created_at,
        "gone_at": None,
    }
