"""Adoptions of the policy by the management team; rows are added, never changed or taken back."""

from sqlalchemy import Column, Integer, Table, Text

from adapter.ground.store.columns import Day, Moment
from adapter.ground.store.metadata import METADATA

policy_adoptions = Table(
    "policy_adoptions",
    METADATA,
    Column("id", Text, primary_key=True),
    # In the order of recording.
    Column("number", Integer, nullable=False, unique=True),
    Column("adopted_on", Day, nullable=False),
    Column("effective_on", Day, nullable=False),
    # The minute or document that it rests on.
    Column("document", Text),
    # The works council's consent (WOR article 27) and the assessment (AVG article 35).
    Column("works_council_on", Day),
    Column("dpia_on", Day),
    Column("recorded_by", Text, nullable=False),
    Column("recorded_at", Moment, nullable=False),
)
