"""One row of the participants report as an enrolment; an unknown text is an error, not a guess."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from connectors.errors import Misconfigured
from connectors.moodle.config import MoodleConfig
from connectors.moodle.vocabulary import (
    WORD_COLUMNS,
    meaning,
    moment,
    table,
)
from connectors.ports import (
    EnrolmentMethod,
    EnrolmentStatus,
    LmsEnrolment,
    UnreadEnrolment,
)

Row = Sequence[str | None]


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each column stands, by our name for it."""

    positions: dict[str, int]

    def cell(self, row: Row, name: str) -> str:
        return row[self.positions[name]] or ""


def columns_of(headers: Sequence[str], extra: Mapping[str, str]) -> Columns:
    """Raises `Misconfigured` naming the columns that are missing or double. `extra` are the site's
    own texts."""
    names = [meaning("columns", header, extra) or "" for header in headers]
    needed = set(table("columns").values())
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


def as_enrolment(
    row: Row, columns: Columns, config: MoodleConfig
) -> LmsEnrolment | UnreadEnrolment:
    """A row with a text that nobody told the meaning of is given as unread."""
    cells = _Cells(row, columns, config)
    try:
        return cells.enrolment()
    except _UnknownTextError as unknown:
        column = unknown.column
        return UnreadEnrolment(
            course_idnumber=cells.text("course_idnumber"),
            username=cells.text("username"),
            method_text=cells.text("method"),
            column=column,
            text=cells.text(column),
            remedy=_remedy(column, cells.text(column)),
        )


class _UnknownTextError(Exception):
    def __init__(self, column: str) -> None:
        super().__init__(column)
        self.column = column


def _remedy(column: str, text: str) -> str:
    language = "set the service user's language in Moodle to English or Dutch"
    if column not in WORD_COLUMNS:
        return f"{language}: dates of other languages are not read"
    words = sorted(set(table(column).values()))
    example = json.dumps({text: words[0]}, ensure_ascii=False)
    return (
        f"say what it means in ODWH_MOODLE_REPORT_TEXTS, such as {example} (one of "
        f"{', '.join(words)}), or {language}"
    )


@dataclass(frozen=True, slots=True)
class _Cells:
    row: Row
    columns: Columns
    config: MoodleConfig

    def enrolment(self) -> LmsEnrolment:
        return LmsEnrolment(
            course_idnumber=self.text("course_idnumber"),
            username=self.text("username"),
            user_idnumber=self.text("user_idnumber"),
            method=EnrolmentMethod(self.word("method")),
            method_text=self.text("method"),
            status=EnrolmentStatus(self.word("status")),
            created_at=self.moment("created"),
            starts_at=self.moment("started"),
            ends_at=self.moment("ended"),
            completed=bool(self.text("completed")) and self.word("completed") == "yes",
            completed_at=self.moment("completed_at"),
        )

    def text(self, column: str) -> str:
        return self.columns.cell(self.row, column)

    def word(self, column: str) -> str:
        word = meaning(column, self.text(column), self.config.report_texts)
        if word is None:
            raise _UnknownTextError(column)
        return word

    def moment(self, column: str) -> datetime | None:
        if not self.text(column):
            return None
        try:
            return moment(self.text(column), self.config.timezone)
        except ValueError:
            raise _UnknownTextError(column) from None
