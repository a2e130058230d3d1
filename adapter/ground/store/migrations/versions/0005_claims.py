"""Repayment claims, who ended an employment, and what a statement tells of each trajectory

Revision: 0005, after 0004.
"""

import sqlalchemy as sa
from alembic import op

from adapter.ground.store.columns import Json, Moment

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "exit_endings",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("exit_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("ended_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("in_probation", sa.Integer(), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("recorded_at", Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["exit_id"], ["exits.id"], name=op.f("fk_exit_endings_exit_id_exits")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exit_endings")),
        sa.UniqueConstraint("exit_id", "number", name=op.f("uq_exit_endings_exit_id_number")),
    )
    op.create_table(
        "claims",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("exit_id", sa.Text(), nullable=False),
        sa.Column("opened_at", Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["exit_id"], ["exits.id"], name=op.f("fk_claims_exit_id_exits")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claims")),
        sa.UniqueConstraint("exit_id", name=op.f("uq_claims_exit_id")),
    )
    op.create_table(
        "claim_steps",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("claim_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("statement_id", sa.Text(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=True),
        sa.Column("terms", Json(), nullable=True),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", Moment(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["claim_id"], ["claims.id"], name=op.f("fk_claim_steps_claim_id_claims")
        ),
        sa.ForeignKeyConstraint(
            ["statement_id"],
            ["repayment_statements.id"],
            name=op.f("fk_claim_steps_statement_id_repayment_statements"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_steps")),
        sa.UniqueConstraint("claim_id", "number", name=op.f("uq_claim_steps_claim_id_number")),
    )
    op.create_table(
        "payroll_entries",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("claim_id", sa.Text(), nullable=False),
        sa.Column("step_number", sa.Integer(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("payroll_key", sa.Text(), nullable=True),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("recorded_at", Moment(timezone=True), nullable=False),
        sa.Column("remark", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["claim_id"], ["claims.id"], name=op.f("fk_payroll_entries_claim_id_claims")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payroll_entries")),
        sa.UniqueConstraint("payroll_key", name=op.f("uq_payroll_entries_payroll_key")),
    )
    with op.batch_alter_table("payroll_entries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_payroll_entries_claim_id"), ["claim_id"], unique=False)
    op.add_column("repayment_statements", sa.Column("particulars", Json(), nullable=True))


def downgrade() -> None:
    # Not in batch: that would make the table anew, and others refer to it.
    op.drop_column("repayment_statements", "particulars")
    op.drop_table("payroll_entries")
    op.drop_table("claim_steps")
    op.drop_table("claims")
    op.drop_table("exit_endings")
