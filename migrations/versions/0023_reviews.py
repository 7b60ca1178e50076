"""comments on lessons, reviews of drafts."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

REMARK = ("comment", "reply", "resolved", "reopened")
STEP = ("requested", "approved", "changes_requested", "lapsed")


def _words(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=40)


def _to(table: str, column: str, other: str, ondelete: str = "RESTRICT") -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete=ondelete)


def upgrade() -> None:
    _remarks()
    _reviews()


def _remarks() -> None:
    op.create_table(
        "lesson_remark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("lesson_key", sa.String(length=60), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("thread_id", sa.Integer(), nullable=True),
        sa.Column("kind", _words("remarkkind", *REMARK), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.CheckConstraint(
            "(kind = 'comment') = (thread_id IS NULL)",
            name=op.f("ck_lesson_remark_comment_begins"),
        ),
        sa.CheckConstraint(
            "kind IN ('resolved', 'reopened') OR body <> ''",
            name=op.f("ck_lesson_remark_says_something"),
        ),
        _to("lesson_remark", "author_id", "person"),
        _to("lesson_remark", "course_id", "course"),
        _to("lesson_remark", "thread_id", "lesson_remark"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lesson_remark")),
        sa.UniqueConstraint("public_id", name=op.f("uq_lesson_remark_public_id")),
    )
    op.create_index("ix_lesson_remark_lesson", "lesson_remark", ["course_id", "lesson_key", "id"])
    op.create_index("ix_lesson_remark_thread_id", "lesson_remark", ["thread_id"])


def _reviews() -> None:
    op.create_table(
        "review_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("step", _words("reviewstep", *STEP), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("second_person", sa.Boolean(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("edited_by_id", sa.Integer(), nullable=True),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.CheckConstraint(
            "(step = 'approved') = (digest IS NOT NULL)",
            name=op.f("ck_review_event_approval_of_content"),
        ),
        sa.CheckConstraint(
            "step <> 'approved' OR NOT second_person OR (asked_by_id IS NOT NULL"
            " AND actor_id IS NOT NULL AND actor_id <> asked_by_id"
            " AND (edited_by_id IS NULL OR actor_id <> edited_by_id))",
            name=op.f("ck_review_event_second_person_approves"),
        ),
        _to("review_event", "actor_id", "person"),
        _to("review_event", "asked_by_id", "person"),
        _to("review_event", "edited_by_id", "person"),
        _to("review_event", "version_id", "course_version", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_event")),
        sa.UniqueConstraint("public_id", name=op.f("uq_review_event_public_id")),
    )
    op.create_index("ix_review_event_version", "review_event", ["version_id", "id"])
    op.create_table(
        "review_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("second_person", sa.Boolean(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by_id", sa.Integer(), nullable=True),
        _to("review_rule", "course_id", "course"),
        _to("review_rule", "set_by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_rule")),
    )
    op.create_index("ix_review_rule_course", "review_rule", ["course_id", "id"])


def downgrade() -> None:
    for table in ("review_rule", "review_event", "lesson_remark"):
        op.drop_table(table)
