"""Moodle as the `Lms` that the adapter knows."""

from __future__ import annotations

import html
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import quote

from connectors.errors import Permanent, Transient
from connectors.http import Transport
from connectors.moodle.accounts import Accounts
from connectors.moodle.checks import Checks, Parts
from connectors.moodle.client import MoodleClient
from connectors.moodle.cohorts import Cohorts
from connectors.moodle.config import MoodleConfig
from connectors.moodle.courses import CourseCatalogue
from connectors.moodle.enrolments import Enrolments
from connectors.moodle.models import SENT_MESSAGES, SiteInfo
from connectors.moodle.our_clock import on_our_clock
from connectors.moodle.plugin import Plugin
from connectors.moodle.report import ParticipantsReport
from connectors.moodle.request_form import RequestForm
from connectors.moodle.trust import Trust
from connectors.moodle.users import UserDirectory
from connectors.moodle.vocabulary import refuse_unknown_words
from connectors.ports import (
    Check,
    CohortChange,
    CohortWriting,
    EnrolmentMethod,
    EnrolmentReading,
    LmsCourse,
    LmsEnrolment,
    LmsUser,
    LmsUserChange,
    NewLmsUser,
    OurMoment,
    RequestEntry,
    RequestMark,
    RowResult,
)
from connectors.turns import Turns


