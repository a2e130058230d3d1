"""What carrying out a hold and telling of it need to know beside the hold itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from adapter.ground.store.tables.courses import courses, enrolments
from adapter.ground.store.tables.people import lms_users


@dataclass(frozen=True, slots=True)
class HoldDetails:
    """Rows of the register as they were last seen; `username` is that of the account held."""

    enrolment: Row[Any]
    course: Row[Any]
    username: str


def details_of(connection: Connection, hold: Row[Any]) -> HoldDetails:
    enrolment = connection.execute(
        select(enrolments).where(enrolments.c.id == hold.enrolment_row)
    ).one()
    course = connection.execute(select(courses).where(courses.c.course_id == hold.course_id)).one()
    username = connection.execute(
        select(lms_users.c.username).where(lms_users.c.user_id == hold.user_id)
    ).scalar_one()
    return HoldDetails(enrolment, course, username)
