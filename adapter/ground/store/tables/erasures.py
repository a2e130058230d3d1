"""What was erased of people, and of which records of the logs the text differs because of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from adapter.ground.store.columns import Json
from adapter.ground.store.metadata import Mapped, Stored, mapped_column


class ErasureRow(Stored):
    """Sealed in the chain itself: without that, whoever changes a decision could call it erased.
    About whom it was stands nowhere."""

    __tablename__ = "erasures"

    id: Mapped[str] = mapped_column(primary_key=True)
    erased_at: Mapped[datetime]
    erased_by: Mapped[str]
    ground: Mapped[str]
    # How many rows of each table were removed or changed.
    rows: Mapped[Any] = mapped_column(Json, nullable=False)
    # `[log, record, hash before, hash after]` of each record of a log.
    redactions: Mapped[list[list[str]]] = mapped_column(Json, nullable=False)
