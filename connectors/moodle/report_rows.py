"""One row of the participants report as an enrolment; an unknown text is an error, not a guess."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from connectors.errors import Misconfigured
from connectors.moodle.config import MoodleConfig
from connectors.moodle.vocabulary import meaning, moment, table
from connectors.ports import EnrolmentMethod, EnrolmentStatus, LmsEnrolment

Row = Sequence[str | None]


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each column stands, by our name for it."""

    positions: dict[str, int]

    def cell(self, row: Row, name: str) -> str:
        return row[self.positions[name]] or ""


def columns_of(headers: Sequence[str]) -> Columns:
    """Raises `Misconfigured` naming the columns that are missing or double."""
    known = table("columns")
    names = [known.get(" ".join(header.split()).lower(), "") for header in headers]
    needed = set(known.values())
    wrong = sorted(name for name in needed if names.count(name) != 1)
    if wrong:
        raise Misconfigured(
            f"the participants report must have each of these columns once: {', '.join(wrong)}; "
            f"its titles are {', '.join(headers)}. Add the column, or type its English title in "
            "the report (Course ID number, ID number, Username, Plugin, Status, Time created, "
            "Time started, Time ended, Completed, Time completed)",
            code="report_columns",
        )
    return Columns({name: index for index, name in enumerate(names) if name})


def as_enrolment(row: Row, number: int, columns: Columns, config: MoodleConfig) -> LmsEnrolment:
    """`number` is the row's place in the report, from 1, for the error text."""
    cells = _Cells(row, number, columns, config)
    method_text = cells.text("method")
    return LmsEnrolment(
        course_idnumber=cells.text("course_idnumber"),
        username=cells.text("username"),
        user_idnumber=cells.text("user_idnumber"),
        method=EnrolmentMethod(cells.word("method")),
        method_text=method_text,
        status=EnrolmentStatus(cells.word("status")),
        created_at=cells.moment("created"),
        starts_at=cells.moment("started"),
        ends_at=cells.moment("ended"),
        completed=bool(cells.text("completed")) and cells.word("completed") == "yes",
        completed_at=cells.moment("completed_at"),
    )


@dataclass(frozen=True, slots=True)
class _Cells:
    row: Row
    number: int
    columns: Columns
    config: MoodleConfig

    def text(self, column: str) -> str:
        return self.columns.cell(self.row, column)

    def word(self, column: str) -> str:
        word = meaning(column, self.text(column), self.config.report_texts)
        if word is None:
            raise self._unknown(column)
        return word

    def moment(self, column: str) -> datetime | None:
        if not self.text(column):
            return None
        try:
            return moment(self.text(column), ZoneInfo(self.config.timezone))
        except ValueError:
            raise self._unknown(column) from None

    def _unknown(self, column: str) -> Misconfigured:
        return Misconfigured(
            f"the participants report says {self.text(column)!r} as {column} in row {self.number} "
            f"(course {self.text('course_idnumber')}), and nobody told what that means; add the "
            "text to report_texts, or set the service user's language to English or Dutch",
            code="unknown_report_text",
        )
