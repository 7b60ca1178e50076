"""erasure: when a person was erased, orders with their steps, changed classes, who is due."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
INSTANT = sa.DateTime(timezone=True)


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    op.add_column("person", sa.Column("erased_at", INSTANT, nullable=True))
    _add_changes()
    _add_orders()
    op.create_table(
        "due_erasure",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("found_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_due_erasure_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_due_erasure")),
    )
    op.create_index("ix_due_erasure_since_on", "due_erasure", ["since_on", "person_id"])


def _add_changes() -> None:
    op.create_table(
        "retention_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", JSON, nullable=False),
        sa.Column("basis", JSON, nullable=False),
        sa.Column("start", _one_of("start", "leaving", "record"), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("fate", _one_of("fate", "delete", "anonymise", "keep"), nullable=False),
        sa.Column("is_early", sa.Boolean(), nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("months BETWEEN 0 AND 1200", name=op.f("ck_retention_change_months")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_retention_change_counted")),
        sa.ForeignKeyConstraint(
            ["changed_by_id"],
            ["person.id"],
            name=op.f("fk_retention_change_changed_by_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_change")),
        sa.UniqueConstraint("key", "number", name=op.f("uq_retention_change_key_number")),
    )


def _add_orders() -> None:
    op.create_table(
        "erasure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.Column("is_stopped", sa.Boolean(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_erasure_person_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["second_person_request.id"],
            name=op.f("fk_erasure_request_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure")),
        sa.UniqueConstraint("public_id", name=op.f("uq_erasure_public_id")),
        sa.UniqueConstraint("request_id", name=op.f("uq_erasure_request_id")),
    )
    op.create_index("ix_erasure_person_id", "erasure", ["person_id"])
    is_open = sa.text("closed_at IS NULL")
    op.create_index(
        "uq_erasure_open",
        "erasure",
        ["person_id"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
    op.create_table(
        "erasure_step",
        sa.Column("erasure_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("fate", _one_of("fate", "delete", "anonymise", "keep"), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.CheckConstraint("rows >= 0", name=op.f("ck_erasure_step_rows_counted")),
        sa.ForeignKeyConstraint(
            ["erasure_id"],
            ["erasure.id"],
            name=op.f("fk_erasure_step_erasure_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("erasure_id", "position", name=op.f("pk_erasure_step")),
    )


def downgrade() -> None:
    op.drop_table("due_erasure")
    op.drop_table("erasure_step")
    op.drop_table("erasure")
    op.drop_table("retention_change")
    with op.batch_alter_table("person") as person:
        person.drop_column("erased_at")
