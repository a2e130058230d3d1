"""What the worker does, as metrics: heartbeat, what waits, jobs, systems, holds and the pause."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from prometheus_client.core import GaugeMetricFamily
from sqlalchemy import Connection, func, select, true

from adapter.ground.parts import Parts
from adapter.ground.store.reading import rows_of
from adapter.ground.store.tables.decisions import HoldRow
from adapter.ground.store.tables.work import (
    HeartbeatRow,
    InboxEventRow,
    JobRunRow,
    OutboxActionRow,
)
from adapter.queues import inbox, outbox
from adapter.queues.lanes import Lane, actions_of, events_of
from adapter.register.enforcement_switch import BRAKE, pause_in_force
from adapter.register.holds import OPEN
from adapter.register.part_states import State, states_seen
from adapter.views.service.job_states import jobs_there
from adapter.views.service.part_checks import systems_there


def state_families(connection: Connection, parts: Parts) -> Iterator[GaugeMetricFamily]:
    now = parts.clock.now()
    yield from _heartbeat(connection, now)
    yield from _waiting(connection, now)
    yield from _jobs(connection)
    yield from _systems(connection, systems_there(parts), now)
    yield from _enforcement(connection, now)


def _heartbeat(connection: Connection, now: datetime) -> Iterator[GaugeMetricFamily]:
    """Of the worker that was heard last; none where no worker ever ran."""
    last = connection.execute(select(func.max(HeartbeatRow.at))).scalar_one()
    if last is not None:
        yield GaugeMetricFamily(
            "odwh_worker_heartbeat_age_seconds",
            "Since the last one of any worker",
            value=(now - last).total_seconds(),
        )


def _waiting(connection: Connection, now: datetime) -> Iterator[GaugeMetricFamily]:
    """By queue and lane: how many, and for how long the oldest; of an empty one both are 0."""
    labels = ["queue", "lane"]
    rows = GaugeMetricFamily("odwh_queue_waiting_rows", "Not done with yet", labels=labels)
    age = GaugeMetricFamily("odwh_queue_oldest_age_seconds", "Of what waits longest", labels=labels)
    for lane in Lane:
        for name, queue, which, since in (
            ("inbox", inbox.QUEUE, events_of(lane), InboxEventRow.received_at),
            ("outbox", outbox.QUEUE, actions_of(lane), OutboxActionRow.created_at),
        ):
            if which is None:
                continue
            asked = select(func.count(), func.min(since)).where(queue.waiting, which)
            count, oldest = connection.execute(asked).one()
            rows.add_metric([name, lane], count)
            age.add_metric([name, lane], (now - oldest).total_seconds() if oldest else 0.0)
    yield from (rows, age)


def _jobs(connection: Connection) -> Iterator[GaugeMetricFamily]:
    """Of the jobs that the workers have."""
    there = jobs_there(connection)
    chosen = true() if there is None else JobRunRow.job.in_(there)
    success = GaugeMetricFamily(
        "odwh_job_last_success_timestamp_seconds", "When it last ended well", labels=["job_name"]
    )
    duration = GaugeMetricFamily(
        "odwh_job_last_duration_seconds", "Of the run that ended last", labels=["job_name"]
    )
    failing = GaugeMetricFamily(
        "odwh_job_failing", "1 when the run that ended last failed", labels=["job_name"]
    )
    well = (
        select(JobRunRow.job, func.max(JobRunRow.finished_at))
        .where(chosen, JobRunRow.error.is_(None), JobRunRow.finished_at.is_not(None))
        .group_by(JobRunRow.job)
    )
    for job, at in connection.execute(well):
        assert at is not None, "it has ended"
        success.add_metric([job], at.timestamp())
    latest = (
        select(JobRunRow.job, func.max(JobRunRow.finished_at).label("at"))
        .where(chosen)
        .group_by(JobRunRow.job)
        .subquery()
    )
    ended = select(JobRunRow).join(
        latest, (latest.c.job == JobRunRow.job) & (latest.c.at == JobRunRow.finished_at)
    )
    for row in rows_of(connection, ended):
        assert row.finished_at is not None, "it has ended"
        duration.add_metric([row.job], (row.finished_at - row.started_at).total_seconds())
        failing.add_metric([row.job], float(row.error is not None))
    yield from (success, duration, failing)


def _systems(connection: Connection, there: set[str], now: datetime) -> Iterator[GaugeMetricFamily]:
    """Of those that are set up."""
    up = GaugeMetricFamily(
        "odwh_system_up", "1 when it was well when a worker last saw it", labels=["system"]
    )
    age = GaugeMetricFamily(
        "odwh_system_seen_age_seconds", "Since a worker last saw it", labels=["system"]
    )
    for name, seen in states_seen(connection).items():
        if name not in there:
            continue
        up.add_metric([name], float(seen.state is State.OK))
        age.add_metric([name], (now - seen.seen_at).total_seconds())
    yield from (up, age)


def _enforcement(connection: Connection, now: datetime) -> Iterator[GaugeMetricFamily]:
    recent = HoldRow.decided_at > now - timedelta(hours=1)
    count = connection.execute(select(func.count()).select_from(HoldRow).where(recent)).scalar_one()
    yield GaugeMetricFamily("odwh_holds_last_hour", "Holds decided within an hour", value=count)
    yield from _holds(connection)
    pause = pause_in_force(connection)
    yield GaugeMetricFamily(
        "odwh_enforcement_paused",
        "1 while nothing is written to the LMS",
        value=float(pause is not None),
    )
    braked = pause is not None and pause.by == BRAKE
    yield GaugeMetricFamily(
        "odwh_enforcement_braked", "1 while the brake paused it", value=float(braked)
    )


def _holds(connection: Connection) -> Iterator[GaugeMetricFamily]:
    """Those that did not end, by state."""
    family = GaugeMetricFamily("odwh_holds_open", "Holds that did not end", labels=["state"])
    found = dict(
        connection.execute(
            select(HoldRow.state, func.count())
            .where(HoldRow.state.in_(OPEN))
            .group_by(HoldRow.state)
        ).all()
    )
    for state in OPEN:
        family.add_metric([state], found.get(state, 0))
    yield family
