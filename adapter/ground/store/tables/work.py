"""Work to be done once: what came in, what must go out, and which job period has run."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text

from adapter.ground.store.columns import Json
from adapter.ground.store.metadata import Mapped, Stored, mapped_column


class LeasedRow(Stored):
    """What one worker has in hand at a time."""

    __abstract__ = True

    id: Mapped[str] = mapped_column(primary_key=True)
    # By the clock of whoever leased it, renewed the lease or ended it: a clock can be set back.
    touched_at: Mapped[datetime | None]
    locked_until: Mapped[datetime | None]
    locked_by: Mapped[str | None]


class QueuedRow(LeasedRow):
    """What is done once, and tried again until it is."""

    __abstract__ = True

    attempts: Mapped[int] = mapped_column(server_default="0")
    # How many workers died with it in hand.
    deaths: Mapped[int] = mapped_column(server_default="0")
    next_attempt_at: Mapped[datetime]
    # How its latest attempts ended, the oldest first.
    history: Mapped[Any | None] = mapped_column(Json)
    # Of what it follows, as W3C Trace Context writes it; None in what is older than this column.
    traceparent: Mapped[str | None]


class InboxEventRow(QueuedRow):
    __tablename__ = "inbox"

    # The sender's own delivery id, or what identifies the event where the sender has none.
    source: Mapped[str]
    delivery_id: Mapped[str]
    channel: Mapped[str]
    kind: Mapped[str]
    body: Mapped[Any] = mapped_column(Json, nullable=False)
    received_at: Mapped[datetime]
    state: Mapped[str]
    # A code of the catalogue with its numbers, so that people read it in their language.
    reason: Mapped[Any | None] = mapped_column(Json)
    duplicates: Mapped[int] = mapped_column(server_default="0")
    processed_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("source", "delivery_id"),
        # In the order in which they are taken, of all channels and of one.
        Index(
            "ix_inbox_oldest_waiting",
            "received_at",
            "id",
            sqlite_where=text("state IN ('received', 'failed')"),
            postgresql_where=text("state IN ('received', 'failed')"),
        ),
        Index(
            "ix_inbox_waiting",
            "channel",
            "received_at",
            "id",
            sqlite_where=text("state IN ('received', 'failed')"),
            postgresql_where=text("state IN ('received', 'failed')"),
        ),
    )


class EventDecisionRow(Stored):
    __tablename__ = "inbox_decisions"

    event_id: Mapped[str] = mapped_column(primary_key=True)
    decision_id: Mapped[str] = mapped_column(primary_key=True)


class OutboxActionRow(QueuedRow):
    __tablename__ = "outbox"

    # Derived from the decision, so that writing the same action twice is one row.
    action_key: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    # Actions on one subject are carried out one after the other, in the order of `position`.
    subject: Mapped[str]
    position: Mapped[int]
    payload: Mapped[Any] = mapped_column(Json, nullable=False)
    decision_id: Mapped[str | None]
    created_at: Mapped[datetime]
    state: Mapped[str]
    delivered_at: Mapped[datetime | None]
    last_error: Mapped[str | None]

    __table_args__ = (
        Index(
            "ix_outbox_waiting",
            "created_at",
            "position",
            sqlite_where=text("state = 'pending'"),
            postgresql_where=text("state = 'pending'"),
        ),
        Index("ix_outbox_subject", "subject", "position"),
    )


class JobRunRow(Stored):
    __tablename__ = "job_runs"

    job: Mapped[str] = mapped_column(primary_key=True)
    period_start: Mapped[datetime] = mapped_column(primary_key=True)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    error: Mapped[str | None]


class JobLeaseRow(LeasedRow):
    """Who runs a job now, by the job's name; renewed while it runs, so that nobody begins it a
    second time beside it."""

    __tablename__ = "job_leases"


class HeartbeatRow(Stored):
    __tablename__ = "heartbeats"

    worker: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]


class TurnRow(Stored):
    __tablename__ = "turns"

    what: Mapped[str] = mapped_column(primary_key=True)
    mark: Mapped[str]
    held_by: Mapped[str]
    until: Mapped[datetime]


class PartStateRow(Stored):
    __tablename__ = "part_states"

    name: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str]
    reason: Mapped[str | None]
    # When a worker took its turn to look, and when it had seen something.
    looked_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    since: Mapped[datetime]


class LmsAbilityRow(Stored):
    """What the LMS said last of our own account in it, for when it does not answer."""

    __tablename__ = "lms_abilities"

    lms: Mapped[str] = mapped_column(primary_key=True)
    service_user_id: Mapped[str]
    suspendable: Mapped[Any] = mapped_column(Json, nullable=False)


class SwitchRow(Stored):
    __tablename__ = "switches"

    name: Mapped[str] = mapped_column(primary_key=True)
    on: Mapped[int]
    reason: Mapped[str]
    changed_by: Mapped[str]
    changed_at: Mapped[datetime]


class AuditLineRow(Stored):
    __tablename__ = "audit_log"

    id: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    actor: Mapped[str]
    action: Mapped[str]
    record: Mapped[str]
    result: Mapped[str]
    # By which door it was done; None in what is older than this column.
    way: Mapped[str | None]
    # The employee whom it is about, where it is one.
    about: Mapped[str | None]


class ApiKeyRow(Stored):
    __tablename__ = "api_keys"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    role: Mapped[str]
    employee_id: Mapped[str | None]
    secret_sha256: Mapped[str]
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    # To the minute: written once in a while, not at every request.
    used_at: Mapped[datetime | None]
    # From where it opens, as a list of networks; None for from anywhere.
    networks: Mapped[Any | None] = mapped_column(Json)
    # The key in whose place it came.
    replaces: Mapped[str | None]
