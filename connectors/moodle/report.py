"""The participants report: the only place where Moodle tells status and dates of an enrolment.

A custom report of source "Course participants" with the ten columns of `vocabulary.toml`, in any
order. Columns are found by their title only: falling back on an order would read one date as
another without anyone noticing.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from pydantic import TypeAdapter

from connectors.errors import Misconfigured, Permanent, Transient
from connectors.moodle.client import MoodleClient
from connectors.moodle.config import MoodleConfig
from connectors.moodle.models import TRUTH, Report, ReportDetails, ReportPage
from connectors.moodle.report_rows import Columns, as_enrolment, columns_of
from connectors.ports import LmsEnrolment

T = TypeVar("T")

EQUAL_TO = 3
_READS = 3


class _DisturbedError(Exception):
    """Another session of the same service user changed the stored filter while we read."""


class ParticipantsReport:
    """Reads the report whole or for one course.

    Filters are stored per user between calls, so set, read and reset happen under a lock. Another
    process with the same token is outside that lock: its interference shows in the rows or in
    `totalrowcount`, and the read starts anew.
    """

    def __init__(self, client: MoodleClient, config: MoodleConfig) -> None:
        self._client = client
        self._config = config
        self._lock = threading.Lock()

    def enrolments(self, course_idnumber: str | None) -> list[LmsEnrolment]:
        """Rows with a user; rows of enrolment methods that nobody uses have none.

        Raises `Misconfigured` for a missing report, column or word, `Transient` when the report
        kept changing while it was read.
        """
        with self._lock:
            for _ in range(_READS):
                try:
                    headers, rows = self._read_filtered(course_idnumber)
                except _DisturbedError:
                    continue
                columns = columns_of(headers)
                return [
                    as_enrolment(row, number, columns, self._config)
                    for number, row in enumerate(rows, start=1)
                    if columns.cell(row, "username")
                ]
        raise Transient(
            f"the participants report of {course_idnumber or 'all courses'} changed while it was "
            "read; give each installation its own service user when this persists",
            code="report_disturbed",
        )

    def _read_filtered(self, course_idnumber: str | None) -> tuple[Sequence[str], list[_Row]]:
        self._set_filters(course_idnumber)
        try:
            headers, rows = self._read_pages()
            if course_idnumber is not None:
                _expect_only(course_idnumber, columns_of(headers), rows)
        finally:
            self._set_filters(None)
        # The whole report must still be as long as what was read: a filter that another process
        # set in the meantime would have hidden courses.
        if course_idnumber is None and self._page(0, 1).totalrowcount != len(rows):
            raise _DisturbedError
        return headers, rows

    def _read_pages(self) -> tuple[Sequence[str], list[_Row]]:
        first = self._page(0, self._config.page_size)
        rows = [row.columns for row in first.rows]
        number = 0
        while len(rows) < first.totalrowcount:
            number += 1
            page = self._page(number, self._config.page_size)
            if not page.rows or page.totalrowcount != first.totalrowcount:
                raise _DisturbedError
            rows += [row.columns for row in page.rows]
        if len(rows) != first.totalrowcount:
            raise _DisturbedError
        return first.headers, rows

    def details(self) -> ReportDetails:
        """How the report was made."""
        return self._read(0, 1).details

    def _page(self, page: int, size: int) -> ReportPage:
        return self._read(page, size).data

    def _read(self, page: int, size: int) -> Report:
        params = {"page": page, "perpage": size}
        return self._ask("core_reportbuilder_retrieve_report", params, Report)

    def _set_filters(self, course_idnumber: str | None) -> None:
        filters: dict[str, Any] = {}
        if course_idnumber is not None:
            filters["course:idnumber_operator"] = EQUAL_TO
            filters["course:idnumber_value"] = course_idnumber
        self._ask("core_reportbuilder_set_filters", {"values": json.dumps(filters)}, TRUTH)

    def _ask(self, function: str, params: Mapping[str, Any], shape: type[T] | TypeAdapter[T]) -> T:
        asked = {"reportid": self._report_id(), **params}
        try:
            return self._client.call(function, asked, shape, repeatable=True)
        except Permanent as error:
            if error.code != "invalidrecord":
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


_Row = list[str | None]


def _expect_only(course_idnumber: str, columns: Columns, rows: list[_Row]) -> None:
    """Unknown filters are ignored and other sessions may set theirs: look at what came."""
    wanted = course_idnumber.lower()
    if any(columns.cell(row, "course_idnumber").lower() != wanted for row in rows):
        raise _DisturbedError
