"""Tranches in the API (Visie §6)."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from adapter.doors.messages.fields import Message, Moment
from adapter.ground.answers import Answer
from policy.tranches import Tranche


class TranchesQuery(Message):
    submitted_at: Moment | None = Field(
        None, description="Moment van indienen, met tijdzone; zonder dit de lijst van tranches."
    )


class TranchePath(Message):
    name: str = Field(description="Jaar en nummer.", json_schema_extra={"example": "2027-1"})


class TrancheOut(Answer):
    name: str = Field(description="Jaar en nummer, zoals 2027-1.")
    deadline_date: date = Field(description="Laatste dag van indienen, die dag inbegrepen.")
    decision_from_date: date = Field(description="Eerste dag van het besluitvenster.")
    decision_until_date: date = Field(description="Laatste dag van het besluitvenster.")

    @classmethod
    def of(cls, tranche: Tranche) -> TrancheOut:
        return cls(
            name=tranche.name,
            deadline_date=tranche.deadline_on,
            decision_from_date=tranche.decision_from,
            decision_until_date=tranche.decision_until,
        )


class TranchesOut(Answer):
    items: list[TrancheOut]
