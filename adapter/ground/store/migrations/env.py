"""Alembic's entry: runs the migrations on the connection that `store.migrate` gives."""

from alembic import context

from adapter.ground.store import tables  # noqa: F401 - importing fills METADATA
from adapter.ground.store.metadata import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
)
context.run_migrations()
