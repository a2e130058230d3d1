"""Accounts in the LMS that the adapter keeps as the HRIS tells."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from adapter.ground.store.columns import Json
from adapter.ground.store.metadata import Mapped, Stored, mapped_column


class AccountLinkRow(Stored):
    __tablename__ = "account_links"

    employee_id: Mapped[str] = mapped_column(primary_key=True)
    # Null while there is no account, or while it is not certain which one it is.
    user_id: Mapped[str | None] = mapped_column(index=True)
    # What was asked of the account at the last look; the same again needs no other look.
    asked: Mapped[Any] = mapped_column(Json, nullable=False)
    # When the adapter suspended it; only such an account is opened again.
    suspended_at: Mapped[datetime | None]
    # Why a person must look: the code, usernames or the LMS's own word, and since when.
    problem: Mapped[str | None]
    problem_about: Mapped[str | None]
    problem_since: Mapped[datetime | None]
    looked_at: Mapped[datetime]


class AccountReservationRow(Stored):
    __tablename__ = "account_reservations"

    # A person or an address for which an account may be under way, as a digest.
    subject: Mapped[str] = mapped_column(primary_key=True)
    # When it may be tried by another. In the past: since then somebody may have made it.
    until: Mapped[datetime]
