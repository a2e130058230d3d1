"""Three machines on one register, each with a web service and a worker, and what happens to
machines: one is killed, one has a clock that is off, one loses the database for a while.

    python -m tests.crash.hosts [--events 600] [--rounds 5]

An address of loopback stands for a machine (127.0.0.2 and on): its web service listens there, and
its database is there, behind a cable that can be pulled out. PostgreSQL is the only thing that they
share. While EVENTS people enrol, each event is sent to two machines. In each of ROUNDS a machine is
killed with SIGKILL and comes back, and another is cut off until its leases are taken over. Ends
with 1 when an event, decision or hold is missing or there twice, or when a period of a job ran
twice.
"""

from __future__ import annotations

import random
import sys
from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep

import httpx
from sqlalchemy import false, or_, select, update
from sqlalchemy.engine import URL, make_url

from adapter.ground.clock import SystemClock
from adapter.ground.store.migrate import upgrade
from adapter.ground.store.register import Register, open_register
from adapter.ground.store.tables.work import InboxEventRow, TurnRow
from adapter.queues.leases import LEASE
from adapter.queues.turns import LONGEST_TURN
from adapter.register.keys import Role, create_key
from tests.crash.rush import Rush
from tests.fixtures.cable import Cable
from tests.fixtures.programs import Program, wait_until
from tests.fixtures.registers import new_database, started_postgres

AHEAD_SECONDS = 90.0
"""Of the clock of the last machine."""
SECONDS_EACH = 5.0
PATIENCE_SECONDS = 500.0
"""For a machine to start, on one that others use as well."""


class Host:
    """A machine at an address of its own, with the programs that it runs."""

    def __init__(self, number: int, rush: Rush, url: URL, seconds_ahead: float = 0.0) -> None:
        self.name = f"machine-{number}"
        self.address = f"127.0.0.{number}"
        self._seconds_ahead = seconds_ahead
        socket = Path(str(url.query["host"])) / ".s.PGSQL.5432"
        self.cable = Cable(self.address, socket)
        database = URL.create(
            "postgresql", "postgres", host=self.address, port=self.cable.port, database=url.database
        )
        self._environment = {
            "ODWH_DATABASE_URL": database.render_as_string(hide_password=False),
            "ODWH_BIND": f"{self.address}:{8000 + number}",
            "ODWH_LOG_LEVEL": "DEBUG",
        }
        self._config = str(rush.config)
        self.url = f"http://{self._environment['ODWH_BIND']}"
        self.ran: Counter[tuple[str, str]] = Counter()
        """How often a period of a job ran here, of programs that ended too."""
        self.programs: list[Program] = []

    def start(self) -> None:
        of = ("tests.fixtures.another_machine", self.name, str(self._seconds_ahead))
        self.programs = [
            Program("--config", self._config, *command, environment=self._environment, module=of)
            for command in (("worker",), ("serve", "--no-worker"))
        ]

    def wait(self) -> None:
        worker = self.programs[0]
        started = partial(worker.logged, "worker.started")
        wait_until(started, f"the worker of {self.name} does not start", PATIENCE_SECONDS)
        wait_until(self._is_live, f"{self.name} does not answer", PATIENCE_SECONDS)

    def _is_live(self) -> bool:
        try:
            return httpx.get(f"{self.url}/health/live").status_code == 200
        except httpx.TransportError:
            return False

    def kill(self) -> None:
        """The power goes."""
        for program in self.programs:
            program.kill()
        self._note()

    def stop(self) -> None:
        for program in self.programs:
            if program.process.poll() is None:
                program.stop()
        self._note()

    def _note(self) -> None:
        for program in self.programs:
            for line in program.logged("job.ran"):
                self.ran[line["job"], line["period"]] += 1
        self.programs = []

    def logged(self, event: str) -> int:
        return sum(len(program.logged(event)) for program in self.programs)


