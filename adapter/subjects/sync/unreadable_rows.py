"""Rows of the LMS's report that nobody can read: what is wrong, said once for each text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from connectors.errors import Misconfigured
from connectors.ports import EnrolmentReading, LmsEnrolment, UnreadEnrolment


class UnreadRows(Misconfigured):
    """Rows hold texts without a known meaning; nothing is guessed, and what is known of those
    enrolments stays as it is."""


def refuse_unread(unread: Sequence[UnreadEnrolment]) -> None:
    """Raises `UnreadRows` naming each text, its column, how often it stands there and the first
    course, and what to do."""
    if not unread:
        return
    times = Counter((row.column, row.text) for row in unread)
    first = {(row.column, row.text): row for row in reversed(unread)}
    said = [
        f"{text!r} as {column} ({count} rows, the first in course "
        f"{first[column, text].course_idnumber}): {first[column, text].remedy}"
        for (column, text), count in times.items()
    ]
    raise UnreadRows(
        "the participants report has texts of which nobody told what they mean, and those rows "
        f"were left as they were: {'; '.join(said)}",
        code="unknown_report_text",
    )


def every_row(found: EnrolmentReading) -> tuple[LmsEnrolment, ...]:
    """The rows, where every one of them is needed; raises `UnreadRows`."""
    refuse_unread(found.unread)
    return found.rows
