"""What the quality criteria ask, who is in which expertise, and who has what was asked."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, ForeignKey

from adapter.ground.store.columns import (
    Json,
)
from adapter.ground.store.metadata import Mapped, Stored, mapped_column


class QualityRequirementRow(Stored):
    __tablename__ = "quality_requirements"

    # HR's own key, under which a later list finds it again.
    reference: Mapped[str] = mapped_column(primary_key=True)
    expertise: Mapped[str]
    # None: of everyone in the expertise, whatever the function.
    function: Mapped[str | None]
    title: Mapped[str]
    # Completing one of these is a proof; empty where only a certificate is.
    course_ids: Mapped[Any] = mapped_column(Json, nullable=False)
    # None: for good.
    validity_months: Mapped[int | None]
    # How many must have it; None: everyone of whom it is asked.
    people: Mapped[int | None]
    # For one employee, of a training with which it is obtained; None: not known.
    hours: Mapped[Decimal | None]
    costs_cents: Mapped[int | None] = mapped_column(BigInteger)
    source: Mapped[str | None]
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    recorded_by: Mapped[str]
    recorded_at: Mapped[datetime]


class ExpertiseMemberRow(Stored):
    __tablename__ = "expertise_members"

    employee_id: Mapped[str] = mapped_column(primary_key=True)
    expertise: Mapped[str] = mapped_column(primary_key=True)
    member_from: Mapped[date] = mapped_column(primary_key=True)
    # Empty: none that a requirement asks for. Two functions from one day are two rows.
    function: Mapped[str] = mapped_column(primary_key=True)
    member_until: Mapped[date | None]
    recorded_by: Mapped[str]
    recorded_at: Mapped[datetime]


class CertificateRow(Stored):
    """Obtained elsewhere: what was completed in the LMS is read there."""

    __tablename__ = "certificates"

    employee_id: Mapped[str] = mapped_column(primary_key=True)
    requirement: Mapped[str] = mapped_column(
        ForeignKey("quality_requirements.reference"), primary_key=True
    )
    obtained_on: Mapped[date] = mapped_column(primary_key=True)
    # The day on the certificate; None: as long as the requirement says.
    ends_on: Mapped[date | None]
    recorded_by: Mapped[str]
    recorded_at: Mapped[datetime]