class Machines:
    """A context: three machines that run, on one register."""

    def __init__(self, folder: Path, register: Register, url: str, enrolments: int) -> None:
        self.rush = Rush(folder, register, url, enrolments)
        self._register = register
        self._key = create_key(register, SystemClock(), "machines", Role.LMS)
        database = make_url(url)
        self.hosts = [
            Host(2, self.rush, database),
            Host(3, self.rush, database),
            Host(4, self.rush, database, AHEAD_SECONDS),
        ]

    @contextmanager
    def running(self) -> Iterator[None]:
        with self.rush.moodle:
            self.rush.open()
            for host in self.hosts:
                host.cable.__enter__()
                host.start()
            try:
                for host in self.hosts:
                    host.wait()
                yield
            finally:
                for host in self.hosts:
                    host.cable.put_in()
                    host.stop()
                    host.cable.__exit__(None, None, None)

    def enrol(self, learners: Iterable[int], to: list[Host]) -> None:
        """Each event is sent to each of these machines; the second takes it for a repeat."""
        with httpx.Client(headers={"Authorization": f"Bearer {self._key}"}) as client:
            for learner in learners:
                event = self.rush.event(learner)
                for host in to:
                    client.post(f"{host.url}/v1/lms-events", json=event).raise_for_status()

    def held_by(self, host: Host) -> int:
        """How many events this machine has in hand."""
        leased = select(InboxEventRow.id).where(
            InboxEventRow.locked_until.is_not(None), InboxEventRow.locked_by.startswith(host.name)
        )
        with self._register.read() as connection:
            return len(connection.execute(leased).all())

    def outlive_leases(self) -> None:
        """The clock goes on until what was leased and is not renewed is anybody's."""
        self.rush.clock.move_to(self.rush.clock.now() + LEASE + timedelta(seconds=30))
        self.outlive_turns()

    def outlive_turns(self) -> None:
        """The turns of machines that are gone end: they go by the real clock, and take minutes. One
        that was cut off in the midst of taking or ending its turn has it locked still."""
        gone = [host.name for host in self.hosts if host.cable.is_out or not host.programs]
        theirs = or_(false(), *(TurnRow.held_by.startswith(f"{name}/") for name in gone))
        free = select(TurnRow.what).where(theirs).with_for_update(skip_locked=True)
        long_ago = SystemClock().now() - LONGEST_TURN
        with self._register.write() as connection:
            ending = connection.execute(free).scalars().all()
            turns = update(TurnRow).where(TurnRow.what.in_(ending))
            connection.execute(turns.values(until=long_ago))

    def finish(self, enrolments: int) -> None:
        deadline = monotonic() + 60 + SECONDS_EACH * enrolments
        while not self.rush.all_done():
            assert monotonic() < deadline, self.rush.progress()
            sleep(0.2)

    def periods_run_twice(self) -> list[str]:
        """Call it when the machines stand still."""
        ran = sum((host.ran for host in self.hosts), Counter[tuple[str, str]]())
        return [f"{job} {period}: {times}" for (job, period), times in ran.items() if times > 1]


def main(asked: Namespace) -> int:
    begun, chance = monotonic(), random.Random(asked.seed)  # noqa: S311 - no secret
    with TemporaryDirectory(prefix="odwh-hosts-") as folder, started_postgres() as server:
        url = new_database(server, "hosts")
        register = open_register(url)
        upgrade(register)
        machines = Machines(Path(folder), register, url, asked.events)
        waiting = iter(machines.rush.learners)
        share = asked.events // asked.rounds
        with machines.running():
            for _ in range(asked.rounds):
                _round(machines, [next(waiting) for _ in range(share)], chance)
            machines.enrol(waiting, machines.hosts[:2])
            machines.finish(asked.events)
        faults = machines.rush.faults() + machines.periods_run_twice()
        ran = sum(sum(host.ran.values()) for host in machines.hosts)
        lines = (
            f"events        {asked.events}, each sent to two of three machines",
            f"rounds        {asked.rounds}, one machine killed and one cut off in each",
            f"jobs          {ran} periods",
            f"told twice    {machines.rush.told_twice()}",
            f"seconds       {monotonic() - begun:.0f}",
            f"lost, twice   {'; '.join(faults) or 'nothing'}",
        )
        sys.stdout.write("\n".join(lines) + "\n")
        register.close()
    return 1 if faults else 0


def _round(machines: Machines, learners: list[int], chance: random.Random) -> None:
    killed, cut_off, left = chance.sample(machines.hosts, 3)
    half = len(learners) // 2
    machines.enrol(learners[:half], [killed, left])
    sleep(chance.uniform(0.0, 0.5))
    killed.kill()
    cut_off.cable.pull_out()
    machines.outlive_leases()
    machines.enrol(learners[half:], [left])
    sleep(chance.uniform(1.0, 3.0))
    cut_off.cable.put_in()
    killed.start()
    killed.wait()


def _asked(arguments: list[str]) -> Namespace:
    parser = ArgumentParser(prog="python -m tests.crash.hosts")
    parser.add_argument("--events", type=int, default=600)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=20270301)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(_asked(sys.argv[1:])))
