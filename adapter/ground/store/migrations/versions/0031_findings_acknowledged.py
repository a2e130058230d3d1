"""Findings that HR acknowledged, and reconciliations that are asked for and made by a worker

Revision: 0031, after 0030.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from adapter.ground.store.columns import Day, Moment

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "finding_acknowledgements",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("finding_key", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("employee_id", sa.Text(), nullable=True),
        sa.Column("course_id", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("returns_on", Day(), nullable=False),
        sa.Column("acknowledged_by", sa.Text(), nullable=False),
        sa.Column("acknowledged_at", Moment(), nullable=False),
        sa.Column("replaced_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding_acknowledgements")),
    )
    for indexed in ("finding_key", "employee_id"):
        op.create_index(
            op.f(f"ix_finding_acknowledgements_{indexed}"),
            "finding_acknowledgements",
            [indexed],
            unique=False,
        )
    op.create_index(
        "ix_reconciliation_findings_code",
        "reconciliation_findings",
        ["run_id", "code"],
        unique=False,
    )
    # Added one by one: rebuilding the table would break the findings that refer to it.
    added: tuple[sa.Column[Any], ...] = (
        sa.Column("state", sa.Text(), nullable=False, server_default="finished"),
        sa.Column("apply", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("asked_by", sa.Text(), nullable=True),
    )
    for column in added:
        op.add_column("reconciliation_runs", column)


def downgrade() -> None:
    op.drop_table("finding_acknowledgements")
    op.drop_index("ix_reconciliation_findings_code", table_name="reconciliation_findings")
    for name in ("asked_by", "apply", "state"):
        op.drop_column("reconciliation_runs", name)
