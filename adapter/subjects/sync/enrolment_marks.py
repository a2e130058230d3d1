"""How far the changes of enrolments in the LMS were read, where it can tell changes at all.

Everything is read again every hour: a change that Moodle gave no moment (a completion reset, a
backup put back) would else stay unseen.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, select, update

from adapter.ground.store.reading import row_or_none
from adapter.ground.store.rows import upsert
from adapter.ground.store.tables.courses import EnrolmentMarkRow
from connectors.ports import EnrolmentReading

COMPLETE_AGAIN = timedelta(hours=1)
LMS = "lms"


def mark_to_go_on_from(connection: Connection, now: datetime) -> str | None:
    """None when everything must be read."""
    row = row_or_none(connection, select(EnrolmentMarkRow).where(EnrolmentMarkRow.source == LMS))
    if row is None or now - row.complete_at >= COMPLETE_AGAIN:
        return None
    mark: str | None = row.mark
    return mark


def completely_read_at(connection: Connection) -> datetime | None:
    """The moment before the last complete reading that was kept."""
    return connection.execute(
        select(EnrolmentMarkRow.complete_at).where(EnrolmentMarkRow.source == LMS)
    ).scalar_one_or_none()


def keep_mark(connection: Connection, found: EnrolmentReading, read_at: datetime) -> None:
    """In the transaction that keeps what was read. Marks of several workers need no order: each
    looks back far enough, and what is read twice is kept once."""
    if found.complete:
        complete_at = max(read_at, completely_read_at(connection) or read_at)
        values = {"mark": found.mark, "complete_at": complete_at}
        upsert(connection, EnrolmentMarkRow, {"source": LMS}, values)
        return
    connection.execute(
        update(EnrolmentMarkRow).where(EnrolmentMarkRow.source == LMS).values(mark=found.mark)
    )
