"""Repayment statements can only be added to either, and are sealed in the chain

Revision: 0021, after 0020. What is there already is sealed as it is.
"""

from itertools import count
from typing import Any

import sqlalchemy as sa
from alembic import op

from adapter.ground.store.chain import START, line_digest, record_digest
from adapter.ground.store.columns import Json, Moment

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

LOG = "repayment_statements"
_STATEMENTS = sa.table(
    LOG,
    *(sa.column(name, sa.Text()) for name in ("id", "exit_id", "kind", "policy_digest")),
    sa.column("version", sa.Integer()),
    sa.column("exit_on", sa.Date()),
    *(sa.column(name, Json()) for name in ("trajectories", "particulars", "items")),
    *(
        sa.column(name, sa.BigInteger())
        for name in ("total_computed_cents", "total_claimable_cents")
    ),
    sa.column("made_at", Moment(timezone=True)),
)
_CHAIN = sa.table(
    "log_chain",
    sa.column("log", sa.Text()),
    sa.column("number", sa.Integer()),
    sa.column("record", sa.Text()),
    sa.column("record_sha256", sa.Text()),
    sa.column("sha256", sa.Text()),
)


def upgrade() -> None:
    _seal()
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE TRIGGER only_added_to BEFORE UPDATE OR DELETE OR TRUNCATE ON {LOG} "
            "FOR EACH STATEMENT EXECUTE FUNCTION odwh_only_added_to()"
        )
        return
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {LOG}_no_{change.lower()} BEFORE {change} ON {LOG} "
            f"BEGIN SELECT RAISE(ABORT, '{LOG} is only added to'); END"
        )


def _seal() -> None:
    before, numbers, bind = START, count(1), op.get_bind()
    order = (_STATEMENTS.c.made_at, _STATEMENTS.c.exit_id, _STATEMENTS.c.version)
    for row in bind.execute(sa.select(_STATEMENTS).order_by(*order)).mappings().all():
        line: dict[str, Any] = {
            "log": LOG,
            "number": next(numbers),
            "record": row["id"],
            "record_sha256": record_digest(dict(row)),
        }
        before = line_digest(before, **line)
        bind.execute(_CHAIN.insert().values(**line, sha256=before))


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"DROP TRIGGER only_added_to ON {LOG}")
        op.execute("ALTER TABLE log_chain DISABLE TRIGGER only_added_to")
        op.execute(_CHAIN.delete().where(_CHAIN.c.log == LOG))
        op.execute("ALTER TABLE log_chain ENABLE TRIGGER only_added_to")
        return
    for change in ("update", "delete"):
        op.execute(f"DROP TRIGGER {LOG}_no_{change}")
    op.execute("DROP TRIGGER log_chain_no_delete")
    op.execute(_CHAIN.delete().where(_CHAIN.c.log == LOG))
    op.execute(
        "CREATE TRIGGER log_chain_no_delete BEFORE DELETE ON log_chain "
        "BEGIN SELECT RAISE(ABORT, 'log_chain is only added to'); END"
    )
