"""merging: which record a merged one leads to, requests to merge, to whom a certificate was issued.

Two records of a person are compared by the beginnings of their posts and by how their numbers and
addresses read.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0063"
down_revision = "0062"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("person") as table:
        table.add_column(sa.Column("merged_into_id", sa.Integer(), nullable=True))
        table.create_foreign_key(
            op.f("fk_person_merged_into_id"),
            "person",
            ["merged_into_id"],
            ["id"],
            ondelete="RESTRICT",
        )
        table.create_index(op.f("ix_person_merged_into_id"), ["merged_into_id"])
    op.add_column("certificate", sa.Column("issued_to_key", sa.String(length=16), nullable=True))
    op.create_table(
        "person_merge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("kept_id", sa.Integer(), nullable=False),
        sa.Column("ended_id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("taken", JSON, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("moved", JSON, nullable=False),
        sa.Column("dropped_posts", JSON, nullable=False),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.CheckConstraint("kept_id <> ended_id", name=op.f("ck_person_merge_two_records")),
        *(
            sa.ForeignKeyConstraint(
                [column], [target], name=op.f(f"fk_person_merge_{column}"), ondelete="RESTRICT"
            )
            for column, target in (
                ("kept_id", "person.id"),
                ("ended_id", "person.id"),
                ("request_id", "second_person_request.id"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_merge")),
        sa.UniqueConstraint("public_id", name=op.f("uq_person_merge_public_id")),
        sa.UniqueConstraint("request_id", name=op.f("uq_person_merge_request_id")),
    )
    op.create_index(op.f("ix_person_merge_kept_id"), "person_merge", ["kept_id"])
    op.create_index(
        "uq_person_merge_open",
        "person_merge",
        ["ended_id"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("person_merge")
    op.drop_column("certificate", "issued_to_key")
    with op.batch_alter_table("person") as table:
        table.drop_index(op.f("ix_person_merged_into_id"))
        table.drop_constraint(op.f("fk_person_merged_into_id"), type_="foreignkey")
        table.drop_column("merged_into_id")
