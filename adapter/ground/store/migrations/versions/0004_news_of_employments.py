"""All that was told of employments, kept as it was told

Revision: 0004, after 0003. What stood of it in the exits becomes news of them.
"""

from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from alembic import op

import adapter.ground.store.columns

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    news = op.create_table(
        "employment_news",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("employee_id", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("noticed_at", adapter.ground.store.columns.Moment(timezone=True), nullable=False),
        sa.Column("verified", sa.Integer(), nullable=False),
        sa.Column("employment_id", sa.Text(), nullable=True),
        sa.Column("start_on", sa.Date(), nullable=True),
        sa.Column("end_on", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column(
            "recorded_at", adapter.ground.store.columns.Moment(timezone=True), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["employee_id"],
            ["employees.employee_id"],
            name=op.f("fk_employment_news_employee_id_employees"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_employment_news")),
        sa.UniqueConstraint("event_id", name=op.f("uq_employment_news_event_id")),
    )
    with op.batch_alter_table("employment_news") as batch_op:
        batch_op.create_index(batch_op.f("ix_employment_news_employee_id"), ["employee_id"])
    with op.batch_alter_table("employees") as batch_op:
        batch_op.add_column(
            sa.Column("shown_employments", adapter.ground.store.columns.Json(), nullable=True)
        )
    with op.batch_alter_table("employments") as batch_op:
        batch_op.drop_column("told_at")
    _carry_over(news)


def _carry_over(news: Any) -> None:
    connection = op.get_bind()
    moment = adapter.ground.store.columns.Moment(timezone=True)
    exits = sa.table(
        "exits",
        sa.column("employee_id"),
        sa.column("employment_id"),
        sa.column("source"),
        sa.column("state"),
        sa.column("suspected_at", moment),
        sa.column("rehired_at", moment),
        sa.column("effective_on"),
        sa.column("noticed_at", moment),
    )
    told = []
    for row in connection.execute(sa.select(exits)):
        if row.state == "suspected" and row.suspected_at:
            told.append(_told(row, "offboarding.suspected", row.suspected_at))
        if row.state == "rehired" and row.rehired_at:
            told.append(_told(row, "employee.rehired", row.rehired_at))
        if row.effective_on:
            told.append(_told(row, "offboarding.effective", row.noticed_at))
    if told:
        connection.execute(sa.insert(news), told)


def _told(row: Any, kind: str, noticed_at: Any) -> dict[str, Any]:
    return {
        "id": str(uuid4()),
        "employee_id": row.employee_id,
        "event_id": None,
        "kind": kind,
        "noticed_at": noticed_at,
        "verified": 1,
        "employment_id": row.employment_id,
        "start_on": None,
        "end_on": None,
        "source": row.source,
        "reason": None,
        "recorded_at": noticed_at,
    }


def downgrade() -> None:
    with op.batch_alter_table("employments") as batch_op:
        batch_op.add_column(
            sa.Column("told_at", adapter.ground.store.columns.Moment(timezone=True), nullable=True)
        )
    # Not in batch: that would make the table anew, and others refer to it.
    op.drop_column("employees", "shown_employments")
    with op.batch_alter_table("employment_news") as batch_op:
        batch_op.drop_index(batch_op.f("ix_employment_news_employee_id"))
    op.drop_table("employment_news")
