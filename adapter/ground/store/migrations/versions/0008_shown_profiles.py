"""What employees were shown in their profile in the LMS

Revision: 0008, after 0007.
"""

import sqlalchemy as sa
from alembic import op

import adapter.ground.store.columns

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "shown_profiles",
        sa.Column("employee_id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("profile", adapter.ground.store.columns.Json(), nullable=False),
        sa.Column("written_at", adapter.ground.store.columns.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("employee_id", name=op.f("pk_shown_profiles")),
    )


def downgrade() -> None:
    op.drop_table("shown_profiles")
