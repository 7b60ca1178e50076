"""practice."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
RECALL = ("again", "hard", "good", "easy")


def _words(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    op.add_column(
        "course_topic", sa.Column("lessons", JSON, nullable=False, server_default=sa.text("'[]'"))
    )
    op.create_table(
        "practice_item",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_practice_item_item_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_practice_item")),
    )
    _cards()
    _sessions()
    _reviews()


def _cards() -> None:
    op.create_table(
        "practice_card",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("lesson_key", sa.String(length=60), nullable=True),
        sa.Column("check_key", sa.String(length=60), nullable=True),
        sa.Column("reviews", sa.Integer(), nullable=False),
        sa.Column("forgotten", sa.Integer(), nullable=False),
        sa.Column("stability", sa.Double(), nullable=True),
        sa.Column("difficulty", sa.Double(), nullable=True),
        sa.Column("first_review_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_review_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_recall", _words("recall", *RECALL), nullable=True),
        sa.Column("is_confident_error", sa.Boolean(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(item_id IS NULL) = (lesson_key IS NOT NULL)"
            " AND (lesson_key IS NULL) = (check_key IS NULL)",
            name=op.f("ck_practice_card_one_subject"),
        ),
        sa.CheckConstraint(
            "(reviews = 0) = (due_on IS NULL) AND (reviews = 0) = (last_review_at IS NULL)",
            name=op.f("ck_practice_card_reviewed_is_due"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_practice_card_person_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["course_id"],
            ["course.id"],
            name=op.f("fk_practice_card_course_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_practice_card_item_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice_card")),
    )
    op.create_index(op.f("ix_practice_card_course_id"), "practice_card", ["course_id"])
    op.create_index(op.f("ix_practice_card_item_id"), "practice_card", ["item_id"])
    op.create_index(
        "uq_practice_card_item",
        "practice_card",
        ["person_id", "item_id"],
        unique=True,
        sqlite_where=sa.text("item_id IS NOT NULL"),
        postgresql_where=sa.text("item_id IS NOT NULL"),
    )
    op.create_index(
        "uq_practice_card_check",
        "practice_card",
        ["person_id", "course_id", "lesson_key", "check_key"],
        unique=True,
        sqlite_where=sa.text("check_key IS NOT NULL"),
        postgresql_where=sa.text("check_key IS NOT NULL"),
    )


def _sessions() -> None:
    op.create_table(
        "practice_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_practice_session_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice_session")),
        sa.UniqueConstraint("public_id", name=op.f("uq_practice_session_public_id")),
    )
    op.create_index("ix_practice_session_person", "practice_session", ["person_id", "id"])
    op.create_index(
        "uq_practice_session_open",
        "practice_session",
        ["person_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def _reviews() -> None:
    op.create_table(
        "practice_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("card_id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("item_version_id", sa.Integer(), nullable=True),
        sa.Column("activity_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(item_version_id IS NULL) = (activity_id IS NOT NULL)",
            name=op.f("ck_practice_question_one_wording"),
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["practice_session.id"],
            name=op.f("fk_practice_question_session_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["card_id"],
            ["practice_card.id"],
            name=op.f("fk_practice_question_card_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["enrolment.id"],
            name=op.f("fk_practice_question_enrolment_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["item_version_id"],
            ["item_version.id"],
            name=op.f("fk_practice_question_item_version_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["activity_id"],
            ["activity.id"],
            name=op.f("fk_practice_question_activity_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice_question")),
        sa.UniqueConstraint(
            "session_id", "position", name=op.f("uq_practice_question_session_id_position")
        ),
        sa.UniqueConstraint(
            "session_id", "card_id", name=op.f("uq_practice_question_session_id_card_id")
        ),
    )
    op.create_index(op.f("ix_practice_question_card_id"), "practice_question", ["card_id"])
    op.create_index(
        op.f("ix_practice_question_item_version_id"), "practice_question", ["item_version_id"]
    )
    op.create_table(
        "practice_review",
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("response", JSON, nullable=True),
        sa.Column("credit", sa.Double(), nullable=False),
        sa.Column("certainty", _words("certainty", "sure", "rather", "guessing"), nullable=False),
        sa.Column("recall", _words("recall", *RECALL), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=False),
        sa.CheckConstraint("credit BETWEEN 0 AND 1", name=op.f("ck_practice_review_credit")),
        sa.CheckConstraint(
            "response IS NOT NULL OR certainty = 'guessing'",
            name=op.f("ck_practice_review_no_answer_is_unsure"),
        ),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["practice_question.id"],
            name=op.f("fk_practice_review_question_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("question_id", name=op.f("pk_practice_review")),
    )
    op.create_index("ix_practice_review_answered_on", "practice_review", ["answered_on"])


def downgrade() -> None:
    for table in ("review", "question", "session", "card", "item"):
        op.drop_table(f"practice_{table}")
    with op.batch_alter_table("course_topic", schema=None) as batch_op:
        batch_op.drop_column("lessons")
