"""Weighings, budgets and in-company prices in the API (Visie §4)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from adapter.doors.messages.fields import Identifier, Message, MoneyEur
from adapter.doors.messages.moments import utc_text
from adapter.doors.messages.procedure_fields import Words, absent
from adapter.ground.answers import Answer, TotalEurOut
from adapter.ground.store.tables.tranches import BudgetRow, InCompanyPriceRow, WeighingRow
from adapter.subjects.tranches.weighings import Score
from policy.bundling import SessionPrice
from policy.weighing import Criterion

Year = Annotated[int, Field(ge=2026, le=2999)]


class ScoreIn(Message):
    score: int = Field(description="Van 0 tot en met de hoogste score van het beleid.")
    reason: Words


class WeighingIn(Message):
    """One score per criterion, by name."""

    necessity: ScoreIn
    organisation: ScoreIn
    team: ScoreIn
    individual: ScoreIn = Field(
        description="Boven 0 alleen als de datum van het gesprek in de gesprekkencyclus bekend is."
    )
    efficiency: ScoreIn

    def scores(self) -> dict[Criterion, Score]:
        given = {one: getattr(self, one) for one in Criterion}
        return {one: Score(score.score, score.reason) for one, score in given.items()}


class ScoreOut(Answer):
    score: int
    reason: str


class WeighingOut(Answer):
    id: str
    necessity: ScoreOut
    organisation: ScoreOut
    team: ScoreOut
    individual: ScoreOut
    efficiency: ScoreOut
    weighed_by: str
    weighed_at: str = Field(json_schema_extra={"format": "date-time"})

    @classmethod
    def of(cls, row: WeighingRow) -> WeighingOut:
        scores = {str(one): ScoreOut(**row.scores[one]) for one in Criterion}
        return cls(
            id=row.id, weighed_by=row.weighed_by, weighed_at=utc_text(row.weighed_at), **scores
        )


class WeighingsOut(Answer):
    items: list[WeighingOut]


class BudgetsQuery(Message):
    year: Annotated[int, Field(ge=2026, le=2999, strict=False)] | None = Field(
        default_factory=absent
    )


class BudgetIn(Message):
    year: Year
    tranche: Identifier | None = Field(
        default_factory=absent, description="Zonder dit: het budget van het hele jaar."
    )
    amount_cents: MoneyEur = Field(alias="amountEur")
    reason: Words | None = Field(default_factory=absent)


class BudgetOut(Answer):
    id: str
    year: int
    tranche: str | None
    amount_eur: TotalEurOut
    reason: str | None
    set_by: str
    set_at: str = Field(json_schema_extra={"format": "date-time"})

    @classmethod
    def of(cls, row: BudgetRow) -> BudgetOut:
        return cls(
            id=row.id,
            year=row.year,
            tranche=row.tranche,
            amount_eur=row.amount_cents,
            reason=row.reason,
            set_by=row.set_by,
            set_at=utc_text(row.set_at),
        )


class BudgetsOut(Answer):
    items: list[BudgetOut]


class InCompanyPriceIn(Message):
    training_id: Identifier = Field(description="Cursus of traject.")
    session_cents: MoneyEur = Field(alias="sessionCostsEur", description="Van één sessie.")
    capacity: int = Field(ge=1, le=10_000, description="Deelnemers per sessie.")
    source: Words = Field(description="Waar de prijs vandaan komt, zoals een offerte.")

    def price(self) -> SessionPrice:
        return SessionPrice(self.session_cents, self.capacity)


class InCompanyPriceOut(Answer):
    id: str
    training_id: str
    session_costs_eur: TotalEurOut
    capacity: int
    source: str
    recorded_by: str
    recorded_at: str = Field(json_schema_extra={"format": "date-time"})

    @classmethod
    def of(cls, row: InCompanyPriceRow) -> InCompanyPriceOut:
        return cls(
            id=row.id,
            training_id=row.training_id,
            session_costs_eur=row.session_cents,
            capacity=row.capacity,
            source=row.source,
            recorded_by=row.recorded_by,
            recorded_at=utc_text(row.recorded_at),
        )


class InCompanyPricesOut(Answer):
    items: list[InCompanyPriceOut]
