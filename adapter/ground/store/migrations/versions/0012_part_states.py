"""What was last seen of each part of the service

Revision: 0012, after 0011.
"""

import sqlalchemy as sa
from alembic import op

import adapter.ground.store.columns

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "part_states",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("looked_at", adapter.ground.store.columns.Moment(timezone=True), nullable=True),
        sa.Column("seen_at", adapter.ground.store.columns.Moment(timezone=True), nullable=True),
        sa.Column("since", adapter.ground.store.columns.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_part_states")),
    )


def downgrade() -> None:
    op.drop_table("part_states")
