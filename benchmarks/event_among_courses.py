"""What one event of the LMS costs, however many courses and accounts the register holds.

    python -m benchmarks.event_among_courses [EVENTS]

Takes EVENTS (40) enrolments from the inbox and decides them, with 50 courses and with 5,000 in the
register, on each engine; the LMS is the sandbox over HTTP. Measured are milliseconds of CPU of the
thread that works, without that of the LMS, and how many times the one is of the other.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import thread_time

from sqlalchemy import select

from adapter.doors.intake.lms_messages import LmsMessage, delivery_of
from adapter.doors.intake.process import process_next
from adapter.ground.parts import Parts
from adapter.ground.store.migrate import upgrade
from adapter.ground.store.register import Register, open_register
from adapter.ground.store.tables.courses import CourseRow
from adapter.ground.store.tables.people import EmployeeRow, LmsUserRow
from adapter.ground.store.tables.work import InboxEventRow
from adapter.queues import inbox
from benchmarks.agency import account, course, insert_rows
from benchmarks.figures import Unit, measured, missed
from benchmarks.log import log_nothing
from benchmarks.tranche_of_2000 import _employee
from config.policy_files import load_policy
from config.settings import MoodleSettings, Settings
from connectors.moodle import Moodle, MoodleConfig
from sandboxes.moodle import Course, SandboxMoodle, State, User
from sandboxes.moodle.state import REPORT_ID
from tests.fixtures.registers import new_database, started_postgres

FEW, MANY, ACCOUNTS = 50, 5_000, 1_000
CONSTANT = 1.25
"""Times; what is the same is never quite the same."""
NOW = datetime(2027, 3, 1, 11, 0, tzinfo=UTC)
COURSE = 4


class StandingClock:
    def now(self) -> datetime:
        return NOW


def main(events: int) -> int:
    log_nothing()
    figures = []
    with TemporaryDirectory(prefix="odwh-benchmark-") as folder, started_postgres() as server:
        for engine in ("sqlite", "postgresql"):
            urls = [
                f"sqlite:///{Path(folder) / f'{courses}.sqlite3'}"
                if engine == "sqlite"
                else new_database(server, f"courses{courses}")
                for courses in (FEW, MANY)
            ]
            few, many = _milliseconds(urls, events)
            measured(f"an event among {FEW} courses, {engine}", few, Unit.MILLISECONDS)
            name = f"an event among {MANY} courses / {FEW}, {engine}"
            figures.append(measured(name, median(many) / median(few), Unit.RATIO, CONSTANT))
    return missed(figures)


def _milliseconds(urls: Sequence[str], events: int) -> list[list[float]]:
    """One event of each agency in turns, so that both find the same machine."""
    with ExitStack() as stack:
        agencies = [
            stack.enter_context(_agency(url, courses, events))
            for url, courses in zip(urls, (FEW, MANY), strict=True)
        ]
        spent: list[list[float]] = [[] for _ in agencies]
        for _ in range(events):
            for parts, times in zip(agencies, spent, strict=True):
                begun = thread_time()
                assert process_next(parts) is not None
                times.append((thread_time() - begun) * 1_000)
        for parts in agencies:
            with parts.register.read() as connection:
                states = connection.execute(select(InboxEventRow.state).distinct()).scalars().all()
            assert states == [inbox.EventState.PROCESSED], states
    # The first ones compile statements.
    return [times[events // 4 :] for times in spent]


@contextmanager
def _agency(url: str, courses: int, events: int) -> Iterator[Parts]:
    register = open_register(url)
    upgrade(register)
    _fill(register, courses)
    with SandboxMoodle(_site(events)) as moodle:
        config = MoodleConfig(
            moodle.url,
            moodle.token,
            known_user="u0",
            known_course="OPL-004",
            enrolment_report_id=REPORT_ID,
        )
        given = {"url": moodle.url, "token": moodle.token, "enrolment_report_id": REPORT_ID}
        settings = Settings(moodle=MoodleSettings.model_validate(given))
        lms = Moodle(config, now=StandingClock().now)
        parts = Parts(register, load_policy(), StandingClock(), settings, lms=lms)
        with register.write() as connection:
            for user in range(events):
                inbox.store(connection, delivery_of(_enrolled(user), "webhook"), NOW)
        yield parts
        lms.close()
    register.close()


def _fill(register: Register, courses: int) -> None:
    with register.write() as connection:
        insert_rows(connection, EmployeeRow, map(_employee, range(ACCOUNTS)))
        users = (account(100 + one, str(10_000 + one), NOW) for one in range(ACCOUNTS))
        insert_rows(connection, LmsUserRow, users)
        insert_rows(connection, CourseRow, (course(one, NOW) for one in range(courses)))


def _site(people: int) -> State:
    state = State(clock=NOW.timestamp)
    fields = {"leeruren": 8, "kosten_eur": 400, "grondslag": 5}
    state.add_course(Course(COURSE, f"C{COURSE}", f"Opleiding {COURSE}", "OPL-004", fields=fields))
    for number in range(people):
        profile = {"personeelsnummer": str(10_000 + number)}
        name, user = f"u{number}", 100 + number
        state.add_user(User(user, name, "Sanne", "Hof", f"{name}@example.org", profile=profile))
        state.add_enrolment(COURSE, user)
    return state


def _enrolled(user: int) -> LmsMessage:
    return LmsMessage.model_validate(
        {
            "eventname": "\\core\\event\\user_enrolment_created",
            "objectid": 1 + user,
            "eventid": 1 + user,
            "userid": 2,
            "relateduserid": 100 + user,
            "courseid": COURSE,
            "timecreated": int(NOW.timestamp()),
            "other": {"enrol": "manual"},
        }
    )


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 40))
