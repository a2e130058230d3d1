"""The functions of our companion plugin, for a Moodle that offers them: enrolments as data, with
their own ids, and the status of any enrolment by that id, whatever its method."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime

from connectors.errors import ConnectorError, Misconfigured, Transient
from connectors.moodle.client import MoodleClient
from connectors.moodle.models import (
    ChangedEnrolments,
    PluginEnrolment,
    PluginStatus,
    SetStatus,
    SiteInfo,
)
from connectors.ports import (
    EnrolmentMethod,
    EnrolmentReading,
    EnrolmentStatus,
    LmsEnrolment,
    RemovedEnrolment,
)

STATUS = "local_learningpolicy_get_site_status"
READ = "local_learningpolicy_get_enrolments"
SET = "local_learningpolicy_set_enrolment_status"
FUNCTIONS = (STATUS, READ, SET)

OVERLAP_SECONDS = 600
"""How far back a reading of changes looks: a row gets the moment at which it was written, and can
be seen only when its transaction ends."""

OFFER_SECONDS = 300.0
"""How long the adapter may miss that the plugin came or went."""

PAGE = 5000
_METHODS = {"manual": EnrolmentMethod.MANUAL, "self": EnrolmentMethod.SELF}


class Plugin:
    def __init__(
        self,
        client: MoodleClient,
        site: Callable[[], SiteInfo],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._site = site
        self._clock = clock
        self._offered = False
        self._asked: tuple[str, float] | None = None

    def is_offered(self) -> bool:
        """Whether the service has all its functions, asked again every few minutes. While Moodle
        does not answer that, what it said last holds."""
        token, now = self._client.token, self._clock()
        if self._asked is not None and self._asked[0] != token:
            self._asked = None  # another service may have other functions
        if self._asked is not None and now - self._asked[1] < OFFER_SECONDS:
            return self._offered
        try:
            names = {function.name for function in self._site().functions}
        except ConnectorError:
            if self._asked is None:
                raise
        else:
            self._offered = names.issuperset(FUNCTIONS)
        self._asked = token, now
        return self._offered

    def status(self) -> PluginStatus:
        return self._client.call(STATUS, {}, PluginStatus, repeatable=True)

    def prove(self) -> None:
        """Read one enrolment; raises when that is not allowed."""
        self._client.call(READ, {"limit": 1}, ChangedEnrolments, repeatable=True)

    def read(self, mark: str | None) -> EnrolmentReading:
        """All enrolments, or with the mark of an earlier reading what changed since; all again too
        when Moodle's clock stands before that mark, as after a restored backup."""
        since = 0 if mark is None else max(int(mark) - OVERLAP_SECONDS, 0)
        pages = self._pages(since)
        began_at = pages[0].time
        if mark is not None and began_at < int(mark):
            return self.read(None)
        rows = [row for page in pages for row in page.enrolments]
        return _reading(rows, complete=since == 0, mark=str(began_at))

    def of(self, user_id: str, course_id: str) -> EnrolmentReading:
        """One person's enrolments in a course."""
        if not (user_id.isdecimal() and course_id.isdecimal()):
            return EnrolmentReading(())
        page = self._page(userid=user_id, courseid=course_id)
        return _reading(page.enrolments, complete=True, mark=None)

    def of_each(self, user_ids: Sequence[str], course_id: str) -> dict[str, EnrolmentReading]:
        """The same of several: everybody in the course is read, and only these are looked at."""
        rows: dict[str, list[PluginEnrolment]] = {user_id: [] for user_id in user_ids}
        pages = self._pages(0, courseid=course_id) if course_id.isdecimal() else []
        for page in pages:
            for row in page.enrolments:
                if (mine := rows.get(str(row.userid))) is not None:
                    mine.append(row)
        return {user_id: _reading(mine, complete=True, mark=None) for user_id, mine in rows.items()}

    def set_suspended(self, enrolment: LmsEnrolment, *, suspended: bool, read_back: bool) -> None:
        """Write, then prove it by reading; raises `Transient` when it is not as asked, which
        includes that the enrolment is gone or that its id is now another's."""
        wanted = EnrolmentStatus.SUSPENDED if suspended else EnrolmentStatus.ACTIVE
        ids = {"id": enrolment.enrolment_id}
        place = {"userid": enrolment.user_id, "courseid": enrolment.course_id}
        try:
            self._client.call(
                SET, {**ids, "status": wanted.value, **place}, SetStatus, repeatable=True
            )
        except ConnectorError as error:
            if error.code not in ("enrolmentgone", "enrolmentmismatch"):
                raise
            raise Transient(
                f"enrolment {enrolment.enrolment_id} is no longer that of user "
                f"{enrolment.user_id} in course {enrolment.course_id}; it is looked up again",
                code=error.code,
            ) from error
        if read_back:
            self._prove(enrolment, wanted)

    def _prove(self, enrolment: LmsEnrolment, wanted: EnrolmentStatus) -> None:
        assert enrolment.user_id is not None
        assert enrolment.course_id is not None
        found = self.of(enrolment.user_id, enrolment.course_id).rows
        mine = [row for row in found if row.enrolment_id == enrolment.enrolment_id]
        if [row.status for row in mine] != [wanted]:
            seen = mine[0].status.value if mine else "gone"
            raise Transient(
                f"enrolment {enrolment.enrolment_id} must be {wanted.value}, but is {seen}; it is "
                "read again at the next attempt",
                code="not_as_asked",
            )

    def _pages(self, since: int, **narrowed: int | str) -> list[ChangedEnrolments]:
        pages = [self._page(since=since, **narrowed)]
        while pages[-1].more:
            last = pages[-1]
            if not last.enrolments:
                raise Misconfigured(
                    "the plugin says that there are more enrolments and gives none; update "
                    "local_learningpolicy",
                    code="no_progress",
                )
            pages.append(self._page(since=last.nextsince, after=last.nextafter, **narrowed))
        return pages

    def _page(self, **asked: int | str) -> ChangedEnrolments:
        return self._client.call(READ, {**asked, "limit": PAGE}, ChangedEnrolments, repeatable=True)


