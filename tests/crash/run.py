"""Kills workers without mercy, and looks afterwards whether anything was lost or done twice.

    python -m tests.crash.run [--kills 200] [--events 2000] [--engine postgresql] [--workers 3]

Real workers on a real database and the sandbox LMS. While EVENTS people enrol, one of WORKERS
workers is killed (SIGKILL) at a random moment and replaced, KILLS times. Then the workers that are
left finish. Ends with 1 when an event, decision or hold is missing or there twice. What five deaths
made a dead letter is replayed, as a person would, and counted.
"""

from __future__ import annotations

import random
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from subprocess import TimeoutExpired
from tempfile import TemporaryDirectory
from time import monotonic, sleep

from adapter.ground.store.migrate import upgrade
from adapter.ground.store.register import open_register
from tests.crash.rush import Rush
from tests.fixtures.programs import Program
from tests.fixtures.registers import new_database, started_postgres

SECONDS_EACH = 5.0
"""Of an event, at most, once nobody is killed any more."""
PATIENCE_SECONDS = 900.0
"""For a worker to start, on a machine that others use as well."""
LONGEST_LIFE = 1.5
"""Of a worker that has begun and is to be killed, in seconds."""


def main(asked: Namespace) -> int:
    started = monotonic()
    with TemporaryDirectory(prefix="odwh-crash-") as folder, _database(asked, folder) as url:
        register = open_register(url)
        upgrade(register)
        rush = Rush(Path(folder), register, url, asked.events)
        with rush.moodle:
            rush.open()
            workers = [_worker(rush) for _ in range(asked.workers)]
            try:
                _kill(rush, workers, asked)
                killed_after = monotonic() - started
                dead = _finish(rush, asked.events)
            finally:
                for worker in workers:
                    worker.kill()
        faults = rush.faults()
        lines = (
            f"engine        {asked.engine}, {asked.workers} workers, seed {asked.seed}",
            f"events        {asked.events}",
            f"kills         {asked.kills}, in {killed_after:.0f} s",
            f"all done      after {monotonic() - started:.0f} s",
            f"dead letters  {dead}, replayed",
            f"told twice    {rush.told_twice()}",
            f"lost, twice   {'; '.join(faults) or 'nothing'}",
        )
        sys.stdout.write("\n".join(lines) + "\n")
        register.close()
    return 1 if faults else 0


@contextmanager
def _database(asked: Namespace, folder: str) -> Iterator[str]:
    if asked.engine == "sqlite":
        yield f"sqlite:///{Path(folder) / 'register.sqlite3'}"
        return
    with started_postgres() as server:
        yield new_database(server, "crash")


def _worker(rush: Rush) -> Program:
    return Program("--config", str(rush.config), "worker")


def _kill(rush: Rush, workers: list[Program], asked: Namespace) -> None:
    """The moments are the same for the same seed; what a worker is doing then is not."""
    chance = random.Random(asked.seed)  # noqa: S311 - no secret
    waiting = iter(rush.learners)
    for kill in range(asked.kills):
        due = asked.events * (kill + 1) // asked.kills - asked.events * kill // asked.kills
        rush.enrol(islice(waiting, due))
        chosen = chance.randrange(len(workers))
        _wait_for(workers[chosen])
        try:
            workers[chosen].process.wait(chance.uniform(0.0, LONGEST_LIFE))
        except TimeoutExpired:
            workers[chosen].kill()
        else:
            raise SystemExit(f"a worker ended by itself: {workers[chosen].lines[-5:]}")
        workers[chosen] = _worker(rush)


def _wait_for(worker: Program) -> None:
    deadline = monotonic() + PATIENCE_SECONDS
    while not worker.logged("worker.started"):
        if monotonic() > deadline or worker.process.poll() is not None:
            raise SystemExit(f"a worker did not start: {worker.lines[-5:]}")
        sleep(0.02)


def _finish(rush: Rush, events: int) -> int:
    """Until all is done; returns how many dead letters were replayed for that."""
    dead, deadline = 0, monotonic() + 120 + SECONDS_EACH * events
    while True:
        if rush.all_done():
            replayed = rush.replay_dead_letters()
            if not replayed:
                return dead
            dead += replayed
        if monotonic() > deadline:
            raise SystemExit(f"not done in time: {rush.progress()}")
        sleep(0.2)


def _asked(arguments: list[str]) -> Namespace:
    parser = ArgumentParser(prog="python -m tests.crash.run")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--events", type=int, default=2000)
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), default="postgresql")
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--seed", type=int, default=20270301)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(_asked(sys.argv[1:])))
