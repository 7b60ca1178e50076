"""programmes: ordered courses for a post, and what people were given by them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "programme",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("title", JSON, nullable=False),
        sa.Column("summary", JSON, nullable=False),
        sa.Column("post", sa.String(length=40), nullable=False),
        sa.Column(
            "coverage",
            sa.Enum("everyone", "newcomers", name="coverage", native_enum=False, length=40,
                    create_constraint=True),
            nullable=False,
        ),
        sa.Column("in_force_on", sa.Date(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("retired_at", INSTANT, nullable=True),
        sa.Column("loaded_digest", sa.String(length=64), nullable=True),
        sa.Column("changed_here", sa.Boolean(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["person.id"],
            name=op.f("fk_programme_created_by_id"), ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme")),
        sa.UniqueConstraint("key", name=op.f("uq_programme_key")),
        sa.UniqueConstraint("public_id", name=op.f("uq_programme_public_id")),
    )  # fmt: skip
    op.create_index(
        "uq_programme_post",
        "programme",
        ["post"],
        unique=True,
        sqlite_where=sa.text("retired_at IS NULL"),
        postgresql_where=sa.text("retired_at IS NULL"),
    )
    op.create_table(
        "programme_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.Column("removed_at", INSTANT, nullable=True),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.CheckConstraint("days BETWEEN 1 AND 3660", name=op.f("ck_programme_step_days_bounded")),
        sa.CheckConstraint("position >= 1", name=op.f("ck_programme_step_position_from_one")),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"],
            name=op.f("fk_programme_step_programme_id"), ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme_step")),
        sa.UniqueConstraint("public_id", name=op.f("uq_programme_step_public_id")),
    )  # fmt: skip
    op.create_index("ix_programme_step_programme", "programme_step", ["programme_id", "position"])
    op.create_table(
        "programme_step_course",
        sa.Column("step_id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["step_id"], ["programme_step.id"],
            name=op.f("fk_programme_step_course_step_id"), ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["course_id"], ["course.id"],
            name=op.f("fk_programme_step_course_course_id"), ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("step_id", "course_id", name=op.f("pk_programme_step_course")),
    )  # fmt: skip
    op.create_table(
        "programme_assignment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("step_id", sa.Integer(), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column(
            "basis",
            sa.Enum("enrolled", "chosen", "joined", "counted", name="basis", native_enum=False,
                    length=40, create_constraint=True),
            nullable=False,
        ),
        sa.Column("assigned_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"],
            name=op.f("fk_programme_assignment_person_id"), ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["step_id"], ["programme_step.id"],
            name=op.f("fk_programme_assignment_step_id"), ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"],
            name=op.f("fk_programme_assignment_enrolment_id"), ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme_assignment")),
        sa.UniqueConstraint(
            "person_id", "step_id", "begins_on", "enrolment_id",
            name=op.f("uq_programme_assignment_person_id_step_id_begins_on_enrolment_id"),
        ),
    )  # fmt: skip
    op.create_index(
        "ix_programme_assignment_step", "programme_assignment", ["step_id", "person_id"]
    )
    op.create_index(
        op.f("ix_programme_assignment_enrolment_id"), "programme_assignment", ["enrolment_id"]
    )


def downgrade() -> None:
    op.drop_table("programme_assignment")
    op.drop_table("programme_step_course")
    op.drop_table("programme_step")
    op.drop_table("programme")
