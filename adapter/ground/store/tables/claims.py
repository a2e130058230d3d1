"""Repayment claims, every step of them, and what payroll holds; rows are added, never changed."""

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, Table, Text, UniqueConstraint

from adapter.ground.store.columns import Json, Moment
from adapter.ground.store.metadata import METADATA

exit_endings = Table(
    "exit_endings",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("exit_id", Text, ForeignKey("exits.id"), nullable=False),
    # Counts up per exit: the last one stands.
    Column("number", Integer, nullable=False),
    Column("ended_by", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("in_probation", Integer, nullable=False),
    Column("recorded_by", Text, nullable=False),
    Column("recorded_at", Moment, nullable=False),
    UniqueConstraint("exit_id", "number"),
)

claims = Table(
    "claims",
    METADATA,
    Column("id", Text, primary_key=True),
    # One claim per exit, through all versions of its statement.
    Column("exit_id", Text, ForeignKey("exits.id"), nullable=False, unique=True),
    Column("opened_at", Moment, nullable=False),
)

claim_steps = Table(
    "claim_steps",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("claim_id", Text, ForeignKey("claims.id"), nullable=False),
    # Counts up per claim; the last step tells the state.
    Column("number", Integer, nullable=False),
    Column("step", Text, nullable=False),
    Column("state", Text, nullable=False),
    # The version of the statement that this step is about.
    Column("statement_id", Text, ForeignKey("repayment_statements.id"), nullable=False),
    # What was confirmed, handed over or settled.
    Column("amount_cents", BigInteger),
    # Net or gross, set off or not, and the payroll period: recorded, not computed.
    Column("terms", Json),
    Column("by", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("reason", Text),
    UniqueConstraint("claim_id", "number"),
)

payroll_entries = Table(
    "payroll_entries",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("claim_id", Text, ForeignKey("claims.id"), nullable=False, index=True),
    # The confirming step that asked for it; an entry that HR corrected has a second row.
    Column("step_number", Integer, nullable=False),
    # Positive: taken from the pay. Negative: taken back by a correction in payroll.
    Column("amount_cents", BigInteger, nullable=False),
    # The key under which payroll itself holds it; None where a person entered it.
    Column("payroll_key", Text, unique=True),
    Column("by", Text, nullable=False),
    Column("recorded_at", Moment, nullable=False),
    Column("remark", Text),
)
