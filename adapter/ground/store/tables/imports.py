"""Which records came out of a spreadsheet, so that reading it again finds them."""

from sqlalchemy import Column, ForeignKey, Integer, Table, Text

from adapter.ground.store.columns import Moment
from adapter.ground.store.metadata import METADATA

imported_requests = Table(
    "imported_requests",
    METADATA,
    Column("manager_id", Text, primary_key=True),
    # The sheet's own key of the request, or a digest of its content where it gives none.
    Column("request_key", Text, primary_key=True),
    Column("request_id", Text, ForeignKey("training_requests.id"), nullable=False),
    Column("content_sha256", Text, nullable=False),
    # The version that the import made: another one was changed by somebody since.
    Column("request_version", Integer, nullable=False),
    Column("imported_at", Moment, nullable=False),
)
