"""What went to the archive, and declarations of destruction, sealed in the chain

Revision: 0036, after 0035.
"""

import sqlalchemy as sa
from alembic import op

from adapter.ground.store.columns import Json, Moment

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

EXPORTS, DESTRUCTIONS = "archive_exports", "destructions"


def upgrade() -> None:
    op.create_table(
        EXPORTS,
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("object_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("stands_at", Moment(), nullable=False),
        sa.Column("files", Json(), nullable=False),
        sa.Column("exported_by", sa.Text(), nullable=False),
        sa.Column("exported_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archive_exports")),
        sa.UniqueConstraint(
            "kind", "object_id", "number", name=op.f("uq_archive_exports_kind_object_id_number")
        ),
    )
    op.create_table(
        DESTRUCTIONS,
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("destroyed_at", Moment(), nullable=False),
        sa.Column("destroyed_by", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("selection_list", sa.Text(), nullable=False),
        sa.Column("objects", Json(), nullable=False),
        sa.Column("rows", Json(), nullable=False),
        sa.Column("redactions", Json(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_destructions")),
    )
    _only_added_to(DESTRUCTIONS)


def _only_added_to(table: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE TRIGGER only_added_to BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION odwh_only_added_to()"
        )
        return
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is only added to'); END"
        )


def downgrade() -> None:
    op.drop_table(DESTRUCTIONS)
    op.drop_table(EXPORTS)
