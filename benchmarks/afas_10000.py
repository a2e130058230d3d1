"""AFAS with 10,000 employees, 1,000 a page: a full reading, and one in which nothing changed.

    python -m benchmarks.afas_10000 [PEOPLE] [ROUNDS]

AFAS and Moodle are the sandboxes, in a process of their own, so that the memory measured is the
adapter's. Timed is a synchronisation of the HRIS into a register on SQLite; the accounts are
compared after each, and their calls counted. Ends with 1 when a reading without change costs more
than 3 requests, any call to the LMS or more than 5 % of the time of the full one of the same round
(median), or when a full reading takes 200 MB or more.
"""

from __future__ import annotations

import multiprocessing
import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import httpx

from adapter.ground.clock import SystemClock
from adapter.ground.parts import Parts
from adapter.ground.store.migrate import upgrade
from adapter.ground.store.register import open_register
from adapter.subjects.accounts.sync import sync_accounts
from adapter.subjects.sync.employees import sync_employees
from benchmarks.figures import Figure, Unit, measured, missed
from config.policy_files import load_policy
from config.settings import MoodleSettings, Settings
from connectors.afas import Afas, AfasConfig
from connectors.afas.refusals import classify
from connectors.http import HttpClient
from connectors.moodle import Moodle, MoodleConfig
from sandboxes.afas import SandboxAfas, SandboxEmployment
from sandboxes.moodle import (
    Course,
    SandboxMoodle,
    State,
    User,
)

TAKE = 1_000
LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)
MOST_REQUESTS, MOST_PERCENT, MOST_MEGABYTES = 3, 5.0, 200.0
Addresses = tuple[str, str, str, str]
"""Of AFAS and Moodle, each with its token."""


class Counting(httpx.HTTPTransport):
    """Counts the requests that really go out."""

    def __init__(self) -> None:
        super().__init__()
        self.requests = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.requests += 1
        return super().handle_request(request)


@dataclass(frozen=True)
class Adapter:
    parts: Parts
    afas: Counting
    moodle: Counting


def main(people: int, rounds: int) -> int:
    with _sandboxes(people) as addresses, TemporaryDirectory() as folder:
        megabytes = _memory_of_a_full_reading(addresses, Path(folder) / "memory.sqlite3")
        figures = [
            measured(
                f"full reading of {people}, memory", megabytes, Unit.MEGABYTES, MOST_MEGABYTES
            ),
            *_rounds(_adapter(addresses, Path(folder) / "register.sqlite3"), rounds),
        ]
    return missed(figures)


def _rounds(adapter: Adapter, rounds: int) -> Iterator[Figure]:
    parts = adapter.parts
    sync_employees(parts, full=True, dry_run=False)
    sync_accounts(parts, dry_run=False)
    shares: list[float] = []
    again: list[Spent] = []
    for number in range(1, rounds + 1):
        full = _timed(adapter, full=True)
        unchanged = _timed(adapter, full=False)
        shares.append(100 * unchanged.seconds / full.seconds)
        again.append(unchanged)
        _say(
            f"round {number}: full {full.seconds:.2f} s in {full.requests} requests; unchanged "
            f"{unchanged.seconds:.3f} s in {unchanged.requests}, {unchanged.calls} LMS calls; "
            f"{shares[-1]:.1f} %"
        )
    yield measured("reading without change / full", shares, Unit.PERCENT, MOST_PERCENT)
    most = max(one.requests for one in again)
    yield measured("reading without change, requests", most, Unit.COUNT, MOST_REQUESTS)
    calls = max(one.calls for one in again)
    yield measured("reading without change, LMS calls", calls, Unit.COUNT, 0)


@dataclass(frozen=True)
class Spent:
    seconds: float
    requests: int
    calls: int


def _timed(adapter: Adapter, *, full: bool) -> Spent:
    requests, calls = adapter.afas.requests, adapter.moodle.requests
    start = perf_counter()
    sync_employees(adapter.parts, full=full, dry_run=False)
    seconds = perf_counter() - start
    sync_accounts(adapter.parts, dry_run=False)
    return Spent(seconds, adapter.afas.requests - requests, adapter.moodle.requests - calls)


def _memory_of_a_full_reading(addresses: Addresses, database: Path) -> float:
    """The peak of a process that does nothing else, in MB."""
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    reader = multiprocessing.get_context("spawn").Process(
        target=_read_once, args=(addresses, database, theirs)
    )
    reader.start()
    peak: int = ours.recv()
    reader.join()
    return peak / 1024


def _read_once(addresses: Addresses, database: Path, answer: Connection) -> None:
    sync_employees(_adapter(addresses, database).parts, full=True, dry_run=False)
    answer.send(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def _adapter(addresses: Addresses, database: Path) -> Adapter:
    afas_url, afas_token, moodle_url, moodle_token = addresses
    register = open_register(f"sqlite:///{database}")
    upgrade(register)
    config = AfasConfig(afas_url, "12345", afas_token, take=TAKE)
    to_afas, to_moodle = Counting(), Counting()
    http = HttpClient(
        config.root,
        headers={"Authorization": config.authorization},
        classify=classify,
        transport=to_afas,
    )
    moodle = {
        "url": moodle_url,
        "token": moodle_token,
        "known_user": "known",
        "known_course": "KNOWN",
        "write_accounts": True,
    }
    site = MoodleConfig(
        url=moodle_url, token=moodle_token, known_user="known", known_course="KNOWN"
    )
    parts = Parts(
        register,
        load_policy(),
        SystemClock(),
        Settings(moodle=MoodleSettings.model_validate(moodle)),
        Moodle(site, transport=to_moodle),
        Afas(config, http),
    )
    return Adapter(parts, to_afas, to_moodle)


@contextmanager
def _sandboxes(people: int) -> Iterator[Addresses]:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(people, theirs), daemon=True)
    process.start()
    try:
        yield ours.recv()
    finally:
        ours.send("stop")
        process.join()


def _serve(people: int, answer: Connection) -> None:
    state = State()
    state.add_user(User(4, "known", "Known", "User", "known@example.org"))
    state.add_course(Course(2, "KNOWN", "Known", "KNOWN"))
    with (
        SandboxAfas(map(_employment, range(people)), lambda: LONG_AGO) as afas,
        SandboxMoodle(state) as moodle,
    ):
        answer.send((afas.url, afas.token, moodle.url, moodle.token))
        answer.recv()


def _employment(number: int) -> SandboxEmployment:
    return SandboxEmployment(
        f"{number:09}",
        "Sanne",
        f"Hof{number}",
        date(2019, 9, 1),
        prefix="van 't",
        email=f"sanne.{number}@example.org",
        department=f"Team {number % 40}",
        manager_id=f"{number % 40:09}",
    )


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    given = [int(argument) for argument in sys.argv[1:]]
    sys.exit(main(*(*given, *(10_000, 5)[len(given) :])))
