"""The events that wait, in the order in which they are taken, whatever their channel

Revision: 0034, after 0033.
"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

_WAITING = sa.text("state IN ('received', 'failed')")


def upgrade() -> None:
    op.create_index(
        "ix_inbox_oldest_waiting",
        "inbox",
        ["received_at", "id"],
        sqlite_where=_WAITING,
        postgresql_where=_WAITING,
    )


def downgrade() -> None:
    op.drop_index("ix_inbox_oldest_waiting", table_name="inbox")
