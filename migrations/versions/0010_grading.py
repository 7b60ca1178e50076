"""grading: answers that a person has to judge."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "grading_task",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("item_version_id", sa.Integer(), nullable=False),
        sa.Column("waiting_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_by_id", sa.Integer(), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("points", sa.Double(), nullable=True),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.CheckConstraint(
            "(done_at IS NULL) = (points IS NULL)", name=op.f("ck_grading_task_done_with_points")
        ),
        sa.ForeignKeyConstraint(
            ["attempt_id"],
            ["attempt.id"],
            name=op.f("fk_grading_task_attempt_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["item_version_id"],
            ["item_version.id"],
            name=op.f("fk_grading_task_item_version_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["claimed_by_id"],
            ["person.id"],
            name=op.f("fk_grading_task_claimed_by_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grading_task")),
        sa.UniqueConstraint(
            "attempt_id", "position", name=op.f("uq_grading_task_attempt_id_position")
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_grading_task_public_id")),
    )
    op.create_index(op.f("ix_grading_task_item_version_id"), "grading_task", ["item_version_id"])
    op.create_index(
        "ix_grading_task_waiting",
        "grading_task",
        ["waiting_since"],
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.create_table(
        "grading",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("examiner_id", sa.Integer(), nullable=False),
        sa.Column("graded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "marks", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("comment", sa.String(length=2000), nullable=False),
        sa.ForeignKeyConstraint(
            ["task_id"], ["grading_task.id"], name=op.f("fk_grading_task_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["examiner_id"], ["person.id"], name=op.f("fk_grading_examiner_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grading")),
        sa.UniqueConstraint("task_id", "examiner_id", name=op.f("uq_grading_task_id_examiner_id")),
    )
    op.add_column("score", sa.Column("awaiting", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    op.drop_column("score", "awaiting")
    op.drop_table("grading")
    op.drop_table("grading_task")
