"""Reconciliation runs and what each of them found."""

from sqlalchemy import Column, ForeignKey, Index, Table, Text

from adapter.ground.store.columns import Day, Json, Moment
from adapter.ground.store.metadata import METADATA

reconciliation_runs = Table(
    "reconciliation_runs",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("as_of", Day, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("finished_at", Moment, nullable=False),
    Column("policy_digest", Text, ForeignKey("policy_versions.digest"), nullable=False),
    # What could not be looked at: part and reason, so that silence is never read as "all well".
    Column("incomplete", Json, nullable=False),
    # The employees that were announced to be decided again; null when that was not asked.
    Column("announced", Json),
    Index("ix_reconciliation_runs_order", "as_of", "started_at"),
)

reconciliation_findings = Table(
    "reconciliation_findings",
    METADATA,
    Column("run_id", Text, ForeignKey("reconciliation_runs.id"), primary_key=True),
    # What makes it the same finding in the next run: code, employee, course and the like.
    Column("key", Text, primary_key=True),
    Column("code", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("clause", Text),
    Column("employee_id", Text),
    Column("course_id", Text),
    Column("numbers", Json, nullable=False),
    Column("status", Text, nullable=False),
    Column("since", Moment, nullable=False),
)
