"""What HR proposed and the management team decided; rows are added, never changed."""

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, Table, Text

from adapter.ground.store.columns import (
    Day,
    Hours,
    Json,
    Moment,
)
from adapter.ground.store.metadata import METADATA

request_proposals = Table(
    "request_proposals",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("request_id", Text, ForeignKey("training_requests.id"), nullable=False, index=True),
    # The newest proposal of a request counts.
    Column("position", Integer, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("reason", Text, nullable=False),
    # For the whole request; None where the proposal is not to grant.
    Column("costs_cents", BigInteger),
    Column("hours", Hours),
    Column("repayment_scheme", Integer),
    Column("proposed_by", Text, nullable=False),
    Column("proposed_at", Moment, nullable=False),
)

request_decisions = Table(
    "request_decisions",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("request_id", Text, ForeignKey("training_requests.id"), nullable=False, index=True),
    Column("proposal_id", Text, ForeignKey("request_proposals.id"), nullable=False),
    Column("outcome", Text, nullable=False),
    Column("departs", Integer, nullable=False),
    Column("reason", Text),
    # The codes of what it lacked to rest on when it was made (A29). None before that was kept.
    Column("noted", Json),
    Column("decided_on", Day, nullable=False),
    Column("decided_by", Text, nullable=False),
    Column("recorded_at", Moment, nullable=False),
)

interim_consents = Table(
    "interim_consents",
    METADATA,
    Column("request_id", Text, ForeignKey("training_requests.id"), primary_key=True),
    # Ground and evidence as they were when the management team consented.
    Column("ground", Text, nullable=False),
    Column("evidence", Text, nullable=False),
    Column("consented_on", Day, nullable=False),
    Column("consented_by", Text, nullable=False),
    Column("recorded_at", Moment, nullable=False),
)

commitment_proposals = Table(
    "commitment_proposals",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("commitment_id", Text, ForeignKey("commitments.id"), nullable=False, index=True),
    # The newest proposal of a commitment counts.
    Column("position", Integer, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("proposed_by", Text, nullable=False),
    Column("proposed_at", Moment, nullable=False),
)

commitment_decisions = Table(
    "commitment_decisions",
    METADATA,
    # A commitment is decided once.
    Column("commitment_id", Text, ForeignKey("commitments.id"), primary_key=True),
    Column("proposal_id", Text, ForeignKey("commitment_proposals.id")),
    Column("outcome", Text, nullable=False),
    Column("departs", Integer, nullable=False),
    Column("reason", Text),
    # The grant that a conversion made.
    Column("grant_id", Text, ForeignKey("grants.id")),
    Column("decided_on", Day, nullable=False),
    Column("decided_by", Text, nullable=False),
    Column("recorded_at", Moment, nullable=False),
)
