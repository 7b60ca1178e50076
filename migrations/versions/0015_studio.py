"""studio: the life of courses while they are edited."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0011"
branch_labels = None
depends_on = None

REVISION = ("found", "autosaved", "saved", "merged", "restored", "aside")


def _words(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    _revisions()


def _revisions() -> None:
    op.create_table(
        "lesson_revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("lesson_key", sa.String(length=60), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("kind", _words("revisionkind", *REVISION), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("draft_lesson", sa.String(length=16), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=True),
        sa.Column("page", sa.String(length=36), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.CheckConstraint(
            "(kind = 'aside') = (row_version IS NULL)",
            name=op.f("ck_lesson_revision_aside_is_no_state"),
        ),
        sa.ForeignKeyConstraint(
            ["author_id"],
            ["person.id"],
            name=op.f("fk_lesson_revision_author_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["course_id"],
            ["course.id"],
            name=op.f("fk_lesson_revision_course_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lesson_revision")),
        sa.UniqueConstraint(
            "course_id",
            "lesson_key",
            "language",
            "number",
            "step",
            name=op.f("uq_lesson_revision_course_id_lesson_key_language_number_step"),
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_lesson_revision_public_id")),
    )
    op.create_index(
        "ix_lesson_revision_base", "lesson_revision", ["draft_lesson", "language", "row_version"]
    )


def downgrade() -> None:
    op.drop_table("lesson_revision")
