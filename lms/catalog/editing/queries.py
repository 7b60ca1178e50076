"""Reads of a lesson's history: revisions and published versions in one list."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, defer, joinedload, selectinload

from lms.catalog.editing.models import LessonRevision, RevisionKind
from lms.catalog.models import (
    Activity,
    ActivityKind,
    CourseVersion,
    LessonText,
    VersionStatus,
)
from lms.core.database import db
from lms.people.models import Person

SHOWN = 100  # entries on one page
NOW = "now"  # the key of the draft's text as it stands


@dataclass(frozen=True)
class Entry:
    """One state of a text: ``key`` names it in addresses; ``version`` only for a published one."""

    key: str
    at: datetime
    author: Person | None
    kind: RevisionKind | None = None
    number: int = 0
    steps: int = 1
    version: int | None = None
    title: str = ""
    body: str = ""  # empty in lists


def history(
    lesson: Activity, language: str, *, before: int | None = None
) -> tuple[Sequence[Entry], int | None]:
    """Return what the text was, newest first, and the number to go on from, if there is more.

    ``lesson`` is loaded with its version.
    """
    later = aliased(LessonRevision)
    is_last_step = ~(
        sa.select(later.id)
        .where(
            later.course_id == LessonRevision.course_id,
            later.lesson_key == LessonRevision.lesson_key,
            later.language == LessonRevision.language,
            later.number == LessonRevision.number,
            later.step > LessonRevision.step,
        )
        .exists()
    )
    statement = (
        _revisions(lesson, language)
        .where(is_last_step)
        .options(defer(LessonRevision.body, raiseload=True))
        .order_by(LessonRevision.number.desc())
        .limit(SHOWN + 1)
    )
    if before is not None:
        statement = statement.where(LessonRevision.number < before)
    rows = list(db.session.scalars(statement))
    entries = [_entry(row) for row in rows[:SHOWN]]
    more = rows[SHOWN - 1].number if len(rows) > SHOWN else None
    oldest = rows[SHOWN - 1].saved_at if more else None
    newest = entries[0].at if before is not None and entries else None
    entries += [
        published
        for published in _published_entries(lesson, language)
        if (oldest is None or published.at >= oldest) and (newest is None or published.at <= newest)
    ]
    return sorted(entries, key=lambda entry: (entry.at, entry.number), reverse=True), more


def _revisions(lesson: Activity, language: str) -> sa.Select[LessonRevision]:
    return (
        sa.select(LessonRevision)
        .where(
            LessonRevision.course_id == lesson.version.course_id,
            LessonRevision.lesson_key == lesson.key,
            LessonRevision.language == language,
        )
        .options(joinedload(LessonRevision.author))
    )


def _entry(row: LessonRevision, body: str = "") -> Entry:
    return Entry(
        row.public_id,
        row.saved_at,
        row.author,
        kind=row.kind,
        number=row.number,
        steps=row.step,
        title=row.title,
        body=body,
    )


def _published(lesson: Activity, language: str) -> sa.Select[CourseVersion, str, str]:
    return (
        sa.select(CourseVersion, LessonText.title, LessonText.body)
        .join(Activity, Activity.version_id == CourseVersion.id)
        .join(LessonText, LessonText.activity_id == Activity.id)
        .where(
            CourseVersion.course_id == lesson.version.course_id,
            CourseVersion.status == VersionStatus.PUBLISHED,
            Activity.key == lesson.key,
            LessonText.language == language,
        )
        .order_by(CourseVersion.number)
    )


def _published_entries(lesson: Activity, language: str) -> list[Entry]:
    """Return the published texts, each once: a version that left it as it was adds nothing."""
    entries: list[Entry] = []
    for row in db.session.execute(_published(lesson, language)):
        if not entries or (entries[-1].title, entries[-1].body) != (row.title, row.body):
            entries.append(_of_version(row))
    return entries


def _of_version(row: Any) -> Entry:
    version, title, body = row
    assert version.published_at is not None
    return Entry(
        f"v{version.number}",
        version.published_at,
        None,
        version=version.number,
        title=title,
        body=body,
    )


def entry_for(lesson: Activity, language: str, key: str) -> Entry | None:
    """Return one state with its body: a revision's public id, ``v3``, or ``now``."""
    if key == NOW:
        text = next((t for t in lesson.texts if t.language == language), None)
        if text is None:
            return None
        return Entry(NOW, text.changed_at, None, title=text.title, body=text.body)
    if re.fullmatch(r"v[0-9]{1,6}", key):
        statement = _published(lesson, language).where(CourseVersion.number == int(key[1:]))
        row = db.session.execute(statement).one_or_none()
        if row is not None:
            return _of_version(row)
    found = db.session.scalars(
        _revisions(lesson, language).where(LessonRevision.public_id == key)
    ).one_or_none()
    return _entry(found, found.body) if found else None


def steps_of(lesson: Activity, language: str, number: int) -> Sequence[Entry]:
    """Return each save that shares ``number``, oldest first, without bodies."""
    statement = (
        _revisions(lesson, language)
        .where(LessonRevision.number == number)
        .options(defer(LessonRevision.body, raiseload=True))
        .order_by(LessonRevision.step)
    )
    return [_entry(row) for row in db.session.scalars(statement)]


def draft_lessons(version_id: int) -> Sequence[Activity]:
    """Return a version's lessons in order, with their texts."""
    statement = (
        sa.select(Activity)
        .where(Activity.version_id == version_id, Activity.kind == ActivityKind.LESSON)
        .order_by(Activity.position)
        .options(selectinload(Activity.texts))
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(statement).all()
