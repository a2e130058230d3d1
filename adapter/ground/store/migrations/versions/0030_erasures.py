"""What was erased of people, sealed in the chain

Revision: 0030, after 0029.
"""

import sqlalchemy as sa
from alembic import op

from adapter.ground.store.columns import Json, Moment

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

TABLE = "erasures"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("erased_at", Moment(), nullable=False),
        sa.Column("erased_by", sa.Text(), nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("rows", Json(), nullable=False),
        sa.Column("redactions", Json(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasures")),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE TRIGGER only_added_to BEFORE UPDATE OR DELETE OR TRUNCATE ON {TABLE} "
            "FOR EACH STATEMENT EXECUTE FUNCTION odwh_only_added_to()"
        )
        return
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {TABLE}_no_{change.lower()} BEFORE {change} ON {TABLE} "
            f"BEGIN SELECT RAISE(ABORT, '{TABLE} is only added to'); END"
        )


def downgrade() -> None:
    op.drop_table(TABLE)
