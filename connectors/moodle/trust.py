"""Whether "nothing found" may be believed.

A missing right does not give an error: Moodle answers as if the record does not exist. So before an
absence is passed on, a user and a course that must exist are looked up.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from connectors.errors import Misconfigured
from connectors.moodle.config import MoodleConfig
from connectors.moodle.courses import CourseCatalogue
from connectors.moodle.users import UserDirectory
from connectors.ports import LmsCourse, LmsUser
from connectors.secret import current

TRUST_SECONDS = 600.0
"""A role can lose a right at any moment; so often the two are looked up again at most."""


class Trust:
    def __init__(
        self,
        users: UserDirectory,
        courses: CourseCatalogue,
        config: MoodleConfig,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._users = users
        self._courses = courses
        self._config = config
        self._clock = clock
        self._proven: tuple[str, float] | None = None

    def require(self) -> None:
        """Raises `Misconfigured` when the known user or course cannot be found."""
        token, now = current(self._config.token), self._clock()
        if self._proven is not None:
            by, proven_at = self._proven
            if by == token and now - proven_at < TRUST_SECONDS:
                return
        self.known_user()
        self.known_course()
        self._proven = token, now

    def known_user(self) -> LmsUser:
        name = self._config.known_user
        if not name:
            raise Misconfigured(
                "no known user is configured, so a missing right cannot be told from a missing "
                "person; configure the username or employee number of an account that stays",
                code="no_known_user",
            )
        by_name = self._users.by_username([name])
        found = list(by_name.values()) or list(self._users.by_employee([name])[name])
        if not found:
            raise Misconfigured(
                "Moodle does not show the configured known user; allow moodle/user:viewdetails, "
                "moodle/user:viewalldetails and moodle/site:viewuseridentity to the service "
                "user's role, or configure an account that exists",
                code="known_user_not_found",
            )
        return found[0]

    def known_course(self) -> LmsCourse:
        idnumber = self._config.known_course
        if not idnumber:
            raise Misconfigured(
                "no known course is configured, so a missing right cannot be told from a missing "
                "course; configure the ID number of a course that stays",
                code="no_known_course",
            )
        course = self._courses.by_idnumber(idnumber)
        if course is None:
            raise Misconfigured(
                f"Moodle does not show the known course {idnumber}; allow moodle/course:view, "
                "moodle/course:update and moodle/course:viewhiddencourses to the service user's "
                "role, or configure a course that exists",
                code="known_course_not_found",
            )
        return course
