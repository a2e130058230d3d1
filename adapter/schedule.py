"""Periodic jobs: each period of a job runs once, however many workers there are.

A row (job, start of the period) is the claim. A period missed because nothing ran is run late,
once; one that failed or whose worker died is tried again after a while.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import Connection, or_, update

from adapter.parts import Parts
from adapter.store.rows import insert_into
from adapter.store.tables.work import job_runs
from connectors.errors import ConnectorError

_log = structlog.get_logger(__name__)

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
TRY_AGAIN_AFTER = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Every:
    """Periods of a fixed length, counted from midnight UTC of 1 January 1970."""

    length: timedelta

    def period_start(self, now: datetime) -> datetime:
        since = now - datetime(1970, 1, 1, tzinfo=UTC)
        return now - since % self.length


@dataclass(frozen=True, slots=True)
class Daily:
    """One period a day from an hour in Amsterdam, whatever the clock change does."""

    hour: int

    def period_start(self, now: datetime) -> datetime:
        local = now.astimezone(AMSTERDAM)
        start = datetime.combine(local.date(), time(self.hour), AMSTERDAM)
        if start > local:
            start = datetime.combine(local.date() - timedelta(days=1), time(self.hour), AMSTERDAM)
        return start.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Job:
    name: str
    when: Every | Daily
    run: Callable[[Parts], object]


def run_due(parts: Parts, jobs: tuple[Job, ...]) -> list[str]:
    """Run every job whose current period nobody has run; returns the names of those that ran."""
    return [job.name for job in jobs if _run_if_due(parts, job)]


def _run_if_due(parts: Parts, job: Job) -> bool:
    now = parts.clock.now()
    period = job.when.period_start(now)
    with parts.register.write() as connection:
        if not _claim(connection, job.name, period, now):
            return False
    error = _error_of(parts, job)
    with parts.register.write() as connection:
        connection.execute(
            update(job_runs)
            .where(job_runs.c.job == job.name, job_runs.c.period_start == period)
            .values(finished_at=parts.clock.now(), error=error)
        )
    return True


def _claim(connection: Connection, job: str, period: datetime, now: datetime) -> bool:
    first = connection.execute(
        insert_into(connection, job_runs)
        .values(job=job, period_start=period, started_at=now)
        .on_conflict_do_nothing()
        # Not every driver counts what an insert did.
        .returning(job_runs.c.job)
    )
    if first.one_or_none() is not None:
        return True
    again = connection.execute(
        update(job_runs)
        .where(
            job_runs.c.job == job,
            job_runs.c.period_start == period,
            job_runs.c.started_at <= now - TRY_AGAIN_AFTER,
            or_(job_runs.c.finished_at.is_(None), job_runs.c.error.is_not(None)),
        )
        .values(started_at=now, finished_at=None, error=None)
    )
    return bool(again.rowcount)


def _error_of(parts: Parts, job: Job) -> str | None:
    try:
        job.run(parts)
    except ConnectorError as error:
        _log.warning("job.failed", job=job.name, error=str(error))
        return str(error)
    except Exception as error:  # noqa: BLE001 - one job's fault must not stop the others
        _log.exception("job.fault", job=job.name)
        return f"fault in the adapter: {type(error).__name__}"
    return None
