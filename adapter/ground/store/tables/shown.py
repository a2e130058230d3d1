"""What employees were last shown of their learning in their profile in the LMS."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from adapter.ground.store.columns import Json
from adapter.ground.store.metadata import Mapped, Stored, mapped_column


class ShownProfileRow(Stored):
    __tablename__ = "shown_profiles"

    employee_id: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str]
    # Text by profile field; the same again is not written.
    profile: Mapped[Any] = mapped_column(Json, nullable=False)
    written_at: Mapped[datetime]
