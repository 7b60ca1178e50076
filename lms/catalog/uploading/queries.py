"""Named reads of uploads. Each starts from whose they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from lms.catalog.models import CourseFile, CourseVersion
from lms.catalog.uploading.models import MediaPiece, MediaUpload, UploadState
from lms.core.database import db
from lms.people.models import Person

DAY = timedelta(hours=24)


@dataclass(frozen=True)
class Waiting:
    """An upload that broke off, and how much of it is here."""

    upload: MediaUpload
    received: int  # bytes

    @property
    def percent(self) -> int:
        """The share that is here."""
        return self.received * 100 // self.upload.size


def upload_of(person: Person, version: CourseVersion, public_id: str) -> MediaUpload | None:
    """Return the person's upload to this draft."""
    statement = sa.select(MediaUpload).where(
        MediaUpload.public_id == public_id,
        MediaUpload.person_id == person.id,
        MediaUpload.version_id == version.id,
        MediaUpload.state != UploadState.DROPPED,
    )
    return db.session.scalars(statement).one_or_none()


def same_file(person: Person, version: CourseVersion, fingerprint: str) -> MediaUpload | None:
    """Return the person's upload of the same file to this draft that is under way."""
    statement = sa.select(MediaUpload).where(
        MediaUpload.person_id == person.id,
        MediaUpload.version_id == version.id,
        MediaUpload.fingerprint == fingerprint,
        MediaUpload.state == UploadState.UNDER_WAY,
    )
    return db.session.scalars(statement).one_or_none()


def waiting(person: Person, version: CourseVersion, now: datetime) -> list[Waiting]:
    """Return the person's uploads to this draft that may still go on, oldest first."""
    received = sa.func.coalesce(sa.func.sum(MediaPiece.size), 0)
    statement = (
        sa.select(MediaUpload, received)
        .outerjoin(MediaPiece, MediaPiece.upload_id == MediaUpload.id)
        .where(
            MediaUpload.person_id == person.id,
            MediaUpload.version_id == version.id,
            MediaUpload.state == UploadState.UNDER_WAY,
            MediaUpload.expires_at > now,
        )
        .group_by(MediaUpload.id)
        .order_by(MediaUpload.begun_at, MediaUpload.id)
    )
    return [Waiting(upload, int(total)) for upload, total in db.session.execute(statement)]


def pieces_of(upload_id: int) -> Sequence[MediaPiece]:
    """Return what has arrived, in order."""
    statement = (
        sa.select(MediaPiece).where(MediaPiece.upload_id == upload_id).order_by(MediaPiece.start)
    )
    return db.session.scalars(statement).all()


def received(upload_id: int) -> int:
    """Return how many bytes have arrived."""
    total = sa.select(sa.func.coalesce(sa.func.sum(MediaPiece.size), 0))
    return int(db.session.scalar(total.where(MediaPiece.upload_id == upload_id)) or 0)


def held(upload_id: int) -> MediaUpload | None:
    """Return an upload as it is now, held until this transaction ends."""
    statement = (
        sa.select(MediaUpload)
        .where(MediaUpload.id == upload_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(statement).one_or_none()


def file_of(upload: MediaUpload) -> CourseFile | None:
    """Return what the upload became."""
    return db.session.get(CourseFile, upload.file_id) if upload.file_id else None


def renamed_pictures(version: CourseVersion) -> dict[int, str]:
    """Return what pictures of a draft that came within a day were called, by their files' ids.

    Those alone that are kept in another format than their name said.
    """
    statement = (
        sa.select(CourseFile.id, CourseFile.path, MediaUpload.name)
        .join(MediaUpload, MediaUpload.file_id == CourseFile.id)
        .where(MediaUpload.version_id == version.id, CourseFile.path.like("figures/%"))
        .order_by(MediaUpload.ended_at)
    )
    return {
        file_id: name
        for file_id, path, name in db.session.execute(statement)
        if _format(name) != _format(path)
    }


def _format(name: str) -> str:
    ending = name.rpartition(".")[2].lower()
    return {"jpeg": "jpg"}.get(ending, ending)


def counted(person: Person, now: datetime) -> tuple[int, int]:
    """Return how many uploads of a person are under way, and the bytes that count to the quota.

    These are what is under way, whole, and what became files within a day.
    """
    under_way = MediaUpload.state == UploadState.UNDER_WAY
    done = sa.and_(MediaUpload.state == UploadState.DONE, MediaUpload.ended_at > now - DAY)
    statement = sa.select(
        sa.func.count().filter(under_way), sa.func.coalesce(sa.func.sum(MediaUpload.size), 0)
    ).where(MediaUpload.person_id == person.id, sa.or_(under_way, done))
    count, size = db.session.execute(statement).one()
    return int(count), int(size)


def outdated(now: datetime) -> list[int]:
    """Return ids of uploads that nobody needs: given up, orphaned, or ended a day ago."""
    expired = sa.and_(MediaUpload.state == UploadState.UNDER_WAY, MediaUpload.expires_at <= now)
    ended = MediaUpload.ended_at <= now - DAY
    statement = sa.select(MediaUpload.id).where(
        sa.or_(expired, ended, MediaUpload.version_id.is_(None))
    )
    return list(db.session.scalars(statement.order_by(MediaUpload.id)))
