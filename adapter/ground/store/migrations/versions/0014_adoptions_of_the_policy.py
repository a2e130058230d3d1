"""Adoptions of the policy by the management team

Revision: 0014, after 0013.
"""

import sqlalchemy as sa
from alembic import op

import adapter.ground.store.columns

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "policy_adoptions",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("adopted_on", sa.Date(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("document", sa.Text(), nullable=True),
        sa.Column("works_council_on", sa.Date(), nullable=True),
        sa.Column("dpia_on", sa.Date(), nullable=True),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column(
            "recorded_at", adapter.ground.store.columns.Moment(timezone=True), nullable=False
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_adoptions")),
        sa.UniqueConstraint("number", name=op.f("uq_policy_adoptions_number")),
    )


def downgrade() -> None:
    op.drop_table("policy_adoptions")
