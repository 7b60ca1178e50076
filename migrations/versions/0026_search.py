"""search: the index of lessons, made anew from the courses by `lms courses reindex`."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "search_passage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("heading", sa.Text(), nullable=False),
        sa.Column("anchor", sa.String(length=100), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["course_version.id"],
            name=op.f("fk_search_passage_version_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["activity_id"],
            ["activity.id"],
            name=op.f("fk_search_passage_activity_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_passage")),
        sa.UniqueConstraint(
            "activity_id",
            "language",
            "position",
            name=op.f("uq_search_passage_activity_id_language_position"),
        ),
    )
    op.create_index("ix_search_passage_version", "search_passage", ["version_id"])
    if op.get_bind().dialect.name == "sqlite":
        # Holds stems: words are compared as they are, and need no positions of letters.
        op.execute(
            "CREATE VIRTUAL TABLE search_index USING fts5(title, heading, terms, body,"
            " tokenize = 'unicode61 remove_diacritics 0', prefix = '3 4 5')"
        )
    else:
        _postgresql()


def _postgresql() -> None:
    op.create_table(
        "search_index",
        sa.Column("passage_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("document", postgresql.TSVECTOR(), nullable=False),
        sa.ForeignKeyConstraint(
            ["passage_id"],
            ["search_passage.id"],
            name=op.f("fk_search_index_passage_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("passage_id", name=op.f("pk_search_index")),
    )
    op.create_index(
        "ix_search_index_document", "search_index", ["document"], postgresql_using="gin"
    )


def downgrade() -> None:
    op.drop_table("search_index")
    op.drop_table("search_passage")
