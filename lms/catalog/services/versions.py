"""The life of versions: a course is created with a draft, drafts are published or discarded."""

from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar

import sqlalchemy as sa

from lms.catalog import events
from lms.catalog.authoring.missing import missing_of
from lms.catalog.errors import (
    ChangedSinceShown,
    DraftExists,
    Incomplete,
    NothingChanged,
    NothingPublished,
    Outdated,
    SlugTaken,
)
from lms.catalog.models import (
    Activity,
    ActivityKind,
    Course,
    CourseFile,
    CourseModule,
    CourseSource,
    CourseTopic,
    CourseVersion,
    LessonText,
    VersionStatus,
)
from lms.catalog.queries import last_number, published_version, whole_version
from lms.catalog.services.drafts import LAST, lock_draft, note, renumber
from lms.catalog.source.collecting import whole
from lms.catalog.source.content import EXAM_KEY, Texts
from lms.core.database import db
from lms.core.unit_of_work import insert
from lms.people.models import Person

EXAM_MINUTES = 30


def create_course(
    *,
    slug: str,
    title: Texts,
    languages: list[str],
    now: datetime,
    actor: Person | None,
) -> CourseVersion:
    """Create a course with an empty first draft, and return the draft. Raises SlugTaken."""
    course = Course(slug=slug, created_at=now, created_by_id=actor.id if actor else None)
    insert(course, SlugTaken())
    version = CourseVersion(
        course=course,
        number=1,
        status=VersionStatus.DRAFT,
        title=title,
        summary={},
        languages=languages,
        hours=Decimal(1),
    )
    db.session.add(version)
    db.session.flush()
    exam_activity(version, minutes=EXAM_MINUTES)
    note(version, action="catalog.course_created", now=now, actor=actor, slug=slug)
    return version


def exam_activity(
    version: CourseVersion, *, minutes: int, key: str = EXAM_KEY, title: Texts | None = None
) -> Activity:
    """Return an exam of the draft, made now if it has none such; it takes ``minutes``.

    The final one, which has no title in the outline, unless a further one is meant by ``key``; a
    further one that is made now stands at the last module's end until it is placed.
    """
    lock_draft(version.id)
    exam = exam_of(version.id, key)
    if exam is None:
        exam = Activity(
            version_id=version.id,
            module_id=None if key == EXAM_KEY else _last_module(version.id),
            key=key,
            kind=ActivityKind.EXAM,
            position=LAST,
            minutes=minutes,
            sources=[],
        )
        db.session.add(exam)
        renumber(version.id)
    exam.minutes = minutes
    if key != EXAM_KEY and title is not None and exam.title != title:
        exam.title = title
    db.session.flush()
    return exam


def exam_of(version_id: int, key: str = EXAM_KEY) -> Activity | None:
    """Return the version's final exam, or a further one by its key."""
    statement = sa.select(Activity).where(
        Activity.version_id == version_id,
        Activity.kind == ActivityKind.EXAM,
        Activity.key == key,
    )
    return db.session.scalars(statement).one_or_none()


def _last_module(version_id: int) -> int | None:
    statement = sa.select(CourseModule.id).where(CourseModule.version_id == version_id)
    return db.session.scalar(statement.order_by(CourseModule.position.desc()).limit(1))


def open_draft(course: Course, *, now: datetime, actor: Person | None) -> CourseVersion:
    """Copy the course's published version into a new draft and return it.

    Raises DraftExists, also when two authors ask at once, and NothingPublished.
    """
    source = published_version(course)
    if source is None:
        raise NothingPublished
    draft = _copy(whole_version(source.id), last_number(course) + 1)
    events.draft_opened.send(draft, source=source, now=now)
    note(draft, action="catalog.draft_opened", now=now, actor=actor)
    return draft


def discard_draft(version: CourseVersion, *, now: datetime, actor: Person | None) -> None:
    """Delete the draft with all it holds. The course and its published versions stay."""
    lock_draft(version.id)
    draft = whole_version(version.id)
    events.draft_discarded.send(draft, now=now)
    note(draft, action="catalog.draft_discarded", now=now, actor=actor, number=draft.number)
    db.session.delete(draft)
    db.session.flush()


def publish(
    version: CourseVersion, *, seen: str | None = None, now: datetime, actor: Person | None
) -> CourseVersion:
    """Make the draft the version that is taught from now on; it never changes again.

    People already on the course finish the version they began. ``seen`` is the digest of what the
    author looked through. Raises Incomplete with what is missing, Outdated when another version
    came out since the draft was begun, ChangedSinceShown when it isn't what was seen,
    NothingChanged.
    """
    lock_draft(version.id)
    draft = whole_version(version.id)
    published = published_version(draft.course)
    if draft.based_on_id != (published.id if published else None):
        raise Outdated
    found = whole(draft)
    missing = missing_of(draft, found)
    if missing:
        raise Incomplete([entry.message for entry in missing])
    fingerprint = found.digest()
    if seen not in (None, fingerprint):
        raise ChangedSinceShown
    if published is not None and published.digest == fingerprint:
        raise NothingChanged
    events.publication_asked.send(draft, digest=fingerprint, actor=actor, now=now)
    return seal(draft, fingerprint, now=now, actor=actor)


def seal(
    draft: CourseVersion, fingerprint: str, *, now: datetime, actor: Person | None
) -> CourseVersion:
    """Turn a complete draft into a published version and tell everyone."""
    draft.status = VersionStatus.PUBLISHED
    draft.published_at = now
    draft.published_by_id = actor.id if actor else None
    draft.digest = fingerprint
    events.version_published.send(draft, now=now)
    db.session.flush()
    note(draft, action="catalog.version_published", now=now, actor=actor, digest=fingerprint)
    return draft


def _copy(source: CourseVersion, number: int) -> CourseVersion:
    draft = _twin(
        source,
        CourseVersion,
        number=number,
        based_on_id=source.id,
        status=VersionStatus.DRAFT,
        published_at=None,
        published_by_id=None,
        digest=None,
    )
    insert(draft, DraftExists())
    for kind, rows in (
        (CourseTopic, source.topics),
        (CourseSource, source.sources),
        (CourseFile, source.files),
    ):
        db.session.add_all([_twin(row, kind, version_id=draft.id) for row in rows])
    modules = {row.id: _twin(row, CourseModule, version_id=draft.id) for row in source.modules}
    db.session.add_all(modules.values())
    db.session.flush()
    for activity in source.activities:
        home = modules.get(activity.module_id) if activity.module_id else None
        copied = _twin(activity, Activity, version_id=draft.id, module_id=home.id if home else None)
        db.session.add(copied)
        db.session.flush()
        db.session.add_all([_twin(t, LessonText, activity_id=copied.id) for t in activity.texts])
    db.session.flush()
    return whole_version(draft.id)


Row = TypeVar("Row", bound=Any)
OWN = frozenset({"id", "public_id", "row_version"})  # what a copy gets anew


def _twin(row: Row, kind: type[Row], **changes: Any) -> Row:
    """Return a new row with the columns of ``row`` but for its own and ``changes``."""
    columns = sa.inspect(kind).column_attrs.keys()
    values = {name: getattr(row, name) for name in columns if name not in OWN}
    copied: Row = kind(**{**values, **changes})
    return copied
