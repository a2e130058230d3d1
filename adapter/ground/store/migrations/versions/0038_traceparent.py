"""The trace that an event or action belongs to

Revision: 0038, after 0037.
"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

QUEUES = ("inbox", "outbox")


def upgrade() -> None:
    for queue in QUEUES:
        op.add_column(queue, sa.Column("traceparent", sa.Text()))


def downgrade() -> None:
    for queue in QUEUES:
        op.drop_column(queue, "traceparent")
