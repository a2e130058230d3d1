"""Exits, every change of them, and the versions of their repayment statements."""

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, Table, Text, UniqueConstraint

from adapter.ground.store.columns import Day, Json, Moment
from adapter.ground.store.metadata import METADATA

exits = Table(
    "exits",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("employee_id", Text, nullable=False, index=True),
    Column("employment_id", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("last_day", Day),
    # Whether the HRIS itself showed this date when it was read back.
    Column("verified", Integer, nullable=False),
    Column("reason", Text),
    # What was signalled and stands, each as its latest moment.
    Column("suspected_at", Moment),
    Column("rehired_at", Moment),
    Column("effective_on", Day),
    Column("noticed_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    UniqueConstraint("employee_id", "employment_id"),
)

# All that was ever told of a person's employments, as it was told; added to, never changed.
employment_news = Table(
    "employment_news",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("employee_id", Text, ForeignKey("employees.employee_id"), nullable=False, index=True),
    # The event of the inbox; null for what the register knew before it kept news.
    Column("event_id", Text, unique=True),
    Column("kind", Text, nullable=False),
    Column("noticed_at", Moment, nullable=False),
    # 1: the HRIS was read at that moment, and its dates count instead of these.
    Column("verified", Integer, nullable=False),
    Column("employment_id", Text),
    Column("start_on", Day),
    Column("end_on", Day),
    Column("source", Text, nullable=False),
    Column("reason", Text),
    Column("recorded_at", Moment, nullable=False),
)

exit_changes = Table(
    "exit_changes",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("exit_id", Text, ForeignKey("exits.id"), nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("last_day", Day),
    Column("previous_last_day", Day),
    Column("noticed_at", Moment, nullable=False),
    Column("recorded_at", Moment, nullable=False),
    Column("event_id", Text),
    # 0: old news, noticed before what was known already; kept for the record only.
    Column("applied", Integer, nullable=False),
    UniqueConstraint("exit_id", "event_id"),
)

repayment_statements = Table(
    "repayment_statements",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("exit_id", Text, ForeignKey("exits.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("exit_on", Day),
    Column("policy_digest", Text, ForeignKey("policy_versions.digest"), nullable=False),
    Column("trajectories", Json, nullable=False),
    # What a statement tells of each trajectory beside what is computed: costs per kind, the
    # agreement and its version, the legal position. None in versions from before they were kept.
    Column("particulars", Json),
    Column("items", Json, nullable=False),
    Column("total_computed_cents", BigInteger, nullable=False),
    Column("total_claimable_cents", BigInteger, nullable=False),
    Column("made_at", Moment, nullable=False),
    UniqueConstraint("exit_id", "version"),
)

statement_overrides = Table(
    "statement_overrides",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("statement_id", Text, ForeignKey("repayment_statements.id"), nullable=False),
    # Counts up per statement: of two about one trajectory the last one stands.
    Column("number", Integer, nullable=False),
    Column("trajectory_id", Text, nullable=False),
    Column("claimable_cents", BigInteger, nullable=False),
    Column("ground", Text, nullable=False),
    Column("decided_by", Text, nullable=False),
    Column("decided_at", Moment, nullable=False),
    UniqueConstraint("statement_id", "number"),
)
