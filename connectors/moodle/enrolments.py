"""Enrolments without our plugin: a manual one is written whole and read back, any is removed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from connectors.errors import (
    Misconfigured,
    Permanent,
    Transient,
    about,
)
from connectors.moodle.client import MoodleClient
from connectors.moodle.config import MoodleConfig
from connectors.moodle.error_codes import code_of
from connectors.moodle.models import NOTHING, Removal
from connectors.moodle.report import ParticipantsReport
from connectors.ports import EnrolmentMethod, EnrolmentStatus, LmsEnrolment


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

    def set_suspended(self, enrolment: LmsEnrolment, *, suspended: bool) -> None:
        """Write, then prove it with the report; raises `Transient` when it is not as asked."""
        if enrolment.method is not EnrolmentMethod.MANUAL:
            raise Misconfigured(
                f"Moodle itself cannot suspend or release an enrolment by {enrolment.method_text}; "
                "install the companion plugin and put its functions in the service of the token "
                "(docs/moodle.md, step 9)",
                code="not_suspendable",
            )
        self._prove(self._written(enrolment, suspended), suspended)

    def _written(self, asked: LmsEnrolment, suspended: bool) -> LmsEnrolment:
        """The enrolment with the dates that were sent. Who loses a race, or gets no answer, reads
        again before the one repeat: meanwhile somebody may have set other dates, which are not to
        be undone."""
        try:
            self._write(asked, suspended)
        except Transient:
            if self._config.attempts < 2:
                raise
            now = next(iter(self._shown(asked)), asked)
            asked = replace(asked, starts_at=_start(now, asked), ends_at=now.ends_at)
            self._write(asked, suspended)
        return asked

    def _write(self, enrolment: LmsEnrolment, suspended: bool) -> None:
        # Everything is sent every time: Moodle resets the dates that are left out.
        row = {
            "roleid": self._config.student_role_id,
            "userid": enrolment.user_id,
            "courseid": enrolment.course_id,
            "timestart": _seconds(enrolment.starts_at),
            "timeend": _seconds(enrolment.ends_at),
            "suspend": suspended,
        }
        with about(f"user {enrolment.user_id} in course {enrolment.course_id}"):
            self._client.call(
                "enrol_manual_enrol_users", {"enrolments": [row]}, NOTHING, repeatable=False
            )

    def _prove(self, asked: LmsEnrolment, suspended: bool) -> None:
        mine = self._shown(asked)
        if not any(_as_asked(row, asked, suspended, self._now()) for row in mine):
            seen = mine[0].status.value if mine else "no manual enrolment"
            raise Transient(
                f"the manual enrolment of user {asked.user_id} in course {asked.course_idnumber} "
                f"is not as asked: the report shows {seen}; it is read again at the next attempt",
                code="not_as_asked",
            )

    def _shown(self, asked: LmsEnrolment) -> list[LmsEnrolment]:
        found = self._report.enrolments(asked.course_idnumber, asked.username)
        return [row for row in found.rows if row.method is EnrolmentMethod.MANUAL]

    def remove(self, enrolment_id: str) -> bool:
        with about(f"enrolment {enrolment_id}"):
            answer = self._client.call(
                "core_enrol_unenrol_user_enrolment",
                {"ueid": enrolment_id},
                Removal,
                repeatable=True,
            )
        if answer.result:
            return True
        if [error.key for error in answer.errors] == ["invalidrequest"]:
            return False
        reasons = ", ".join(code_of(error.key) for error in answer.errors) or "no reason"
        raise Permanent(
            f"Moodle does not remove enrolment {enrolment_id}: {reasons}", code="not_removed"
        )


def _as_asked(row: LmsEnrolment, asked: LmsEnrolment, suspended: bool, now: datetime) -> bool:
    # The report shows the moment of creation where there is no start.
    starts = _minute(asked.starts_at) or row.created_at
    if row.starts_at != starts or row.ends_at != _minute(asked.ends_at):
        return False
    return row.status in _statuses(asked, suspended, now)


def _statuses(asked: LmsEnrolment, suspended: bool, now: datetime) -> set[EnrolmentStatus]:
    """Moodle looks at the dates only of what is not suspended, so a suspension always shows."""
    if suspended:
        return {EnrolmentStatus.SUSPENDED}
    not_started = asked.starts_at is not None and asked.starts_at > now
    over = asked.ends_at is not None and asked.ends_at <= now
    outside = {EnrolmentStatus.NOT_CURRENT} if not_started or over else set()
    return {EnrolmentStatus.ACTIVE} | outside


def _start(shown: LmsEnrolment, asked: LmsEnrolment) -> datetime | None:
    """The report shows the moment of creation where there is no start."""
    none = asked.starts_at is None and shown.starts_at == shown.created_at
    return None if none else shown.starts_at


def _seconds(moment: datetime | None) -> int:
    return 0 if moment is None else int(moment.timestamp())


def _minute(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.astimezone(UTC).replace(second=0, microsecond=0)
