"""Deaths of workers and the history of events and actions; a lease per job

Revision: 0018, after 0017.
"""

import sqlalchemy as sa
from alembic import op

import adapter.ground.store.columns

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_WAITING = {
    "inbox": ("state IN ('received', 'failed')", ["channel", "received_at", "id"]),
    "outbox": ("state = 'pending'", ["created_at", "position"]),
}


def upgrade() -> None:
    for table, (waiting, order) in _WAITING.items():
        op.add_column(table, sa.Column("deaths", sa.Integer(), server_default="0", nullable=False))
        op.add_column(
            table,
            sa.Column(
                "touched_at", adapter.ground.store.columns.Moment(timezone=True), nullable=True
            ),
        )
        op.add_column(
            table, sa.Column("history", adapter.ground.store.columns.Json(), nullable=True)
        )
        op.drop_index(f"ix_{table}_waiting", table_name=table)
        _index(table, order, waiting)
    op.create_table(
        "job_leases",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("touched_at", adapter.ground.store.columns.Moment(timezone=True), nullable=True),
        sa.Column(
            "locked_until", adapter.ground.store.columns.Moment(timezone=True), nullable=True
        ),
        sa.Column("locked_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_leases")),
    )


def downgrade() -> None:
    op.drop_table("job_leases")
    for table, (waiting, _) in _WAITING.items():
        op.drop_index(f"ix_{table}_waiting", table_name=table)
        for column in ("history", "touched_at", "deaths"):
            with op.batch_alter_table(table) as batch_op:
                batch_op.drop_column(column)
        _index(table, ["next_attempt_at"], waiting)


def _index(table: str, columns: list[str], waiting: str) -> None:
    op.create_index(
        f"ix_{table}_waiting",
        table,
        columns,
        sqlite_where=sa.text(waiting),
        postgresql_where=sa.text(waiting),
    )
