"""What HR proposed and the management team decided; rows are added, never changed."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, ForeignKey

from adapter.ground.store.columns import (
    Json,
)
from adapter.ground.store.metadata import Mapped, Stored, mapped_column


class RequestProposalRow(Stored):
    __tablename__ = "request_proposals"

    id: Mapped[str] = mapped_column(primary_key=True)
    request_id: Mapped[str] = mapped_column(ForeignKey("training_requests.id"), index=True)
    # The newest proposal of a request counts.
    position: Mapped[int]
    outcome: Mapped[str]
    reason: Mapped[str]
    # For the whole request; None where the proposal is not to grant.
    costs_cents: Mapped[int | None] = mapped_column(BigInteger)
    hours: Mapped[Decimal | None]
    repayment_scheme: Mapped[int | None]
    proposed_by: Mapped[str]
    proposed_at: Mapped[datetime]


class RequestDecisionRow(Stored):
    __tablename__ = "request_decisions"

    id: Mapped[str] = mapped_column(primary_key=True)
    request_id: Mapped[str] = mapped_column(ForeignKey("training_requests.id"), index=True)
    proposal_id: Mapped[str] = mapped_column(ForeignKey("request_proposals.id"))
    outcome: Mapped[str]
    departs: Mapped[int]
    reason: Mapped[str | None]
    # The codes of what it lacked to rest on when it was made (A29). None before that was kept.
    noted: Mapped[Any | None] = mapped_column(Json)
    decided_on: Mapped[date]
    decided_by: Mapped[str]
    recorded_at: Mapped[datetime]


class InterimConsentRow(Stored):
    __tablename__ = "interim_consents"

    request_id: Mapped[str] = mapped_column(ForeignKey("training_requests.id"), primary_key=True)
    # Ground and evidence as they were when the management team consented.
    ground: Mapped[str]
    evidence: Mapped[str]
    consented_on: Mapped[date]
    consented_by: Mapped[str]
    recorded_at: Mapped[datetime]


class CommitmentProposalRow(Stored):
    __tablename__ = "commitment_proposals"

    id: Mapped[str] = mapped_column(primary_key=True)
    commitment_id: Mapped[str] = mapped_column(ForeignKey("commitments.id"), index=True)
    # The newest proposal of a commitment counts.
    position: Mapped[int]
    outcome: Mapped[str]
    reason: Mapped[str]
    proposed_by: Mapped[str]
    proposed_at: Mapped[datetime]


class CommitmentDecisionRow(Stored):
    __tablename__ = "commitment_decisions"

    # A commitment is decided once.
    commitment_id: Mapped[str] = mapped_column(ForeignKey("commitments.id"), primary_key=True)
    proposal_id: Mapped[str | None] = mapped_column(ForeignKey("commitment_proposals.id"))
    outcome: Mapped[str]
    departs: Mapped[int]
    reason: Mapped[str | None]
    # The grant that a conversion made.
    grant_id: Mapped[str | None] = mapped_column(ForeignKey("grants.id"))
    decided_on: Mapped[date]
    decided_by: Mapped[str]
    recorded_at: Mapped[datetime]
