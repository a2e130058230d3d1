"""In-company sessions in the API (Visie §5, §7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field

from adapter.doors.messages.fields import Day, HoursText, Identifier, Message, MoneyEur
from adapter.doors.messages.paging import PageOut
from adapter.doors.messages.procedure_fields import (
    Title,
    Words,
    absent,
)
from adapter.ground.answers import Answer, HoursOut, TotalEurOut
from adapter.ground.store.tables.in_company import InCompanySessionRow
from adapter.register.keys import Role
from adapter.register.participation import days_of
from adapter.subjects.in_company.sessions import SessionContent, costs_per_participant
from policy.model import Session

Places = Annotated[int, Field(ge=1, le=10_000)]
MOST_DAYS = 100

_SEES_TOTAL = frozenset({Role.KNOWLEDGE_BROKER, Role.HR})
_SEES_PER_PERSON = frozenset({Role.HR, Role.MANAGER})


class SessionDayIn(Message):
    date: Day
    hours: HoursText

    def facts(self) -> Session:
        return Session(self.date, self.hours)


Days = Annotated[list[SessionDayIn], Field(min_length=1, max_length=MOST_DAYS)]


class InCompanySessionIn(Message):
    course_id: Identifier = Field(description="ID-nummer van een incompanycursus in het LMS.")
    days: Days
    place: Title
    capacity: Places
    sign_up_closes_date: Day = Field(description="Deze dag telt mee.")
    price_cents: MoneyEur | None = Field(
        default_factory=absent, alias="priceEur", description="Van de hele bijeenkomst."
    )
    planned_participants: Places | None = Field(
        default_factory=absent, description="Zonder dit: de capaciteit."
    )
    absence_terms: Words | None = Field(
        default_factory=absent,
        description="Wat vooraf over afwezigheid is afgesproken; anders volgt er niets uit.",
    )

    def content(self) -> SessionContent:
        return SessionContent(
            course_id=self.course_id,
            days=tuple(day.facts() for day in self.days),
            place=self.place,
            capacity=self.capacity,
            sign_up_closes_on=self.sign_up_closes_date,
            price_cents=self.price_cents,
            planned_participants=self.planned_participants or self.capacity,
            absence_terms=self.absence_terms,
        )


class InCompanySessionChange(Message):
    """Only the members that are given are changed."""

    days: Days = Field(default_factory=absent)
    place: Title = Field(default_factory=absent)
    capacity: Places = Field(default_factory=absent)
    sign_up_closes_date: Day = Field(default_factory=absent)
    price_cents: MoneyEur | None = Field(default_factory=absent, alias="priceEur")
    planned_participants: Places = Field(default_factory=absent)
    absence_terms: Words | None = Field(
        default_factory=absent, description="Geldt voor wie zich hierna aanmeldt."
    )

    def changes(self) -> dict[str, Any]:
        changed = {name: getattr(self, name) for name in self.model_fields_set}
        if "days" in changed:
            changed["days"] = tuple(day.facts() for day in self.days)
        if "sign_up_closes_date" in changed:
            changed["sign_up_closes_on"] = changed.pop("sign_up_closes_date")
        return changed


class CancellationIn(Message):
    reason: Words


class SessionDayOut(Answer):
    date: str = Field(json_schema_extra={"format": "date"})
    hours: HoursOut


@dataclass(frozen=True, slots=True)
class Occupation:
    """How many have a place and how many wait for one, and what the reader's team can miss."""

    placed: int
    waiting: int
    own_team_most: int | None


class InCompanySessionOut(Answer):
    id: str
    version: int = Field(description="Ook de ETag.")
    state: str = Field(description="planned of cancelled.")
    course_id: str
    days: list[SessionDayOut]
    place: str
    capacity: int
    placed: int
    waiting: int
    own_team_most: int | None = Field(description="Hoeveel van het eigen team tegelijk weg kunnen.")
    sign_up_closes_date: str = Field(json_schema_extra={"format": "date"})
    planned_participants: int
    price_eur: TotalEurOut | None = Field(description="Alleen voor kennismakelaar en HR.")
    costs_per_participant_eur: TotalEurOut | None = Field(
        description="Prijs gedeeld door geplande deelnemers; alleen voor HR en leidinggevenden."
    )
    absence_terms: str | None
    cancellation_reason: str | None

    @classmethod
    def of(
        cls, row: InCompanySessionRow, occupation: Occupation, reader: Role
    ) -> InCompanySessionOut:
        """The knowledge broker sees no costs of persons, an employee none at all (P10)."""
        total = row.price_cents if reader in _SEES_TOTAL else None
        per_person = costs_per_participant(row) if reader in _SEES_PER_PERSON else None
        return cls(
            id=row.id,
            version=row.version,
            state="planned" if row.cancelled_at is None else "cancelled",
            course_id=row.course_id,
            days=[SessionDayOut(date=day.on.isoformat(), hours=day.hours) for day in days_of(row)],
            place=row.place,
            capacity=row.capacity,
            placed=occupation.placed,
            waiting=occupation.waiting,
            own_team_most=occupation.own_team_most,
            sign_up_closes_date=row.sign_up_closes_on.isoformat(),
            planned_participants=row.planned_participants,
            price_eur=total,
            costs_per_participant_eur=per_person,
            absence_terms=row.absence_terms,
            cancellation_reason=row.cancellation_reason,
        )


class InCompanySessionsOut(PageOut):
    items: list[InCompanySessionOut]


class TeamAvailabilityIn(Message):
    most: Annotated[int, Field(ge=0, le=10_000)] = Field(
        description="Hoeveel van het eigen team tegelijk weg kunnen."
    )


class TeamAvailabilityOut(Answer):
    manager_id: str
    most: int
