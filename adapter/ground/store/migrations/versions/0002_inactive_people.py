"""What the HRIS says of a person beside the dates: active or not

Revision: 0002, after 0001.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("employees") as batch_op:
        batch_op.add_column(sa.Column("active", sa.Integer(), nullable=True))


def downgrade() -> None:
    # Not in batch: that would make the table anew, and others refer to it.
    op.drop_column("employees", "active")
