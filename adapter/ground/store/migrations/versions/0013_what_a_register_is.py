"""What a register is: on which clock it ran, and whether the demo made it

Revision: 0013, after 0012. A register in which a worker has run before ran on real time, as far
as anybody can tell: a rehearsal is a copy.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    facts = op.create_table(
        "register_facts",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_register_facts")),
    )
    heartbeats = sa.table("heartbeats", sa.column("worker", sa.Text()))
    if op.get_bind().execute(sa.select(heartbeats).limit(1)).first() is not None:
        op.execute(facts.insert().values(name="clock", value="real"))


def downgrade() -> None:
    op.drop_table("register_facts")
