"""Enrolments with the moments of another clock than the site's: for a rehearsal.

What Moodle itself says of an enrolment (when it was made and completed) moves along. A date that a
person typed stays what it is.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from connectors.ports import LmsEnrolment, OurMoment


def on_our_clock(row: LmsEnrolment, ours: OurMoment) -> LmsEnrolment:
    if row.created_at is None:
        return row
    made = ours(row.created_at)
    shift = made - row.created_at
    starts, ends = row.starts_at, row.ends_at
    if starts is not None and _began_when_made(starts, row.created_at):
        starts += shift
        # The end of a period of so many days, else it would be over before it began.
        ends = ends + shift if ends is not None and ends < made else ends
    completed = None if row.completed_at is None else ours(row.completed_at)
    return replace(row, created_at=made, starts_at=starts, ends_at=ends, completed_at=completed)


def _began_when_made(starts: datetime, made: datetime) -> bool:
    """Moodle fills in the moment or the midnight before it; a report shows the moment of making
    where there is no start."""
    return -timedelta(days=1) < starts - made <= timedelta(minutes=1)
