"""SCIM users

Revision: 0003, after 0002.
"""

import sqlalchemy as sa
from alembic import op

import adapter.ground.store.columns

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "scim_users",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("user_name_folded", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("employee_number", sa.Text(), nullable=True),
        sa.Column("active", sa.Integer(), nullable=False),
        sa.Column("resource", adapter.ground.store.columns.Json(), nullable=False),
        sa.Column("created_at", adapter.ground.store.columns.Moment(timezone=True), nullable=False),
        sa.Column(
            "modified_at", adapter.ground.store.columns.Moment(timezone=True), nullable=False
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scim_users")),
        sa.UniqueConstraint("user_name_folded", name=op.f("uq_scim_users_user_name_folded")),
    )
    op.create_index(op.f("ix_scim_users_external_id"), "scim_users", ["external_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_scim_users_external_id"), table_name="scim_users")
    op.drop_table("scim_users")
