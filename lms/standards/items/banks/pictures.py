"""Pictures of an import in the course: those that it has already, and new ones under free names."""

from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO

import sqlalchemy as sa

from lms.assessment.authored import pictures_of, with_pictures, with_texts
from lms.assessment.kinds.values import AuthoredItem
from lms.catalog.media.kinds import FORMATS
from lms.catalog.media.reading import Taken
from lms.catalog.media.services import COUNT_LIMIT, Upload, place_file
from lms.catalog.media.storing import derive
from lms.catalog.messages import Message
from lms.catalog.models import CourseFile, CourseVersion, VersionStatus
from lms.core.database import db
from lms.core.storage import blobs
from lms.people.models import Person
from lms.standards.items.model import NotUnderstood, Picture
from lms.standards.items.pictures.gallery import UNSIZED, free_path
from lms.standards.items.texts.images import in_words


@dataclass
class Shelf:
    """The pictures of a course version, and those that the file adds, by path."""

    is_draft: bool
    kept: dict[str, str]  # path → blob
    added: dict[str, Picture] = field(default_factory=dict)

    @classmethod
    def of(cls, version: CourseVersion) -> "Shelf":
        """Return what a version has; one statement."""
        statement = sa.select(CourseFile.path, CourseFile.blob).where(
            CourseFile.version_id == version.id
        )
        rows = db.session.execute(statement).all()
        return cls(version.status is VersionStatus.DRAFT, {row.path: row.blob for row in rows})

    def settle(
        self, item: AuthoredItem, pictures: dict[str, Picture]
    ) -> tuple[AuthoredItem, list[Message]]:
        """Return the item with its pictures where they are in the course, or will be.

        For a picture in a text that has no place its description stands there, and the reason is
        returned. Raises NotUnderstood where the question is about that picture.
        """
        paths: dict[str, str] = {}
        lost: dict[str, Message] = {}
        for path in sorted(pictures_of(item) & pictures.keys()):
            try:
                paths[path] = self._path(pictures[path])
            except NotUnderstood as refusal:
                if path in item.figure.values():
                    raise
                lost[path] = refusal.reason
        if lost:
            item = with_texts(item, lambda text: in_words(text, lost.keys()))
        return with_pictures(item, paths) if paths else item, list(dict.fromkeys(lost.values()))

    def _path(self, picture: Picture) -> str:
        digest = picture.digest
        have = self.kept | {path: one.digest for path, one in self.added.items()}
        if have.get(picture.path) == digest:
            return picture.path
        same = next((path for path, blob in have.items() if blob == digest), None)
        if same is not None:
            return same
        if not self.is_draft:
            raise NotUnderstood(
                Message(
                    "its picture can't be added to a published course: begin a draft, and import "
                    "the file again"
                )
            )
        if len(have) >= COUNT_LIMIT:
            raise NotUnderstood(
                Message("the course holds %(count)s files already", count=len(have))
            )
        path = free_path(picture.path, set(have))
        self.added[path] = picture
        return path


def stored(pictures: dict[str, Picture]) -> dict[str, Upload]:
    """Store pictures with their smaller ones; slow, and touches no rows."""
    uploads = {}
    for path, picture in pictures.items():
        blob = blobs().put(picture.content)
        kind = FORMATS[path.rpartition(".")[2]]
        taken = Taken(BytesIO(picture.content), kind, picture.width, picture.height)
        uploads[path] = Upload(taken, blob, derive(path, blob))
    return uploads


def add_pictures(
    version: CourseVersion, uploads: dict[str, Upload], *, now: datetime, actor: Person | None
) -> None:
    """Add stored pictures to a draft."""
    for path, upload in uploads.items():
        place_file(version, upload, path=path, now=now, actor=actor)


def kept_pictures(version: CourseVersion, items: list[AuthoredItem]) -> dict[str, Picture]:
    """Return the pictures that items show, by path; those that the version lacks are left out."""
    paths = {path for item in items for path in pictures_of(item)}
    if not paths:
        return {}
    statement = sa.select(CourseFile).where(
        CourseFile.version_id == version.id, CourseFile.path.in_(paths)
    )
    wide, high = UNSIZED
    return {
        file.path: Picture(
            file.path, blobs().get(file.blob), file.width or wide, file.height or high
        )
        for file in db.session.scalars(statement)
    }
