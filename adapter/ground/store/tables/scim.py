"""The accounts that an identity provider provisions over SCIM."""

from sqlalchemy import Column, Integer, Table, Text

from adapter.ground.store.columns import Json, Moment
from adapter.ground.store.metadata import METADATA

scim_users = Table(
    "scim_users",
    METADATA,
    Column("id", Text, primary_key=True),
    # Names are compared without regard to case (RFC 7643, §4.1.1).
    Column("user_name_folded", Text, nullable=False, unique=True),
    Column("external_id", Text, index=True),
    Column("employee_number", Text),
    Column("active", Integer, nullable=False),
    Column("resource", Json, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("modified_at", Moment, nullable=False),
)
