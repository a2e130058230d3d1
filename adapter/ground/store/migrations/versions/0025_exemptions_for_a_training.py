"""Which training a norm exemption is for, and that it was withdrawn

Revision: 0025, after 0024. What is there already names none, and goes on to count for the year.
"""

import sqlalchemy as sa
from alembic import op

from adapter.ground.store.columns import Moment

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_DECISION = "fk_norm_exemptions_decision_id_request_decisions"


def upgrade() -> None:
    with op.batch_alter_table("norm_exemptions") as batch_op:
        batch_op.add_column(sa.Column("training_id", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("decision_id", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("withdrawn_at", Moment(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("withdrawn_by", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("withdrawal_reason", sa.Text(), nullable=True))
        batch_op.create_foreign_key(_DECISION, "request_decisions", ["decision_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("norm_exemptions") as batch_op:
        batch_op.drop_constraint(_DECISION, type_="foreignkey")
        for name in (
            "withdrawal_reason",
            "withdrawn_by",
            "withdrawn_at",
            "decision_id",
            "training_id",
        ):
            batch_op.drop_column(name)
