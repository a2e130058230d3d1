"""What a tranche is weighed with, and what it has done by itself; rows are added, never changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, UniqueConstraint

from adapter.ground.store.columns import Json
from adapter.ground.store.metadata import Mapped, Stored, mapped_column


class WeighingRow(Stored):
    __tablename__ = "weighings"

    id: Mapped[str] = mapped_column(primary_key=True)
    request_id: Mapped[str] = mapped_column(ForeignKey("training_requests.id"))
    # The newest weighing of a request counts.
    position: Mapped[int]
    # Score and reason by criterion.
    scores: Mapped[Any] = mapped_column(Json, nullable=False)
    weighed_by: Mapped[str]
    weighed_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("request_id", "position"),)


class BudgetRow(Stored):
    __tablename__ = "budgets"

    id: Mapped[str] = mapped_column(primary_key=True)
    # The newest of a year or tranche counts.
    position: Mapped[int] = mapped_column(unique=True)
    year: Mapped[int] = mapped_column(index=True)
    # None: of the whole year.
    tranche: Mapped[str | None]
    amount_cents: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str | None]
    set_by: Mapped[str]
    set_at: Mapped[datetime]


class InCompanyPriceRow(Stored):
    __tablename__ = "in_company_prices"

    id: Mapped[str] = mapped_column(primary_key=True)
    # The newest price of a training counts.
    position: Mapped[int] = mapped_column(unique=True)
    # A course's ID number or a trajectory.
    training_id: Mapped[str]
    session_cents: Mapped[int] = mapped_column(BigInteger)
    capacity: Mapped[int]
    source: Mapped[str]
    recorded_by: Mapped[str]
    recorded_at: Mapped[datetime]


class TrancheStepRow(Stored):
    __tablename__ = "tranche_steps"

    # A step is taken once: the row is the claim, in the transaction of all that the step does.
    tranche: Mapped[str] = mapped_column(primary_key=True)
    step: Mapped[str] = mapped_column(primary_key=True)
    due_at: Mapped[datetime]
    taken_at: Mapped[datetime]
    # 0: nothing was running when it was due, and a later step has made it pointless.
    carried_out: Mapped[int]
    # How many requests, drafts and people it was about.
    numbers: Mapped[Any] = mapped_column(Json, nullable=False)
