"""Somebody's open commitments, by one index

Revision: 0039, after 0038. SQLite, which keeps no statistics, took the index on the state and so
looked at everybody's open commitments for each check.
"""

from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_commitments_of_one", "commitments", ["employee_id", "state"])
    op.drop_index("ix_commitments_employee_id", "commitments")


def downgrade() -> None:
    op.create_index("ix_commitments_employee_id", "commitments", ["employee_id"])
    op.drop_index("ix_commitments_of_one", "commitments")
