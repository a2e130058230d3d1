"""Keys end, are replaced and tell when they were used last; the audit trail is sealed in the chain

Revision: 0029, after 0028. What is in the trail already is sealed as it is. What is past its term
leaves it at the beginning, up to a line that `log_starts` keeps.
"""

from itertools import count
from typing import Any

import sqlalchemy as sa
from alembic import op

from adapter.ground.store.chain import START, line_digest, record_digest
from adapter.ground.store.columns import Json, Moment

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

LOG = "audit_log"
_TRAIL = sa.table(
    LOG,
    sa.column("id", sa.Text()),
    sa.column("at", Moment(timezone=True)),
    *(sa.column(name, sa.Text()) for name in ("actor", "action", "record", "result")),
)
_CHAIN = sa.table(
    "log_chain",
    sa.column("log", sa.Text()),
    sa.column("number", sa.Integer()),
    sa.column("record", sa.Text()),
    sa.column("record_sha256", sa.Text()),
    sa.column("sha256", sa.Text()),
)
_PAST_ITS_TERM = (
    "EXISTS (SELECT 1 FROM log_starts WHERE log_starts.log = OLD.log AND"
    " log_starts.number >= OLD.number)"
)
_OUT_OF_THE_CHAIN = (
    "NOT EXISTS (SELECT 1 FROM log_chain WHERE log_chain.log = 'audit_log' AND"
    " log_chain.record = OLD.id)"
)
_REMOVABLE = {"log_chain": _PAST_ITS_TERM, LOG: _OUT_OF_THE_CHAIN}
"""Which rows may go of a table that is only added to otherwise."""


def upgrade() -> None:
    for column in (
        sa.Column("expires_at", Moment(), nullable=True),
        sa.Column("used_at", Moment(), nullable=True),
        sa.Column("networks", Json(), nullable=True),
        sa.Column("replaces", sa.Text(), nullable=True),
    ):
        op.add_column("api_keys", column)
    for name in ("way", "about"):
        op.add_column(LOG, sa.Column(name, sa.Text(), nullable=True))
    op.create_table(
        "log_starts",
        sa.Column("log", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("log", "number", name=op.f("pk_log_starts")),
    )
    _seal()
    if op.get_bind().dialect.name == "postgresql":
        _guard_on_postgresql()
    else:
        _guard_on_sqlite()


def _seal() -> None:
    before, numbers, bind = START, count(1), op.get_bind()
    for row in bind.execute(sa.select(_TRAIL).order_by(_TRAIL.c.at, _TRAIL.c.id)).mappings().all():
        line: dict[str, Any] = {
            "log": LOG,
            "number": next(numbers),
            "record": row["id"],
            "record_sha256": record_digest(dict(row)),
        }
        before = line_digest(before, **line)
        bind.execute(_CHAIN.insert().values(**line, sha256=before))


def _guard_on_postgresql() -> None:
    op.execute("DROP TRIGGER only_added_to ON log_chain")
    op.execute(
        "CREATE TRIGGER only_added_to BEFORE UPDATE OR DELETE OR TRUNCATE ON log_starts "
        "FOR EACH STATEMENT EXECUTE FUNCTION odwh_only_added_to()"
    )
    for table, removable in _REMOVABLE.items():
        op.execute(
            f"CREATE FUNCTION odwh_{table}_keeps() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF {removable} THEN RETURN OLD; END IF; "
            f"RAISE EXCEPTION '{table} is only added to'; END $$"
        )
        op.execute(
            f"CREATE TRIGGER only_added_to BEFORE UPDATE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION odwh_only_added_to()"
        )
        op.execute(
            f"CREATE TRIGGER only_past_its_term BEFORE DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION odwh_{table}_keeps()"
        )


def _guard_on_sqlite() -> None:
    op.execute("DROP TRIGGER log_chain_no_delete")
    for table, change, when in (
        ("log_starts", "UPDATE", ""),
        ("log_starts", "DELETE", ""),
        (LOG, "UPDATE", ""),
        *((table, "DELETE", f"WHEN NOT {kept}") for table, kept in _REMOVABLE.items()),
    ):
        op.execute(
            f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} {when} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is only added to'); END"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table in _REMOVABLE:
            op.execute(f"DROP TRIGGER only_past_its_term ON {table}")
            op.execute(f"DROP TRIGGER only_added_to ON {table}")
            op.execute(f"DROP FUNCTION odwh_{table}_keeps()")
        op.execute(_CHAIN.delete().where(_CHAIN.c.log == LOG))
        op.execute(
            "CREATE TRIGGER only_added_to BEFORE UPDATE OR DELETE OR TRUNCATE ON log_chain "
            "FOR EACH STATEMENT EXECUTE FUNCTION odwh_only_added_to()"
        )
    else:
        for trigger in (f"{LOG}_no_update", f"{LOG}_no_delete", "log_chain_no_delete"):
            op.execute(f"DROP TRIGGER {trigger}")
        op.execute(_CHAIN.delete().where(_CHAIN.c.log == LOG))
        op.execute(
            "CREATE TRIGGER log_chain_no_delete BEFORE DELETE ON log_chain "
            "BEGIN SELECT RAISE(ABORT, 'log_chain is only added to'); END"
        )
    op.drop_table("log_starts")
    for name in ("way", "about"):
        op.drop_column(LOG, name)
    for name in ("expires_at", "used_at", "networks", "replaces"):
        op.drop_column("api_keys", name)
