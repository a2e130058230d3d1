"""How each job did when it last ran, from the register alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from adapter.ground.register_clock import record
from adapter.ground.store.reading import rows_of
from adapter.ground.store.register import Register
from adapter.ground.store.tables.register_facts import RegisterFactRow
from adapter.ground.store.tables.work import JobRunRow


@dataclass(frozen=True, slots=True)
class JobState:
    """`seconds` and `error` are of the run that ended last; without an error it went well."""

    name: str
    last_success: datetime | None
    seconds: float | None
    error: str | None


_KEPT = "jobs"
"""The fact of a register that names its jobs."""


def keep_jobs(register: Register, names: Sequence[str]) -> None:
    """Which jobs a worker has that starts now: of a system that was taken away there are none any
    more, whatever became of their last run."""
    record(register, **{_KEPT: " ".join(names)})


def jobs_there(connection: Connection) -> frozenset[str] | None:
    """By what the worker kept that started last; None where none did."""
    kept = connection.execute(
        select(RegisterFactRow.value).where(RegisterFactRow.name == _KEPT)
    ).scalar_one_or_none()
    return None if kept is None else frozenset(kept.split())


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
