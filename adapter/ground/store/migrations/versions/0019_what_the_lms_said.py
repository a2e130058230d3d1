"""What the LMS said last of our own account in it

Revision: 0019, after 0018.
"""

import sqlalchemy as sa
from alembic import op

import adapter.ground.store.columns

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "lms_abilities",
        sa.Column("lms", sa.Text(), nullable=False),
        sa.Column("service_user_id", sa.Text(), nullable=False),
        sa.Column("suspendable", adapter.ground.store.columns.Json(), nullable=False),
        sa.PrimaryKeyConstraint("lms", name=op.f("pk_lms_abilities")),
    )


def downgrade() -> None:
    op.drop_table("lms_abilities")
