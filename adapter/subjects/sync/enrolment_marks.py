"""How far the changes of enrolments in the LMS were read, where it can tell changes at all.

Everything is read again every hour: a change that Moodle gave no moment (a completion reset, a
backup put back) would else stay unseen.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, select, update

from adapter.ground.store.rows import upsert
from adapter.ground.store.tables.courses import enrolment_marks
from connectors.ports import EnrolmentReading

COMPLETE_AGAIN = timedelta(hours=1)
LMS = "lms"


def mark_to_go_on_from(connection: Connection, now: datetime) -> str | None:
    """None when everything must be read."""
    row = connection.execute(
        select(enrolment_marks).where(enrolment_marks.c.source == LMS)
    ).one_or_none()
    if row is None or now - row.complete_at >= COMPLETE_AGAIN:
        return None
    mark: str | None = row.mark
    return mark


def keep_mark(connection: Connection, found: EnrolmentReading, read_at: datetime) -> None:
    """In the transaction that keeps what was read. Marks of several workers need no order: each
    looks back far enough, and what is read twice is kept once."""
    if found.complete:
        upsert(
            connection,
            enrolment_marks,
            {"source": LMS},
            {"mark": found.mark, "complete_at": read_at},
        )
        return
    connection.execute(
        update(enrolment_marks).where(enrolment_marks.c.source == LMS).values(mark=found.mark)
    )
