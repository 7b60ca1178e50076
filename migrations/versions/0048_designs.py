"""designs of certificates: drafts, versions, pictures, and which one a certificate has."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def _person(table: str, column: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], ["person.id"], name=name, ondelete="RESTRICT")


def _design(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_design_id")
    return sa.ForeignKeyConstraint(
        ["design_id"], ["certificate_design.id"], name=name, ondelete="RESTRICT"
    )


def upgrade() -> None:
    _designs()
    _versions()
    _pictures()
    _choices()
    with op.batch_alter_table("certificate") as batch:
        batch.add_column(sa.Column("design_version_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(
            op.f("fk_certificate_design_version_id"),
            "certificate_design_version",
            ["design_version_id"],
            ["id"],
            ondelete="RESTRICT",
        )


def _designs() -> None:
    op.create_table(
        "certificate_design",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("draft", JSON, nullable=False),
        sa.Column("draft_changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("draft_changed_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        _person("certificate_design", "draft_changed_by_id"),
        _person("certificate_design", "created_by_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_design")),
        sa.UniqueConstraint("name", name=op.f("uq_certificate_design_name")),
        sa.UniqueConstraint("public_id", name=op.f("uq_certificate_design_public_id")),
    )


def _versions() -> None:
    op.create_table(
        "certificate_design_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("design_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("face", JSON, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "number > 0", name=op.f("ck_certificate_design_version_number_positive")
        ),
        _design("certificate_design_version"),
        _person("certificate_design_version", "published_by_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_design_version")),
        sa.UniqueConstraint(
            "design_id", "number", name=op.f("uq_certificate_design_version_design_id_number")
        ),
    )


def _pictures() -> None:
    op.create_table(
        "certificate_design_picture",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("design_id", sa.Integer(), nullable=False),
        sa.Column("blob", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=True),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.CheckConstraint(
            "width > 0 AND height > 0", name=op.f("ck_certificate_design_picture_size_positive")
        ),
        _design("certificate_design_picture"),
        _person("certificate_design_picture", "added_by_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_design_picture")),
        sa.UniqueConstraint("public_id", name=op.f("uq_certificate_design_picture_public_id")),
    )
    op.create_index(
        "ix_certificate_design_picture_design_id", "certificate_design_picture", ["design_id"]
    )


def _choices() -> None:
    table = "certificate_design_choice"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=True),
        sa.Column("design_id", sa.Integer(), nullable=True),
        sa.Column("follows_network", sa.Boolean(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("chosen_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("number > 0", name=op.f(f"ck_{table}_number_positive")),
        sa.CheckConstraint(
            "NOT follows_network OR (course_id IS NOT NULL AND design_id IS NULL)",
            name=op.f(f"ck_{table}_only_a_course_follows"),
        ),
        sa.ForeignKeyConstraint(
            ["course_id"], ["course.id"], name=op.f(f"fk_{table}_course_id"), ondelete="RESTRICT"
        ),
        _design(table),
        _person(table, "chosen_by_id"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(f"ix_{table}_design_id", table, ["design_id"])
    op.create_index(
        f"uq_{table}_course",
        table,
        ["course_id", "number"],
        unique=True,
        sqlite_where=sa.text("course_id IS NOT NULL"),
        postgresql_where=sa.text("course_id IS NOT NULL"),
    )
    op.create_index(
        f"uq_{table}_network",
        table,
        ["number"],
        unique=True,
        sqlite_where=sa.text("course_id IS NULL"),
        postgresql_where=sa.text("course_id IS NULL"),
    )


def downgrade() -> None:
    with op.batch_alter_table("certificate") as batch:
        batch.drop_constraint(op.f("fk_certificate_design_version_id"), type_="foreignkey")
        batch.drop_column("design_version_id")
    for table in ("choice", "picture", "version"):
        op.drop_table(f"certificate_design_{table}")
    op.drop_table("certificate_design")
