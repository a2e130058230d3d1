"""The decision log (append-only), the policy versions it refers to, and the holds it led to."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint

from adapter.ground.store.columns import Json, PackedJson
from adapter.ground.store.metadata import Mapped, Stored, mapped_column


class PolicyVersionRow(Stored):
    __tablename__ = "policy_versions"

    digest: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[str]
    content: Mapped[Any] = mapped_column(Json, nullable=False)
    recorded_at: Mapped[datetime]


class DecisionRow(Stored):
    __tablename__ = "decisions"

    id: Mapped[str] = mapped_column(primary_key=True)
    employee_id: Mapped[str]
    course_id: Mapped[str]
    enrolled_on: Mapped[date]
    outcome: Mapped[str]
    regime: Mapped[str]
    policy_digest: Mapped[str] = mapped_column(ForeignKey("policy_versions.digest"))
    # Of an employee who follows much, every decision holds all of it.
    facts: Mapped[Any] = mapped_column(PackedJson, nullable=False)
    facts_sha256: Mapped[str]
    # Where each fact came from: report, custom field, register, HRIS.
    sources: Mapped[Any] = mapped_column(Json, nullable=False)
    findings: Mapped[list[dict[str, Any]]] = mapped_column(Json, nullable=False)
    years: Mapped[Any] = mapped_column(PackedJson, nullable=False)
    decided_at: Mapped[datetime] = mapped_column(index=True)

    __table_args__ = (Index("ix_decisions_enrolment", "employee_id", "course_id", "enrolled_on"),)


class ChainLinkRow(Stored):
    """A line per record of a log that is only added to: see `adapter/ground/store/chain.py`."""

    __tablename__ = "log_chain"

    log: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    record: Mapped[str]
    record_sha256: Mapped[str]
    sha256: Mapped[str]

    __table_args__ = (UniqueConstraint("log", "record"),)


class ChainStartRow(Stored):
    """The last line that left a log at its beginning, because what it was about was past its term;
    the chain goes on from it."""

    __tablename__ = "log_starts"

    log: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str]
    at: Mapped[datetime]


class CohortMemberRow(Stored):
    """Who is in the cohort of a course, as the LMS last showed or confirmed it."""

    __tablename__ = "cohort_members"

    cohort: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(primary_key=True)


class HoldRow(Stored):
    __tablename__ = "holds"

    id: Mapped[str] = mapped_column(primary_key=True)
    decision_id: Mapped[str] = mapped_column(ForeignKey("decisions.id"))
    employee_id: Mapped[str] = mapped_column(index=True)
    # The row of `enrolments` that is held.
    enrolment_row: Mapped[str | None] = mapped_column(index=True)
    user_id: Mapped[str]
    course_id: Mapped[str]
    method: Mapped[str]
    enrolment_id: Mapped[str | None]
    # The enrolment's own dates, to be put back unchanged when the hold is lifted.
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    # Suspended or removed; empty while the LMS offers no way.
    way: Mapped[str | None]
    state: Mapped[str] = mapped_column(index=True)
    decided_at: Mapped[datetime]
    verified_at: Mapped[datetime | None]
    released_at: Mapped[datetime | None]
    release_decision_id: Mapped[str | None]

    __table_args__ = (Index("ix_holds_enrolment", "user_id", "course_id"),)


class HoldSetAsideRow(Stored):
    """Human intervention: HR sets the hold of one employee for one course aside."""

    __tablename__ = "hold_set_asides"

    id: Mapped[str] = mapped_column(primary_key=True)
    hold_id: Mapped[str] = mapped_column(ForeignKey("holds.id"))
    employee_id: Mapped[str]
    course_idnumber: Mapped[str]
    # The newest of an employee and course stands.
    number: Mapped[int]
    ground: Mapped[str]
    # The last day that it works; None: the earlier one is withdrawn.
    last_on: Mapped[date | None]
    set_by: Mapped[str]
    set_at: Mapped[datetime]
    # When the enrolment was announced to be decided again, after its last day.
    over_at: Mapped[datetime | None]

    __table_args__ = (UniqueConstraint("employee_id", "course_idnumber", "number"),)
