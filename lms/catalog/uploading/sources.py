"""Where the bytes of a file come from: a form brought them whole, or they arrived in pieces."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from werkzeug.datastructures import FileStorage

from lms.catalog.errors import WrongFile
from lms.catalog.media import services as media
from lms.catalog.media.kinds import MediaKind
from lms.catalog.media.services import Upload
from lms.catalog.models import CourseFile, CourseVersion
from lms.catalog.uploading import queries, services
from lms.catalog.uploading.models import MediaUpload, UploadState
from lms.core.errors import Missing
from lms.core.unit_of_work import release
from lms.people.models import Person


@dataclass(frozen=True)
class Source:
    """A file to be taken, before it is looked at."""

    stream: BinaryIO
    name: str  # as its sender calls it
    size: int  # bytes
    upload: MediaUpload | None = None


def from_form(file: FileStorage, *, quota: int, now: datetime, person: Person) -> Source:
    """Return a file that a form brought. Raises QuotaReached."""
    size = file.stream.seek(0, 2)
    services.check_quota(person, size, quota=quota, now=now)
    return Source(file.stream, str(file.filename or ""), size)  # type: ignore[arg-type]


def from_upload(upload: MediaUpload) -> Source:
    """Return a file that arrived in pieces: slow. Raises NotWhole."""
    return Source(services.whole(upload), upload.name, upload.size, upload)


def take(
    source: Source, *, limits: Mapping[MediaKind, int], now: datetime, suffix: str | None = None
) -> Upload:
    """Check, clean and store the file: slow. Raises WrongFile; an upload is given up then."""
    try:
        return media.take(source.stream, limits=limits, suffix=suffix, name=source.name)
    except WrongFile:
        if source.upload is not None:
            source.stream.close()
            give_up(source.upload, now)
        raise


def give_up(upload: MediaUpload, now: datetime) -> None:
    """Give an upload up, in a transaction of its own: also in a request that is refused then."""
    release()
    held = queries.held(upload.id)
    if held is not None:
        services.drop(held, now)
    release(then_writing=False)


def keep(
    source: Source,
    version: CourseVersion,
    place: Callable[[], CourseFile],
    *,
    now: datetime,
    person: Person,
) -> CourseFile | None:
    """Give the file its place in the course by ``place``, once: asked again, return what it became.

    None when that was removed again. Raises Missing for an upload that was given up meanwhile.
    """
    if source.upload is None:
        file = place()
        services.note_whole(
            version, file, name=source.name, size=max(source.size, 1), now=now, person=person
        )
        return file
    with source.stream:
        upload = queries.held(source.upload.id)
        if upload is None or upload.state is UploadState.DROPPED:
            raise Missing
        if upload.state is UploadState.DONE:
            return queries.file_of(upload)
        file = place()
    services.finish(upload, file, now)
    return file
