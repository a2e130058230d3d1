"""Each period of a job runs once, late when it must, and again when it failed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier, Lock

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from adapter.ground.parts import Parts
from adapter.ground.store.register import Register, open_register
from adapter.ground.store.tables.work import JobRunRow
from adapter.programs.jobs import jobs_of
from adapter.queues.in_hand import renew_in_hand
from adapter.queues.schedule import (
    AMSTERDAM,
    TRY_AGAIN_AFTER,
    Daily,
    Every,
    Job,
    Monthly,
    Weekly,
    run_due,
)
from adapter.register.retention.clear import clear_past_terms
from config.policy_files import load_policy
from config.settings import ScheduleSettings, Settings
from connectors.errors import Transient
from tests.fixtures.workbench import StandingClock, Workbench

NOW = datetime(2027, 3, 1, 9, 2, tzinfo=UTC)
MOMENTS = st.datetimes(
    NOW.replace(year=2026, tzinfo=None), NOW.replace(year=2030, tzinfo=None), timezones=st.just(UTC)
)
HOURLY = Every(timedelta(hours=1))


class Counter:
    def __init__(self) -> None:
        self.count = 0
        self.error: Exception | None = None
        self._lock = Lock()

    def __call__(self, _parts: Parts) -> None:
        with self._lock:
            self.count += 1
        if self.error is not None:
            raise self.error


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock(NOW)


@pytest.fixture
def parts(sqlite_register: Register, clock: StandingClock) -> Parts:
    return Parts(sqlite_register, load_policy(), clock, Settings())


def _errors(parts: Parts) -> list[str | None]:
    with parts.register.read() as connection:
        statement = select(JobRunRow.error).order_by(JobRunRow.period_start)
        return list(connection.execute(statement).scalars())


def test_of_several_workers_one_runs_a_period(parts: Parts, database_url: str) -> None:
    ran = Counter()
    jobs = tuple(Job(f"job {n}", HOURLY, ran) for n in range(5))
    start = Barrier(6)

    def work(_worker: int) -> list[str]:
        mine = replace(parts, register=open_register(database_url))
        start.wait()
        names = run_due(mine, jobs)
        mine.register.close()
        return names

    with ThreadPoolExecutor(6) as pool:
        names = [name for part in pool.map(work, range(6)) for name in part]
    assert ran.count == 5
    assert sorted(names) == [f"job {n}" for n in range(5)]


def test_the_next_period_runs_again(parts: Parts, clock: StandingClock) -> None:
    ran = Counter()
    jobs = (Job("poll", HOURLY, ran),)
    assert [bool(run_due(parts, jobs)) for _ in range(2)] == [True, False]
    clock.advance(minutes=57)
    assert run_due(parts, jobs) == []
    clock.advance(minutes=1)
    assert run_due(parts, jobs) == ["poll"]


def test_periods_missed_are_made_up_for_by_one_run(parts: Parts, clock: StandingClock) -> None:
    ran = Counter()
    jobs = (Job("scan", Daily(3), ran),)
    run_due(parts, jobs)
    clock.advance(days=4, hours=5)
    assert [run_due(parts, jobs) for _ in range(2)] == [["scan"], []]
    assert ran.count == 2


@pytest.mark.parametrize(
    ("error", "kept"),
    [(Transient("the LMS is away"), "the LMS is away"), (KeyError("x"), "KeyError")],
)
def test_a_job_that_failed_is_tried_again_after_a_while(
    parts: Parts, clock: StandingClock, error: Exception, kept: str
) -> None:
    ran, other = Counter(), Counter()
    ran.error = error
    jobs = (Job("scan", Daily(3), ran), Job("other", HOURLY, other))
    assert run_due(parts, jobs) == ["scan", "other"]
    assert other.count == 1
    assert kept in str(_errors(parts)[0])
    clock.advance(seconds=TRY_AGAIN_AFTER.total_seconds() - 1)
    assert run_due(parts, jobs) == []
    clock.advance(seconds=1)
    ran.error = None
    assert run_due(parts, jobs) == ["scan"]
    assert _errors(parts)[0] is None
    clock.advance(seconds=TRY_AGAIN_AFTER.total_seconds())
    assert run_due(parts, jobs) == []


class _Killed(BaseException):
    """What no job catches: the process is gone."""


def test_a_job_whose_worker_was_killed_is_run_by_another(
    parts: Parts, clock: StandingClock
) -> None:
    def die(_parts: Parts) -> None:
        raise _Killed

    with pytest.raises(_Killed):
        run_due(parts, (Job("scan", Daily(3), die),))
    ran = Counter()
    jobs = (Job("scan", Daily(3), ran),)
    assert run_due(parts, jobs) == []
    clock.advance(minutes=15)
    assert run_due(parts, jobs) == ["scan"]


def test_a_job_that_takes_longer_than_a_lease_is_not_begun_beside_itself(
    parts: Parts, clock: StandingClock
) -> None:
    """Whatever the period: the next one of the same job waits as well."""
    begun: list[str] = []
    jobs: tuple[Job, ...] = ()

    def take_long(mine: Parts) -> None:
        begun.append("read")
        for _ in range(20):
            clock.advance(minutes=4)
            # What the worker's main thread does all the while.
            with mine.register.write() as connection:
                renew_in_hand(connection, clock.now())
            assert run_due(mine, jobs) == []

    jobs = (Job("read", Every(timedelta(minutes=30)), take_long),)
    assert run_due(parts, jobs) == ["read"]
    assert begun == ["read"]


def test_a_job_whose_lease_nobody_renewed_is_run_by_another(
    parts: Parts, clock: StandingClock
) -> None:
    ran = Counter()

    def hang(mine: Parts) -> None:
        clock.advance(seconds=TRY_AGAIN_AFTER.total_seconds() + 1)
        run_due(mine, (Job("scan", Daily(3), ran),))

    run_due(parts, (Job("scan", Daily(3), hang),))
    assert ran.count == 1


def test_a_clock_set_back_an_hour_delays_no_job_for_an_hour(
    parts: Parts, clock: StandingClock
) -> None:
    ran = Counter()
    jobs = (Job("poll", Every(timedelta(minutes=1)), ran),)
    for _ in range(90):
        run_due(parts, jobs)
        clock.advance(minutes=1)
    clock.advance(minutes=-61)
    before = ran.count
    for _ in range(5):
        run_due(parts, jobs)
        clock.advance(minutes=1)
    assert ran.count - before >= 4


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "hour", "start"),
    [
        ("2027-03-01T03:00:00+01:00", 3, "2027-03-01T03:00:00+01:00"),
        ("2027-03-01T02:59:59+01:00", 3, "2027-02-28T03:00:00+01:00"),
        # 28 March 2027: 02:00 becomes 03:00, so the hour of two does not exist.
        ("2027-03-28T01:59:59+01:00", 2, "2027-03-27T02:00:00+01:00"),
        ("2027-03-28T03:00:00+02:00", 2, "2027-03-28T03:00:00+02:00"),
        ("2027-03-28T03:00:00+02:00", 3, "2027-03-28T03:00:00+02:00"),
        ("2027-03-29T02:30:00+02:00", 3, "2027-03-28T03:00:00+02:00"),
        # 31 October 2027: 03:00 becomes 02:00, so the hour of two comes twice and counts once.
        ("2027-10-31T02:00:00+02:00", 2, "2027-10-31T02:00:00+02:00"),
        ("2027-10-31T02:30:00+01:00", 2, "2027-10-31T02:00:00+02:00"),
        ("2027-10-31T02:59:59+01:00", 3, "2027-10-30T03:00:00+02:00"),
        ("2027-10-31T03:00:00+01:00", 3, "2027-10-31T03:00:00+01:00"),
        ("2027-01-01T00:00:00+01:00", 0, "2027-01-01T00:00:00+01:00"),
        ("2026-12-31T23:59:59+01:00", 0, "2026-12-31T00:00:00+01:00"),
    ],
)
def test_a_daily_period_starts_at_its_hour_in_amsterdam(now: str, hour: int, start: str) -> None:
    assert Daily(hour).period_start(_utc(now)) == _utc(start)


@given(st.integers(0, 23), MOMENTS)
def test_every_calendar_day_has_one_period_whatever_the_clock_does(
    hour: int, moment: datetime
) -> None:
    now = moment
    start = Daily(hour).period_start(now)
    assert timedelta() <= now - start < timedelta(hours=25)
    assert Daily(hour).period_start(start) == start
    before = Daily(hour).period_start(start - timedelta(microseconds=1))
    days = start.astimezone(AMSTERDAM).date() - before.astimezone(AMSTERDAM).date()
    assert days == timedelta(days=1)


@given(st.integers(1, 7), st.integers(0, 23), MOMENTS)
def test_a_week_begins_on_its_day_and_hour(weekday: int, hour: int, moment: datetime) -> None:
    when = Weekly(weekday, hour)
    start = when.period_start(moment)
    local = start.astimezone(AMSTERDAM)
    assert start <= moment
    assert local.isoweekday() == weekday
    # An hour that the clock change skips is told as the one after it.
    assert local.hour in (hour, hour + 1)
    assert when.period_start(moment + timedelta(days=7, hours=2)) > start
    assert when.period_start(start) == start


@given(st.integers(1, 28), st.integers(0, 23), MOMENTS)
def test_a_month_begins_on_its_day_and_hour(day: int, hour: int, moment: datetime) -> None:
    when = Monthly(day, hour)
    start = when.period_start(moment)
    local = start.astimezone(AMSTERDAM)
    assert start <= moment
    assert local.day == day
    assert local.hour in (hour, hour + 1)
    assert when.period_start(moment + timedelta(days=31, hours=2)) > start
    assert when.period_start(start) == start


@given(st.integers(1, 1440), MOMENTS)
def test_periods_of_a_length_follow_each_other(minutes: int, moment: datetime) -> None:
    now, every = moment, Every(timedelta(minutes=minutes))
    start = every.period_start(now)
    assert timedelta() <= now - start < timedelta(minutes=minutes)
    assert every.period_start(start + timedelta(minutes=minutes)) == start + every.length


def test_without_lms_and_hris_there_are_only_the_jobs_of_the_register(parts: Parts) -> None:
    names = {job.name for job in jobs_of(parts)}
    assert {"settle_exits", "reconcile", "clear_past_terms"} <= names
    assert not {name for name in names if name.startswith(("poll", "scan", "read", "maintain"))}


def test_employees_and_courses_are_read_before_enrolments_are_decided_upon(
    workbench: Workbench,
) -> None:
    names = [job.name for job in jobs_of(workbench.parts)]
    order = [names.index(name) for name in ("scan_employees", "poll_courses", "poll_enrolments")]
    assert order == sorted(order)
    assert len(names) == len(set(names))


def test_reconciling_an_hour_after_the_nightly_one_stays_within_the_day(parts: Parts) -> None:
    late = replace(parts, settings=Settings(schedule=ScheduleSettings(nightly_hour=23)))
    [job] = [job for job in jobs_of(late) if job.name == "reconcile"]
    assert job.when == Daily(0)


def test_rows_of_long_past_periods_are_cleared(parts: Parts, clock: StandingClock) -> None:
    run_due(parts, (Job("poll", HOURLY, Counter()),))
    clear_past_terms(parts)
    assert len(_errors(parts)) == 1
    clock.advance(days=91)
    clear_past_terms(parts)
    assert _errors(parts) == []
