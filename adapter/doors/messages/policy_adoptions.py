"""Adoptions of the policy in the API (Visie §10, P1)."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from adapter.doors.messages.fields import Day, Message
from adapter.doors.messages.moments import utc_text
from adapter.doors.messages.procedure_fields import Title, absent
from adapter.ground.answers import Answer
from adapter.register.adoption import Adoption
from adapter.subjects.requests.adopting import AdoptionContent


class PolicyAdoptionIn(Message):
    adopted_date: Day = Field(
        description="De dag van het MT-besluit.", json_schema_extra={"example": "2026-11-03"}
    )
    effective_date: Day | None = Field(
        default_factory=absent,
        description="Vanaf wanneer er gehandhaafd mag worden; zonder dit de dag van vaststelling.",
    )
    document: Title | None = Field(
        default_factory=absent,
        description="Het verslag of stuk waarop het rust; verplicht als HR het vastlegt.",
    )
    works_council_date: Day | None = Field(
        default_factory=absent, description="Instemming van de OR (artikel 27 WOR)."
    )
    dpia_date: Day | None = Field(
        default_factory=absent,
        description="Gegevensbeschermingseffectbeoordeling (artikel 35 AVG).",
    )

    def content(self) -> AdoptionContent:
        return AdoptionContent(
            adopted_on=self.adopted_date,
            effective_on=self.effective_date,
            document=self.document,
            works_council_on=self.works_council_date,
            dpia_on=self.dpia_date,
        )


class PolicyAdoptionOut(Answer):
    id: str
    adopted_date: date
    effective_date: date
    document: str | None
    works_council_date: date | None = Field(description="null: niet vastgelegd.")
    dpia_date: date | None = Field(description="null: niet vastgelegd.")
    recorded_by: str
    recorded_at: str = Field(json_schema_extra={"format": "date-time"})

    @classmethod
    def of(cls, adoption: Adoption) -> PolicyAdoptionOut:
        return cls(
            id=adoption.adoption_id,
            adopted_date=adoption.adopted_on,
            effective_date=adoption.effective_on,
            document=adoption.document,
            works_council_date=adoption.works_council_on,
            dpia_date=adoption.dpia_on,
            recorded_by=adoption.recorded_by,
            recorded_at=utc_text(adoption.recorded_at),
        )


class PolicyAdoptionsOut(Answer):
    items: list[PolicyAdoptionOut]
