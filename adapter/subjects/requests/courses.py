"""Courses of the LMS as requests and grants name them: by ID number."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import or_, select

from adapter.ground.store.tables.courses import CourseRow, EnrolmentRow
from adapter.ground.store.tables.people import LmsUserRow
from adapter.register.courses import course_by_idnumber
from adapter.subjects.requests.acts import Act
from adapter.subjects.requests.refusals import WrongField


def unknown_courses(act: Act, course_ids: Sequence[str], pointer: str) -> list[WrongField]:
    """One wrong field per course that the LMS does not show; `pointer` is of the list."""
    known = set(
        act.connection.execute(
            select(CourseRow.idnumber).where(
                CourseRow.idnumber.in_(course_ids), CourseRow.gone_at.is_(None)
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
        select(LmsUserRow.employee_id)
        .join(EnrolmentRow, EnrolmentRow.user_id == LmsUserRow.user_id)
        .join(CourseRow, CourseRow.course_id == EnrolmentRow.course_id)
        .where(
            LmsUserRow.employee_id.is_not(None),
            EnrolmentRow.gone_at.is_(None),
            or_(CourseRow.trajectory == trajectory_id, CourseRow.idnumber.in_(course_ids)),
        )
    ).scalars()
    return frozenset(employee_id for employee_id in rows if employee_id is not None)
