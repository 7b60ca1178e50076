"""delta trainings."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete="RESTRICT")


def upgrade() -> None:
    op.create_table(
        "delta_training",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("fact_version_id", sa.Integer(), nullable=False),
        sa.Column("text_was", JSON, nullable=False),
        sa.Column("text_now", JSON, nullable=False),
        sa.Column("questions", JSON, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        _to("delta_training", "created_by_id", "person"),
        _to("delta_training", "fact_version_id", "fact_version"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delta_training")),
        sa.UniqueConstraint("fact_version_id", name=op.f("uq_delta_training_fact_version_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_delta_training_public_id")),
    )
    op.create_table(
        "delta_order",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("training_id", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        _to("delta_order", "asked_by_id", "person"),
        _to("delta_order", "training_id", "delta_training"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delta_order")),
        sa.UniqueConstraint("public_id", name=op.f("uq_delta_order_public_id")),
    )
    op.create_index("ix_delta_order_training_id", "delta_order", ["training_id"])
    op.create_table(
        "delta_assignment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("training_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        _to("delta_assignment", "order_id", "delta_order"),
        _to("delta_assignment", "person_id", "person"),
        _to("delta_assignment", "training_id", "delta_training"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delta_assignment")),
        sa.UniqueConstraint("public_id", name=op.f("uq_delta_assignment_public_id")),
        sa.UniqueConstraint(
            "training_id", "person_id", name=op.f("uq_delta_assignment_training_id_person_id")
        ),
    )
    op.create_index("ix_delta_assignment_order_id", "delta_assignment", ["order_id"])
    op.create_index("ix_delta_assignment_person", "delta_assignment", ["person_id", "id"])
    op.create_table(
        "delta_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("given", JSON, nullable=False),
        sa.Column("is_right", sa.Boolean(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        _to("delta_answer", "assignment_id", "delta_assignment"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delta_answer")),
    )
    op.create_index("ix_delta_answer_assignment", "delta_answer", ["assignment_id", "id"])
    op.create_index(
        "uq_delta_answer_right",
        "delta_answer",
        ["assignment_id"],
        unique=True,
        sqlite_where=sa.text("is_right"),
        postgresql_where=sa.text("is_right"),
    )


def downgrade() -> None:
    for table in ("delta_answer", "delta_assignment", "delta_order", "delta_training"):
        op.drop_table(table)
