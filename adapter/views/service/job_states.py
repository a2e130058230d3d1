"""How each job did when it last ran, from the register alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from adapter.ground.store.reading import rows_of
from adapter.ground.store.tables.work import JobRunRow


@dataclass(frozen=True, slots=True)
class JobState:
    """`seconds` and `error` are of the run that ended last; without an error it went well."""

    name: str
    last_success: datetime | None
    seconds: float | None
    error: str | None


def job_states(connection: Connection, names: Sequence[str] | None = None) -> list[JobState]:
    """Of these jobs, in this order; of every job that ever ended, by name, when none are named."""
    well = (
        select(JobRunRow.job, func.max(JobRunRow.finished_at))
        .where(JobRunRow.error.is_(None), JobRunRow.finished_at.is_not(None))
        .group_by(JobRunRow.job)
    )
    successes = dict(connection.execute(well).all())
    newest = (
        select(JobRunRow.job, func.max(JobRunRow.finished_at).label("at"))
        .group_by(JobRunRow.job)
        .subquery()
    )
    ended = select(JobRunRow).join(
        newest, (newest.c.job == JobRunRow.job) & (newest.c.at == JobRunRow.finished_at)
    )
    last = {row.job: row for row in rows_of(connection, ended.order_by(JobRunRow.period_start))}
    if names is None:
        names = sorted(last)
    return [_job(name, successes.get(name), last.get(name)) for name in names]


def _job(name: str, success: datetime | None, last: JobRunRow | None) -> JobState:
    if last is None or last.finished_at is None:
        return JobState(name, success, None, None)
    return JobState(name, success, (last.finished_at - last.started_at).total_seconds(), last.error)
