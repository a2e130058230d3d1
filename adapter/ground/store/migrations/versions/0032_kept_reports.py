"""Reports are kept with the figures that they were made from

Revision: 0032, after 0031.
"""

import sqlalchemy as sa
from alembic import op

from adapter.ground.store.columns import Json, Moment

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "kept_reports",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("content", Json(), nullable=False),
        sa.Column("policy_digest", sa.Text(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["policy_digest"],
            ["policy_versions.digest"],
            name=op.f("fk_kept_reports_policy_digest_policy_versions"),
        ),
        sa.PrimaryKeyConstraint("name", "period", name=op.f("pk_kept_reports")),
    )


def downgrade() -> None:
    op.drop_table("kept_reports")
