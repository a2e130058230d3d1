"""What a decision on a request lacked to rest on when it was made

Revision: 0027, after 0026.
"""

import sqlalchemy as sa
from alembic import op

from adapter.ground.store.columns import Json

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("request_decisions") as batch_op:
        batch_op.add_column(sa.Column("noted", Json(), nullable=True))


def downgrade() -> None:
    # Not as a batch, which makes the table again: other rows refer to it.
    op.drop_column("request_decisions", "noted")
