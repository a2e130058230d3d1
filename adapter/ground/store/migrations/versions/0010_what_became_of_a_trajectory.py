"""What became of a trajectory, as HR records it: kinds of costs, reason, and every earlier entry

Revision: 0010, after 0009. Rows that were there become the first entry.
"""

from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from alembic import op

import adapter.ground.store.columns

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    records = op.create_table(
        "trajectory_records",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("employee_id", sa.Text(), nullable=False),
        sa.Column("trajectory_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("actual_costs_cents", sa.BigInteger(), nullable=True),
        sa.Column("actual_costs", adapter.ground.store.columns.Json(), nullable=True),
        sa.Column("broken_off_on", sa.Date(), nullable=True),
        sa.Column("broken_off_reason", sa.Text(), nullable=True),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column(
            "recorded_at", adapter.ground.store.columns.Moment(timezone=True), nullable=False
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trajectory_records")),
        sa.UniqueConstraint(
            "employee_id",
            "trajectory_id",
            "number",
            name=op.f("uq_trajectory_records_employee_id_trajectory_id_number"),
        ),
    )
    for row in op.get_bind().execute(sa.select(_before())).mappings().all():
        op.execute(records.insert().values(id=str(uuid4()), number=1, **row))
    op.drop_table("trajectory_progress")


def downgrade() -> None:
    """Keeps what stands."""
    op.create_table(
        "trajectory_progress",
        sa.Column("employee_id", sa.Text(), nullable=False),
        sa.Column("trajectory_id", sa.Text(), nullable=False),
        sa.Column("actual_costs_cents", sa.BigInteger(), nullable=True),
        sa.Column("broken_off_on", sa.Date(), nullable=True),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column(
            "recorded_at", adapter.ground.store.columns.Moment(timezone=True), nullable=False
        ),
        sa.PrimaryKeyConstraint(
            "employee_id", "trajectory_id", name=op.f("pk_trajectory_progress")
        ),
    )
    records = sa.table("trajectory_records", *_columns(), sa.column("number", sa.Integer()))
    rows = op.get_bind().execute(sa.select(records).order_by(records.c.number)).mappings()
    last = {(row["employee_id"], row["trajectory_id"]): dict(row) for row in rows.all()}
    for row in last.values():
        del row["number"]
        op.execute(_before().insert().values(**row))
    op.drop_table("trajectory_records")


def _before() -> sa.TableClause:
    return sa.table("trajectory_progress", *_columns())


def _columns() -> tuple[sa.ColumnClause[Any], ...]:
    return (
        sa.column("employee_id", sa.Text()),
        sa.column("trajectory_id", sa.Text()),
        sa.column("actual_costs_cents", sa.BigInteger()),
        sa.column("broken_off_on", sa.Date()),
        sa.column("recorded_by", sa.Text()),
        sa.column("recorded_at", adapter.ground.store.columns.Moment(timezone=True)),
    )
