"""The decision log (append-only), the policy versions it refers to, and the holds it led to."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint

from adapter.ground.store.columns import Day, Json, Moment
from adapter.ground.store.metadata import METADATA

policy_versions = Table(
    "policy_versions",
    METADATA,
    Column("digest", Text, primary_key=True),
    Column("version", Text, nullable=False),
    Column("content", Json, nullable=False),
    Column("recorded_at", Moment, nullable=False),
)

decisions = Table(
    "decisions",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("employee_id", Text, nullable=False),
    Column("course_id", Text, nullable=False),
    Column("enrolled_on", Day, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("regime", Text, nullable=False),
    Column(
        "policy_digest",
        Text,
        ForeignKey("policy_versions.digest"),
        nullable=False,
    ),
    Column("facts", Json, nullable=False),
    Column("facts_sha256", Text, nullable=False),
    # Where each fact came from: report, custom field, register, HRIS.
    Column("sources", Json, nullable=False),
    Column("findings", Json, nullable=False),
    Column("years", Json, nullable=False),
    Column("decided_at", Moment, nullable=False, index=True),
    Index("ix_decisions_enrolment", "employee_id", "course_id", "enrolled_on"),
)

# A line per record of a log that is only added to: see `adapter/ground/store/chain.py`.
log_chain = Table(
    "log_chain",
    METADATA,
    Column("log", Text, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("record", Text, nullable=False),
    Column("record_sha256", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    UniqueConstraint("log", "record"),
)

# Who is in the cohort of a course, as the LMS last showed or confirmed it.
cohort_members = Table(
    "cohort_members",
    METADATA,
    Column("cohort", Text, primary_key=True),
    Column("user_id", Text, primary_key=True),
)

holds = Table(
    "holds",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("decision_id", Text, ForeignKey("decisions.id"), nullable=False),
    Column("employee_id", Text, nullable=False, index=True),
    # The row of `enrolments` that is held.
    Column("enrolment_row", Text, index=True),
    Column("user_id", Text, nullable=False),
    Column("course_id", Text, nullable=False),
    Column("method", Text, nullable=False),
    Column("enrolment_id", Text),
    # The enrolment's own dates, to be put back unchanged when the hold is lifted.
    Column("starts_at", Moment),
    Column("ends_at", Moment),
    # Suspended or removed; empty while the LMS offers no way.
    Column("way", Text),
    Column("state", Text, nullable=False, index=True),
    Column("decided_at", Moment, nullable=False),
    Column("verified_at", Moment),
    Column("released_at", Moment),
    Column("release_decision_id", Text),
    Index("ix_holds_enrolment", "user_id", "course_id"),
)

# Human intervention: HR sets the hold of one employee for one course aside.
hold_set_asides = Table(
    "hold_set_asides",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("hold_id", Text, ForeignKey("holds.id"), nullable=False),
    Column("employee_id", Text, nullable=False),
    Column("course_idnumber", Text, nullable=False),
    # The newest of an employee and course stands.
    Column("number", Integer, nullable=False),
    Column("ground", Text, nullable=False),
    # The last day that it works; None: the earlier one is withdrawn.
    Column("last_on", Day),
    Column("set_by", Text, nullable=False),
    Column("set_at", Moment, nullable=False),
    # When the enrolment was announced to be decided again, after its last day.
    Column("over_at", Moment),
    UniqueConstraint("employee_id", "course_idnumber", "number"),
)
