"""Which enrolment a hold is on and how it keeps out; how far the changes of the LMS were read

Revision: 0007, after 0006.
"""

import sqlalchemy as sa
from alembic import op

import adapter.ground.store.columns

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# Until now there was one hold for all enrolments of one method.
_ENROLMENT_OF_A_HOLD = """
    UPDATE holds SET enrolment_row = (
        SELECT enrolments.id FROM enrolments
        WHERE enrolments.user_id = holds.user_id
          AND enrolments.course_id = holds.course_id
          AND enrolments.method = holds.method
        ORDER BY CASE WHEN enrolments.gone_at IS NULL THEN 0 ELSE 1 END, enrolments.id
        LIMIT 1)
"""


def upgrade() -> None:
    op.create_table(
        "enrolment_marks",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=True),
        sa.Column(
            "complete_at", adapter.ground.store.columns.Moment(timezone=True), nullable=False
        ),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_enrolment_marks")),
    )
    with op.batch_alter_table("enrolments") as batch_op:
        batch_op.add_column(
            sa.Column("held_at", adapter.ground.store.columns.Moment(timezone=True), nullable=True)
        )
    with op.batch_alter_table("holds") as batch_op:
        batch_op.add_column(sa.Column("enrolment_row", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("way", sa.Text(), nullable=True))
    op.create_index(op.f("ix_holds_enrolment_row"), "holds", ["enrolment_row"])
    op.execute(_ENROLMENT_OF_A_HOLD)
    op.execute("UPDATE holds SET way = 'suspended' WHERE method = 'manual'")
    op.execute("UPDATE holds SET way = 'removed' WHERE method = 'self' AND state <> 'unreachable'")


def downgrade() -> None:
    op.drop_index(op.f("ix_holds_enrolment_row"), table_name="holds")
    with op.batch_alter_table("holds") as batch_op:
        batch_op.drop_column("way")
        batch_op.drop_column("enrolment_row")
    with op.batch_alter_table("enrolments") as batch_op:
        batch_op.drop_column("held_at")
    op.drop_table("enrolment_marks")
