"""The entries of the LMS's request form, and which training request came out of each."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index

from adapter.ground.store.columns import Json
from adapter.ground.store.metadata import Mapped, Stored, mapped_column


class RequestEntryRow(Stored):
    __tablename__ = "requests_from_lms"

    entry_id: Mapped[str] = mapped_column(primary_key=True)
    # An LMS that is restored from a backup uses its numbers again.
    entered_at: Mapped[datetime] = mapped_column(primary_key=True)
    author_id: Mapped[str]
    # Who that is by the HRIS's number, None for an account without one.
    employee_id: Mapped[str | None]
    modified_at: Mapped[datetime]
    read_at: Mapped[datetime]
    # What was taken over last, by its digest, and the version of the request that it made.
    content_sha256: Mapped[str | None]
    request_id: Mapped[str | None] = mapped_column(ForeignKey("training_requests.id"))
    request_version: Mapped[int | None]
    # What is wrong with the entry as it stands: field as people know it, reason and numbers.
    wrong: Mapped[Any] = mapped_column(Json, nullable=False)
    gone_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_requests_from_lms_request_id", "request_id"),)
