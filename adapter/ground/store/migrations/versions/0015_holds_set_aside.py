"""Holds that HR set aside

Revision: 0015, after 0014.
"""

import sqlalchemy as sa
from alembic import op

import adapter.ground.store.columns

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "hold_set_asides",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("hold_id", sa.Text(), nullable=False),
        sa.Column("employee_id", sa.Text(), nullable=False),
        sa.Column("course_idnumber", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.Column("set_at", adapter.ground.store.columns.Moment(timezone=True), nullable=False),
        sa.Column("over_at", adapter.ground.store.columns.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["hold_id"], ["holds.id"], name=op.f("fk_hold_set_asides_hold_id_holds")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hold_set_asides")),
        sa.UniqueConstraint(
            "employee_id",
            "course_idnumber",
            "number",
            name=op.f("uq_hold_set_asides_employee_id_course_idnumber_number"),
        ),
    )


def downgrade() -> None:
    op.drop_table("hold_set_asides")
