"""What went to the agency's archive, and what was destroyed by the selection list; rows are added,
never changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint

from adapter.ground.store.columns import Json
from adapter.ground.store.metadata import Mapped, Stored, mapped_column


class ArchiveExportRow(Stored):
    __tablename__ = "archive_exports"

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    # The key of the object in its own table.
    object_id: Mapped[str]
    # Counts up per object: it goes again when something was added to it.
    number: Mapped[int]
    # The last moment in what was written.
    stands_at: Mapped[datetime]
    # SHA-256 by name of the file.
    files: Mapped[dict[str, str]] = mapped_column(Json, nullable=False)
    exported_by: Mapped[str]
    exported_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("kind", "object_id", "number"),)


class DestructionRow(Stored):
    """A declaration of destruction. Sealed in the chain itself: it is the reason why records of the
    logs are gone. About whom they were stands nowhere."""

    __tablename__ = "destructions"

    id: Mapped[str] = mapped_column(primary_key=True)
    destroyed_at: Mapped[datetime]
    # The person who decided it, by name and function, and the user of the command.
    destroyed_by: Mapped[str]
    recorded_by: Mapped[str]
    ground: Mapped[str]
    selection_list: Mapped[str]
    # Each object: its kind, id and category, when it was made and when it was exported.
    objects: Mapped[list[dict[str, str]]] = mapped_column(Json, nullable=False)
    # How many rows of each table were removed.
    rows: Mapped[Any] = mapped_column(Json, nullable=False)
    # `[log, record, hash before, ""]` of each record of a log that is gone.
    redactions: Mapped[list[list[str]]] = mapped_column(Json, nullable=False)
