"""What carrying out a hold and telling of it need to know beside the hold itself."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select

from adapter.ground.store.reading import row_of
from adapter.ground.store.tables.courses import CourseRow, EnrolmentRow
from adapter.ground.store.tables.decisions import HoldRow
from adapter.ground.store.tables.people import LmsUserRow


@dataclass(frozen=True, slots=True)
class HoldDetails:
    """Rows of the register as they were last seen; `username` is that of the account held."""

    enrolment: EnrolmentRow
    course: CourseRow
    username: str


def details_of(connection: Connection, hold: HoldRow) -> HoldDetails:
    enrolment = row_of(connection, _ENROLMENT, {"of_row": hold.enrolment_row})
    course = row_of(connection, _COURSE, {"of_course": hold.course_id})
    username = connection.execute(_USERNAME, {"of_user": hold.user_id}).scalar_one()
    return HoldDetails(enrolment, course, username)


_ENROLMENT = select(EnrolmentRow).where(EnrolmentRow.id == bindparam("of_row"))
_COURSE = select(CourseRow).where(CourseRow.course_id == bindparam("of_course"))
_USERNAME = select(LmsUserRow.username).where(LmsUserRow.user_id == bindparam("of_user"))
