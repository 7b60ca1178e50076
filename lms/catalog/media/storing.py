"""Files of a version as rows: bytes to the store, smaller pictures made beside them."""

from contextlib import suppress
from dataclasses import dataclass

import sqlalchemy as sa

from lms.catalog.media import pictures
from lms.catalog.media.kinds import MediaKind, format_of
from lms.catalog.media.reading import inspect
from lms.catalog.models import CourseFile, CourseVersion, Rendition
from lms.catalog.source.content import CourseContent
from lms.catalog.source.folder import FileRef, SourceFile, content_of
from lms.core.database import db
from lms.core.errors import Conflict
from lms.core.storage import blobs
from lms.core.unit_of_work import insert

WEBP = "image/webp"


class MadeMeanwhile(Conflict):
    """Someone else stored the same picture at the same moment."""


@dataclass(frozen=True)
class Derived:
    """A smaller picture, stored."""

    width: int  # pixels
    blob: str
    size: int  # bytes


def store_files(version: CourseVersion, content: CourseContent) -> None:
    """Add the files of a course folder to ``version``, which is new."""
    for path, file in content.files.items():
        row = _row(path, file)
        row.version_id = version.id
        row.alt = content.alts.get(path, {})
        db.session.add(row)
        if not has_renditions(row.blob):
            keep_renditions(row.blob, derive(path, row.blob))
    db.session.flush()


def _row(path: str, file: SourceFile) -> CourseFile:
    if isinstance(file, FileRef) and file.facts is not None:
        facts = file.facts
        blob = file.digest if blobs().has(file.digest) else blobs().put(file.read())
        return CourseFile(
            path=path,
            blob=blob,
            media_type=facts.media_type,
            size=file.size,
            width=facts.width,
            height=facts.height,
        )
    content = content_of(file)
    taken = inspect(path, content)
    return CourseFile(
        path=path,
        blob=blobs().put(content),
        media_type=taken.format.media_type,
        size=len(content),
        width=taken.width,
        height=taken.height,
    )


def derive(path: str, blob: str) -> tuple[Derived, ...]:
    """Make and store the smaller pictures of the file at ``path``: slow, and touches no rows."""
    known = format_of(path)
    if known is None or known.kind is not MediaKind.PICTURE:
        return ()
    made = pictures.smaller(blobs().get(blob))
    return tuple(Derived(width, blobs().put(one), len(one)) for width, one in made.items())


def has_renditions(blob: str) -> bool:
    """Tell whether the picture has its smaller ones."""
    statement = sa.select(Rendition.id).where(Rendition.source == blob)
    return db.session.scalar(statement.limit(1)) is not None


def keep_renditions(blob: str, derived: tuple[Derived, ...]) -> None:
    """Note the smaller pictures of a stored one, unless they are noted already."""
    if not derived or has_renditions(blob):
        return
    for one in derived:
        row = Rendition(source=blob, width=one.width, blob=one.blob, media_type=WEBP, size=one.size)
        with suppress(MadeMeanwhile):
            insert(row, MadeMeanwhile())
