"""Norm exemptions in the API (Visie §8, §10)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import Field

from adapter.procedure.exemptions import ExemptionContent
from adapter.web.schemas.fields import (
    Answer,
    Day,
    HoursOut,
    Identifier,
    Message,
    hours,
)
from adapter.web.schemas.procedure_fields import AskedGround, Title, TrainingHours, Words, absent

Year = Annotated[int, Field(ge=2026, le=2999)]


class NormExemptionsQuery(Message):
    year: Annotated[int, Field(ge=2026, le=2999, strict=False)] | None = Field(
        default_factory=absent
    )


class NormExemptionIn(Message):
    employee_id: Identifier
    year: Year
    extra_hours: TrainingHours
    training: Title = Field(description="Waarvoor de uren zijn.")
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
    training_start_date: date | None
    ground: str
    evidence: str
    decided_date: date
    decided_by: str

    @classmethod
    def of(cls, row: Any) -> NormExemptionOut:
        return cls(
            id=row.id,
            employee_id=row.employee_id,
            year=row.year,
            extra_hours=hours(row.extra_hours),
            training=row.training,
            training_start_date=row.training_starts_on,
            ground=row.ground,
            evidence=row.evidence,
            decided_date=row.decided_on,
            decided_by=row.decided_by,
        )


class NormExemptionsOut(Answer):
    items: list[NormExemptionOut]
