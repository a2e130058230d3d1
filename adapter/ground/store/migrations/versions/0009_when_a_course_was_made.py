"""When a course was made: an LMS that is put back from a backup gives its ids again

Revision: 0009, after 0008.
"""

import sqlalchemy as sa
from alembic import op

import adapter.ground.store.columns

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("courses") as batch_op:
        batch_op.add_column(
            sa.Column(
                "created_at", adapter.ground.store.columns.Moment(timezone=True), nullable=True
            )
        )


def downgrade() -> None:
    with op.batch_alter_table("courses") as batch_op:
        batch_op.drop_column("created_at")
