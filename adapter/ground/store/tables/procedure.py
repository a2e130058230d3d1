"""The policy's procedure: requests, grants, commitments, exemptions, agreements, consents."""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
)

from adapter.ground.store.columns import (
    Day,
    Hours,
    Json,
    Moment,
)
from adapter.ground.store.metadata import METADATA

training_requests = Table(
    "training_requests",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("title", Text, nullable=False),
    Column("trajectory_id", Text, nullable=False),
    Column("course_ids", Json, nullable=False),
    Column("employee_ids", Json, nullable=False),
    Column("collective", Integer, nullable=False),
    Column("planned_participants", Integer),
    Column("ground", Text, nullable=False),
    Column("mandatory_by_law", Text, nullable=False),
    Column("mandatory_source", Text),
    Column("mandatory_assessed_by", Text),
    Column("mandatory_assessed_on", Day),
    # What HR settled last (`legal_assessments`); what stands above is an answer (A27).
    Column("mandatory_settled", Text),
    Column("evidence", Text),
    # Eurocents per kind, subsidy included; wage is kept here and is in no amount (A10).
    Column("costs", Json, nullable=False),
    # Of the whole request, net of subsidy (A22) and without wage.
    Column("costs_cents", BigInteger, nullable=False),
    Column("hours", Hours, nullable=False),
    Column("work_time_share", Hours, nullable=False),
    Column("starts_on", Day),
    Column("ends_on", Day),
    Column("appraisal_on", Day),
    Column("motivation", Text),
    Column("state", Text, nullable=False, index=True),
    Column("tranche", Text, index=True),
    Column("procedure", Text),
    # The manager who asks; who carried out each step is in `request_transitions`.
    Column("submitted_by", Text, nullable=False, index=True),
    Column("submitted_at", Moment),
    Column("created_at", Moment, nullable=False),
    Column("version", Integer, nullable=False),
)

