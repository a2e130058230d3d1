"""Exits, every change of them, and the versions of their repayment statements."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, UniqueConstraint

from adapter.ground.store.columns import Json
from adapter.ground.store.metadata import Mapped, Stored, mapped_column


class ExitRow(Stored):
    __tablename__ = "exits"

    id: Mapped[str] = mapped_column(primary_key=True)
    employee_id: Mapped[str] = mapped_column(index=True)
    employment_id: Mapped[str]
    source: Mapped[str]
    state: Mapped[str]
    last_day: Mapped[date | None]
    # Whether the HRIS itself showed this date when it was read back.
    verified: Mapped[int]
    reason: Mapped[str | None]
    # What was signalled and stands, each as its latest moment.
    suspected_at: Mapped[datetime | None]
    rehired_at: Mapped[datetime | None]
    effective_on: Mapped[date | None]
    noticed_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("employee_id", "employment_id"),)


class EmploymentNewsRow(Stored):
    """All that was ever told of a person's employments, as it was told; added to, never changed."""

    __tablename__ = "employment_news"

    id: Mapped[str] = mapped_column(primary_key=True)
    employee_id: Mapped[str] = mapped_column(ForeignKey("employees.employee_id"), index=True)
    # The event of the inbox; null for what the register knew before it kept news.
    event_id: Mapped[str | None] = mapped_column(unique=True)
    kind: Mapped[str]
    noticed_at: Mapped[datetime]
    # 1: the HRIS was read at that moment, and its dates count instead of these.
    verified: Mapped[int]
    employment_id: Mapped[str | None]
    start_on: Mapped[date | None]
    end_on: Mapped[date | None]
    source: Mapped[str]
    reason: Mapped[str | None]
    recorded_at: Mapped[datetime]


class ExitChangeRow(Stored):
    __tablename__ = "exit_changes"

    id: Mapped[str] = mapped_column(primary_key=True)
    exit_id: Mapped[str] = mapped_column(ForeignKey("exits.id"), index=True)
    kind: Mapped[str]
    last_day: Mapped[date | None]
    previous_last_day: Mapped[date | None]
    noticed_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    event_id: Mapped[str | None]
    # 0: old news, noticed before what was known already; kept for the record only.
    applied: Mapped[int]

    __table_args__ = (UniqueConstraint("exit_id", "event_id"),)


class RepaymentStatementRow(Stored):
    __tablename__ = "repayment_statements"

    id: Mapped[str] = mapped_column(primary_key=True)
    exit_id: Mapped[str] = mapped_column(ForeignKey("exits.id"))
    version: Mapped[int]
    kind: Mapped[str]
    exit_on: Mapped[date | None]
    policy_digest: Mapped[str] = mapped_column(ForeignKey("policy_versions.digest"))
    trajectories: Mapped[Any] = mapped_column(Json, nullable=False)
    # What a statement tells of each trajectory beside what is computed: costs per kind, the
    # agreement and its version, the legal position. None in versions from before they were kept.
    particulars: Mapped[Any | None] = mapped_column(Json)
    items: Mapped[Any] = mapped_column(Json, nullable=False)
    total_computed_cents: Mapped[int] = mapped_column(BigInteger)
    total_claimable_cents: Mapped[int] = mapped_column(BigInteger)
    made_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("exit_id", "version"),)


class StatementOverrideRow(Stored):
    __tablename__ = "statement_overrides"

    id: Mapped[str] = mapped_column(primary_key=True)
    statement_id: Mapped[str] = mapped_column(ForeignKey("repayment_statements.id"))
    # Counts up per statement: of two about one trajectory the last one stands.
    number: Mapped[int]
    trajectory_id: Mapped[str]
    claimable_cents: Mapped[int] = mapped_column(BigInteger)
    ground: Mapped[str]
    decided_by: Mapped[str]
    decided_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("statement_id", "number"),)
