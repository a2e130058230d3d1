"""The accounts that an identity provider provisions over SCIM."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from adapter.ground.store.columns import Json
from adapter.ground.store.metadata import Mapped, Stored, mapped_column


class ScimUserRow(Stored):
    __tablename__ = "scim_users"

    id: Mapped[str] = mapped_column(primary_key=True)
    # Names are compared without regard to case (RFC 7643, §4.1.1).
    user_name_folded: Mapped[str] = mapped_column(unique=True)
    external_id: Mapped[str | None] = mapped_column(index=True)
    employee_number: Mapped[str | None]
    active: Mapped[int]
    resource: Mapped[Any] = mapped_column(Json, nullable=False)
    created_at: Mapped[datetime]
    modified_at: Mapped[datetime]
