"""The worker: inbox and outbox without pause, and the periodic jobs when they are due."""

from __future__ import annotations

from datetime import UTC, datetime
from threading import Event
from time import monotonic

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy.exc import InterfaceError, OperationalError

from adapter.events import inbox
from adapter.events.process import process_due
from adapter.jobs import jobs_of
from adapter.outbox import outbox
from adapter.outbox.deliver import deliver_due
from adapter.part_looks import look_at, looks_of
from adapter.parts import Parts
from adapter.schedule import run_due
from adapter.store import failures
from adapter.store.in_hand import renew_in_hand
from adapter.store.leases import free_leases_of_the_dead, worker_name
from adapter.store.rows import upsert
from adapter.store.tables.work import heartbeats

_log = structlog.get_logger(__name__)

QUEUES = (inbox.QUEUE, outbox.QUEUE)
IDLE_SECONDS = 0.25
HEARTBEAT_SECONDS = 10
JOBS_SECONDS = 5
LOOK_SECONDS = 20
"""How often a worker asks whether it is its turn to look at a part."""
DATABASE_AWAY_SECONDS = 5.0


def run(parts: Parts, stop: Event) -> None:
    """Work until `stop` is set. What is in hand then is finished first."""
    scheduler = BackgroundScheduler(timezone="UTC")
    jobs = jobs_of(parts)
    _take_over_from_the_dead(parts)
    scheduler.add_job(
        run_due, "interval", (parts, jobs), seconds=JOBS_SECONDS, max_instances=1, coalesce=True
    )
    _look_at_parts(parts, scheduler)
    scheduler.start()
    _log.info("worker.started", jobs=[job.name for job in jobs])
    try:
        _work(parts, stop)
    finally:
        scheduler.shutdown()
        _log.info("worker.stopped")


def _look_at_parts(parts: Parts, scheduler: BackgroundScheduler) -> None:
    """Each in a thread of its own: one that does not answer keeps nobody else waiting."""
    for name, look in looks_of(parts).items():
        if look is not None:
            scheduler.add_job(
                look_at,
                "interval",
                (parts, name, look),
                seconds=LOOK_SECONDS,
                next_run_time=datetime.now(UTC),
                max_instances=1,
                coalesce=True,
            )


def work_once(parts: Parts) -> int:
    """One round of inbox and outbox; returns how many events and actions were taken."""
    return process_due(parts) + deliver_due(parts)


def _work(parts: Parts, stop: Event) -> None:
    last_heartbeat = float("-inf")
    while not stop.is_set():
        try:
            if monotonic() - last_heartbeat >= HEARTBEAT_SECONDS:
                _beat(parts)
                last_heartbeat = monotonic()
            taken = work_once(parts)
        except (OperationalError, InterfaceError) as error:
            # What was in hand keeps its lease and is taken again after it.
            reason = failures.sentence(error, parts.register.engine.url)
            _log.error("worker.database_away", reason=reason)
            stop.wait(DATABASE_AWAY_SECONDS)
            continue
        if taken == 0:
            stop.wait(IDLE_SECONDS)


def _take_over_from_the_dead(parts: Parts) -> None:
    with parts.register.write() as connection:
        now = parts.clock.now()
        freed = sum(free_leases_of_the_dead(connection, queue, now) for queue in QUEUES)
    if freed:
        _log.warning("worker.took_over", rows=freed)


def _beat(parts: Parts) -> None:
    with parts.register.write() as connection:
        now = parts.clock.now()
        upsert(connection, heartbeats, {"worker": worker_name()}, {"at": now})
        renew_in_hand(connection, now)
