"""Somebody of whom there is one of each kind of information object, and who left long ago."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select, update

from adapter.ground.parts import Parts
from adapter.ground.store import chain
from adapter.ground.store.metadata import METADATA
from adapter.ground.store.reading import row_of
from adapter.ground.store.register import Register
from adapter.ground.store.tables.claims import ClaimRow, ClaimStepRow
from adapter.ground.store.tables.exits import ExitRow, RepaymentStatementRow, StatementOverrideRow
from adapter.ground.store.tables.people import EmployeeRow, EmploymentRow
from adapter.ground.store.tables.procedure import (
    CommitmentRow,
    SignedFileRow,
    TrainingRequestRow,
)
from adapter.ground.store.tables.rulings import (
    CommitmentDecisionRow,
    RequestDecisionRow,
    RequestProposalRow,
)
from adapter.register.decision_log import keep_policy
from adapter.subjects.leaving.statements import keep_statement
from adapter.views.archive.exports import Exported, Wanted, export_objects
from adapter.views.archive.packages import Archiving
from config.catalogue import Language
from config.settings import ArchivedKind, ArchiveSettings, Settings
from tests.fixtures.leavers import (
    LEAVER,
    NOW,
    POLICY,
    SetClock,
    add,
    granted,
    keep,
    parts_of,
    person,
    signed,
)

LEFT = date(2027, 12, 31)
LONG_AFTER = datetime(2039, 3, 1, 9, 0, tzinfo=UTC)
PDF = b"%PDF-1.7\nsigned"
CATEGORIES: dict[ArchivedKind, str] = {
    "decision": "8.1 Opleiding: besluit",
    "ruling": "8.1 Opleiding: besluit",
    "commitment_ruling": "8.1 Opleiding: besluit",
    "agreement": "8.2 Opleiding: overeenkomst",
    "statement": "8.3 Opleiding: terugbetaling",
    "claim": "8.3 Opleiding: terugbetaling",
}
LIST = ArchiveSettings(selection_list="Selectielijst ODWH 2026", categories=CATEGORIES)


@dataclass
class Dossier:
    """The records of one leaver, in a register with a clock that can be set."""

    parts: Parts
    clock: SetClock

    @property
    def register(self) -> Register:
        return self.parts.register

    def archiving(self, **changed: str) -> Archiving:
        selection = LIST.model_copy(update=changed)
        settings = self.parts.settings.model_copy(update={"archive": selection})
        archiving = Archiving.by(settings, Language.NL)
        assert archiving is not None
        return archiving

    def export(self, folder: Path, until: date = LEFT, *, whole: bool = False) -> Exported:
        wanted = Wanted(until, folder, whole)
        return export_objects(self.register, self.clock, self.archiving(), wanted, "archivaris")

    def override_the_statement(self) -> str:
        """The day after it was made; gives its id."""
        with self.register.write() as connection:
            statement = row_of(connection, select(RepaymentStatementRow))
            connection.execute(
                insert(StatementOverrideRow).values(
                    id="o1",
                    statement_id=statement.id,
                    number=1,
                    trajectory_id="T-7",
                    claimable_cents=0,
                    ground="hardheid",
                    decided_by="hr",
                    decided_at=NOW + timedelta(days=1),
                )
            )
        return statement.id

    def years_pass(self) -> None:
        self.clock.moment = LONG_AFTER


@pytest.fixture
def dossier(register: Register) -> Dossier:
    clock = SetClock(NOW)
    parts = replace(parts_of(register, clock=clock), settings=Settings(archive=LIST))
    left_behind(register)
    return Dossier(parts, clock)


def left_behind(register: Register) -> None:
    keep(register, person())
    request = asked(register, [LEAVER])
    ruling = ruled(register, request)
    agreement = signed(
        register,
        granted(register, request_id=request, decision_id=ruling),
        policy_digest=POLICY.digest,
        drawn_up_on=date(2026, 8, 10),
    )
    file = {"agreement_id": agreement, "number": 1, "sha256": "0", "size": len(PDF)}
    add(register, SignedFileRow, **file, content=PDF, uploaded_by="hr", uploaded_at=NOW)
    commitment = add(
        register,
        CommitmentRow,
        employee_id=LEAVER,
        title="Master Toezicht",
        trajectory_id="T-1",
        course_ids=[],
        work_time_share=Decimal("1.00"),
        agreed_on=date(2025, 1, 1),
        state="honoured",
        recorded_at=NOW,
    )
    with register.write() as connection:
        keep_policy(connection, POLICY, NOW)
        ruled_on = {"departs": 0, "decided_on": date(2026, 2, 1), "decided_by": "mt"}
        connection.execute(
            insert(CommitmentDecisionRow).values(
                commitment_id=commitment, outcome="honour", recorded_at=NOW, **ruled_on
            )
        )
        chain.append(connection, "decisions", _decision())
        connection.execute(update(EmploymentRow).values(end_on=LEFT))
        connection.execute(update(EmployeeRow).values(missing_scans=3))
    exit_id = add(
        register,
        ExitRow,
        employee_id=LEAVER,
        employment_id="1",
        source="test",
        state="effective",
        last_day=LEFT,
        verified=1,
        noticed_at=NOW,
        updated_at=NOW,
    )
    with register.write() as connection:
        keep_statement(connection, exit_id, POLICY, NOW)
        statement = row_of(connection, select(RepaymentStatementRow))
        connection.execute(delete(ClaimStepRow))
        connection.execute(delete(ClaimRow))
    claim = add(register, ClaimRow, exit_id=exit_id, opened_at=NOW)
    step = {"number": 1, "step": "waive", "state": "waived", "statement_id": statement.id}
    add(register, ClaimStepRow, claim_id=claim, **step, by="hr", at=NOW, reason="hardheid")


def asked(register: Register, employees: list[str]) -> str:
    return add(
        register,
        TrainingRequestRow,
        title="Leergang <Omgevingsrecht> & meer",
        trajectory_id="T-7",
        course_ids=[],
        employee_ids=employees,
        collective=0,
        ground="individual",
        mandatory_by_law="no",
        costs={},
        costs_cents=240_000,
        hours=Decimal("60.00"),
        work_time_share=Decimal("1.00"),
        state="granted",
        submitted_by="1",
        created_at=NOW,
        version=5,
    )


def ruled(register: Register, request: str) -> str:
    proposal = add(
        register,
        RequestProposalRow,
        request_id=request,
        position=1,
        outcome="grant",
        reason="past in het team",
        proposed_by="hr",
        proposed_at=NOW,
    )
    return add(
        register,
        RequestDecisionRow,
        request_id=request,
        proposal_id=proposal,
        outcome="grant",
        departs=0,
        decided_on=date(2026, 8, 1),
        decided_by="mt",
        recorded_at=NOW,
    )


def _decision() -> dict[str, object]:
    finding: dict[str, object] = {
        "code": "policy_not_adopted",
        "severity": "info",
        "clause": "Visie §9",
        "numbers": {},
        "year": None,
    }
    return {
        "id": "decision-1",
        "employee_id": LEAVER,
        "course_id": "OPL-003",
        "enrolled_on": NOW.date(),
        "outcome": "allow",
        "regime": "advise",
        "policy_digest": POLICY.digest,
        "facts": {"employee_id": LEAVER},
        "facts_sha256": "0",
        "sources": {},
        "findings": [finding],
        "years": [],
        "decided_at": NOW,
    }


def naming(register: Register, word: str) -> set[str]:
    """The tables in which a word stands."""
    with register.read() as connection:
        return {
            table.name
            for table in METADATA.sorted_tables
            for row in connection.execute(select(table)).mappings()
            if any(word in str(value) for value in row.values())
        }
