"""Courses of the LMS as requests and grants name them: by ID number."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import or_, select

from adapter.ground.store.tables.courses import courses, enrolments
from adapter.ground.store.tables.people import lms_users
from adapter.register.courses import course_by_idnumber
from adapter.subjects.requests.acts import Act
from adapter.subjects.requests.refusals import WrongField


def unknown_courses(act: Act, course_ids: Sequence[str], pointer: str) -> list[WrongField]:
    """One wrong field per course that the LMS does not show; `pointer` is of the list."""
    known = set(
        act.connection.execute(
            select(courses.c.idnumber).where(
                courses.c.idnumber.in_(course_ids), courses.c.gone_at.is_(None)
            )
        ).scalars()
    )
    return [
        WrongField(f"{pointer}/{at}", "unknown_record")
        for at, course_id in enumerate(course_ids)
        if course_id not in known
    ]


def trajectory_of(act: Act, course_ids: Sequence[str]) -> str:
    """The trajectory that the first course is part of, else that course alone."""
    course = course_by_idnumber(act.connection, course_ids[0])
    return course_ids[0] if course is None or not course.trajectory else str(course.trajectory)


def enrolled_in(act: Act, trajectory_id: str, course_ids: Sequence[str]) -> frozenset[str]:
    """The employees with an enrolment in one of these courses or in a part of the trajectory."""
    rows = act.connection.execute(
        select(lms_users.c.employee_id)
        .join(enrolments, enrolments.c.user_id == lms_users.c.user_id)
        .join(courses, courses.c.course_id == enrolments.c.course_id)
        .where(
            lms_users.c.employee_id.is_not(None),
            enrolments.c.gone_at.is_(None),
            or_(courses.c.trajectory == trajectory_id, courses.c.idnumber.in_(course_ids)),
        )
    ).scalars()
    return frozenset(employee_id for employee_id in rows if employee_id is not None)
