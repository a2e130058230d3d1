"""What the quality criteria ask of an expertise, who is in it, and who has a certificate

Revision: 0035, after 0034.
"""

import sqlalchemy as sa
from alembic import op

from adapter.ground.store.columns import Hours, Json, Moment

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "quality_requirements",
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("expertise", sa.Text(), nullable=False),
        sa.Column("function", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("course_ids", Json(), nullable=False),
        sa.Column("validity_months", sa.Integer(), nullable=True),
        sa.Column("people", sa.Integer(), nullable=True),
        sa.Column("hours", Hours(), nullable=True),
        sa.Column("costs_cents", sa.BigInteger(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("recorded_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_quality_requirements")),
    )
    op.create_table(
        "expertise_members",
        sa.Column("employee_id", sa.Text(), nullable=False),
        sa.Column("expertise", sa.Text(), nullable=False),
        sa.Column("member_from", sa.Date(), nullable=False),
        sa.Column("function", sa.Text(), nullable=False),
        sa.Column("member_until", sa.Date(), nullable=True),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("recorded_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint(
            "employee_id",
            "expertise",
            "member_from",
            "function",
            name=op.f("pk_expertise_members"),
        ),
    )
    op.create_table(
        "certificates",
        sa.Column("employee_id", sa.Text(), nullable=False),
        sa.Column("requirement", sa.Text(), nullable=False),
        sa.Column("obtained_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("recorded_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["requirement"],
            ["quality_requirements.reference"],
            name=op.f("fk_certificates_requirement_quality_requirements"),
        ),
        sa.PrimaryKeyConstraint(
            "employee_id", "requirement", "obtained_on", name=op.f("pk_certificates")
        ),
    )


def downgrade() -> None:
    op.drop_table("certificates")
    op.drop_table("expertise_members")
    op.drop_table("quality_requirements")
