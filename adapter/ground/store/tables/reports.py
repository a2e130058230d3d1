"""Reports that were kept as they were made; rows are added, never changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey

from adapter.ground.store.columns import Json
from adapter.ground.store.metadata import Mapped, Stored, mapped_column


class KeptReportRow(Stored):
    __tablename__ = "kept_reports"

    name: Mapped[str] = mapped_column(primary_key=True)
    # Such as 2027-Q1; a period is reported on once.
    period: Mapped[str] = mapped_column(primary_key=True)
    # The figures as JSON gives them; no names, and no groups that are too small.
    content: Mapped[Any] = mapped_column(Json, nullable=False)
    policy_digest: Mapped[str] = mapped_column(ForeignKey("policy_versions.digest"))
    made_at: Mapped[datetime]
