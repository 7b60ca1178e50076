"""Commands on the files of a draft. What is uploaded is checked and cleaned before it is stored."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from lms.catalog.authoring.keys import suggest_key
from lms.catalog.errors import InUse, PathTaken, WrongFile
from lms.catalog.kinds.document import DocumentDetails
from lms.catalog.media.errors import BadFile
from lms.catalog.media.kinds import (
    RECORDED,
    SHOWN,
    MediaKind,
    captions_path,
    folder_of,
    format_of,
)
from lms.catalog.media.queries import documents_of, lesson_texts, paths_of, uses_of
from lms.catalog.media.reading import Taken, take_upload
from lms.catalog.media.storing import Derived, derive, keep_renditions
from lms.catalog.messages import Message, localised_message
from lms.catalog.models import CourseFile, CourseVersion
from lms.catalog.services.drafts import check_row_version, lock_draft, note
from lms.catalog.source.parts import registered
from lms.core.database import db
from lms.core.settings import Settings
from lms.core.storage import blobs
from lms.people.models import Person

COUNT_LIMIT = 1000  # files of one course


def limits_of(settings: Settings) -> dict[MediaKind, int]:
    """Return how many bytes an upload of each kind may have here."""
    return {
        MediaKind.PICTURE: settings.max_picture_bytes,
        MediaKind.DRAWING: 2 * 1024 * 1024,
        MediaKind.AUDIO: settings.max_audio_bytes,
        MediaKind.VIDEO: settings.max_video_bytes,
        MediaKind.CAPTIONS: 1024 * 1024,
        MediaKind.DOCUMENT: settings.max_document_bytes,
    }


@dataclass(frozen=True)
class Upload:
    """An uploaded file, checked, cleaned and stored, before it has a place in a course."""

    taken: Taken
    blob: str
    derived: tuple[Derived, ...]


def take(
    file: BinaryIO, *, limits: Mapping[MediaKind, int], suffix: str | None = None, name: str = ""
) -> Upload:
    """Check, clean and store an uploaded file; slow, and touches no rows. Raises WrongFile.

    ``suffix`` is the ending of the place it is meant for, if there is one already; ``name`` is what
    its sender calls it.
    """
    try:
        taken = take_upload(file, limits=limits, suffix=suffix, name=name)
    except BadFile as error:
        raise WrongFile(_told(error)) from error
    blob = blobs().put_file(taken.file)
    return Upload(taken, blob, derive(f"figures/x.{taken.format.suffix}", blob))


def _told(error: BadFile) -> str:
    words = str(localised_message(error.message))
    if not error.line:
        return words
    return str(localised_message(Message("line %(line)s: %(words)s", line=error.line, words=words)))


def add_file(
    version: CourseVersion, upload: Upload, *, name: str, now: datetime, actor: Person | None
) -> CourseFile:
    """Add an uploaded file under a name made of its own, unlike all there are. Raises WrongFile."""
    lock_draft(version.id)
    paths = paths_of(version.id)
    if len(paths) >= COUNT_LIMIT:
        raise WrongFile(
            localised_message(Message("the course holds %(count)s files already", count=len(paths)))
        )
    return _placed(version, upload, _free_path(name, upload.taken, paths), now=now, actor=actor)


def place_file(
    version: CourseVersion, upload: Upload, *, path: str, now: datetime, actor: Person | None
) -> CourseFile:
    """Add a file under this very path, for something that names it already. Raises PathTaken."""
    lock_draft(version.id)
    if path in paths_of(version.id):
        raise PathTaken
    return _placed(version, upload, path, now=now, actor=actor)


def _placed(
    version: CourseVersion, upload: Upload, path: str, *, now: datetime, actor: Person | None
) -> CourseFile:
    row = CourseFile(version_id=version.id, path=path, alt={})
    db.session.add(row)
    _fill(row, upload)
    note(version, action="catalog.file_added", now=now, actor=actor, path=path)
    return row


def add_captions(
    recording: CourseFile,
    upload: Upload,
    *,
    language: str,
    now: datetime,
    actor: Person | None,
) -> CourseFile:
    """Add or replace the captions of a recording in ``language``."""
    version = lock_draft(recording.version_id)
    path = captions_path(recording.path, language)
    row = db.session.scalars(
        sa.select(CourseFile).where(CourseFile.version_id == version.id, CourseFile.path == path)
    ).one_or_none()
    if row is None:
        row = CourseFile(version_id=version.id, path=path, alt={})
        db.session.add(row)
    _fill(row, upload)
    note(version, action="catalog.file_added", now=now, actor=actor, path=path)
    return row


def replace_file(
    row: CourseFile, upload: Upload, *, now: datetime, actor: Person | None
) -> CourseFile:
    """Put other bytes in the same place: ``upload`` was taken with the place's ending."""
    version = lock_draft(row.version_id)
    _fill(row, upload)
    note(version, action="catalog.file_replaced", now=now, actor=actor, path=row.path)
    return row


