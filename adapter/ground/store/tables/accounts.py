"""Accounts in the LMS that the adapter keeps as the HRIS tells."""

from sqlalchemy import Column, Table, Text

from adapter.ground.store.columns import Json, Moment
from adapter.ground.store.metadata import METADATA

account_links = Table(
    "account_links",
    METADATA,
    Column("employee_id", Text, primary_key=True),
    # Null while there is no account, or while it is not certain which one it is.
    Column("user_id", Text, index=True),
    # What was asked of the account at the last look; the same again needs no other look.
    Column("asked", Json, nullable=False),
    # When the adapter suspended it; only such an account is opened again.
    Column("suspended_at", Moment),
    # Why a person must look: the code, usernames or the LMS's own word, and since when.
    Column("problem", Text),
    Column("problem_about", Text),
    Column("problem_since", Moment),
    Column("looked_at", Moment, nullable=False),
)

account_reservations = Table(
    "account_reservations",
    METADATA,
    # A person or an address for which an account may be under way, as a digest.
    Column("subject", Text, primary_key=True),
    # When it may be tried by another. In the past: since then somebody may have made it.
    Column("until", Moment, nullable=False),
)
