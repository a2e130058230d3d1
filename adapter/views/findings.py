"""Findings and hours per year, as several answers show them."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from adapter.ground.answers import Answer, HoursOut, YearOut
from config.catalogue import Language, keys, text
from policy.model import Finding, Severity, YearHours


def sentence(finding: Finding, language: Language) -> str:
    """What a finding says: those of the rules have their own texts, the others the procedure's."""
    rules = f"policy.finding.{finding.code}"
    key = rules if rules in keys(language) else f"procedure.finding.{finding.code}"
    return text(key, language, **finding.numbers)


class FindingOut(Answer):
    code: str
    year: int = Field(0, description="Alleen bij een bevinding over één kalenderjaar.")
    severity: Severity
    clause: str = Field(description="Paragraaf van het beleid.")
    message: str

    @classmethod
    def of(cls, finding: Finding, language: Language) -> FindingOut:
        year: dict[str, Any] = {} if finding.year is None else {"year": finding.year}
        return cls(
            code=finding.code,
            **year,
            severity=finding.severity,
            clause=finding.clause,
            message=sentence(finding, language),
        )


class ActivityHoursOut(Answer):
    activity_id: str
    hours: HoursOut


class YearHoursOut(Answer):
    year: YearOut
    counted_hours: HoursOut
    limit_hours: HoursOut
    excess_hours: HoursOut
    activities: list[ActivityHoursOut]

    @classmethod
    def of(cls, year: YearHours) -> YearHoursOut:
        return cls(
            year=year.year,
            counted_hours=year.counted,
            limit_hours=year.limit,
            excess_hours=year.excess,
            activities=[
                ActivityHoursOut(activity_id=part.activity_id, hours=part.hours)
                for part in year.activities
            ],
        )
