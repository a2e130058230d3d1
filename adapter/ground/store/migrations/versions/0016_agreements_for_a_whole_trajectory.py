"""Which grants of a trajectory an agreement is about

Revision: 0016, after 0015.
"""

import sqlalchemy as sa
from alembic import op

import adapter.ground.store.columns

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("agreements") as batch_op:
        batch_op.add_column(
            sa.Column("part_grant_ids", adapter.ground.store.columns.Json(), nullable=True)
        )


def downgrade() -> None:
    with op.batch_alter_table("agreements") as batch_op:
        batch_op.drop_column("part_grant_ids")
