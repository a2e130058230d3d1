"""The decision log and the policy versions can only be added to, and are sealed in a chain

Revision: 0020, after 0019. What is there already is sealed as it is.
"""

from itertools import count
from typing import Any

import sqlalchemy as sa
from alembic import op

from adapter.ground.store.chain import START, line_digest, record_digest
from adapter.ground.store.columns import Json, Moment

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_LOGS: dict[str, tuple[sa.TableClause, str, str]] = {
    "policy_versions": (
        sa.table(
            "policy_versions",
            sa.column("digest", sa.Text()),
            sa.column("version", sa.Text()),
            sa.column("content", Json()),
            sa.column("recorded_at", Moment(timezone=True)),
        ),
        "digest",
        "recorded_at",
    ),
    "decisions": (
        sa.table(
            "decisions",
            *(sa.column(name, sa.Text()) for name in ("id", "employee_id", "course_id")),
            sa.column("enrolled_on", sa.Date()),
            *(sa.column(name, sa.Text()) for name in ("outcome", "regime", "policy_digest")),
            sa.column("facts", Json()),
            sa.column("facts_sha256", sa.Text()),
            *(sa.column(name, Json()) for name in ("sources", "findings", "years")),
            sa.column("decided_at", Moment(timezone=True)),
        ),
        "id",
        "decided_at",
    ),
}
_TABLES = ("policy_versions", "decisions", "log_chain")

_FUNCTION = """
    CREATE FUNCTION odwh_only_added_to() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '% is only added to', TG_TABLE_NAME;
    END $$
"""


def upgrade() -> None:
    chain = op.create_table(
        "log_chain",
        sa.Column("log", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("record_sha256", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("log", "number", name=op.f("pk_log_chain")),
        sa.UniqueConstraint("log", "record", name=op.f("uq_log_chain_log_record")),
    )
    for log, (table, key, order) in _LOGS.items():
        _seal(chain, log, table, key, order)
    if op.get_bind().dialect.name == "postgresql":
        op.execute(_FUNCTION)
        for table_name in _TABLES:
            op.execute(
                f"CREATE TRIGGER only_added_to BEFORE UPDATE OR DELETE OR TRUNCATE ON {table_name} "
                "FOR EACH STATEMENT EXECUTE FUNCTION odwh_only_added_to()"
            )
        return
    for table_name in _TABLES:
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table_name}_no_{change.lower()} BEFORE {change} ON {table_name} "
                f"BEGIN SELECT RAISE(ABORT, '{table_name} is only added to'); END"
            )


def _seal(chain: sa.Table, log: str, table: sa.TableClause, key: str, order: str) -> None:
    before, numbers = START, count(1)
    bind = op.get_bind()
    rows = bind.execute(sa.select(table).order_by(table.c[order], table.c[key])).mappings()
    for row in rows.all():
        line: dict[str, Any] = {
            "log": log,
            "number": next(numbers),
            "record": row[key],
            "record_sha256": record_digest(dict(row)),
        }
        before = line_digest(before, **line)
        bind.execute(chain.insert().values(**line, sha256=before))


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table_name in _TABLES:
            op.execute(f"DROP TRIGGER only_added_to ON {table_name}")
        op.execute("DROP FUNCTION odwh_only_added_to()")
    else:
        for table_name in _TABLES:
            for change in ("update", "delete"):
                op.execute(f"DROP TRIGGER {table_name}_no_{change}")
    op.drop_table("log_chain")
