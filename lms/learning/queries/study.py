"""Reads of a course as its learner sees it.

What a published version says never changes, so its outline and sources are read once per process
and kept; only the learner's own progress is read on each page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from lms.catalog.media.addresses import FileFacts, facts_of
from lms.catalog.models import (
    Activity,
    ActivityKind,
    Confidence,
    CourseModule,
    CourseSource,
    CourseVersion,
    LessonText,
)
from lms.core.database import db
from lms.learning.models import ActivityProgress, Enrolment, SelfCheckAnswer

VERSIONS_KEPT = 128
LESSONS_KEPT = 1024


@dataclass(frozen=True)
class OutlineActivity:
    """A lesson or exam in the outline."""

    id: int
    public_id: str
    key: str
    titles: dict[str, str]  # by language; empty for the exam
    minutes: int
    number: int  # from 1 among the lessons
    sources: tuple[str, ...]


@dataclass(frozen=True)
class OutlineModule:
    """A module with its lessons."""

    title: dict[str, Any]
    lessons: tuple[OutlineActivity, ...]


@dataclass(frozen=True)
class Source:
    """Where a fact comes from."""

    key: str
    title: dict[str, Any]
    reference: dict[str, Any]
    url: str | None
    confidence: Confidence
    as_of: date | None


@dataclass(frozen=True)
class Outline:
    """What a version consists of."""

    modules: tuple[OutlineModule, ...]
    exam: OutlineActivity | None
    sources: dict[str, Source]
    files: dict[str, FileFacts]  # by path

    @property
    def lessons(self) -> tuple[OutlineActivity, ...]:
        """All lessons in order."""
        return tuple(lesson for module in self.modules for lesson in module.lessons)

    def lesson(self, public_id: str) -> OutlineActivity | None:
        """Return the lesson with this public id."""
        return next((one for one in self.lessons if one.public_id == public_id), None)

    def lesson_keyed(self, key: str) -> OutlineActivity | None:
        """Return the lesson with this key."""
        return next((one for one in self.lessons if one.key == key), None)

    @property
    def minutes(self) -> int:
        """How long all lessons take together."""
        return sum(lesson.minutes for lesson in self.lessons)


@dataclass(frozen=True)
class LessonBody:
    """The text of a lesson in one language."""

    language: str
    title: str
    body: str


@dataclass(frozen=True)
class Progress:
    """How far one activity is."""

    furthest: int
    place: int
    placed_at: datetime
    completed_at: datetime | None


@dataclass(frozen=True)
class CheckAnswer:
    """The latest answer to a self-check."""

    chosen: frozenset[str]
    right: bool


def outline_of(version: CourseVersion) -> Outline:
    """Return the outline of a published version."""
    return _outline(version.public_id)


@lru_cache(maxsize=VERSIONS_KEPT)
def _outline(version_key: str) -> Outline:
    """Read an outline by the version's public id: unlike row ids it is unique everywhere."""
    version = sa.select(CourseVersion.id).where(CourseVersion.public_id == version_key)
    version_id = db.session.scalars(version).one()
    modules = db.session.execute(
        sa.select(CourseModule.id, CourseModule.title)
        .where(CourseModule.version_id == version_id)
        .order_by(CourseModule.position)
    ).all()
    activities = db.session.execute(
        sa.select(Activity, LessonText.language, LessonText.title)
        .outerjoin(LessonText, LessonText.activity_id == Activity.id)
        .where(Activity.version_id == version_id)
        .order_by(Activity.position, LessonText.language)
    ).all()
    lessons, exam = _activities(activities)
    return Outline(
        tuple(
            OutlineModule(title, tuple(one for home, one in lessons if home == identifier))
            for identifier, title in modules
        ),
        exam,
        _sources(version_id),
        facts_of(version_id),
    )


def _activities(
    rows: Sequence[Any],
) -> tuple[list[tuple[int | None, OutlineActivity]], OutlineActivity | None]:
    titles: dict[int, dict[str, str]] = {}
    activities: dict[int, Activity] = {}
    for activity, language, title in rows:
        activities[activity.id] = activity
        if language is not None:
            titles.setdefault(activity.id, {})[language] = title
    lessons: list[tuple[int | None, OutlineActivity]] = []
    exam = None
    for activity in activities.values():
        is_lesson = activity.kind is ActivityKind.LESSON
        entry = OutlineActivity(
            activity.id,
            activity.public_id,
            activity.key,
            titles.get(activity.id, {}),
            activity.minutes,
            len(lessons) + 1,
            tuple(activity.sources),
        )
        if is_lesson:
            lessons.append((activity.module_id, entry))
        else:
            exam = entry
    return lessons, exam


def _sources(version_id: int) -> dict[str, Source]:
    statement = (
        sa.select(
            CourseSource.key,
            CourseSource.title,
            CourseSource.reference,
            CourseSource.url,
            CourseSource.confidence,
            CourseSource.as_of,
        )
        .where(CourseSource.version_id == version_id)
        .order_by(CourseSource.position)
    )
    return {row.key: Source(*row) for row in db.session.execute(statement)}


@lru_cache(maxsize=LESSONS_KEPT)
def lesson_body(lesson_key: str, language: str) -> LessonBody | None:
    """Return a published lesson's text by its public id: in ``language``, else in another."""
    statement = (
        sa.select(LessonText.language, LessonText.title, LessonText.body)
        .join(Activity, Activity.id == LessonText.activity_id)
        .where(Activity.public_id == lesson_key)
        .order_by(sa.case((LessonText.language == language, 0), else_=1), LessonText.language)
        .limit(1)
    )
    row = db.session.execute(statement).one_or_none()
    return None if row is None else LessonBody(*row)


PROGRESS = sa.select(
    ActivityProgress.activity_id,
    ActivityProgress.furthest,
    ActivityProgress.place,
    ActivityProgress.placed_at,
    ActivityProgress.completed_at,
).where(ActivityProgress.enrolment_id == sa.bindparam("enrolment"))

LATEST_ANSWERS = (
    sa.select(SelfCheckAnswer.check_key, SelfCheckAnswer.chosen, SelfCheckAnswer.right)
    .where(
        SelfCheckAnswer.id.in_(
            sa.select(sa.func.max(SelfCheckAnswer.id))
            .where(
                SelfCheckAnswer.enrolment_id == sa.bindparam("enrolment"),
                SelfCheckAnswer.activity_id == sa.bindparam("activity"),
            )
            .group_by(SelfCheckAnswer.check_key)
        )
    )
    .order_by(SelfCheckAnswer.id)
)


def progress_of(enrolment: Enrolment) -> dict[int, Progress]:
    """Return the progress of an enrolment by activity id."""
    rows = db.session.execute(PROGRESS, {"enrolment": enrolment.id})
    return {row.activity_id: Progress(*row[1:]) for row in rows}


def latest_answers(enrolment: Enrolment, activity_id: int) -> dict[str, CheckAnswer]:
    """Return the latest answer to each self-check of a lesson."""
    rows = db.session.execute(LATEST_ANSWERS, {"enrolment": enrolment.id, "activity": activity_id})
    return {row.check_key: CheckAnswer(frozenset(row.chosen), row.right) for row in rows}
