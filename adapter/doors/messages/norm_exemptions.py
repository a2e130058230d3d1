"""Norm exemptions in the API (Visie §8, §10)."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from adapter.doors.messages.fields import Day, Identifier, Message
from adapter.doors.messages.moments import utc_text
from adapter.doors.messages.paging import PageOut, PageQuery
from adapter.doors.messages.procedure_fields import (
    AskedGround,
    Title,
    TrainingHours,
    Words,
    Year,
    absent,
)
from adapter.ground.answers import Answer, HoursOut
from adapter.ground.store.tables.procedure import NormExemptionRow
from adapter.subjects.requests.exemptions import ExemptionContent


class NormExemptionsQuery(PageQuery):
    year: Annotated[int, Field(ge=2026, le=2999, strict=False)] | None = Field(
        default_factory=absent
    )


class NormExemptionIn(Message):
    employee_id: Identifier
    year: Year
    extra_hours: TrainingHours
    training: Title = Field(description="Waarvoor de uren zijn.")
    training_id: Identifier = Field(
        description="Het traject of de cursus (ID-nummer in het LMS) waarvan uren vrijkomen."
    )
    training_start_date: Day
    ground: AskedGround = Field(description="Alleen legal of function.")
    evidence: Words
    decided_date: Day = Field(description="Vooraf: niet later dan de start van de opleiding.")

    def content(self) -> ExemptionContent:
        return ExemptionContent(
            employee_id=self.employee_id,
            year=self.year,
            extra_hours=self.extra_hours,
            training=self.training,
            training_id=self.training_id,
            training_starts_on=self.training_start_date,
            ground=self.ground,
            evidence=self.evidence,
            decided_on=self.decided_date,
        )


class NormExemptionOut(Answer):
    id: str
    employee_id: str
    year: int
    extra_hours: HoursOut
    training: str
    training_id: str | None = Field(
        description="null: van vóór afwijkingen een opleiding noemden; telt voor het hele jaar."
    )
    training_start_date: date | None
    ground: str
    evidence: str
    decided_date: date
    decided_by: str
    decision_id: str | None = Field(description="Het besluit waarmee zij samen is gegeven.")
    withdrawn_at: str | None
    withdrawn_by: str | None
    withdrawal_reason: str | None

    @classmethod
    def of(cls, row: NormExemptionRow) -> NormExemptionOut:
        return cls(
            id=row.id,
            employee_id=row.employee_id,
            year=row.year,
            extra_hours=row.extra_hours,
            training=row.training,
            training_id=row.training_id,
            training_start_date=row.training_starts_on,
            ground=row.ground,
            evidence=row.evidence,
            decided_date=row.decided_on,
            decided_by=row.decided_by,
            decision_id=row.decision_id,
            withdrawn_at=utc_text(row.withdrawn_at) if row.withdrawn_at else None,
            withdrawn_by=row.withdrawn_by,
            withdrawal_reason=row.withdrawal_reason,
        )


class WithdrawalIn(Message):
    reason: Words


class NormExemptionsOut(PageOut):
    items: list[NormExemptionOut]
