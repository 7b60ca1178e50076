"""moving people between versions."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def _to(table: str, column: str, other: str, ondelete: str = "RESTRICT") -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete=ondelete)


def upgrade() -> None:
    op.create_table(
        "move_order",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("to_version_id", sa.Integer(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        _to("move_order", "asked_by_id", "person"),
        _to("move_order", "to_version_id", "course_version"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_move_order")),
        sa.UniqueConstraint("public_id", name=op.f("uq_move_order_public_id")),
    )
    op.create_index("ix_move_order_to_version_id", "move_order", ["to_version_id"])
    op.create_table(
        "enrolment_move",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("from_version_id", sa.Integer(), nullable=False),
        sa.Column("to_version_id", sa.Integer(), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kept_lessons", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "from_version_id <> to_version_id", name=op.f("ck_enrolment_move_goes_elsewhere")
        ),
        _to("enrolment_move", "enrolment_id", "enrolment", "CASCADE"),
        _to("enrolment_move", "from_version_id", "course_version"),
        _to("enrolment_move", "order_id", "move_order"),
        _to("enrolment_move", "to_version_id", "course_version"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment_move")),
        sa.UniqueConstraint(
            "enrolment_id",
            "to_version_id",
            name=op.f("uq_enrolment_move_enrolment_id_to_version_id"),
        ),
    )
    op.create_index("ix_enrolment_move_order_id", "enrolment_move", ["order_id"])


def downgrade() -> None:
    for table in ("enrolment_move", "move_order"):
        op.drop_table(table)