class Moodle:
    """One Moodle site, safe to share between threads. `turns` are those of all processes that use
    the same account. `now` is the clock of the site. `our_moment` tells, once an answer has come
    in, which moment of ours each of its moments is; None when they are the same.

    An absence is passed on only after a known user and course were found (see `trust`), so every
    reading method may raise `Misconfigured`.
    """

    def __init__(
        self,
        config: MoodleConfig,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], None] = time.sleep,
        transport: Transport | None = None,
        turns: Turns | None = None,
        our_moment: Callable[[], OurMoment | None] = lambda: None,
    ) -> None:
        refuse_unknown_words(config.report_texts)
        self._client = MoodleClient(config, sleep=sleep, transport=transport)
        self._users = UserDirectory(self._client, config)
        self._accounts = Accounts(self._client, self._users, config)
        self._courses = CourseCatalogue(self._client, config)
        self._report = ParticipantsReport(self._client, config, turns)
        self._enrolments = Enrolments(self._client, config, self._report, now)
        self._plugin = Plugin(self._client, self._site_info)
        self._cohorts = Cohorts(self._client, config)
        self._form = RequestForm(self._client, config)
        self._trust = Trust(self._users, self._courses, config)
        self._checks = Checks(
            Parts(self._client, config, self._trust, self._courses, self._report, self._form), now
        )
        self._our_moment = our_moment
        self._site = config.url.rstrip("/")
        self._service_user: tuple[str, str] | None = None

    def check(self) -> list[Check]:
        return self._checks.run()

    def service_user_id(self) -> str:
        token = self._client.token
        if self._service_user is None or self._service_user[0] != token:
            self._service_user = token, str(self._site_info().userid)
        return self._service_user[1]

    def _site_info(self) -> SiteInfo:
        return self._client.call("core_webservice_get_site_info", {}, SiteInfo, repeatable=True)

    def users_by_id(self, user_ids: Sequence[str]) -> dict[str, LmsUser]:
        found = self._users.by_id(user_ids)
        self._believe(len(found) == len(set(user_ids)))
        return found

    def users_by_username(self, usernames: Sequence[str]) -> dict[str, LmsUser]:
        found = self._users.by_username(usernames)
        self._believe(len(found) == len({name.strip().lower() for name in usernames}))
        return found

    def users_by_employee(self, employee_ids: Sequence[str]) -> dict[str, tuple[LmsUser, ...]]:
        found = self._users.by_employee(employee_ids)
        self._believe(all(found.values()))
        return found

    def users_by_email(self, emails: Sequence[str]) -> dict[str, tuple[LmsUser, ...]]:
        found = self._users.by_email(emails)
        self._believe(all(found.values()))
        return found

    def create_users(self, users: Sequence[NewLmsUser]) -> list[RowResult]:
        return self._accounts.create(users)

    def write_users(self, changes: Sequence[LmsUserChange]) -> list[RowResult]:
        return self._accounts.change(changes, self.service_user_id())

    def courses(self) -> list[LmsCourse]:
        # A hidden course may be kept from us, and that shows in nothing but its absence.
        self._trust.require()
        return self._courses.all()

    def course_by_id(self, course_id: str) -> LmsCourse | None:
        course = self._courses.by_id(course_id)
        self._believe(course is not None)
        return course

    def course_by_idnumber(self, idnumber: str) -> LmsCourse | None:
        course = self._courses.by_idnumber(idnumber)
        self._believe(course is not None)
        return course

    def enrolments(self, since: str | None = None) -> EnrolmentReading:
        offered = self._plugin.is_offered()
        found = self._plugin.read(since) if offered else self._report.enrolments()
        self._believe(bool(found.rows or found.unread) or not found.complete)
        return self._on_our_clock(found)

    def enrolments_of(self, user_id: str, course_id: str) -> EnrolmentReading:
        return self._on_our_clock(self._shown_of(user_id, course_id))

    def enrolments_in(
        self, course: LmsCourse, users: Sequence[LmsUser]
    ) -> dict[str, EnrolmentReading]:
        by_plugin = self._plugin.is_offered()
        read = self._plugin_shows if by_plugin else self._report_shows
        shown = {user_id: self._on_our_clock(one) for user_id, one in read(course, users).items()}
        self._believe(all(one.rows or one.unread for one in shown.values()))
        return shown

    def _plugin_shows(
        self, course: LmsCourse, users: Sequence[LmsUser]
    ) -> dict[str, EnrolmentReading]:
        ids = [user.user_id for user in users]
        if len(ids) == 1:
            return {ids[0]: self._plugin.of(ids[0], course.course_id)}
        return self._plugin.of_each(ids, course.course_id)

    def _report_shows(
        self, course: LmsCourse, users: Sequence[LmsUser]
    ) -> dict[str, EnrolmentReading]:
        one = users[0].username if len(users) == 1 else None
        found = self._report.enrolments(course.idnumber, one)
        return {user.user_id: _of_one(found, user, course) for user in users}

    def _shown_of(self, user_id: str, course_id: str) -> EnrolmentReading:
        offered = self._plugin.is_offered()
        read = self._plugin.of if offered else self._reported_of
        found = read(user_id, course_id)
        self._believe(bool(found.rows or found.unread))
        return found

    def _on_our_clock(self, found: EnrolmentReading) -> EnrolmentReading:
        ours = self._our_moment()
        if ours is None:
            return found
        return replace(found, rows=tuple(on_our_clock(row, ours) for row in found.rows))

    def _as_shown(self, enrolment: LmsEnrolment) -> LmsEnrolment:
        """With the dates that the site has, which are sent back to it. Carried over moments cannot
        be carried back, so it is read again."""
        ours = self._our_moment()
        if ours is None:
            return enrolment
        shown = self._shown_of(str(enrolment.user_id), str(enrolment.course_id)).rows
        for row in shown:
            if on_our_clock(row, ours) == enrolment:
                return row
        raise Transient(
            f"the enrolment of user {enrolment.user_id} in course {enrolment.course_id} changed "
            "since it was read; it is read again at the next attempt",
            code="changed_meanwhile",
        )

    def _reported_of(self, user_id: str, course_id: str) -> EnrolmentReading:
        """By the names that the report knows them by, which may have changed since they were last
        read."""
        user, course = self.users_by_id([user_id]).get(user_id), self.course_by_id(course_id)
        if user is None or course is None:
            return EnrolmentReading(())
        if not course.idnumber:
            raise Permanent(
                f"course {course_id} has no ID number, so its enrolments cannot be read; give the "
                "course an ID number in Moodle",
                code="no_course_idnumber",
            )
        return _of_one(self._report.enrolments(course.idnumber, user.username), user, course)

    def page_of_course(self, course_id: str) -> str:
        return f"{self._site}/course/view.php?id={quote(course_id)}"

    def page_of_user(self, user_id: str) -> str:
        return f"{self._site}/user/profile.php?id={quote(user_id)}"

    def suspendable(self) -> frozenset[EnrolmentMethod]:
        any_method = self._plugin.is_offered()
        return frozenset(EnrolmentMethod) if any_method else frozenset({EnrolmentMethod.MANUAL})

    def suspends_by_id(self) -> bool:
        return self._plugin.is_offered()

    def set_suspended(
        self, enrolment: LmsEnrolment, *, suspended: bool, read_back: bool = True
    ) -> None:
        if enrolment.enrolment_id is not None and self._plugin.is_offered():
            self._plugin.set_suspended(enrolment, suspended=suspended, read_back=read_back)
        else:
            self._enrolments.set_suspended(self._as_shown(enrolment), suspended=suspended)

    def remove_enrolment(self, enrolment_id: str) -> bool:
        return self._enrolments.remove(enrolment_id)

    def ensure_cohorts(self, names: Mapping[str, str]) -> None:
        self._cohorts.ensure(names)

    def cohort_members(self, idnumbers: Sequence[str]) -> dict[str, frozenset[str]]:
        return self._cohorts.members(idnumbers)

    def add_to_cohort(self, idnumber: str, name: str, user_ids: Sequence[str]) -> None:
        self._cohorts.add(idnumber, name, user_ids)

    def remove_from_cohort(self, idnumber: str, user_ids: Sequence[str]) -> None:
        self._cohorts.remove(idnumber, user_ids)

    def write_cohorts(self, changes: Sequence[CohortChange]) -> CohortWriting:
        return self._cohorts.write(changes)

    def send_message(self, user_id: str, text: str) -> None:
        # One per call: in a batch an unknown recipient hides that the others were sent. Without
        # a text format the answer says why a message was not sent; Moodle reads it as HTML then.
        message = {"touserid": user_id, "text": html.escape(text, quote=False)}
        sent = self._client.call(
            "core_message_send_instant_messages",
            {"messages": [message]},
            SENT_MESSAGES,
            repeatable=False,
        )
        if not sent or sent[0].errormessage or sent[0].msgid < 0:
            raise Permanent(
                f"no message to user {user_id}: Moodle does not send it; look whether this account "
                "takes messages, and whether the service user may send to it",
                code="message_refused",
            )

    def has_request_form(self) -> bool:
        return self._form.number is not None

    def request_entries(self) -> tuple[RequestMark, ...]:
        return self._form.marks()

    def request_entry(self, entry_id: str) -> RequestEntry | None:
        return self._form.entry(entry_id)

    def answer_request_entry(
        self, entry_id: str, status: str, decision: str, *, final: bool
    ) -> bool:
        return self._form.answer(entry_id, status, decision, final=final)

    def _believe(self, found_everything: bool) -> None:
        if not found_everything:
            self._trust.require()

    def close(self) -> None:
        self._client.close()


def _of_one(found: EnrolmentReading, user: LmsUser, course: LmsCourse) -> EnrolmentReading:
    """What a report of a course shows of one account, with the ids that a report does not know."""
    return EnrolmentReading(
        rows=tuple(
            replace(row, user_id=user.user_id, course_id=course.course_id)
            for row in found.rows
            if row.username == user.username
        ),
        unread=tuple(row for row in found.unread if row.username == user.username),
    )
