"""What people add to the work list. The tasks themselves are derived and stored nowhere."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from adapter.ground.store.columns import Json
from adapter.ground.store.metadata import Mapped, Stored, mapped_column


class TaskChangeRow(Stored):
    __tablename__ = "task_changes"

    task_id: Mapped[str] = mapped_column(primary_key=True)
    # The newest version counts; rows are added, never changed.
    version: Mapped[int] = mapped_column(primary_key=True)
    assignee: Mapped[str | None]
    due_on: Mapped[date | None]
    note: Mapped[str | None]
    seen_at: Mapped[datetime | None]
    # Of a task that only a person can end: when, and on which facts. Other facts open it again.
    closed_at: Mapped[datetime | None]
    closed_on_facts: Mapped[Any | None] = mapped_column(Json)
    changed_by: Mapped[str]
    changed_at: Mapped[datetime]
