"""Reconciliation runs and findings in the API (Visie §5, §9)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, Field

from adapter.doors.messages.fields import Day, Message
from adapter.doors.messages.moments import utc_text
from adapter.doors.messages.paging import PageOut, PageQuery, Place
from adapter.doors.messages.procedure_fields import Words
from adapter.ground.answers import Answer
from adapter.ground.store.tables.reconciliation import (
    FindingAcknowledgementRow,
    ReconciliationFindingRow,
    ReconciliationRunRow,
)
from adapter.views.reconcile.acknowledgements import Leave
from adapter.views.reconcile.history import FindingStatus, RunState
from adapter.views.reconcile.sentences import heading, sentence, todo
from config.catalogue import Language
from policy.model import Number, Severity


class ReconciliationRunIn(Message):
    as_of: Day | None = Field(None, description="De dag waarover het gaat; zonder: vandaag.")
    apply: bool = Field(
        False, description="Laat opnieuw toetsen wat niet staat zoals het is besloten."
    )


class RunPath(BaseModel):
    id: str = Field(max_length=100)


class RunsQuery(PageQuery):
    """The last run first."""


class FindingsQuery(PageQuery):
    """Of one run, the last one unless `runId` names another; a reader of several pages names it, so
    that a run made meanwhile does not mix with it. The cursor is a place in the run: the key of a
    finding holds an employee number, which does not belong in an address."""

    cursor: Place | None = Field(default=None, description="Wat de vorige pagina in next noemde.")
    run_id: str | None = Field(default=None, max_length=100)
    status: Annotated[FindingStatus, Field(strict=False)] | None = None
    code: str | None = Field(default=None, max_length=100)


class AcknowledgementIn(Message):
    finding_keys: list[str] = Field(
        min_length=1, max_length=500, description="Van open bevindingen van de laatste afstemming."
    )
    reason: Words
    returns_on_date: Day = Field(
        description="De dag waarop zij weer in de lijst staan; vandaag zet ze meteen terug."
    )

    def leave(self) -> Leave:
        return Leave(tuple(self.finding_keys), self.reason.strip(), self.returns_on_date)


class AcknowledgementOut(Answer):
    id: str
    finding_key: str
    code: str
    employee_id: str | None
    course_id: str | None
    reason: str
    returns_on_date: date
    acknowledged_by: str
    acknowledged_at: str

    @classmethod
    def of(cls, row: FindingAcknowledgementRow) -> AcknowledgementOut:
        return cls(
            id=row.id,
            finding_key=row.finding_key,
            code=row.code,
            employee_id=row.employee_id,
            course_id=row.course_id,
            reason=row.reason,
            returns_on_date=row.returns_on,
            acknowledged_by=row.acknowledged_by,
            acknowledged_at=utc_text(row.acknowledged_at),
        )


class AcknowledgementsOut(PageOut):
    items: list[AcknowledgementOut]


class AcknowledgementsQuery(PageQuery):
    """The newest first."""


class ReconciliationFindingOut(Answer):
    key: str = Field(description="Hetzelfde in elke afstemming waarin deze bevinding staat.")
    code: str
    severity: Severity
    clause: str | None = Field(description="Paragraaf van het beleid, als het een regel betreft.")
    employee_id: str | None
    course_id: str | None = Field(description="ID-nummer van de cursus, anders de korte naam.")
    numbers: dict[str, Number]
    status: FindingStatus
    since: str
    title: str
    message: str
    remedy: str = Field(description="Wat HR kan doen.")

    @classmethod
    def of(cls, row: ReconciliationFindingRow, language: Language) -> ReconciliationFindingOut:
        return cls(
            key=row.key,
            code=row.code,
            severity=Severity(row.severity),
            clause=row.clause,
            employee_id=row.employee_id,
            course_id=row.course_id,
            numbers=row.numbers,
            status=FindingStatus(row.status),
            since=utc_text(row.since),
            title=heading(row.code, language),
            message=sentence(row, language),
            remedy=todo(row.code, language),
        )


class IncompletePartOut(Answer):
    part: str = Field(description="lms, hris of de naam van een onderdeel.")
    reason: str


class ReconciliationRunOut(Answer):
    """`new`, `persisting` and `resolved` count findings, beside the run before it."""

    id: str
    as_of_date: date
    state: RunState
    started_at: str
    finished_at: str | None = Field(description="Null zolang zij nog wordt gemaakt.")
    policy_digest: str
    incomplete: list[IncompletePartOut] = Field(
        description="Wat niet kon worden nagekeken; daarover zegt deze afstemming niets."
    )
    announced_employee_ids: list[str] | None = Field(
        description="Medewerkers die opnieuw worden getoetst; null als dat niet was gevraagd."
    )
    new: int
    persisting: int
    resolved: int

    @classmethod
    def of(
        cls, row: ReconciliationRunRow, counts: dict[tuple[str, FindingStatus], int]
    ) -> ReconciliationRunOut:
        return cls(**_run(row, counts))


class ReconciliationRunDetailOut(ReconciliationRunOut):
    findings: list[ReconciliationFindingOut]


class ReconciliationRunsOut(PageOut):
    items: list[ReconciliationRunOut]


class ReconciliationFindingsOut(PageOut):
    run_id: str | None = Field(description="Null zolang er nog niet is afgestemd.")
    items: list[ReconciliationFindingOut]


def _run(row: ReconciliationRunRow, counts: dict[tuple[str, FindingStatus], int]) -> dict[str, Any]:
    per_status = {
        str(status): sum(number for (_, one), number in counts.items() if one is status)
        for status in FindingStatus
    }
    return {
        "id": row.id,
        "as_of_date": row.as_of,
        "state": RunState(row.state),
        "started_at": utc_text(row.started_at),
        "finished_at": utc_text(row.finished_at) if row.state == RunState.FINISHED else None,
        "policy_digest": row.policy_digest,
        "incomplete": [
            IncompletePartOut(part=part, reason=reason)
            for part, reason in sorted(row.incomplete.items())
        ],
        "announced_employee_ids": row.announced,
        **per_status,
    }
