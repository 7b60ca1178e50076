"""The tables of uploads and of their pieces."""

from datetime import datetime
from enum import Enum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.database import PublicId, db, enum_type

UNDER_WAY = sa.text("state = 'under_way'")


class UploadState(Enum):
    """What became of an upload."""

    UNDER_WAY = "under_way"
    DONE = "done"  # a file of the library
    DROPPED = "dropped"  # given up, or no file that is taken


class MediaUpload(PublicId, db.Model):
    """A file that one person sends to one draft. Stays a day after its end: it counts to a quota.

    Files that a form brings whole stand here too, done from the beginning.
    """

    __tablename__ = "media_upload"
    __table_args__ = (
        sa.CheckConstraint("size > 0", name="size"),
        sa.CheckConstraint("(state = 'under_way') = (ended_at IS NULL)", name="ended"),
        sa.Index(
            "uq_media_upload_under_way",
            "person_id",
            "version_id",
            "fingerprint",
            unique=True,
            sqlite_where=UNDER_WAY,
            postgresql_where=UNDER_WAY,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    # None: the draft was discarded meanwhile.
    version_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("course_version.id", ondelete="SET NULL"), index=True
    )
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="RESTRICT"))
    name: Mapped[str] = mapped_column(sa.String(255))  # as its sender calls it
    size: Mapped[int]  # bytes of the whole file
    # By what the same file is known again: a hash of its name, size and time of change.
    fingerprint: Mapped[str] = mapped_column(sa.String(64))
    state: Mapped[UploadState] = mapped_column(enum_type(UploadState))
    begun_at: Mapped[datetime]
    expires_at: Mapped[datetime]  # if no further piece comes
    ended_at: Mapped[datetime | None]
    # What it became; None also when that was removed again.
    file_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("course_file.id", ondelete="SET NULL")
    )


class MediaPiece(db.Model):
    """A piece that has arrived and is in the store."""

    __tablename__ = "media_piece"
    __table_args__ = (
        sa.UniqueConstraint("upload_id", "start"),
        sa.CheckConstraint("start >= 0 AND size > 0", name="extent"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    upload_id: Mapped[int] = mapped_column(sa.ForeignKey("media_upload.id", ondelete="CASCADE"))
    start: Mapped[int]  # bytes of the file before it
    size: Mapped[int]  # bytes
    blob: Mapped[str] = mapped_column(sa.String(64))  # in the place of its upload
