"""An agency whose employees ask for training in the LMS itself, over real HTTP."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Select, select

from adapter.deliveries.deliver import deliver_due
from adapter.doors.request_form.sync import RequestsRead, read_requests
from adapter.ground.store.reading import T, rows_of
from adapter.ground.store.tables.procedure import TrainingRequestRow
from adapter.ground.store.tables.request_form import RequestEntryRow
from adapter.register.keys import Principal, Role
from adapter.subjects.requests import states
from adapter.subjects.requests.acts import acting
from adapter.subjects.requests.decisions import Decision, decide
from adapter.subjects.requests.grants import GrantTerms
from adapter.subjects.requests.interim import consent_to_interim
from adapter.subjects.requests.proposals import Proposal, propose
from adapter.subjects.sync.poll import poll_courses
from adapter.subjects.tranches.weighings import Score, weigh
from connectors.moodle.config import MoodleConfig
from connectors.moodle.lms import Moodle
from policy.request_states import RequestOutcome, RequestState
from policy.weighing import Criterion
from sandboxes.moodle.databases import (
    DatabaseEntry,
    field_named,
    request_form,
    written,
)
from sandboxes.moodle.state import REPORT_ID
from tests.fixtures.workbench import EXCEL, MANAGER, Workbench

FORM = 1
NOVEMBER = datetime(2026, 11, 10, 9, 0, tzinfo=UTC)
WANTED = {
    "Opleiding": "Leergang omgevingsrecht",
    "Grondslag": "individueel",
    "Leeruren": "24,5",
    "Kosten": "1250,50",
    "Cursusnummers": "OPL-003",
    "Startdatum": "1-3-2027",
    "Einddatum": "2027-06-30",
    "Datum gesprek": "1-10-2026",
    "Motivatie": "Nodig voor de volgende stap.",
}


@dataclass
class Desk:
    """The form in the LMS, with those who fill it in and those who read it."""

    bench: Workbench

    def fill_in(self, author: int, **fields: str) -> DatabaseEntry:
        """A new entry of the author; an empty text leaves a field empty."""
        return self.write(self.bench.moodle.state.add_entry(FORM, author), **{**WANTED, **fields})

    def write(self, entry: DatabaseEntry, **fields: str) -> DatabaseEntry:
        """Save it once more, some time later."""
        self.bench.clock.advance(minutes=1)
        database = self.bench.moodle.state.databases[FORM]
        for name, value in fields.items():
            entry.contents[field_named(database, name.replace("_", " ")).id].content = value
        entry.timemodified = self.bench.moodle.state.now()
        return entry

    def read(self, **how: Any) -> RequestsRead:
        """Some time later, as a poll."""
        self.bench.clock.advance(minutes=1)
        return read_requests(self.bench.parts, **how)

    def read_and_answer(self) -> RequestsRead:
        found = self.read()
        self.deliver()
        return found

    def deliver(self) -> None:
        while deliver_due(self.bench.parts):
            pass

    def shown(self, entry: DatabaseEntry) -> tuple[str, str]:
        """Status and decision as the LMS shows them."""
        texts = written(self.bench.moodle.state.databases[FORM], entry)
        return texts.get("Status", ""), texts.get("Besluit", "")

    def requests(self) -> Sequence[TrainingRequestRow]:
        return self._rows(select(TrainingRequestRow).order_by(TrainingRequestRow.created_at))

    def known(self) -> Sequence[RequestEntryRow]:
        return self._rows(select(RequestEntryRow).order_by(RequestEntryRow.entry_id))

    def move(self, state: RequestState, role: Role = Role.HR, by: str | None = None) -> None:
        """Take the one request there is a step further."""
        (row,) = self.requests()
        with acting(self.bench.parts, Principal("k", "k", role, by)) as act:
            states.move(act, row.id, row.version, state)

    def decide(self, outcome: RequestOutcome, day: date) -> None:
        """HR weighs and proposes it, and the management team decides so on this day."""
        granting = outcome is RequestOutcome.GRANT
        terms = GrantTerms(125_050, Decimal("24.50"), repayment_scheme=False) if granting else None
        (row,) = self.requests()
        with acting(self.bench.parts, Principal("k", "k", Role.HR, None)) as act:
            weigh(
                act, row.id, row.version, dict.fromkeys(Criterion, Score(3, "Past bij het plan."))
            )
            propose(act, row.id, row.version + 1, Proposal(outcome, "Past in het plan.", terms))
        self.bench.clock.moment = datetime.combine(day, time(12), UTC)
        with acting(self.bench.parts, Principal("k", "k", Role.MANAGEMENT_TEAM, None)) as act:
            decide(act, row.id, row.version + 2, Decision(outcome, day, None, terms))

    def consent(self, day: date) -> None:
        """The management team consents to the one interim request there is."""
        (row,) = self.requests()
        with acting(self.bench.parts, Principal("k", "k", Role.MANAGEMENT_TEAM, None)) as act:
            consent_to_interim(act, row.id, row.version, day)

    def _rows(self, statement: Select[T]) -> Sequence[T]:
        with self.bench.register.read() as connection:
            return rows_of(connection, statement)


@pytest.fixture
def desk(workbench: Workbench) -> Iterator[Desk]:
    """Piet (10005) and Züleyha (10003) work for the manager 10009, who has a manager too."""
    state, url = workbench.moodle.state, workbench.moodle.url
    state.add_database(request_form(FORM, EXCEL))
    workbench.clock.moment = NOVEMBER
    workbench.hire("10009", manager="10019")
    workbench.hire("10019", manager=None)
    lms = Moodle(
        MoodleConfig(
            url=url,
            token=workbench.moodle.token,
            known_user="p.bakker",
            known_course="OPL-003",
            enrolment_report_id=REPORT_ID,
            attempts=1,
            request_database_id=FORM,
        ),
        now=workbench.clock.now,
    )
    workbench.parts = replace(workbench.parts, lms=lms)
    poll_courses(workbench.parts)
    yield Desk(workbench)
    lms.close()


@pytest.fixture
def by_manager(desk: Desk) -> DatabaseEntry:
    """A request for Piet that the manager wrote, read and answered."""
    entry = desk.fill_in(MANAGER, Personeelsnummers="10005")
    desk.read_and_answer()
    return entry
