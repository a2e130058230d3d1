"""Whether HR offers an agreement for signing before the policy has been adopted

Revision: 0023, after 0022. Of those that are there, nobody has.
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "agreements",
        sa.Column("offered_before_adoption", sa.Integer(), nullable=False, server_default="0"),
    )


def downgrade() -> None:
    op.drop_column("agreements", "offered_before_adoption")