request_transitions = Table(
    "request_transitions",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("request_id", Text, ForeignKey("training_requests.id"), nullable=False, index=True),
    # The version of the request that this step made.
    Column("version", Integer, nullable=False),
    Column("from_state", Text),
    Column("to_state", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("by", Text, nullable=False),
    Column("reason", Text),
)

grants = Table(
    "grants",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("request_id", Text, ForeignKey("training_requests.id"), index=True),
    Column("decision_id", Text, ForeignKey("request_decisions.id")),
    # None: a collective grant, for every employee.
    Column("employee_id", Text, index=True),
    Column("trajectory_id", Text, nullable=False, index=True),
    Column("course_ids", Json, nullable=False),
    # For one employee; a collective grant divides by the planned participants (A17).
    Column("costs_cents", BigInteger, nullable=False),
    Column("hours", Hours, nullable=False),
    Column("work_time_share", Hours, nullable=False),
    Column("ground", Text, nullable=False),
    Column("mandatory_by_law", Text, nullable=False),
    Column("mandatory_settled", Text),
    Column("repayment_scheme", Integer, nullable=False),
    Column("starts_on", Day),
    Column("ends_on", Day),
    Column("decided_on", Day, nullable=False),
    Column("decided_by", Text, nullable=False),
    Column("recorded_at", Moment, nullable=False),
    Column("revoked_at", Moment),
    Column("revoked_by", Text),
    Column("revocation_reason", Text),
)

# Rows are added, never changed: of a request, or of a grant without one, the newest counts.
legal_assessments = Table(
    "legal_assessments",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("request_id", Text, ForeignKey("training_requests.id"), index=True),
    Column("grant_id", Text, ForeignKey("grants.id"), index=True),
    Column("number", Integer, nullable=False),
    Column("mandatory_by_law", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("assessed_on", Day, nullable=False),
    Column("assessed_by", Text, nullable=False),
    Column("recorded_at", Moment, nullable=False),
)

commitments = Table(
    "commitments",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("employee_id", Text, nullable=False, index=True),
    # The key under which an import finds it again; None when recorded by hand.
    Column("reference", Text, unique=True),
    Column("title", Text),
    Column("trajectory_id", Text, nullable=False),
    Column("course_ids", Json, nullable=False),
    Column("hours", Hours),
    Column("work_time_share", Hours, nullable=False),
    Column("costs_cents", BigInteger),
    Column("starts_on", Day),
    Column("ends_on", Day),
    Column("agreed_on", Day, nullable=False),
    # The commitment's own repayment terms; None means none were recorded, so nothing is claimable.
    Column("terms", Json),
    Column("state", Text, nullable=False, index=True),
    Column("recorded_at", Moment, nullable=False),
)

norm_exemptions = Table(
    "norm_exemptions",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("employee_id", Text, nullable=False, index=True),
    Column("year", Integer, nullable=False),
    Column("extra_hours", Hours, nullable=False),
    Column("training", Text, nullable=False),
    # The trajectory or course whose hours it frees. None, from before exemptions named one: it
    # frees hours of the whole year.
    Column("training_id", Text),
    Column("training_starts_on", Day),
    Column("ground", Text, nullable=False),
    Column("evidence", Text, nullable=False),
    # The decision on the request with which it was given in one act.
    Column("decision_id", Text, ForeignKey("request_decisions.id")),
    Column("decided_on", Day, nullable=False),
    Column("decided_by", Text, nullable=False),
    Column("recorded_at", Moment, nullable=False),
    Column("withdrawn_at", Moment),
    Column("withdrawn_by", Text),
    Column("withdrawal_reason", Text),
)

agreements = Table(
    "agreements",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("grant_id", Text, ForeignKey("grants.id"), nullable=False, index=True),
    Column("employee_id", Text, nullable=False, index=True),
    Column("trajectory_id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("agreed_costs_cents", BigInteger, nullable=False),
    Column("repayment_scheme", Integer, nullable=False),
    # The grants of the trajectory that it is about; empty where it was drawn up before a trajectory
    # in parts was added up, and then about its own grant.
    Column("part_grant_ids", Json),
    # The mandatory parts of P5 by name; an empty text is a part that is not filled in.
    Column("parts", Json, nullable=False),
    Column("policy_digest", Text, nullable=False),
    # The day on which it was made; nobody can have signed before it.
    Column("drawn_up_on", Day),
    Column("drawn_up_by", Text),
    # 1: HR asks to sign it although the policy has not been adopted.
    Column("offered_before_adoption", Integer, nullable=False, server_default="0"),
    Column("recorded_at", Moment, nullable=False),
    Column("filed_on", Day),
    UniqueConstraint("grant_id", "employee_id", "version"),
)

signatures = Table(
    "signatures",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("agreement_id", Text, ForeignKey("agreements.id"), nullable=False),
    Column("party", Text, nullable=False),
    Column("signed_on", Day, nullable=False),
    Column("method", Text, nullable=False),
    Column("file_sha256", Text),
    Column("recorded_by", Text, nullable=False),
    Column("recorded_at", Moment, nullable=False),
    UniqueConstraint("agreement_id", "party"),
)

# The file that was signed, as it was uploaded; rows are added, never changed.
signed_files = Table(
    "signed_files",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("agreement_id", Text, ForeignKey("agreements.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("uploaded_by", Text, nullable=False),
    Column("uploaded_at", Moment, nullable=False),
    UniqueConstraint("agreement_id", "number"),
)

consents = Table(
    "consents",
    METADATA,
    Column("employee_id", Text, primary_key=True),
    Column("course_id", Text, primary_key=True),
    Column("consented_on", Day, nullable=False),
    Column("consented_by", Text, nullable=False),
    Column("recorded_at", Moment, nullable=False),
)

# Rows are added, never changed: the newest of an employee and trajectory stands, whole.
trajectory_records = Table(
    "trajectory_records",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("employee_id", Text, nullable=False),
    Column("trajectory_id", Text, nullable=False),
    Column("number", Integer, nullable=False),
    # Of this employee alone, after subsidy and without wage.
    Column("actual_costs_cents", BigInteger),
    # Per kind; null also where only the total was recorded.
    Column("actual_costs", Json),
    Column("broken_off_on", Day),
    Column("broken_off_reason", Text),
    Column("recorded_by", Text, nullable=False),
    Column("recorded_at", Moment, nullable=False),
    UniqueConstraint("employee_id", "trajectory_id", "number"),
)
