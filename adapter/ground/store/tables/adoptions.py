"""Adoptions of the policy by the management team; rows are added, never changed or taken back."""

from __future__ import annotations

from datetime import date, datetime

from adapter.ground.store.metadata import Mapped, Stored, mapped_column


class PolicyAdoptionRow(Stored):
    __tablename__ = "policy_adoptions"

    id: Mapped[str] = mapped_column(primary_key=True)
    # In the order of recording.
    number: Mapped[int] = mapped_column(unique=True)
    adopted_on: Mapped[date]
    effective_on: Mapped[date]
    # The minute or document that it rests on.
    document: Mapped[str | None]
    # The works council's consent (WOR article 27) and the assessment (AVG article 35).
    works_council_on: Mapped[date | None]
    dpia_on: Mapped[date | None]
    recorded_by: Mapped[str]
    recorded_at: Mapped[datetime]
