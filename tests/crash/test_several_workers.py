"""Several workers read the one participants report of a slow LMS, whose filter belongs to the
account that they share: none believes what another asked for.

`RUSH_ENROLMENTS=2000` tries that many; it takes some minutes on each engine.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime
from pathlib import Path
from time import monotonic, sleep

import pytest
from sqlalchemy import func, select

from adapter.clock import FileClock
from adapter.events import inbox
from adapter.events.lms_messages import LmsMessage, delivery_of
from adapter.store.register import Register
from adapter.store.tables.courses import enrolments
from adapter.store.tables.decisions import decisions, holds
from adapter.store.tables.work import inbox as inbox_table
from adapter.store.tables.work import outbox as outbox_table
from adapter.sync.people import keep_employees
from connectors.moodle.sandbox.server import SandboxMoodle
from connectors.moodle.sandbox.state import REPORT_ID, SUSPENDED, Course, State, User
from connectors.ports import Employee, Employment
from tests.fixtures.adoption import adopt_policy
from tests.fixtures.programs import running

MARCH_2027 = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
WORKERS = 3
ENROLMENTS = int(os.environ.get("RUSH_ENROLMENTS", "24"))
COURSES = range(11, 16)
SECONDS_EACH = 5.0
"""A busy machine is slow; a lost event is told by its absence, never by its time."""
ANSWER_SECONDS = 0.02
UNFINISHED = frozenset({"received", "failed", "pending"})


class Rush:
    """Everybody of a large agency enrols at once, in a course that the policy holds."""

    def __init__(self, folder: Path, register: Register, database_url: str) -> None:
        self.register = register
        self.clock = FileClock(folder / "clock")
        self.clock.move_to(MARCH_2027)
        self.state = State(clock=lambda: self.clock.now().timestamp())
        self.moodle = SandboxMoodle(self.state)
        self.moodle.switches.delay_seconds = ANSWER_SECONDS
        self.config = folder / "odwh-adapter.toml"
        self._folder, self._database_url = folder, database_url
        facts = {"leeruren": 24, "kosten_eur": 450, "grondslag": 4}
        for course in COURSES:
            number = f"OPL-{course}"
            self.state.add_course(Course(course, number, "Excel", number, fields=facts))
        self.learners = range(1_000, 1_000 + ENROLMENTS)
        for learner in self.learners:
            self.state.add_user(_account(learner))
        with register.write() as connection:
            people = [_person(learner) for learner in self.learners]
            keep_employees(connection, people, "urn:hris:test:1", self.clock.now())

    def open(self) -> None:
        self.config.write_text(
            f"""
            database_url = "{self._database_url}"
            rehearsal_clock = "{self._folder / "clock"}"
            rehearsal_with_lms = true
            [moodle]
            url = "{self.moodle.url}"
            token = "{self.moodle.token}"
            enrolment_report_id = {REPORT_ID}
            known_user = "user1000"
            known_course = "OPL-11"
            [brake]
            holds_per_hour = 1000000
            """
        )

    def enrol_everybody(self) -> None:
        """In the LMS, with the events that tell of it, as `/v1/lms-events` stores them."""
        deliveries = [
            delivery_of(self._enrol(learner, COURSES[learner % len(COURSES)]), "webhook")
            for learner in self.learners
        ]
        with self.register.write() as connection:
            for delivery in deliveries:
                inbox.store(connection, delivery, self.clock.now())

    def _enrol(self, learner: int, course: int) -> LmsMessage:
        made = self.state.add_enrolment(course, learner)
        return LmsMessage.model_validate(
            {
                "eventname": "\\core\\event\\user_enrolment_created",
                "objectid": made.id,
                "relateduserid": learner,
                "courseid": course,
                "timecreated": int(self.clock.now().timestamp()),
                "other": {"enrol": "manual"},
            }
        )

    def all_done(self) -> bool:
        return not {state for _, state in self.progress()} & UNFINISHED

    def progress(self) -> dict[tuple[str, str], int]:
        counted: dict[tuple[str, str], int] = {}
        with self.register.read() as connection:
            for table, kind in (
                (inbox_table, inbox_table.c.channel),
                (outbox_table, outbox_table.c.kind),
            ):
                rows = connection.execute(
                    select(kind, table.c.state, func.count()).group_by(kind, table.c.state)
                )
                counted |= {(one, state): count for one, state, count in rows}
        return counted


def _account(learner: int) -> User:
    name = f"user{learner}"
    profile = {"personeelsnummer": f"2{learner}"}
    return User(learner, name, "A", "B", f"{name}@example.org", profile=profile)


def _person(learner: int) -> Employee:
    return Employee(
        employee_id=f"2{learner}",
        given_name="A",
        family_name_prefix="",
        family_name="B",
        email=f"user{learner}@example.org",
        department="Toezicht",
        manager_id=None,
        employments=(Employment("1", date(2019, 9, 1), None),),
    )


@pytest.fixture
def rush(register: Register, database_url: str, tmp_path: Path) -> Iterator[Rush]:
    adopt_policy(register)
    rush = Rush(tmp_path, register, database_url)
    with rush.moodle:
        rush.open()
        yield rush


def test_no_enrolment_is_lost_among_workers_that_read_one_report_at_the_same_time(
    rush: Rush,
) -> None:
    rush.enrol_everybody()
    with ExitStack() as programs:
        for _ in range(WORKERS):
            programs.enter_context(running("--config", str(rush.config), "worker"))
        deadline = monotonic() + 60 + SECONDS_EACH * ENROLMENTS
        while not rush.all_done():
            assert monotonic() < deadline, rush.progress()
            sleep(0.2)
    with rush.register.read() as connection:
        kept = connection.execute(
            select(enrolments.c.user_id).where(enrolments.c.gone_at.is_(None))
        ).scalars()
        seen = sorted(map(int, kept))
        decided = connection.execute(select(decisions.c.employee_id).distinct()).scalars().all()
        held = connection.execute(select(holds.c.state, func.count()).group_by(holds.c.state)).all()
    everybody = list(rush.learners)
    told = {state: count for (kind, state), count in rush.progress().items() if kind == "lms"}
    assert told == {"processed": len(everybody)}
    assert seen == everybody
    assert sorted(decided) == [f"2{learner}" for learner in everybody]
    assert [tuple(row) for row in held] == [("held", len(everybody))]
    assert {one.status for one in rush.state.enrolments.values()} == {SUSPENDED}
