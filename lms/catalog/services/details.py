"""Changes of what a draft says about itself: settings, topics, sources."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from lms.catalog.errors import InUse, KeyTaken
from lms.catalog.models import (
    Activity,
    Confidence,
    CourseSource,
    CourseTopic,
    CourseVersion,
)
from lms.catalog.services.drafts import check_row_version, lock_draft, note
from lms.catalog.source.content import Texts
from lms.core.database import db
from lms.core.unit_of_work import insert
from lms.people.models import Person


def change_settings(
    version: CourseVersion,
    *,
    title: Texts,
    summary: Texts,
    languages: list[str],
    hours: Decimal,
    as_of: date | None,
    review_by: date | None,
    certificate_valid_months: int | None,
    row_version: int,
    now: datetime,
    actor: Person | None,
) -> None:
    """Change a draft's settings. Texts of a language that is left out are kept, but not published.

    Raises ChangedMeanwhile when they aren't as the form showed them.
    """
    version = lock_draft(version.id)
    check_row_version(version, row_version)
    version.title, version.summary, version.languages = title, summary, languages
    version.hours = hours
    version.as_of, version.review_by = as_of, review_by
    version.certificate_valid_months = certificate_valid_months
    db.session.flush()
    note(version, action="catalog.settings_changed", now=now, actor=actor)


def add_topic(
    version: CourseVersion, *, key: str, title: Texts, now: datetime, actor: Person | None
) -> CourseTopic:
    """Add a topic at the end. Raises KeyTaken."""
    lock_draft(version.id)
    topic = CourseTopic(
        version_id=version.id, key=key, title=title, position=_next(CourseTopic, version)
    )
    insert(topic, KeyTaken())
    note(version, action="catalog.topic_added", now=now, actor=actor, key=key)
    return topic


def change_topic(
    topic: CourseTopic,
    *,
    title: Texts,
    lessons: Sequence[str] | None = None,
    row_version: int,
    now: datetime,
    actor: Person | None,
) -> None:
    """Rename a topic and say which lessons teach it (None: as before). Raises ChangedMeanwhile."""
    version = lock_draft(topic.version_id)
    db.session.refresh(topic)
    check_row_version(topic, row_version)
    topic.title = title
    if lessons is not None:
        topic.lessons = list(lessons)
    db.session.flush()
    note(version, action="catalog.topic_changed", now=now, actor=actor, key=topic.key)


def remove_topic(topic: CourseTopic, *, now: datetime, actor: Person | None) -> None:
    """Remove a topic; questions that still name it keep the draft from publication."""
    version = lock_draft(topic.version_id)
    db.session.delete(topic)
    db.session.flush()
    note(version, action="catalog.topic_removed", now=now, actor=actor, key=topic.key)


def add_source(
    version: CourseVersion,
    *,
    key: str,
    title: Texts,
    reference: Texts,
    url: str | None,
    confidence: Confidence,
    as_of: date | None,
    now: datetime,
    actor: Person | None,
) -> CourseSource:
    """Add a source at the end. Raises KeyTaken."""
    lock_draft(version.id)
    source = CourseSource(
        version_id=version.id,
        key=key,
        title=title,
        reference=reference,
        url=url,
        confidence=confidence,
        as_of=as_of,
        position=_next(CourseSource, version),
    )
    insert(source, KeyTaken())
    note(version, action="catalog.source_added", now=now, actor=actor, key=key)
    return source


def change_source(
    source: CourseSource,
    *,
    title: Texts,
    reference: Texts,
    url: str | None,
    confidence: Confidence,
    as_of: date | None,
    row_version: int,
    now: datetime,
    actor: Person | None,
) -> None:
    """Change a source. Raises ChangedMeanwhile."""
    version = lock_draft(source.version_id)
    db.session.refresh(source)
    check_row_version(source, row_version)
    source.title, source.reference, source.url = title, reference, url
    source.confidence, source.as_of = confidence, as_of
    db.session.flush()
    note(version, action="catalog.source_changed", now=now, actor=actor, key=source.key)


def remove_source(source: CourseSource, *, now: datetime, actor: Person | None) -> None:
    """Remove a source. Raises InUse while a lesson names it among its sources."""
    version = lock_draft(source.version_id)
    lists = sa.select(Activity.sources).where(Activity.version_id == version.id)
    if any(source.key in keys for keys in db.session.scalars(lists)):
        raise InUse
    db.session.delete(source)
    db.session.flush()
    note(version, action="catalog.source_removed", now=now, actor=actor, key=source.key)


def _next(model: Any, version: CourseVersion) -> int:
    last = db.session.scalar(
        sa.select(sa.func.max(model.position)).where(model.version_id == version.id)
    )
    return (last or 0) + 1
