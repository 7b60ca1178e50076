"""different people: pairs of records of which HR said that they aren't of one person."""

import sqlalchemy as sa
from alembic import op

revision = "0067"
down_revision = "0066"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
PEOPLE = ("low_id", "high_id", "marked_by_id", "taken_back_by_id")


def upgrade() -> None:
    op.create_table(
        "different_people",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("low_id", sa.Integer(), nullable=False),
        sa.Column("high_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("marked_by_id", sa.Integer(), nullable=False),
        sa.Column("marked_at", INSTANT, nullable=False),
        sa.Column("taken_back_reason", sa.Text(), nullable=False),
        sa.Column("taken_back_by_id", sa.Integer(), nullable=True),
        sa.Column("taken_back_at", INSTANT, nullable=True),
        sa.CheckConstraint("low_id < high_id", name=op.f("ck_different_people_in_order")),
        sa.CheckConstraint(
            "(taken_back_at IS NULL) = (taken_back_by_id IS NULL)",
            name=op.f("ck_different_people_taken_back_by"),
        ),
        *(
            sa.ForeignKeyConstraint(
                [column],
                ["person.id"],
                name=op.f(f"fk_different_people_{column}"),
                ondelete="RESTRICT",
            )
            for column in PEOPLE
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_different_people")),
        sa.UniqueConstraint("public_id", name=op.f("uq_different_people_public_id")),
    )
    op.create_index(op.f("ix_different_people_high_id"), "different_people", ["high_id"])
    op.create_index(
        "uq_different_people_open",
        "different_people",
        ["low_id", "high_id"],
        unique=True,
        sqlite_where=sa.text("taken_back_at IS NULL"),
        postgresql_where=sa.text("taken_back_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("different_people")
