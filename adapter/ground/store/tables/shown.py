"""What employees were last shown of their learning in their profile in the LMS."""

from sqlalchemy import Column, Table, Text

from adapter.ground.store.columns import Json, Moment
from adapter.ground.store.metadata import METADATA

shown_profiles = Table(
    "shown_profiles",
    METADATA,
    Column("employee_id", Text, primary_key=True),
    Column("user_id", Text, nullable=False),
    # Text by profile field; the same again is not written.
    Column("profile", Json, nullable=False),
    Column("written_at", Moment, nullable=False),
)
