"""The participants report: the only place where Moodle tells status and dates of an enrolment.

A custom report of source "Course participants" with the ten columns of `vocabulary.toml`, in any
order. Columns are found by their title only: falling back on an order would read one date as
another without anyone noticing.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from pydantic import TypeAdapter

from connectors.errors import Misconfigured, Permanent, Transient
from connectors.moodle.client import MoodleClient
from connectors.moodle.config import MoodleConfig
from connectors.moodle.models import (
    TRUTH,
    Report,
    ReportDetails,
    ReportPage,
)
from connectors.moodle.protocol import UNKNOWN_RECORD
from connectors.moodle.report_filters import ALL, Asked
from connectors.moodle.report_rows import Row, as_enrolment, columns_of
from connectors.ports import EnrolmentReading, LmsEnrolment, UnreadEnrolment
from connectors.turns import ProcessTurns, Turn, Turns

T = TypeVar("T")

_FAR_APART = ("Pacific/Kiritimati", "Pacific/Pago_Pago")
"""Time zones in which no moment has the same day."""

_Rows = tuple[Sequence[str], Sequence[Row]]
"""The titles of the columns, and the rows."""


TURN = "the participants report"
PERSONS_AGAIN_SECONDS = 600.0
"""After colleagues came along with a person, so long courses are read whole: the report has no
filter on persons, or another installation read it with the same account."""


class _DisturbedError(Exception):
    """What came is not what was asked for: another installation with the same service user changed
    the stored filter while we read, or the report does not have that filter."""


class ParticipantsReport:
    """Reads the report whole, for one course, or for one person in a course.

    Filters are stored per user between calls. So readings take turns, among all processes that
    share the register, and each sets its own filter first: what a reading that was killed left
    behind does no harm. An installation with a register of its own is outside these turns, and
    Moodle ignores a filter that the report does not have. So what came is believed only when there
    is something in it, all of it was asked for, and, where rows could be hidden, a second look
    counts as many.
    """

    def __init__(
        self,
        client: MoodleClient,
        config: MoodleConfig,
        turns: Turns | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._config = config
        self._turns = turns or ProcessTurns()
        self._clock = clock
        self._no_persons_until = float("-inf")
        # How the report is to be written, whatever language and time zone the service user has. A
        # site that forces its own does not heed it, so both are told apart all the same.
        self._writing = {
            "moodlewssettinglang": "en",
            "moodlewssettingtimezone": config.timezone,
        }

    def enrolments(
        self, course_idnumber: str | None = None, username: str | None = None
    ) -> EnrolmentReading:
        """Rows with a user; rows of enrolment methods that nobody uses have none.

        Raises `Misconfigured` for a missing report or column, `Transient` when the report kept
        changing while it was read, or others were reading it all the time.
        """
        asked = Asked(course_idnumber, username)
        with self._turns.take(TURN) as turn:
            headers, rows = self._rows(turn, asked)
        columns = columns_of(headers, self._config.report_texts)
        found = [
            as_enrolment(row, columns, self._config)
            for row in rows
            if columns.cell(row, "username") and asked.matches(columns, row)
        ]
        return EnrolmentReading(
            tuple(row for row in found if isinstance(row, LmsEnrolment)),
            tuple(row for row in found if isinstance(row, UnreadEnrolment)),
        )

    def ignored_filters(self, course_idnumber: str) -> list[str]:
        """The English titles of the filters that the report does not have, tried on a course with
        participants. Everything works without them, but each reading is of more rows."""
        with self._turns.take(TURN) as turn:
            on_course = Asked(course_idnumber)
            headers, rows = self._filtered(turn, on_course)
            columns = columns_of(headers, self._config.report_texts)
            if not on_course.only(columns, rows):
                return ["Course ID number", "Username"]
            names = {columns.cell(row, "username") for row in rows} - {""}
            if not names:
                return []
            person = Asked(course_idnumber, min(names))
            _, rows = self._filtered(turn, person)
            return [] if person.only(columns, rows) else ["Username"]

    def _rows(self, turn: Turn, asked: Asked) -> _Rows:
        """What was asked for and perhaps more, read from narrow to wide."""
        for attempt in self._attempts(asked):
            try:
                return self._read(turn, attempt, asked)
            except _DisturbedError:
                continue
        raise Transient(
            f"the participants report of {asked.course_idnumber or 'all courses'} is not what was "
            "asked for: it changed while it was read, or the course is not in it; give each "
            "installation its own service user, and the report no conditions, when this persists",
            code="report_disturbed",
        )

    def _attempts(self, asked: Asked) -> Iterator[Asked]:
        if asked.username is not None and self._clock() >= self._no_persons_until:
            yield asked
        if asked.course_idnumber is not None:
            yield Asked(asked.course_idnumber)
        yield from (ALL, ALL, ALL)

    def _read(self, turn: Turn, attempt: Asked, asked: Asked) -> _Rows:
        headers, rows = self._filtered(turn, attempt)
        columns = columns_of(headers, self._config.report_texts)
        # Every course has rows, if only of methods that nobody uses, and so has every person who is
        # enrolled; without any it may be that another installation filtered on something else.
        if not any(asked.same_course(columns, row) for row in rows):
            raise _DisturbedError
        if not attempt.only(columns, rows):
            if attempt.username is not None and Asked(attempt.course_idnumber).only(columns, rows):
                self._no_persons_until = self._clock() + PERSONS_AGAIN_SECONDS
            raise _DisturbedError
        # Nobody asks for less than one person in a course, so of that no row can be hidden.
        if attempt.username is None and self._count(turn, attempt) != len(rows):
            raise _DisturbedError
        return headers, rows

    def _count(self, turn: Turn, attempt: Asked) -> int:
        self._set_filters(turn, attempt)
        return self._page(turn, 0, 1).totalrowcount

    def _filtered(self, turn: Turn, asked: Asked) -> _Rows:
        self._set_filters(turn, asked)
        first = self._page(turn, 0, self._config.page_size)
        rows = [row.columns for row in first.rows]
        number = 0
        while len(rows) < first.totalrowcount:
            number += 1
            page = self._page(turn, number, self._config.page_size)
            if not page.rows or page.totalrowcount != first.totalrowcount:
                raise _DisturbedError
            rows += [row.columns for row in page.rows]
        if len(rows) != first.totalrowcount:
            raise _DisturbedError
        return first.headers, rows

    def heeds_time_zone(self) -> bool:
        """Whether moments are shown in the time zone that is asked for. A site that forces its own
        does not."""
        with self._turns.take(TURN) as turn:
            self._set_filters(turn, ALL)
            east, west = (self._moments_in(turn, zone) for zone in _FAR_APART)
        return east != west or not any(east)

    def _moments_in(self, turn: Turn, timezone: str) -> list[str]:
        page = self._page(turn, 0, self._config.page_size, moodlewssettingtimezone=timezone)
        columns = columns_of(page.headers, self._config.report_texts)
        return [columns.cell(row.columns, "created") for row in page.rows]

    def details(self) -> ReportDetails:
        """How the report was made, which no filter changes."""
        return self._retrieved(0, 1).details

    def _page(self, turn: Turn, page: int, size: int, **writing: str) -> ReportPage:
        turn.keep()
        return self._retrieved(page, size, **writing).data

    def _retrieved(self, page: int, size: int, **writing: str) -> Report:
        params = {"page": page, "perpage": size, **writing}
        return self._ask("core_reportbuilder_retrieve_report", params, Report)

    def _set_filters(self, turn: Turn, asked: Asked) -> None:
        turn.keep()
        values = json.dumps(asked.filters())
        self._ask("core_reportbuilder_set_filters", {"values": values}, TRUTH)

    def _ask(self, function: str, params: Mapping[str, Any], shape: type[T] | TypeAdapter[T]) -> T:
        asked = {"reportid": self._report_id(), **self._writing, **params}
        try:
            return self._client.call(function, asked, shape, repeatable=True)
        except Permanent as error:
            if error.code not in UNKNOWN_RECORD:
                raise
            raise Misconfigured(
                f"Moodle has no custom report {self._report_id()}; configure the number of a "
                'report with source "Course participants"',
                code=error.code,
            ) from error

    def _report_id(self) -> int:
        if self._config.enrolment_report_id is None:
            raise Misconfigured(
                'no participants report is configured; make a custom report of source "Course '
                'participants" in Moodle and configure its number',
                code="no_report",
            )
        return self._config.enrolment_report_id
