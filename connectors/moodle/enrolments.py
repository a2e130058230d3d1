"""Manual enrolments: written with everything in them, then read back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from connectors.errors import Permanent, Transient
from connectors.moodle.client import MoodleClient
from connectors.moodle.config import MoodleConfig
from connectors.moodle.models import NOTHING, Removal
from connectors.moodle.report import ParticipantsReport
from connectors.ports import (
    EnrolmentMethod,
    EnrolmentStatus,
    LmsCourse,
    LmsEnrolment,
    LmsUser,
    ManualEnrolment,
)


class Enrolments:
    def __init__(
        self,
        client: MoodleClient,
        config: MoodleConfig,
        report: ParticipantsReport,
        now: Callable[[], datetime],
    ) -> None:
        self._client = client
        self._config = config
        self._report = report
        self._now = now

    def enrol_manually(self, wanted: ManualEnrolment, user: LmsUser, course: LmsCourse) -> None:
        """Write, then prove it with the report; raises `Transient` when it is not as asked."""
        if not course.idnumber:
            raise Permanent(
                f"course {course.course_id} has no ID number, so its enrolments cannot be checked; "
                "give the course an ID number in Moodle",
                code="no_course_idnumber",
            )
        self._write(wanted)
        self._prove(wanted, user, course)

    def _write(self, wanted: ManualEnrolment) -> None:
        # Everything is sent every time: Moodle resets the dates that are left out.
        row = {
            "roleid": self._config.student_role_id,
            "userid": wanted.user_id,
            "courseid": wanted.course_id,
            "timestart": _seconds(wanted.starts_at),
            "timeend": _seconds(wanted.ends_at),
            "suspend": wanted.suspended,
        }
        self._client.call(
            "enrol_manual_enrol_users", {"enrolments": [row]}, NOTHING, repeatable=True
        )

    def _prove(self, wanted: ManualEnrolment, user: LmsUser, course: LmsCourse) -> None:
        found = self._report.enrolments(course.idnumber, user.username)
        mine = [row for row in found.rows if row.method is EnrolmentMethod.MANUAL]
        if not any(_as_asked(row, wanted, self._now()) for row in mine):
            seen = mine[0].status.value if mine else "no manual enrolment"
            raise Transient(
                f"the manual enrolment of user {wanted.user_id} in course {course.idnumber} is not "
                f"as asked: the report shows {seen}; it is read again at the next attempt",
                code="not_as_asked",
            )

    def remove(self, enrolment_id: str) -> bool:
        answer = self._client.call(
            "core_enrol_unenrol_user_enrolment", {"ueid": enrolment_id}, Removal, repeatable=True
        )
        if answer.result:
            return True
        if [error.key for error in answer.errors] == ["invalidrequest"]:
            return False
        reasons = ", ".join(error.key for error in answer.errors) or "no reason"
        raise Permanent(
            f"Moodle does not remove enrolment {enrolment_id}: {reasons}", code="not_removed"
        )


def _as_asked(row: LmsEnrolment, wanted: ManualEnrolment, now: datetime) -> bool:
    # The report shows the moment of creation where there is no start.
    starts = _minute(wanted.starts_at) or row.created_at
    if row.starts_at != starts or row.ends_at != _minute(wanted.ends_at):
        return False
    return row.status in _statuses(wanted, now)


def _statuses(wanted: ManualEnrolment, now: datetime) -> set[EnrolmentStatus]:
    """Moodle looks at the dates only of what is not suspended, so a suspension always shows."""
    if wanted.suspended:
        return {EnrolmentStatus.SUSPENDED}
    not_started = wanted.starts_at is not None and wanted.starts_at > now
    over = wanted.ends_at is not None and wanted.ends_at <= now
    outside = {EnrolmentStatus.NOT_CURRENT} if not_started or over else set()
    return {EnrolmentStatus.ACTIVE} | outside


def _seconds(moment: datetime | None) -> int:
    return 0 if moment is None else int(moment.timestamp())


def _minute(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.astimezone(UTC).replace(second=0, microsecond=0)
