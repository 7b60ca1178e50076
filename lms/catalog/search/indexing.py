"""Keeping the index equal to what is published."""

import sqlalchemy as sa

from lms.catalog.models import (
    Activity,
    ActivityKind,
    CourseSource,
    CourseVersion,
    LessonText,
    VersionStatus,
)
from lms.catalog.search.engines import Entry, engine
from lms.catalog.search.passages import passages_of
from lms.catalog.search.tables import passages
from lms.core.database import db


def index_version(version_id: int) -> int:
    """Make the lessons of a version findable, in place of what was known of it.

    Returns the number of passages.
    """
    forget_version(version_id)
    sources = frozenset(
        db.session.scalars(sa.select(CourseSource.key).where(CourseSource.version_id == version_id))
    )
    lessons = sa.select(Activity.id, LessonText.language, LessonText.title, LessonText.body).join(
        LessonText, LessonText.activity_id == Activity.id
    )
    lessons = lessons.where(
        Activity.version_id == version_id, Activity.kind == ActivityKind.LESSON
    ).order_by(Activity.position, LessonText.language)
    entries: list[Entry] = []
    for activity_id, language, title, body in db.session.execute(lessons).all():
        found = passages_of(body, language=language, sources=sources)
        rows = [
            {
                "version_id": version_id,
                "activity_id": activity_id,
                "language": language,
                "position": position,
                "title": title,
                "heading": passage.heading,
                "anchor": passage.anchor,
                "body": passage.body,
            }
            for position, passage in enumerate(found)
        ]
        added = db.session.execute(
            sa.insert(passages).returning(passages.c.id, sort_by_parameter_order=True), rows
        )
        entries += [
            Entry(row.id, language, title, passage.heading, passage.terms, passage.body)
            for row, passage in zip(added, found, strict=True)
        ]
    engine().add(entries)
    return len(entries)


def forget_version(version_id: int) -> None:
    """Remove a version from the index."""
    own = passages.c.version_id == version_id
    engine().remove(sa.select(passages.c.id).where(own))
    db.session.execute(sa.delete(passages).where(own))


def published_versions() -> list[int]:
    """Return the ids of all published versions: old ones are still read by who is on them."""
    statement = sa.select(CourseVersion.id).where(CourseVersion.status == VersionStatus.PUBLISHED)
    return list(db.session.scalars(statement.order_by(CourseVersion.id)))


def unindexed_versions() -> list[int]:
    """Return the ids of the published versions that the index doesn't know."""
    known = sa.select(passages.c.version_id).distinct()
    statement = sa.select(CourseVersion.id).where(
        CourseVersion.status == VersionStatus.PUBLISHED, CourseVersion.id.not_in(known)
    )
    return list(db.session.scalars(statement.order_by(CourseVersion.id)))