def _reading(rows: list[PluginEnrolment], *, complete: bool, mark: str | None) -> EnrolmentReading:
    return EnrolmentReading(
        rows=tuple(_living(rows)),
        removed=tuple(_removed(row) for row in rows if row.status == "removed"),
        complete=complete,
        mark=mark,
    )


def _living(rows: list[PluginEnrolment]) -> Iterator[LmsEnrolment]:
    """A row that changed while the pages were read is given twice; the later one stands."""
    latest = {row.id: row for row in rows}
    gone = {row.id for row in rows if row.status == "removed"}
    return (as_enrolment(row) for row in latest.values() if row.id not in gone)


def as_enrolment(row: PluginEnrolment) -> LmsEnrolment:
    return LmsEnrolment(
        course_idnumber="",
        username="",
        user_idnumber="",
        user_id=str(row.userid),
        course_id=str(row.courseid),
        enrolment_id=str(row.id),
        method=_METHODS.get(row.method, EnrolmentMethod.OTHER),
        method_text=_method_text(row),
        status=EnrolmentStatus(row.status),
        created_at=_moment(row.timecreated),
        starts_at=_moment(row.timestart),
        ends_at=_moment(row.timeend),
        completed=row.timecompleted > 0,
        completed_at=_moment(row.timecompleted),
        held_at=_moment(row.heldat),
    )


def _removed(row: PluginEnrolment) -> RemovedEnrolment:
    return RemovedEnrolment(str(row.userid), str(row.courseid), str(row.id))


def _method_text(row: PluginEnrolment) -> str:
    """With the number of the instance, since a course can have a method twice."""
    return f"{row.method} {row.enrolid}"


def _moment(seconds: int) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None