def _fill(row: CourseFile, upload: Upload) -> None:
    taken = upload.taken
    row.blob, row.size, row.media_type = upload.blob, taken.size, taken.format.media_type
    row.width, row.height = taken.width, taken.height
    db.session.flush()
    keep_renditions(row.blob, upload.derived)


def describe_file(
    row: CourseFile,
    *,
    alt: Mapping[str, str],
    row_version: int,
    now: datetime,
    actor: Person | None,
) -> None:
    """Say what a picture shows, by language; an empty text is none."""
    version = lock_draft(row.version_id)
    check_row_version(row, row_version)
    row.alt = {language: text for language, text in alt.items() if text}
    db.session.flush()
    note(version, action="catalog.file_described", now=now, actor=actor, path=row.path)


def rename_file(row: CourseFile, *, name: str, now: datetime, actor: Person | None) -> None:
    """Give a file another name, also in the lessons that name it, and its captions with it.

    ``name`` goes without the ending, which says what the file is. Raises PathTaken, and InUse for
    one that a question shows: questions of earlier drafts name it too.
    """
    version = lock_draft(row.version_id)
    if any(part.shows_figure(version, row.path) for part in registered()):
        raise InUse(_l("A question shows this file, so it keeps its name."))
    folder, _, old = row.path.rpartition("/")
    moved = {row.path: f"{folder}/{name}.{old.rpartition('.')[2]}"}
    known = format_of(row.path)
    if known is not None and known.kind in RECORDED:
        for language in version.languages:
            moved[captions_path(row.path, language)] = captions_path(moved[row.path], language)
    paths = paths_of(version.id)
    if any(new in paths and new not in moved for new in moved.values()):
        raise PathTaken
    rows = sa.select(CourseFile).where(
        CourseFile.version_id == version.id, CourseFile.path.in_(moved)
    )
    before = row.path
    for found in db.session.scalars(rows).all():
        found.path = moved[found.path]
    _rename_in_lessons(version, moved, now=now, actor=actor)
    for activity in documents_of(version.id):
        file = DocumentDetails.restore(activity.details).file
        named = {language: moved.get(path, path) for language, path in file.items()}
        if named != file:
            activity.details = {**activity.details, "file": named}
    db.session.flush()
    note(version, action="catalog.file_renamed", now=now, actor=actor, path=before, name=row.path)


def remove_file(row: CourseFile, *, now: datetime, actor: Person | None) -> None:
    """Remove a file with its captions. Raises InUse while something of the course names it."""
    version = lock_draft(row.version_id)
    if uses_of(version.id).get(row.path):
        raise InUse
    if any(part.shows_figure(version, row.path) for part in registered()):
        raise InUse
    paths = {row.path, *(captions_path(row.path, language) for language in version.languages)}
    rows = sa.select(CourseFile).where(
        CourseFile.version_id == version.id, CourseFile.path.in_(paths)
    )
    for found in db.session.scalars(rows).all():
        if found is row or row.path.startswith("media/"):
            db.session.delete(found)
    db.session.flush()
    note(version, action="catalog.file_removed", now=now, actor=actor, path=row.path)


def _free_path(name: str, taken: Taken, paths: set[str]) -> str:
    """Return a path made of the upload's name: its letters in Latin, with a number if need be."""
    own = re.split(r"[\\/]", name)[-1]
    stem, _, ending = own.rpartition(".")
    language = ""
    if taken.format.kind is not MediaKind.PICTURE:  # talk.ru.vtt, hall.ru.svg: the language stays
        match = re.fullmatch(r"(.+)\.([a-z]{2})", stem)
        if match:
            stem, language = match.group(1), f".{match.group(2)}"
    folder = folder_of(taken.format.kind)
    ending = f"{language}.{taken.format.suffix}"
    used = {path[len(folder) + 1 : -len(ending)] for path in paths if path.endswith(ending)}
    fallback = "picture" if taken.format.kind in SHOWN else "file"
    return f"{folder}/{suggest_key(stem or own, used, fallback=fallback)}{ending}"


def _rename_in_lessons(
    version: CourseVersion, moved: Mapping[str, str], *, now: datetime, actor: Person | None
) -> None:
    old = "|".join(re.escape(path) for path in sorted(moved, key=len, reverse=True))
    pattern = re.compile(rf"(?<![\w./-])(?:{old})(?![\w-]|\.\w)")
    for text in lesson_texts(version.id):
        body = pattern.sub(lambda match: moved[match.group()], text.body)
        if body != text.body:
            text.body, text.changed_at = body, now
            text.changed_by_id = actor.id if actor else None
