"""Periodic jobs: each period of a job runs once, however many workers there are.

A row (job, start of the period) says that the period was run. Who runs a job leases it, and renews
the lease while it runs: however long that takes, nobody begins the job beside it. A period missed
because nothing ran is run late, once; one that failed or whose worker died is tried again after a
while.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from threading import Lock
from time import monotonic
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import Connection, delete, func, select, update

from adapter.ground.parts import Parts
from adapter.ground.store.reading import row_or_none
from adapter.ground.store.rows import insert_into, upsert
from adapter.ground.store.tables.work import JobLeaseRow, JobRunRow
from adapter.ground.traces import Step
from adapter.queues.in_hand import in_hand
from adapter.queues.lanes import Lane, system_answers
from adapter.queues.leases import (
    LEASE,
    SET_BACK,
    is_free,
    worker_name,
)
from adapter.queues.people_in_texts import without_people
from connectors.errors import ConnectorError

_log = structlog.get_logger(__name__)

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
TRY_AGAIN_AFTER = timedelta(minutes=15)
PATIENCE_SECONDS = 300.0


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
        today = now.astimezone(AMSTERDAM).date()
        start = _at(today, self.hour)
        return start if start <= now else _at(today - timedelta(days=1), self.hour)


@dataclass(frozen=True, slots=True)
class Weekly:
    """One period a week from a day (1 is Monday, 7 Sunday) and an hour in Amsterdam."""

    weekday: int
    hour: int

    def period_start(self, now: datetime) -> datetime:
        day = Daily(self.hour).period_start(now).astimezone(AMSTERDAM).date()
        since = (day.isoweekday() - self.weekday) % 7
        return _at(day - timedelta(days=since), self.hour)


@dataclass(frozen=True, slots=True)
class Monthly:
    """One period a month from a day (1 to 28) and an hour in Amsterdam."""

    day: int
    hour: int

    def period_start(self, now: datetime) -> datetime:
        day = Daily(self.hour).period_start(now).astimezone(AMSTERDAM).date()
        if day.day < self.day:
            day = day.replace(day=1) - timedelta(days=1)
        return _at(day.replace(day=self.day), self.hour)


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), AMSTERDAM).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Job:
    """`lane` is what the job keeps waiting; `after` names jobs whose due run comes before its own,
    unless that keeps it waiting for longer than `PATIENCE_SECONDS`."""

    name: str
    when: Every | Daily | Weekly | Monthly
    run: Callable[[Parts], object]
    lane: Lane = Lane.REGISTER
    after: tuple[str, ...] = ()


class Timetable:
    """The jobs of a worker, by lane, and which of their periods are known to be done: that is not
    asked again. Lanes run beside each other; what must come before a job of
    another lane is waited for, but never for long: its system may be away."""

    def __init__(self, jobs: Sequence[Job]) -> None:
        self._jobs = {job.name: job for job in jobs}
        self._waited: dict[str, tuple[datetime, float]] = {}
        self._done: dict[str, datetime] = {}
        self._lock = Lock()

    @property
    def names(self) -> list[str]:
        return list(self._jobs)

    @property
    def lanes(self) -> list[Lane]:
        return list(dict.fromkeys(job.lane for job in self._jobs.values()))

    def of(self, lane: Lane) -> list[Job]:
        return [job for job in self._jobs.values() if job.lane is lane]

    def run_if_due(self, parts: Parts, job: Job) -> bool:
        """Whether the job ran."""
        return not self._is_done(parts, job) and _run_if_due(parts, job)

    def _is_done(self, parts: Parts, job: Job) -> bool:
        """A period that went well is not asked for again until the next one begins."""
        now = parts.clock.now()
        period = job.when.period_start(now)
        if self._done.get(job.name) == period:
            return True
        with parts.register.read() as connection:
            done = _went_well(connection, job.name, period, now)
        if done:
            self._done[job.name] = period
        return done

    def waits(self, parts: Parts, job: Job) -> bool:
        """Whether a job that comes before this one is due or running."""
        before = [self._jobs[name] for name in job.after if name in self._jobs]
        return any(self._is_waited_for(parts, one) for one in before)

    def _is_waited_for(self, parts: Parts, job: Job) -> bool:
        if not system_answers(parts, job.lane) or self._is_done(parts, job):
            return False
        now = parts.clock.now()
        period = job.when.period_start(now)
        with parts.register.read() as connection:
            if not _is_due(connection, job.name, period, now) and not _runs(connection, job, now):
                return False
        with self._lock:
            waited, since = self._waited.get(job.name, (period, monotonic()))
            if waited != period:
                since = monotonic()
            self._waited[job.name] = period, since
        return monotonic() - since < PATIENCE_SECONDS


def run_due(parts: Parts, jobs: tuple[Job, ...]) -> list[str]:
    """Run every job whose current period nobody has run; returns the names of those that ran."""
    return [job.name for job in jobs if _run_if_due(parts, job)]


def _run_if_due(parts: Parts, job: Job) -> bool:
    now = parts.clock.now()
    period = job.when.period_start(now)
    with parts.register.read() as connection:
        if not _is_due(connection, job.name, period, now):
            return False
    with parts.register.write() as connection:
        if not _begin(connection, job.name, period, now):
            return False
    with (
        in_hand(parts.register, JobLeaseRow, job.name),
        Step(f"job {job.name}", of_many=True, bound={"job": job.name}),
    ):
        error = _error_of(parts, job)
    with parts.register.write() as connection:
        if not _end_lease(connection, job.name):
            # Cut off for so long that another began it anew, and says how that ended.
            _log.warning("job.lease_lost", job=job.name)
            return True
        connection.execute(
            update(JobRunRow)
            .where(JobRunRow.job == job.name, JobRunRow.period_start == period)
            .values(finished_at=parts.clock.now(), error=error)
        )
    _log.debug("job.ran", job=job.name, period=period.isoformat())
    return True


def _is_due(connection: Connection, job: str, period: datetime, now: datetime) -> bool:
    if _began_in_the_future(connection, job, now):
        return True
    run = _run_of(connection, job, period)
    if run is None:
        return True
    return not _is_well(run) and run.started_at <= now - TRY_AGAIN_AFTER


def _went_well(connection: Connection, job: str, period: datetime, now: datetime) -> bool:
    if _began_in_the_future(connection, job, now):
        return False
    run = _run_of(connection, job, period)
    return run is not None and _is_well(run)


def _run_of(connection: Connection, job: str, period: datetime) -> JobRunRow | None:
    return row_or_none(
        connection, select(JobRunRow).where(JobRunRow.job == job, JobRunRow.period_start == period)
    )


def _is_well(run: JobRunRow) -> bool:
    return run.finished_at is not None and run.error is None


def _began_in_the_future(connection: Connection, job: str, now: datetime) -> bool:
    """By a clock that has been set back since: those periods are still to come."""
    latest = select(func.max(JobRunRow.started_at)).where(JobRunRow.job == job)
    started_at: datetime | None = connection.execute(latest).scalar_one()
    return started_at is not None and started_at > now + SET_BACK


def _begin(connection: Connection, job: str, period: datetime, now: datetime) -> bool:
    """Whether the period is ours to run: nobody runs the job, and nobody ran it since we looked."""
    lease = {"locked_until": now + LEASE, "locked_by": worker_name(), "touched_at": now}
    leased = connection.execute(
        insert_into(connection, JobLeaseRow)
        .values(id=job, **lease)
        .on_conflict_do_update(index_elements=["id"], set_=lease, where=is_free(JobLeaseRow, now))
        # Not every driver counts what an insert did.
        .returning(JobLeaseRow.id)
    )
    if leased.one_or_none() is None:
        return False
    if not _is_due(connection, job, period, now):
        _end_lease(connection, job)
        return False
    connection.execute(
        delete(JobRunRow).where(JobRunRow.job == job, JobRunRow.started_at > now + SET_BACK)
    )
    upsert(
        connection,
        JobRunRow,
        {"job": job, "period_start": period},
        {"started_at": now, "finished_at": None, "error": None},
    )
    return True


def _runs(connection: Connection, job: Job, now: datetime) -> bool:
    leased = select(JobLeaseRow.id).where(JobLeaseRow.id == job.name, ~is_free(JobLeaseRow, now))
    return connection.execute(leased).first() is not None


def give_back_jobs(connection: Connection) -> None:
    """Of a worker that stops before they are done: another begins them anew, at once."""
    ours = select(JobLeaseRow.id).where(
        JobLeaseRow.locked_by == worker_name(), JobLeaseRow.locked_until.is_not(None)
    )
    connection.execute(
        delete(JobRunRow).where(JobRunRow.job.in_(ours), JobRunRow.finished_at.is_(None))
    )
    connection.execute(
        update(JobLeaseRow).where(JobLeaseRow.id.in_(ours)).values(locked_until=None)
    )


def _end_lease(connection: Connection, job: str) -> bool:
    """False when it was not ours any more."""
    ended = connection.execute(
        update(JobLeaseRow)
        .where(JobLeaseRow.id == job, JobLeaseRow.locked_by == worker_name())
        .values(locked_until=None)
    )
    return ended.rowcount == 1


def _error_of(parts: Parts, job: Job) -> str | None:
    try:
        job.run(parts)
    except ConnectorError as error:
        with parts.register.read() as connection:
            reason = without_people(connection, str(error))
        _log.warning("job.failed", job=job.name, error=reason)
        return reason
    except Exception as error:  # noqa: BLE001 - one job's fault must not stop the others
        _log.exception("job.fault", job=job.name)
        return f"fault in the adapter: {type(error).__name__}"
    return None
