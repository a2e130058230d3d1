"""A worker killed at any moment, with a real process on a real database against a real LMS: no
event is lost, and each has its effect once."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from subprocess import TimeoutExpired

import pytest
from sqlalchemy import func, select

from adapter.doors.intake.lms_messages import LmsMessage, delivery_of
from adapter.ground.clock import FileClock
from adapter.ground.store.register import Register
from adapter.ground.store.tables.decisions import DecisionRow, HoldRow
from adapter.ground.store.tables.work import InboxEventRow, OutboxActionRow
from adapter.queues import inbox
from adapter.register.people import keep_employee
from connectors.ports import Employee, Employment
from sandboxes.moodle.faults import Fault
from sandboxes.moodle.server import SandboxMoodle
from sandboxes.moodle.state import (
    REPORT_ID,
    SUSPENDED,
    Course,
    State,
    User,
)
from tests.fixtures.adoption import adopt_policy
from tests.fixtures.programs import Program, running, wait_until

MARCH_2027 = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
COURSE, LEARNERS, KILLS = 4, range(100, 108), 2
START, END = 1_803_850_800, 1_806_000_000
SUSPENDING = "enrol_manual_enrol_users"


class Office:
    """An LMS with a course in which nobody may enrol, a register, and a worker to be killed."""

    def __init__(self, folder: Path, register: Register, database_url: str) -> None:
        adopt_policy(register)
        self.register = register
        self.clock = FileClock(folder / "clock")
        self.clock.move_to(MARCH_2027)
        state = State(clock=lambda: self.clock.now().timestamp())
        facts = {"leeruren": 24, "kosten_eur": 450, "grondslag": 4}
        state.add_course(Course(COURSE, "EXCEL-AV", "Excel", "OPL-003", fields=facts))
        for learner in LEARNERS:
            self._hire(state, learner)
        self.moodle = SandboxMoodle(state)
        self._config = folder / "odwh-adapter.toml"
        self._database_url, self._clock_file = database_url, folder / "clock"

    def _hire(self, state: State, learner: int) -> None:
        number = f"20{learner}"
        name = f"user{learner}"
        state.add_user(
            User(
                learner, name, "A", "B", f"{name}@example.org", profile={"personeelsnummer": number}
            )
        )
        person = Employee(
            employee_id=number,
            given_name="A",
            family_name_prefix="",
            family_name="B",
            email=f"{name}@example.org",
            department="Toezicht",
            manager_id=None,
            employments=(Employment("1", date(2019, 9, 1), None),),
        )
        with self.register.write() as connection:
            keep_employee(connection, person, "urn:hris:test:1", self.clock.now())

    def open(self) -> None:
        self._config.write_text(
            f"""
            database_url = "{self._database_url}"
            rehearsal_clock = "{self._clock_file}"
            rehearsal_with_lms = true
            [moodle]
            url = "{self.moodle.url}"
            token = "{self.moodle.token}"
            enrolment_report_id = {REPORT_ID}
            known_user = "user100"
            known_course = "OPL-003"
            [brake]
            holds_per_hour = 1000
            """
        )

    @contextmanager
    def worker_to_kill(self) -> Iterator[Program]:
        """A worker at work; it is killed at the end of the block."""
        program = Program("--config", str(self._config), "worker")
        try:
            program.wait_for("worker.started")
            yield program
        finally:
            program.kill()

    def last_worker(self) -> None:
        with running("--config", str(self._config), "worker"):
            wait_until(self.all_done, "the inbox and the outbox were not emptied")

    def enrol(self, learner: int) -> None:
        """In the LMS, with the event that tells of it, as `/v1/lms-events` stores it."""
        made = self.moodle.state.add_enrolment(COURSE, learner, timestart=START, timeend=END)
        message = LmsMessage.model_validate(
            {
                "eventname": "\\core\\event\\user_enrolment_created",
                "objectid": made.id,
                "relateduserid": learner,
                "courseid": COURSE,
                "timecreated": int(self.clock.now().timestamp()),
                "other": {"enrol": "manual"},
            }
        )
        with self.register.write() as connection:
            inbox.store(connection, delivery_of(message, "webhook"), self.clock.now())

    def statuses(self) -> dict[int, tuple[int, int, int]]:
        return {
            row.userid: (row.status, row.timestart, row.timeend)
            for _, row in self.moodle.state.enrolments_in(COURSE)
        }

    def suspended(self) -> int:
        return sum(status == SUSPENDED for status, _, _ in self.statuses().values())

    def states(self, table: object = InboxEventRow) -> set[str]:
        column = InboxEventRow.state if table is InboxEventRow else OutboxActionRow.state
        with self.register.read() as connection:
            return set(connection.execute(select(column).distinct()).scalars())

    def all_done(self) -> bool:
        waiting = {"received", "failed", "pending"}
        return not (self.states() | self.states(OutboxActionRow)) & waiting

    def assert_every_learner_is_held_once(self) -> None:
        assert self.states() == {"processed"}
        assert self.states(OutboxActionRow) == {"delivered"}
        assert self.statuses() == dict.fromkeys(LEARNERS, (SUSPENDED, START, END))
        with self.register.read() as connection:
            events = connection.execute(
                select(func.count()).where(InboxEventRow.channel == "lms")
            ).scalar_one()
            decided = connection.execute(select(DecisionRow.employee_id, DecisionRow.outcome)).all()
            held = connection.execute(select(HoldRow.user_id, HoldRow.state)).all()
        assert events == len(LEARNERS)
        assert sorted(map(tuple, decided)) == [(f"20{one}", "hold") for one in LEARNERS]
        assert sorted(map(tuple, held)) == [(str(one), "held") for one in LEARNERS]

    def assert_held(self, learners: set[int]) -> None:
        held = {who for who, (status, _, _) in self.statuses().items() if status == SUSPENDED}
        assert held == learners

    def messages(self) -> dict[int, int]:
        sent = [message.useridto for message in self.moodle.state.messages.values()]
        return {learner: sent.count(learner) for learner in LEARNERS}


@pytest.fixture
def office(register: Register, database_url: str, tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path, register, database_url)
    with office.moodle:
        office.open()
        yield office


def test_a_worker_killed_at_random_moments_loses_nothing_and_repeats_nothing(
    office: Office,
) -> None:
    # A fixed seed; what the worker is doing at these moments differs from run to run all the same.
    moments = random.Random(20270301)  # noqa: S311 - no secret
    learners = list(LEARNERS)
    for _ in range(KILLS):
        with office.worker_to_kill() as worker:
            for _ in range(len(LEARNERS) // KILLS):
                office.enrol(learners.pop())
            with pytest.raises(TimeoutExpired):
                worker.process.wait(moments.uniform(0.05, 0.6))
    office.last_worker()
    office.assert_every_learner_is_held_once()
    # The LMS offers no way to send a message only once; a kill in between costs one more at most.
    assert set(office.messages().values()) <= {1, 2}
    assert sum(office.messages().values()) <= len(LEARNERS) + KILLS


def test_a_worker_killed_after_the_lms_did_its_work_finds_it_done(office: Office) -> None:
    for learner in LEARNERS:
        office.enrol(learner)
    office.moodle.switches.fail_next(Fault.LOST_ANSWER, function=SUSPENDING)
    with office.worker_to_kill():
        # The LMS does it, and the worker still waits for the answer that does not come.
        wait_until(office.suspended, "nothing was suspended")
    assert "pending" in office.states(OutboxActionRow)
    office.last_worker()
    office.assert_every_learner_is_held_once()
    assert office.messages() == dict.fromkeys(LEARNERS, 1)
