"""Accounts and courses that the register knows, by each way in which the LMS names them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import Connection, select

from adapter.ground.store.tables.courses import CourseRow
from adapter.ground.store.tables.people import LmsUserRow
from connectors.ports import LmsEnrolment

Place = tuple[str, str]
"""User and course, by the LMS's own ids."""


@dataclass(frozen=True)
class KnownPlaces:
    """`users` are ids by username, `courses` ids by ID number. `user_ids` are all: an account of
    which the name went to another has none."""

    users: Mapping[str, str]
    courses: Mapping[str, str]
    user_ids: frozenset[str]

    def of(self, row: LmsEnrolment) -> Place | None:
        """None where the register does not know the user or the course."""
        if row.user_id is None or row.course_id is None:
            return self.named(row.username, row.course_idnumber)
        known = row.user_id in self.user_ids and row.course_id in self._course_ids
        return (row.user_id, row.course_id) if known else None

    def named(self, username: str, course_idnumber: str) -> Place | None:
        user_id, course_id = self.users.get(username), self.courses.get(course_idnumber)
        return None if user_id is None or course_id is None else (user_id, course_id)

    @cached_property
    def _course_ids(self) -> frozenset[str]:
        return frozenset(self.courses.values())


def read_known_places(connection: Connection) -> KnownPlaces:
    """A course that is gone or has no ID number is none: no rule can name it."""
    users = connection.execute(select(LmsUserRow.username, LmsUserRow.user_id)).all()
    there = connection.execute(
        select(CourseRow.idnumber, CourseRow.course_id).where(
            CourseRow.gone_at.is_(None), CourseRow.idnumber != ""
        )
    )
    return KnownPlaces(
        {username: user_id for username, user_id in users if username},
        dict(there.all()),
        frozenset(user_id for _, user_id in users),
    )
