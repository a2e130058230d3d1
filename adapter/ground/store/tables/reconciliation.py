"""Reconciliation runs and what each of them found."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index

from adapter.ground.store.columns import Json
from adapter.ground.store.metadata import Mapped, Stored, mapped_column


class ReconciliationRunRow(Stored):
    __tablename__ = "reconciliation_runs"

    id: Mapped[str] = mapped_column(primary_key=True)
    as_of: Mapped[date]
    # While it is asked for, when that was done; until it is finished, both are that moment.
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime]
    # Asked for, running, finished or failed; only a finished one has findings to read.
    state: Mapped[str] = mapped_column(server_default="finished")
    # Whether what does not stand as decided is to be decided again, and who asked for the run.
    apply: Mapped[int] = mapped_column(server_default="0")
    asked_by: Mapped[str | None]
    policy_digest: Mapped[str] = mapped_column(ForeignKey("policy_versions.digest"))
    # What could not be looked at: part and reason, so that silence is never read as "all well".
    incomplete: Mapped[dict[str, str]] = mapped_column(Json, nullable=False)
    # The employees that were announced to be decided again; null when that was not asked.
    announced: Mapped[list[str] | None] = mapped_column(Json)

    __table_args__ = (Index("ix_reconciliation_runs_order", "as_of", "started_at"),)


class ReconciliationFindingRow(Stored):
    __tablename__ = "reconciliation_findings"

    run_id: Mapped[str] = mapped_column(ForeignKey("reconciliation_runs.id"), primary_key=True)
    # What makes it the same finding in the next run: code, employee, course and the like.
    key: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str]
    severity: Mapped[str]
    clause: Mapped[str | None]
    employee_id: Mapped[str | None]
    course_id: Mapped[str | None]
    numbers: Mapped[dict[str, Any]] = mapped_column(Json, nullable=False)
    status: Mapped[str]
    since: Mapped[datetime]

    __table_args__ = (Index("ix_reconciliation_findings_code", "run_id", "code"),)


class FindingAcknowledgementRow(Stored):
    """HR saw a finding and leaves it for now. One about a finding stands; a later one replaces it,
    and the earlier stays to be read."""

    __tablename__ = "finding_acknowledgements"

    id: Mapped[str] = mapped_column(primary_key=True)
    finding_key: Mapped[str] = mapped_column(index=True)
    code: Mapped[str]
    # How heavy it was: when it becomes heavier it comes back by itself.
    severity: Mapped[str]
    employee_id: Mapped[str | None] = mapped_column(index=True)
    course_id: Mapped[str | None]
    reason: Mapped[str]
    # The day on which it is in the list again.
    returns_on: Mapped[date]
    acknowledged_by: Mapped[str]
    acknowledged_at: Mapped[datetime]
    replaced_at: Mapped[datetime | None]
