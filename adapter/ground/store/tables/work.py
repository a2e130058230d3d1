"""Work to be done once: what came in, what must go out, and which job period has run."""

from sqlalchemy import Column, Index, Integer, Table, Text, UniqueConstraint, text

from adapter.ground.store.columns import Json, Moment
from adapter.ground.store.metadata import METADATA

inbox = Table(
    "inbox",
    METADATA,
    Column("id", Text, primary_key=True),
    # The sender's own delivery id, or what identifies the event where the sender has none.
    Column("source", Text, nullable=False),
    Column("delivery_id", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("body", Json, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("state", Text, nullable=False),
    # A code of the catalogue with its numbers, so that people read it in their language.
    Column("reason", Json),
    Column("duplicates", Integer, nullable=False, server_default="0"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    # How many workers died with it in hand.
    Column("deaths", Integer, nullable=False, server_default="0"),
    Column("next_attempt_at", Moment, nullable=False),
    # By the clock of whoever leased it, renewed the lease or ended it: a clock can be set back.
    Column("touched_at", Moment),
    Column("locked_until", Moment),
    Column("locked_by", Text),
    # How its latest attempts ended, the oldest first.
    Column("history", Json),
    Column("processed_at", Moment),
    UniqueConstraint("source", "delivery_id"),
    Index(
        "ix_inbox_waiting",
        "channel",
        "received_at",
        "id",
        sqlite_where=text("state IN ('received', 'failed')"),
        postgresql_where=text("state IN ('received', 'failed')"),
    ),
)

inbox_decisions = Table(
    "inbox_decisions",
    METADATA,
    Column("event_id", Text, primary_key=True),
    Column("decision_id", Text, primary_key=True),
)

outbox = Table(
    "outbox",
    METADATA,
    Column("id", Text, primary_key=True),
    # Derived from the decision, so that writing the same action twice is one row.
    Column("action_key", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    # Actions on one subject are carried out one after the other, in the order of `position`.
    Column("subject", Text, nullable=False),
    Column("position", Integer, nullable=False),
    Column("payload", Json, nullable=False),
    Column("decision_id", Text),
    Column("created_at", Moment, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    # How many workers died with it in hand.
    Column("deaths", Integer, nullable=False, server_default="0"),
    Column("next_attempt_at", Moment, nullable=False),
    # By the clock of whoever leased it, renewed the lease or ended it: a clock can be set back.
    Column("touched_at", Moment),
    Column("locked_until", Moment),
    Column("locked_by", Text),
    # How its latest attempts ended, the oldest first.
    Column("history", Json),
    Column("delivered_at", Moment),
    Column("last_error", Text),
    Index(
        "ix_outbox_waiting",
        "created_at",
        "position",
        sqlite_where=text("state = 'pending'"),
        postgresql_where=text("state = 'pending'"),
    ),
    Index("ix_outbox_subject", "subject", "position"),
)

job_runs = Table(
    "job_runs",
    METADATA,
    Column("job", Text, primary_key=True),
    Column("period_start", Moment, primary_key=True),
    Column("started_at", Moment, nullable=False),
    Column("finished_at", Moment),
    Column("error", Text),
)

# Who runs a job now; renewed while it runs, so that nobody begins it a second time beside it.
job_leases = Table(
    "job_leases",
    METADATA,
    # The job's name.
    Column("id", Text, primary_key=True),
    Column("touched_at", Moment),
    Column("locked_until", Moment),
    Column("locked_by", Text),
)

heartbeats = Table(
    "heartbeats",
    METADATA,
    Column("worker", Text, primary_key=True),
    Column("at", Moment, nullable=False),
)

turns = Table(
    "turns",
    METADATA,
    Column("what", Text, primary_key=True),
    Column("mark", Text, nullable=False),
    Column("held_by", Text, nullable=False),
    Column("until", Moment, nullable=False),
)

part_states = Table(
    "part_states",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("reason", Text),
    # When a worker took its turn to look, and when it had seen something.
    Column("looked_at", Moment),
    Column("seen_at", Moment),
    Column("since", Moment, nullable=False),
)

# What the LMS said last of our own account in it, for when it does not answer.
lms_abilities = Table(
    "lms_abilities",
    METADATA,
    Column("lms", Text, primary_key=True),
    Column("service_user_id", Text, nullable=False),
    Column("suspendable", Json, nullable=False),
)

switches = Table(
    "switches",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("on", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("changed_by", Text, nullable=False),
    Column("changed_at", Moment, nullable=False),
)

audit_log = Table(
    "audit_log",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("at", Moment, nullable=False, index=True),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("record", Text, nullable=False),
    Column("result", Text, nullable=False),
)

api_keys = Table(
    "api_keys",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("employee_id", Text),
    Column("secret_sha256", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("revoked_at", Moment),
)
