"""Named reads of a version's files: where each is used, the smaller pictures of each."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from lms.catalog.kinds.document import DocumentDetails
from lms.catalog.media.kinds import BARE, CAPTIONS_PATH, RECORDED, format_of, mentions
from lms.catalog.models import (
    Activity,
    ActivityKind,
    CourseFile,
    CourseVersion,
    LessonText,
    Rendition,
    VersionStatus,
)
from lms.core.database import db
from lms.web.i18n import localised


@dataclass(frozen=True)
class Use:
    """A place of the course that names a file."""

    label: str
    endpoint: str = ""
    address: tuple[tuple[str, str], ...] = ()  # the endpoint's values
    language: str = ""
    url: str = ""  # instead of an endpoint
    says_nothing: bool = False  # shows a picture and leaves its description to the library


def uses_of(version_id: int) -> dict[str, list[Use]]:
    """Return which lessons and documents name each file of a version, by path; captions as their
    recording.
    """
    uses: dict[str, list[Use]] = defaultdict(list)
    for path, use in (*_in_lessons(version_id), *_in_documents(version_id)):
        uses[path].append(use)
    recordings = {path.rpartition(".")[0]: path for path in uses if _is_recording(path)}
    for path in paths_of(version_id):
        match = CAPTIONS_PATH.fullmatch(path)
        if match and match.group(1) in recordings:
            uses[path] = uses[recordings[match.group(1)]]
    return dict(uses)


def _is_recording(path: str) -> bool:
    known = format_of(path)
    return known is not None and known.kind in RECORDED


def _in_lessons(version_id: int) -> Iterable[tuple[str, Use]]:
    for text in lesson_texts(version_id):
        bare = set(BARE.findall(text.body))
        address = (("public_id", text.activity.public_id), ("language", text.language))
        for path in mentions(text.body):
            yield (
                path,
                Use(
                    text.title,
                    "catalog.edit_lesson",
                    address,
                    text.language,
                    says_nothing=path in bare,
                ),
            )


def _in_documents(version_id: int) -> Iterable[tuple[str, Use]]:
    for activity in documents_of(version_id):
        address = (("public_id", activity.public_id),)
        for language, path in DocumentDetails.restore(activity.details).file.items():
            yield path, Use(localised(activity.title), "catalog.activity", address, language)


def documents_of(version_id: int) -> Sequence[Activity]:
    """Return the activities of a version that hand out a file, in order."""
    statement = (
        sa.select(Activity)
        .where(Activity.version_id == version_id, Activity.kind == ActivityKind.DOCUMENT)
        .order_by(Activity.position)
    )
    return db.session.scalars(statement).all()


def lesson_texts(version_id: int) -> Sequence[LessonText]:
    """Return the texts of all lessons of a version, in order, with their lessons."""
    statement = (
        sa.select(LessonText)
        .join(LessonText.activity)
        .where(Activity.version_id == version_id)
        .order_by(Activity.position, LessonText.language)
        .options(joinedload(LessonText.activity))
    )
    return db.session.scalars(statement).all()


def paths_of(version_id: int) -> set[str]:
    """Return the paths of a version's files."""
    statement = sa.select(CourseFile.path).where(CourseFile.version_id == version_id)
    return set(db.session.scalars(statement))


def files_of(version_id: int) -> Sequence[CourseFile]:
    """Return a version's files in the order of their paths."""
    statement = (
        sa.select(CourseFile).where(CourseFile.version_id == version_id).order_by(CourseFile.path)
    )
    return db.session.scalars(statement).all()


def file_of_draft(version: CourseVersion, file_id: str) -> CourseFile | None:
    """Return a draft's file by its public id."""
    statement = sa.select(CourseFile).where(
        CourseFile.public_id == file_id, CourseFile.version_id == version.id
    )
    return db.session.scalars(statement).one_or_none()


def draft_for(public_id: str) -> CourseVersion | None:
    """Return a draft with its course alone: its files are read on their own."""
    statement = (
        sa.select(CourseVersion)
        .where(CourseVersion.public_id == public_id, CourseVersion.status == VersionStatus.DRAFT)
        .options(joinedload(CourseVersion.course))
    )
    return db.session.scalars(statement).one_or_none()


def widths_of(version_id: int) -> dict[str, tuple[int, ...]]:
    """Return the widths of the smaller pictures of a version's files, by path, narrow first."""
    statement = (
        sa.select(CourseFile.path, Rendition.width)
        .join(Rendition, Rendition.source == CourseFile.blob)
        .where(CourseFile.version_id == version_id)
        .order_by(CourseFile.path, Rendition.width)
    )
    widths: dict[str, tuple[int, ...]] = {}
    for path, width in db.session.execute(statement):
        widths[path] = (*widths.get(path, ()), width)
    return widths


def rendition_for(file: CourseFile, width: int) -> Rendition | None:
    """Return the smaller picture of this width."""
    statement = sa.select(Rendition).where(Rendition.source == file.blob, Rendition.width == width)
    return db.session.scalars(statement).one_or_none()
