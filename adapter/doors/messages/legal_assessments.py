"""Whether training is mandatory by law, as HR settles it, in the API (P6, A27)."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from adapter.doors.messages.fields import Day, Message
from adapter.doors.messages.moments import utc_text
from adapter.doors.messages.procedure_fields import AskedMandatory, Title, Words
from adapter.ground.answers import Answer
from adapter.ground.store.tables.procedure import LegalAssessmentRow
from adapter.subjects.requests.statutory import Assessment


class LegalAssessmentIn(Message):
    mandatory_by_law: AskedMandatory
    source: Title = Field(description="Wet, cao, bevoegd gezag of functie.")
    reason: Words = Field(description="Waarom dat voor dit werk geldt, of juist niet.")
    assessed_date: Day

    def content(self) -> Assessment:
        return Assessment(self.mandatory_by_law, self.source, self.reason, self.assessed_date)


class LegalAssessmentOut(Answer):
    id: str
    mandatory_by_law: str
    source: str
    reason: str
    assessed_date: date
    assessed_by: str
    recorded_at: str = Field(json_schema_extra={"format": "date-time"})

    @classmethod
    def of(cls, row: LegalAssessmentRow) -> LegalAssessmentOut:
        return cls(
            id=row.id,
            mandatory_by_law=row.mandatory_by_law,
            source=row.source,
            reason=row.reason,
            assessed_date=row.assessed_on,
            assessed_by=row.assessed_by,
            recorded_at=utc_text(row.recorded_at),
        )


class LegalAssessmentsOut(Answer):
    """Oldest first; the last one counts."""

    items: list[LegalAssessmentOut]
