"""Repayment claims, every step of them, and what payroll holds; rows are added, never changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, UniqueConstraint

from adapter.ground.store.columns import Json
from adapter.ground.store.metadata import Mapped, Stored, mapped_column


class ExitEndingRow(Stored):
    __tablename__ = "exit_endings"

    id: Mapped[str] = mapped_column(primary_key=True)
    exit_id: Mapped[str] = mapped_column(ForeignKey("exits.id"))
    # Counts up per exit: the last one stands.
    number: Mapped[int]
    ended_by: Mapped[str]
    reason: Mapped[str]
    in_probation: Mapped[int]
    recorded_by: Mapped[str]
    recorded_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("exit_id", "number"),)


class ClaimRow(Stored):
    __tablename__ = "claims"

    id: Mapped[str] = mapped_column(primary_key=True)
    # One claim per exit, through all versions of its statement.
    exit_id: Mapped[str] = mapped_column(ForeignKey("exits.id"), unique=True)
    opened_at: Mapped[datetime]


class ClaimStepRow(Stored):
    __tablename__ = "claim_steps"

    id: Mapped[str] = mapped_column(primary_key=True)
    claim_id: Mapped[str] = mapped_column(ForeignKey("claims.id"))
    # Counts up per claim; the last step tells the state.
    number: Mapped[int]
    step: Mapped[str]
    state: Mapped[str]
    # The version of the statement that this step is about.
    statement_id: Mapped[str] = mapped_column(ForeignKey("repayment_statements.id"))
    # What was confirmed, handed over or settled.
    amount_cents: Mapped[int | None] = mapped_column(BigInteger)
    # Net or gross, set off or not, and the payroll period: recorded, not computed.
    terms: Mapped[Any | None] = mapped_column(Json)
    by: Mapped[str]
    at: Mapped[datetime]
    reason: Mapped[str | None]

    __table_args__ = (UniqueConstraint("claim_id", "number"),)


class PayrollEntryRow(Stored):
    __tablename__ = "payroll_entries"

    id: Mapped[str] = mapped_column(primary_key=True)
    claim_id: Mapped[str] = mapped_column(ForeignKey("claims.id"), index=True)
    # The confirming step that asked for it; an entry that HR corrected has a second row.
    step_number: Mapped[int]
    # Positive: taken from the pay. Negative: taken back by a correction in payroll.
    amount_cents: Mapped[int] = mapped_column(BigInteger)
    # The key under which payroll itself holds it; None where a person entered it.
    payroll_key: Mapped[str | None] = mapped_column(unique=True)
    by: Mapped[str]
    recorded_at: Mapped[datetime]
    remark: Mapped[str | None]
