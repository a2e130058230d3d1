"""The check of one enrolment (Visie §6, §7, §8)."""

from __future__ import annotations

from pydantic import Field

from adapter.doors.messages.fields import Day, Identifier, Message
from adapter.ground.answers import Answer
from adapter.views.findings import FindingOut, YearHoursOut
from config.catalogue import Language
from policy.model import EnrolmentDecision, Outcome, Regime


class EnrolmentCheckIn(Message):
    employee_id: Identifier = Field(description="Personeelsnummer uit het HR-systeem.")
    course_id: Identifier = Field(description="ID-nummer van de cursus in het LMS.")
    enrolled_date: Day


class EnrolmentCheckOut(Answer):
    outcome: Outcome
    regime: Regime
    policy_version: str
    findings: list[FindingOut]
    years: list[YearHoursOut] = Field(description="De uren van deze medewerker per jaar.")

    @classmethod
    def of(
        cls, decision: EnrolmentDecision, policy_version: str, language: Language
    ) -> EnrolmentCheckOut:
        return cls(
            outcome=decision.outcome,
            regime=decision.regime,
            policy_version=policy_version,
            findings=[FindingOut.of(finding, language) for finding in decision.findings],
            years=[YearHoursOut.of(year) for year in decision.years],
        )
