"""co-authors: people from outside who may edit one course up to a day."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "co_authorship",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("organisation", sa.String(length=200), nullable=False),
        sa.Column("invited_by_id", sa.Integer(), nullable=False),
        sa.Column("invited_at", INSTANT, nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("withdrawn_at", INSTANT, nullable=True),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [column],
                [target],
                name=op.f(f"fk_co_authorship_{column}"),
                ondelete="RESTRICT",
            )
            for column, target in (
                ("course_id", "course.id"),
                ("person_id", "person.id"),
                ("invited_by_id", "person.id"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_co_authorship")),
        sa.UniqueConstraint("public_id", name=op.f("uq_co_authorship_public_id")),
    )
    op.create_index(op.f("ix_co_authorship_person_id"), "co_authorship", ["person_id"])
    op.create_index(
        "uq_co_authorship_open",
        "co_authorship",
        ["course_id", "person_id"],
        unique=True,
        sqlite_where=sa.text("withdrawn_at IS NULL"),
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("co_authorship")
