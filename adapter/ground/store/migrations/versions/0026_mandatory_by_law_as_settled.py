"""What HR settled of whether training is mandatory by law

Revision: 0026, after 0025. What was answered before stays an answer, until HR settles it.
"""

import sqlalchemy as sa
from alembic import op

from adapter.ground.store.columns import Day, Moment

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_REQUEST = "fk_legal_assessments_request_id_training_requests"


def upgrade() -> None:
    for table in ("training_requests", "grants"):
        with op.batch_alter_table(table) as batch_op:
            batch_op.add_column(sa.Column("mandatory_settled", sa.Text(), nullable=True))
    op.create_table(
        "legal_assessments",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.Column("grant_id", sa.Text(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("mandatory_by_law", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("assessed_on", Day(), nullable=False),
        sa.Column("assessed_by", sa.Text(), nullable=False),
        sa.Column("recorded_at", Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_assessments")),
        sa.ForeignKeyConstraint(["request_id"], ["training_requests.id"], name=op.f(_REQUEST)),
        sa.ForeignKeyConstraint(
            ["grant_id"], ["grants.id"], name=op.f("fk_legal_assessments_grant_id_grants")
        ),
    )
    for column in ("request_id", "grant_id"):
        op.create_index(op.f(f"ix_legal_assessments_{column}"), "legal_assessments", [column])


def downgrade() -> None:
    op.drop_table("legal_assessments")
    for table in ("grants", "training_requests"):
        # Not as a batch, which makes the table again: other rows refer to it.
        op.drop_column(table, "mandatory_settled")
