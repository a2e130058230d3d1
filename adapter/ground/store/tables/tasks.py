"""What people add to the work list. The tasks themselves are derived and stored nowhere."""

from sqlalchemy import Column, Integer, Table, Text

from adapter.ground.store.columns import Day, Json, Moment
from adapter.ground.store.metadata import METADATA

task_changes = Table(
    "task_changes",
    METADATA,
    Column("task_id", Text, primary_key=True),
    # The newest version counts; rows are added, never changed.
    Column("version", Integer, primary_key=True),
    Column("assignee", Text),
    Column("due_on", Day),
    Column("note", Text),
    Column("seen_at", Moment),
    # Of a task that only a person can end: when, and on which facts. Other facts open it again.
    Column("closed_at", Moment),
    Column("closed_on_facts", Json),
    Column("changed_by", Text, nullable=False),
    Column("changed_at", Moment, nullable=False),
)
