"""What somebody sent after the session had ended, for an hour

Revision: 0033, after 0032.
"""

import sqlalchemy as sa
from alembic import op

from adapter.ground.store.columns import Json, Moment

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "kept_forms",
        sa.Column("employee_id", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("fields", Json(), nullable=False),
        sa.Column("kept_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("employee_id", name=op.f("pk_kept_forms")),
    )


def downgrade() -> None:
    op.drop_table("kept_forms")
