"""The policy's procedure: requests, grants, commitments, exemptions, agreements, consents."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    LargeBinary,
    UniqueConstraint,
)

from adapter.ground.store.columns import (
    Json,
)
from adapter.ground.store.metadata import Mapped, Stored, mapped_column


class TrainingRequestRow(Stored):
    __tablename__ = "training_requests"

    id: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    trajectory_id: Mapped[str]
    course_ids: Mapped[Any] = mapped_column(Json, nullable=False)
    employee_ids: Mapped[Any] = mapped_column(Json, nullable=False)
    collective: Mapped[int]
    planned_participants: Mapped[int | None]
    ground: Mapped[str]
    mandatory_by_law: Mapped[str]
    mandatory_source: Mapped[str | None]
    mandatory_assessed_by: Mapped[str | None]
    mandatory_assessed_on: Mapped[date | None]
    # What HR settled last (`legal_assessments`); what stands above is an answer (A27).
    mandatory_settled: Mapped[str | None]
    evidence: Mapped[str | None]
    # Eurocents per kind, subsidy included; wage is kept here and is in no amount (A10).
    costs: Mapped[Any] = mapped_column(Json, nullable=False)
    # Of the whole request, net of subsidy (A22) and without wage.
    costs_cents: Mapped[int] = mapped_column(BigInteger)
    hours: Mapped[Decimal]
    work_time_share: Mapped[Decimal]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    appraisal_on: Mapped[date | None]
    motivation: Mapped[str | None]
    state: Mapped[str] = mapped_column(index=True)
    tranche: Mapped[str | None] = mapped_column(index=True)
    procedure: Mapped[str | None]
    # The manager who asks; who carried out each step is in `request_transitions`.
    submitted_by: Mapped[str] = mapped_column(index=True)
    submitted_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    version: Mapped[int]


class RequestTransitionRow(Stored):
    __tablename__ = "request_transitions"

    id: Mapped[str] = mapped_column(primary_key=True)
    request_id: Mapped[str] = mapped_column(ForeignKey("training_requests.id"), index=True)
    # The version of the request that this step made.
    version: Mapped[int]
    from_state: Mapped[str | None]
    to_state: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[str]
    reason: Mapped[str | None]


class GrantRow(Stored):
    __tablename__ = "grants"

    id: Mapped[str] = mapped_column(primary_key=True)
    request_id: Mapped[str | None] = mapped_column(ForeignKey("training_requests.id"), index=True)
    decision_id: Mapped[str | None] = mapped_column(ForeignKey("request_decisions.id"))
    # None: a collective grant, for every employee.
    employee_id: Mapped[str | None] = mapped_column(index=True)
    trajectory_id: Mapped[str] = mapped_column(index=True)
    course_ids: Mapped[Any] = mapped_column(Json, nullable=False)
    # For one employee; a collective grant divides by the planned participants (A17).
    costs_cents: Mapped[int] = mapped_column(BigInteger)
    hours: Mapped[Decimal]
    work_time_share: Mapped[Decimal]
    ground: Mapped[str]
    mandatory_by_law: Mapped[str]
    mandatory_settled: Mapped[str | None]
    repayment_scheme: Mapped[int]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    decided_on: Mapped[date]
    decided_by: Mapped[str]
    recorded_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[str | None]
    revocation_reason: Mapped[str | None]


class LegalAssessmentRow(Stored):
    """Rows are added, never changed: of a request, or of a grant without one, the newest counts."""

    __tablename__ = "legal_assessments"

    id: Mapped[str] = mapped_column(primary_key=True)
    request_id: Mapped[str | None] = mapped_column(ForeignKey("training_requests.id"), index=True)
    grant_id: Mapped[str | None] = mapped_column(ForeignKey("grants.id"), index=True)
    number: Mapped[int]
    mandatory_by_law: Mapped[str]
    source: Mapped[str]
    reason: Mapped[str]
    assessed_on: Mapped[date]
    assessed_by: Mapped[str]
    recorded_at: Mapped[datetime]


class CommitmentRow(Stored):
    __tablename__ = "commitments"
    __table_args__ = (Index("ix_commitments_of_one", "employee_id", "state"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    employee_id: Mapped[str]
    # The key under which an import finds it again; None when recorded by hand.
    reference: Mapped[str | None] = mapped_column(unique=True)
    title: Mapped[str | None]
    trajectory_id: Mapped[str]
    course_ids: Mapped[Any] = mapped_column(Json, nullable=False)
    hours: Mapped[Decimal | None]
    work_time_share: Mapped[Decimal]
    costs_cents: Mapped[int | None] = mapped_column(BigInteger)
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    agreed_on: Mapped[date]
    # The commitment's own repayment terms; None means none were recorded, so nothing is claimable.
    terms: Mapped[Any | None] = mapped_column(Json)
    state: Mapped[str] = mapped_column(index=True)
    recorded_at: Mapped[datetime]


class NormExemptionRow(Stored):
    __tablename__ = "norm_exemptions"

    id: Mapped[str] = mapped_column(primary_key=True)
    employee_id: Mapped[str] = mapped_column(index=True)
    year: Mapped[int]
    extra_hours: Mapped[Decimal]
    training: Mapped[str]
    # The trajectory or course whose hours it frees. None, from before exemptions named one: it
    # frees hours of the whole year.
    training_id: Mapped[str | None]
    training_starts_on: Mapped[date | None]
    ground: Mapped[str]
    evidence: Mapped[str]
    # The decision on the request with which it was given in one act.
    decision_id: Mapped[str | None] = mapped_column(ForeignKey("request_decisions.id"))
    decided_on: Mapped[date]
    decided_by: Mapped[str]
    recorded_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[str | None]
    withdrawal_reason: Mapped[str | None]


class AgreementRow(Stored):
    __tablename__ = "agreements"

    id: Mapped[str] = mapped_column(primary_key=True)
    grant_id: Mapped[str] = mapped_column(ForeignKey("grants.id"), index=True)
    employee_id: Mapped[str] = mapped_column(index=True)
    trajectory_id: Mapped[str]
    version: Mapped[int]
    agreed_costs_cents: Mapped[int] = mapped_column(BigInteger)
    repayment_scheme: Mapped[int]
    # The grants of the trajectory that it is about; empty where it was drawn up before a trajectory
    # in parts was added up, and then about its own grant.
    part_grant_ids: Mapped[Any | None] = mapped_column(Json)
    # The mandatory parts of P5 by name; an empty text is a part that is not filled in.
    parts: Mapped[Any] = mapped_column(Json, nullable=False)
    policy_digest: Mapped[str]
    # The day on which it was made; nobody can have signed before it.
    drawn_up_on: Mapped[date | None]
    drawn_up_by: Mapped[str | None]
    # 1: HR asks to sign it although the policy has not been adopted.
    offered_before_adoption: Mapped[int] = mapped_column(server_default="0")
    recorded_at: Mapped[datetime]
    filed_on: Mapped[date | None]

    __table_args__ = (UniqueConstraint("grant_id", "employee_id", "version"),)


class SignatureRow(Stored):
    __tablename__ = "signatures"

    id: Mapped[str] = mapped_column(primary_key=True)
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreements.id"))
    party: Mapped[str]
    signed_on: Mapped[date]
    method: Mapped[str]
    file_sha256: Mapped[str | None]
    recorded_by: Mapped[str]
    recorded_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("agreement_id", "party"),)


class SignedFileRow(Stored):
    """The file that was signed, as it was uploaded; rows are added, never changed."""

    __tablename__ = "signed_files"

    id: Mapped[str] = mapped_column(primary_key=True)
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreements.id"))
    number: Mapped[int]
    sha256: Mapped[str]
    size: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    uploaded_by: Mapped[str]
    uploaded_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("agreement_id", "number"),)


class ConsentRow(Stored):
    __tablename__ = "consents"

    employee_id: Mapped[str] = mapped_column(primary_key=True)
    course_id: Mapped[str] = mapped_column(primary_key=True)
    consented_on: Mapped[date]
    consented_by: Mapped[str]
    recorded_at: Mapped[datetime]


class TrajectoryRecordRow(Stored):
    """Rows are added, never changed: the newest of an employee and trajectory stands, whole."""

    __tablename__ = "trajectory_records"

    id: Mapped[str] = mapped_column(primary_key=True)
    employee_id: Mapped[str]
    trajectory_id: Mapped[str]
    number: Mapped[int]
    # Of this employee alone, after subsidy and without wage.
    actual_costs_cents: Mapped[int | None] = mapped_column(BigInteger)
    # Per kind; null also where only the total was recorded.
    actual_costs: Mapped[Any | None] = mapped_column(Json)
    broken_off_on: Mapped[date | None]
    broken_off_reason: Mapped[str | None]
    recorded_by: Mapped[str]
    recorded_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("employee_id", "trajectory_id", "number"),)
