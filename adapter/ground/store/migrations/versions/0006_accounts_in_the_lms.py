"""Which account of the LMS is whose, what was asked of it, and what is under way

Revision: 0006, after 0005.
"""

import sqlalchemy as sa
from alembic import op

import adapter.ground.store.columns

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

Moment = adapter.ground.store.columns.Moment
SHOWN = ("given_name", "family_name", "department")


def upgrade() -> None:
    op.create_table(
        "account_links",
        sa.Column("employee_id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=True),
        sa.Column("asked", adapter.ground.store.columns.Json(), nullable=False),
        sa.Column("suspended_at", Moment(timezone=True), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("problem_about", sa.Text(), nullable=True),
        sa.Column("problem_since", Moment(timezone=True), nullable=True),
        sa.Column("looked_at", Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("employee_id", name=op.f("pk_account_links")),
    )
    op.create_index(op.f("ix_account_links_user_id"), "account_links", ["user_id"])
    op.create_table(
        "account_reservations",
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("until", Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_account_reservations")),
    )
    with op.batch_alter_table("lms_users") as batch_op:
        for name in SHOWN:
            batch_op.add_column(sa.Column(name, sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("lms_users") as batch_op:
        for name in reversed(SHOWN):
            batch_op.drop_column(name)
    op.drop_table("account_reservations")
    op.drop_index(op.f("ix_account_links_user_id"), table_name="account_links")
    op.drop_table("account_links")
