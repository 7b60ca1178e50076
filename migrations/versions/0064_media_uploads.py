"""media uploads: files that come into the media library piece by piece."""

import sqlalchemy as sa
from alembic import op

import lms.core.database

revision = "0064"
down_revision = "0063"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "media_upload",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "under_way",
                "done",
                "dropped",
                name="uploadstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("begun_at", lms.core.database.UTCDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", lms.core.database.UTCDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", lms.core.database.UTCDateTime(timezone=True), nullable=True),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.CheckConstraint(
            "(state = 'under_way') = (ended_at IS NULL)", name=op.f("ck_media_upload_ended")
        ),
        sa.CheckConstraint("size > 0", name=op.f("ck_media_upload_size")),
        sa.ForeignKeyConstraint(
            ["file_id"],
            ["course_file.id"],
            name=op.f("fk_media_upload_file_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_media_upload_person_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["course_version.id"],
            name=op.f("fk_media_upload_version_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media_upload")),
        sa.UniqueConstraint("public_id", name=op.f("uq_media_upload_public_id")),
    )
    op.create_index(op.f("ix_media_upload_version_id"), "media_upload", ["version_id"])
    op.create_index(
        "uq_media_upload_under_way",
        "media_upload",
        ["person_id", "version_id", "fingerprint"],
        unique=True,
        sqlite_where=sa.text("state = 'under_way'"),
        postgresql_where=sa.text("state = 'under_way'"),
    )
    op.create_table(
        "media_piece",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("upload_id", sa.Integer(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("blob", sa.String(length=64), nullable=False),
        sa.CheckConstraint("start >= 0 AND size > 0", name=op.f("ck_media_piece_extent")),
        sa.ForeignKeyConstraint(
            ["upload_id"],
            ["media_upload.id"],
            name=op.f("fk_media_piece_upload_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media_piece")),
        sa.UniqueConstraint("upload_id", "start", name=op.f("uq_media_piece_upload_id_start")),
    )


def downgrade() -> None:
    op.drop_table("media_piece")
    op.drop_table("media_upload")
