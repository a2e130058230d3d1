"""The entries of the LMS's request form, and which training request came out of each."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text

from adapter.ground.store.columns import Json, Moment
from adapter.ground.store.metadata import METADATA

requests_from_lms = Table(
    "requests_from_lms",
    METADATA,
    Column("entry_id", Text, primary_key=True),
    # An LMS that is restored from a backup uses its numbers again.
    Column("entered_at", Moment, primary_key=True),
    Column("author_id", Text, nullable=False),
    # Who that is by the HRIS's number, None for an account without one.
    Column("employee_id", Text),
    Column("modified_at", Moment, nullable=False),
    Column("read_at", Moment, nullable=False),
    # What was taken over last, by its digest, and the version of the request that it made.
    Column("content_sha256", Text),
    Column("request_id", Text, ForeignKey("training_requests.id")),
    Column("request_version", Integer),
    # What is wrong with the entry as it stands: field as people know it, reason and numbers.
    Column("wrong", Json, nullable=False),
    Column("gone_at", Moment),
    Index("ix_requests_from_lms_request_id", "request_id"),
)
