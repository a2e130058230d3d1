"""Everybody of a large agency enrols at once, in courses that the policy holds: the scene of the
runs in which workers work beside each other, or die."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from adapter.doors.intake.lms_messages import LmsMessage, delivery_of
from adapter.ground.clock import FileClock
from adapter.ground.store import chain
from adapter.ground.store.register import Register
from adapter.ground.store.tables.courses import EnrolmentRow
from adapter.ground.store.tables.decisions import DecisionRow, HoldRow
from adapter.ground.store.tables.work import InboxEventRow, OutboxActionRow
from adapter.queues import inbox, outbox
from adapter.register.people import keep_employees
from connectors.ports import Employee, Employment
from sandboxes.moodle.server import SandboxMoodle
from sandboxes.moodle.state import (
    REPORT_ID,
    SUSPENDED,
    Course,
    State,
    User,
)
from tests.fixtures.adoption import adopt_policy

MARCH_2027 = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
COURSES = range(11, 16)
ANSWER_SECONDS = 0.02
UNFINISHED = frozenset({"received", "failed", "pending"})


class Rush:
    """Everybody of a large agency enrols at once, in a course that the policy holds."""

    def __init__(
        self, folder: Path, register: Register, database_url: str, enrolments: int
    ) -> None:
        adopt_policy(register)
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
        self.learners = range(1_000, 1_000 + enrolments)
        for learner in self.learners:
            self.state.add_user(account(learner))
        with register.write() as connection:
            people = [person(learner) for learner in self.learners]
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
        self.enrol(self.learners)

    def enrol(self, learners: Iterable[int]) -> None:
        """In the LMS, with the events that tell of it, as `/v1/lms-events` stores them."""
        deliveries = [
            delivery_of(LmsMessage.model_validate(self.event(learner)), "webhook")
            for learner in learners
        ]
        with self.register.write() as connection:
            for delivery in deliveries:
                inbox.store(connection, delivery, self.clock.now())

    def event(self, learner: int) -> dict[str, Any]:
        """Enrols in the LMS, and gives the event that tells of it."""
        course = COURSES[learner % len(COURSES)]
        made = self.state.add_enrolment(course, learner)
        return {
            "eventname": "\\core\\event\\user_enrolment_created",
            "objectid": made.id,
            "relateduserid": learner,
            "courseid": course,
            "timecreated": int(self.clock.now().timestamp()),
            "other": {"enrol": "manual"},
        }

    def all_done(self) -> bool:
        return not {state for _, state in self.progress()} & UNFINISHED

    def replay_dead_letters(self) -> int:
        """As a person would; returns how many there were."""
        with self.register.write() as connection:
            now = self.clock.now()
            events = connection.execute(
                select(InboxEventRow.id).where(InboxEventRow.state == "dead")
            ).scalars()
            actions = connection.execute(
                select(OutboxActionRow.id).where(OutboxActionRow.state == "dead")
            ).scalars()
            replayed = [inbox.replay(connection, one, now) for one in events.all()]
            replayed += [outbox.replay(connection, one, now) for one in actions.all()]
        return len(replayed)

    def told_twice(self) -> int:
        """How many messages too many people got: the LMS has no way to send one only once."""
        told = Counter(message.useridto for message in self.state.messages.values())
        return sum(times - 1 for times in told.values())

    def progress(self) -> dict[tuple[str, str], int]:
        counted: dict[tuple[str, str], int] = {}
        with self.register.read() as connection:
            for table, kind in (
                (InboxEventRow, InboxEventRow.channel),
                (OutboxActionRow, OutboxActionRow.kind),
            ):
                rows = connection.execute(
                    select(kind, table.state, func.count()).group_by(kind, table.state)
                )
                counted |= {(one, state): count for one, state, count in rows}
        return counted

    def faults(self) -> list[str]:
        """What is not as it must be once everything is done: who was lost, or held twice."""
        with self.register.read() as connection:
            kept = connection.execute(
                select(EnrolmentRow.user_id).where(EnrolmentRow.gone_at.is_(None))
            ).scalars()
            seen = sorted(map(int, kept))
            decided = sorted(connection.execute(select(DecisionRow.employee_id)).scalars())
            held = sorted(
                map(tuple, connection.execute(select(HoldRow.user_id, HoldRow.state)).all())
            )
            lines = chain.verify(connection).faults
        everybody = list(self.learners)
        told = {state: count for (kind, state), count in self.progress().items() if kind == "lms"}
        as_it_must_be = {
            f"events of the LMS: {told}": told == {"processed": len(everybody)},
            f"{len(seen)} enrolments are known": seen == everybody,
            f"{len(decided)} decisions, of {len(set(decided))} people": sorted(set(decided))
            == [f"2{learner}" for learner in everybody],
            f"{len(held)} holds": held == sorted((str(one), "held") for one in everybody),
            "somebody is not suspended in the LMS": {
                one.status for one in self.state.enrolments.values()
            }
            == {SUSPENDED},
            f"faults of the logs: {lines}": not lines,
        }
        return [what for what, right in as_it_must_be.items() if not right]


def account(learner: int) -> User:
    name = f"user{learner}"
    profile = {"personeelsnummer": f"2{learner}"}
    return User(learner, name, "A", "B", f"{name}@example.org", profile=profile)


def person(learner: int) -> Employee:
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
