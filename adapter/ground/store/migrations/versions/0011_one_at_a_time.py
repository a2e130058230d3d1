"""Whose turn it is at what an account of the LMS has only one of

Revision: 0011, after 0010.
"""

import sqlalchemy as sa
from alembic import op

import adapter.ground.store.columns

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "turns",
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("held_by", sa.Text(), nullable=False),
        sa.Column("until", adapter.ground.store.columns.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("what", name=op.f("pk_turns")),
    )


def downgrade() -> None:
    op.drop_table("turns")
