"""The worker: per lane the inbox and outbox without pause, and the periodic jobs when they are due.

Each lane has threads of its own, for what its system keeps waiting. The main thread works on
nothing: it renews the leases of what is in hand, notes how the systems were seen, and stops in time
whatever hangs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from threading import Event, Thread
from time import monotonic

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection

from adapter.deliveries.deliver import action_waits, deliver_due, deliver_next
from adapter.doors.intake.process import process_due, process_next
from adapter.doors.worker_port import Pulse
from adapter.ground import metrics_folder
from adapter.ground.counted import CIRCUIT_OPEN, CONNECTIONS, show
from adapter.ground.log import in_the_same_log, organisation_in_log
from adapter.ground.parts import Parts
from adapter.ground.store import failures
from adapter.ground.store.migrate import refuse_to_go_on
from adapter.ground.store.rows import upsert
from adapter.ground.store.tables.work import HeartbeatRow
from adapter.ground.store.waiting import ASKING_SECONDS, Asking, Waiting, waiting_for
from adapter.ground.systems import System
from adapter.programs.jobs import jobs_of
from adapter.queues import inbox, outbox
from adapter.queues.in_hand import renew_in_hand
from adapter.queues.lanes import (
    SYSTEM_OF,
    Lane,
    actions_of,
    events_of,
    system_answers,
    topics_of,
)
from adapter.queues.leases import (
    OneSuspect,
    free_leases_of_the_dead,
    give_back,
    hurry,
    worker_name,
)
from adapter.queues.schedule import (
    Job,
    Timetable,
    give_back_jobs,
)
from adapter.register.part_states import State, keep_state, states_seen
from adapter.views.service.health import DATABASE, health_of
from adapter.views.service.job_states import keep_jobs
from adapter.views.service.part_checks import PartCheck, check_part, part_checks
from connectors.circuit import CircuitState

_log = structlog.get_logger(__name__)

QUEUES = (inbox.QUEUE, outbox.QUEUE)
CIRCUIT_SECONDS = 0.25
"""How often a lane looks whether its system may be asked again, which asks nobody anything."""
WATCH_SECONDS = 1.0
LOOK_SECONDS = 20
"""How often a worker asks whether it is its turn to look at a part."""
HEARTBEAT_SECONDS = 10
JOBS_SECONDS = 5
DATABASE_AWAY_SECONDS = 5.0
GRACE_SECONDS = 20.0
"""For what is in hand when the worker is told to stop; the supervisor waits for longer."""


@dataclass
class Rhythm:
    """How often a worker asks whether there is something to do. The more organisations share a
    process, the less often each: asking is all that an idle one costs. What has work is not slower
    for it, since nothing is waited for between one event and the next."""

    organisations: int = 1

    @property
    def idle(self) -> float:
        return min(max(ASKING_SECONDS, self.organisations / 10), 20 * ASKING_SECONDS)

    @property
    def jobs(self) -> float:
        return min(max(JOBS_SECONDS, float(self.organisations)), 12 * JOBS_SECONDS)

    @property
    def watch(self) -> float:
        """Several times within a heartbeat."""
        return min(max(WATCH_SECONDS, self.organisations / 10), HEARTBEAT_SECONDS / 4)


def is_ready(parts: Parts) -> bool:
    """Whether the register can be used."""
    return health_of(parts)[DATABASE].state is State.OK


def run(
    parts: Parts, stop: Event, rhythm: Rhythm | None = None, pulse: Pulse | None = None
) -> None:
    """Work until `stop` is set. What is in hand then is finished, within `GRACE_SECONDS`; what
    hangs for longer is given back to the queue. A fault in the worker itself is raised. `pulse`
    beats with the main loop."""
    alone, rhythm = rhythm is None, rhythm or Rhythm()
    timetable = Timetable(jobs_of(parts))
    watch = _Watch(parts, pulse or Pulse())
    while not stop.is_set():
        if _unless_the_database_is_away(parts, partial(_begin, parts, timetable.names), stop):
            break
    faults: list[BaseException] = []
    waiting = waiting_for(parts.register) if alone else Asking(lambda: rhythm.idle)
    suspect = OneSuspect()
    threads = [
        *(_lane(parts, lane, suspect, waiting, stop, faults) for lane in Lane),
        *(_job_lane(parts, lane, timetable, rhythm, stop, faults) for lane in timetable.lanes),
    ]
    threads += [
        _looker(parts, name, look, stop, faults)
        for name, look in part_checks(parts).items()
        if look is not None
    ]
    for thread in threads:
        thread.start()
    _log.info("worker.started", jobs=timetable.names)
    scheduler = BackgroundScheduler(timezone="UTC")
    look = _guarded(partial(_unless_the_database_is_away, parts, watch.look, stop), stop, faults)
    scheduler.add_job(
        look,
        "interval",
        seconds=rhythm.watch,
        max_instances=1,
        coalesce=True,
        # A look that is late is needed all the more: by default one is dropped after a second, and
        # a busy process would not renew its leases.
        misfire_grace_time=None,
    )
    # The first look is not waited for: until the first heartbeat the service is not ready.
    look()
    scheduler.start()
    # Not one long wait: a signal that reaches another thread first does not wake this one.
    while not stop.wait(WATCH_SECONDS):
        pass
    scheduler.shutdown()
    waiting.end()
    _wind_up(parts, threads)
    _log.info("worker.stopped")
    if faults:
        raise faults[0]


def _begin(parts: Parts, jobs: list[str]) -> bool:
    keep_jobs(parts.register, jobs)
    return _take_over_from_the_dead(parts)


def work_once(parts: Parts) -> int:
    """One round of inbox and outbox; returns how many events and actions were taken."""
    return process_due(parts) + deliver_due(parts)


def _lane(
    parts: Parts,
    lane: Lane,
    suspect: OneSuspect,
    waiting: Waiting,
    stop: Event,
    faults: list[BaseException],
) -> Thread:
    waiter = waiting.waiter(topics_of(lane))
    some_of_each = partial(_some_of_each, parts, lane, suspect, stop)

    def work() -> None:
        while not stop.is_set():
            if not system_answers(parts, lane):
                # Nothing is taken for it: that would only use up attempts.
                stop.wait(CIRCUIT_SECONDS)
            elif _unless_the_database_is_away(parts, some_of_each, stop):
                waiter.found()
            else:
                waiter.wait()

    return _thread(str(lane), work, stop, faults)


def _some_of_each(parts: Parts, lane: Lane, suspect: OneSuspect, stop: Event) -> bool:
    """Some events and actions; whether there was any."""
    now = parts.clock.now()
    events, actions = events_of(lane), actions_of(lane)
    with parts.register.read() as connection:
        event = events is not None and inbox.event_is_due(connection, now, events)
        action = actions is not None and action_waits(connection, now, actions)
    begun = monotonic()
    took_event = event and process_next(parts, events, suspect, stops=stop.is_set) > 0
    # Events come several at a time, and actions get as long as these took: no burst of events
    # keeps people out of, or in, the LMS for longer than it did itself.
    until = monotonic() + (monotonic() - begun)
    took_action = action and deliver_next(parts, actions, suspect, stops=stop.is_set) > 0
    while took_action and monotonic() < until and not stop.is_set():
        if not deliver_next(parts, actions, suspect, stops=stop.is_set):
            break
    return took_event or took_action


def _job_lane(
    parts: Parts,
    lane: Lane,
    timetable: Timetable,
    rhythm: Rhythm,
    stop: Event,
    faults: list[BaseException],
) -> Thread:
    def job_if_due(job: Job) -> bool:
        if stop.is_set() or not system_answers(parts, lane) or timetable.waits(parts, job):
            return False
        return timetable.run_if_due(parts, job)

    def work() -> None:
        while not stop.wait(rhythm.jobs):
            for job in timetable.of(lane):
                _unless_the_database_is_away(parts, partial(job_if_due, job), stop)

    return _thread(f"jobs {lane}", work, stop, faults)


def _looker(
    parts: Parts, name: str, look: PartCheck, stop: Event, faults: list[BaseException]
) -> Thread:
    def work() -> None:
        while not stop.is_set():
            _unless_the_database_is_away(parts, partial(check_part, parts, name, look), stop)
            stop.wait(LOOK_SECONDS)

    return _thread(f"look at {name}", work, stop, faults)


def _thread(
    name: str, work: Callable[[], None], stop: Event, faults: list[BaseException]
) -> Thread:
    named = thread_name(name, organisation_in_log())
    # What hangs must not keep the process.
    return Thread(target=_guarded(work, stop, faults), name=named, daemon=True)


def thread_name(name: str, organisation: str | None) -> str:
    return name if organisation is None else f"{organisation}: {name}"


def _guarded(
    work: Callable[[], object], stop: Event, faults: list[BaseException]
) -> Callable[[], None]:
    """A fault that the work itself did not catch stops the worker, for its supervisor to see."""

    def guarded() -> None:
        try:
            work()
        except BaseException as fault:  # noqa: BLE001 - raised by the main thread
            faults.append(fault)
            stop.set()

    return in_the_same_log(guarded)


def _unless_the_database_is_away(
    parts: Parts, step: Callable[[], bool | None], stop: Event
) -> bool:
    """Whether the step did anything."""
    try:
        return bool(step())
    except DBAPIError as error:
        gone = error.connection_invalidated or isinstance(error, (OperationalError, InterfaceError))
        if not gone:
            raise
        # What was in hand keeps its lease and is taken again after it.
        reason = failures.sentence(error, parts.register.engine.url)
        _log.error("worker.database_away", reason=reason)
    except NoConnection:
        # Others of this process have them all, and may be waiting for a database that hangs.
        _log.error("worker.no_connection_left", remedy="ODWH_DATABASE_WORKER_CONNECTIONS")
    stop.wait(DATABASE_AWAY_SECONDS)
    return False


def _take_over_from_the_dead(parts: Parts) -> bool:
    """True once it is done."""
    with parts.register.write() as connection:
        now = parts.clock.now()
        freed = sum(free_leases_of_the_dead(connection, queue, now) for queue in QUEUES)
    if freed:
        _log.warning("worker.took_over", rows=freed)
    return True


class _Watch:
    """What the scheduler does each second: the heartbeat, and what became of the circuits."""

    def __init__(self, parts: Parts, pulse: Pulse) -> None:
        self._parts = parts
        self._pulse = pulse
        self._last_heartbeat = float("-inf")
        self._seen: dict[System, CircuitState] = {}

    def look(self) -> bool:
        self._pulse.beat()
        states = {system: circuit.state() for system, circuit in self._parts.circuits.items()}
        turned = [system for system, state in states.items() if self._turned(system, state)]
        beat = monotonic() - self._last_heartbeat >= HEARTBEAT_SECONDS
        if not turned and not beat:
            return False
        for system, state in states.items():
            show(CIRCUIT_OPEN, float(state.open), system)
        show(CONNECTIONS, self._parts.register.connections_in_use(), "worker")
        now = self._parts.clock.now()
        if beat:
            metrics_folder.forget_gauges_of_the_ended()
            self._parts.register.hear_time()
            with self._parts.register.read() as connection:
                refuse_to_go_on(connection)
        with self._parts.register.write() as connection:
            if beat:
                upsert(connection, HeartbeatRow, {"worker": worker_name()}, {"at": now})
                renew_in_hand(connection, now)
            for system, state in states.items():
                self._note(connection, system, state)
        self._seen = states
        if beat:
            self._last_heartbeat = monotonic()
        return True

    def _turned(self, system: System, state: CircuitState) -> bool:
        before = self._seen.get(system)
        return state.calls > 0 and (before is None or not before.calls or before.open != state.open)

    def _note(self, connection: Connection, system: System, state: CircuitState) -> None:
        before = self._seen.get(system)
        if state.calls == (0 if before is None else before.calls):
            # Of a system that was not called nobody knows anything new.
            return
        now = self._parts.clock.now()
        if state.open:
            keep_state(connection, system, State.FAILING, state.why, now)
            return
        answers_again = before is not None and before.open
        if answers_again or (not (before and before.calls) and _was_failing(connection, system)):
            self._hurry(connection, system)
        if answers_again or system is System.PAYROLL:
            # Whether all is well with the others is told by who looks at them, once a minute.
            keep_state(connection, system, State.OK, None, now)

    def _hurry(self, connection: Connection, system: System) -> None:
        """What failed for want of the system need not wait out its pause."""
        now = self._parts.clock.now()
        for lane in [lane for lane, of in SYSTEM_OF.items() if of is system]:
            for queue, which in ((inbox.QUEUE, events_of(lane)), (outbox.QUEUE, actions_of(lane))):
                if which is not None:
                    hurry(connection, queue, which, now)


def _was_failing(connection: Connection, system: System) -> bool:
    """To an earlier worker, perhaps."""
    known = states_seen(connection).get(system)
    return known is not None and known.state is State.FAILING


def _wind_up(parts: Parts, threads: list[Thread]) -> None:
    ends_at = monotonic() + GRACE_SECONDS
    for thread in threads:
        thread.join(max(ends_at - monotonic(), 0.0))
    hanging = [thread.name for thread in threads if thread.is_alive()]
    if not hanging:
        return
    with parts.register.write() as connection:
        now = parts.clock.now()
        for table in (inbox.QUEUE.table, outbox.QUEUE.table):
            give_back(connection, table, now)
        give_back_jobs(connection)
    _log.warning("worker.left_hanging", lanes=hanging)
