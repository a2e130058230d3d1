"""Kinds of value that the messages of the procedure share."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, Field

from adapter.doors.messages.asked_words import AskedWords
from adapter.doors.messages.fields import HoursText, Identifier, OneLine, PlainWords
from adapter.ground.answers import Answer
from adapter.views.findings import FindingOut, YearHoursOut
from config.catalogue import Language
from policy.model import Ground, HoursProjection, MandatoryByLaw

MOST_HOURS = Decimal(10_000)
"""More than five years of full-time work, so a typing error."""

Title = Annotated[str, Field(min_length=1, max_length=200, pattern=r"\S"), OneLine]
Words = Annotated[str, Field(min_length=1, max_length=4000, pattern=r"\S"), PlainWords, AskedWords]
FreeWords = Annotated[str, Field(max_length=4000), PlainWords, AskedWords]
CourseIds = Annotated[list[Identifier], Field(max_length=100)]
EmployeeIds = Annotated[list[Identifier], Field(max_length=500)]
Year = Annotated[int, Field(ge=2026, le=2999)]
TrainingHours = Annotated[HoursText, Field(le=MOST_HOURS)]
AskedGround = Annotated[Ground, Field(strict=False)]
AskedMandatory = Annotated[
    MandatoryByLaw,
    Field(strict=False, description="Artikel 7:611a BW; onbekend is een antwoord."),
]


def absent() -> Any:
    """For a member that need not be given and has no default: what was given is what counts."""
    return None


class RecordPath(BaseModel):
    id: str = Field(max_length=100)


class EmployeeHoursOut(Answer):
    employee_id: str
    years: list[YearHoursOut]
    findings: list[FindingOut]

    @classmethod
    def of(
        cls, employee_id: str, projection: HoursProjection, language: Language
    ) -> EmployeeHoursOut:
        return cls(
            employee_id=employee_id,
            years=[YearHoursOut.of(year) for year in projection.years],
            findings=[FindingOut.of(finding, language) for finding in projection.findings],
        )


def day_text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
