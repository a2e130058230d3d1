"""Which records came out of a spreadsheet, so that reading it again finds them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey

from adapter.ground.store.metadata import Mapped, Stored, mapped_column


class ImportedRequestRow(Stored):
    __tablename__ = "imported_requests"

    manager_id: Mapped[str] = mapped_column(primary_key=True)
    # The sheet's own key of the request, or a digest of its content where it gives none.
    request_key: Mapped[str] = mapped_column(primary_key=True)
    request_id: Mapped[str] = mapped_column(ForeignKey("training_requests.id"))
    content_sha256: Mapped[str]
    # The version that the import made: another one was changed by somebody since.
    request_version: Mapped[int]
    imported_at: Mapped[datetime]
