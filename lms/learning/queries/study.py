"""Reads of a course as its learner sees it.

What a published version says never changes, so its outline and sources are read once per process
and kept; only the learner's own progress is read on each page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, lru_cache
from typing import Any

import sqlalchemy as sa

from lms.catalog.kinds.order import NO_RULES, Need, Order, Rules, Step
from lms.catalog.kinds.registry import restore
from lms.catalog.media.addresses import FileFacts, facts_of
from lms.catalog.models import (
    FINAL_EXAM,
    Activity,
    ActivityKind,
    Confidence,
    CourseModule,
    CourseSource,
    CourseVersion,
    LessonText,
)
from lms.catalog.source.collecting import rules_of
from lms.core.database import db, execute, writing
from lms.learning.models import ActivityProgress, Enrolment, SelfCheckAnswer

VERSIONS_KEPT = 128
LESSONS_KEPT = 1024


@dataclass(frozen=True)
class OutlineActivity:
    """An activity in the outline."""

    id: int
    public_id: str
    key: str
    titles: dict[str, str]  # by language; empty for the final exam
    minutes: int
    number: int  # from 1 among the lessons; of others the lessons before it and one
    sources: tuple[str, ...]
    kind: ActivityKind = ActivityKind.LESSON
    rules: Rules = NO_RULES
    details: Any = None  # of ``catalog.kinds.registry``

    @property
    def is_final_exam(self) -> bool:
        """Whether it is the exam whose score the certificate tells."""
        return self.kind is ActivityKind.EXAM and self.key == FINAL_EXAM


@dataclass(frozen=True)
class OutlineModule:
    """A module with its activities."""

    title: dict[str, Any]
    activities: tuple[OutlineActivity, ...]
    key: str = ""
    rules: Rules = NO_RULES

    @property
    def lessons(self) -> tuple[OutlineActivity, ...]:
        """The lessons in order."""
        return tuple(one for one in self.activities if one.kind is ActivityKind.LESSON)


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
    exam: OutlineActivity | None  # the final one; further exams are parts
    sources: dict[str, Source]
    files: dict[str, FileFacts]  # by path

    @cached_property
    def activities(self) -> tuple[OutlineActivity, ...]:
        """All activities in order, the final exam where it stands."""
        placed = tuple(one for module in self.modules for one in module.activities)
        return placed if self.exam is None or self.exam in placed else (*placed, self.exam)

    @cached_property
    def lessons(self) -> tuple[OutlineActivity, ...]:
        """All lessons in order."""
        return tuple(one for one in self.activities if one.kind is ActivityKind.LESSON)

    @cached_property
    def parts(self) -> tuple[OutlineActivity, ...]:
        """All activities but the final exam, in order."""
        return tuple(one for one in self.activities if not one.is_final_exam)

    @cached_property
    def duties(self) -> tuple[OutlineActivity, ...]:
        """The parts that the course can't be completed without, in order."""
        return tuple(one for one in self.parts if not one.rules.optional)

    @property
    def has_further_exams(self) -> bool:
        """Whether it has exams beside the final one."""
        return any(one.kind is ActivityKind.EXAM for one in self.parts)

    @property
    def is_mixed(self) -> bool:
        """Whether it has parts of other kinds than lessons."""
        return len(self.lessons) < len(self.parts)

    @cached_property
    def order(self) -> Order:
        """What comes before what."""
        homes = {one.key: module.key for module in self.modules for one in module.activities}
        steps = (
            Step(one.key, homes.get(one.key), one.rules, one.kind is ActivityKind.EXAM)
            for one in self.activities
        )
        return Order(tuple(steps), {module.key: module.rules for module in self.modules})

    @cached_property
    def titles(self) -> dict[Need, dict[str, Any]]:
        """The titles of what may come before something."""
        modules = {Need(one.key, is_module=True): one.title for one in self.modules}
        return modules | {Need(one.key): one.titles for one in self.activities}

    def activity(self, public_id: str) -> OutlineActivity | None:
        """Return the activity with this public id."""
        return next((one for one in self.activities if one.public_id == public_id), None)

    def lesson(self, public_id: str) -> OutlineActivity | None:
        """Return the lesson with this public id."""
        return next((one for one in self.lessons if one.public_id == public_id), None)

    def lesson_keyed(self, key: str) -> OutlineActivity | None:
        """Return the lesson with this key."""
        return next((one for one in self.lessons if one.key == key), None)

    @property
    def minutes(self) -> int:
        """How long all parts take together."""
        return sum(one.minutes for one in self.parts)


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
    return outline_keyed(version.public_id)


@lru_cache(maxsize=VERSIONS_KEPT)
def outline_keyed(version_key: str) -> Outline:
    """Return an outline by the version's public id: unlike row ids it is unique everywhere."""
    version = sa.select(CourseVersion.id).where(CourseVersion.public_id == version_key)
    version_id = db.session.scalars(version).one()
    homes = (
        sa.select(CourseModule)
        .where(CourseModule.version_id == version_id)
        .order_by(CourseModule.position)
    )
    modules = list(db.session.scalars(homes))
    activities = db.session.execute(
        sa.select(Activity, LessonText.language, LessonText.title)
        .outerjoin(LessonText, LessonText.activity_id == Activity.id)
        .where(Activity.version_id == version_id)
        .order_by(Activity.position, LessonText.language)
    ).all()
    entries = _activities(activities)
    return Outline(
        tuple(
            OutlineModule(
                module.title,
                tuple(one for home, one in entries if home == module.id),
                module.key,
                Rules(after=tuple(module.after), after_modules=tuple(module.after_modules)),
            )
            for module in modules
        ),
        next((one for _, one in entries if one.is_final_exam), None),
        _sources(version_id),
        facts_of(version_id),
    )


def _activities(rows: Sequence[Any]) -> list[tuple[int | None, OutlineActivity]]:
    """Return the activities in order, each with its module's id."""
    titles: dict[int, dict[str, str]] = {}
    activities: dict[int, Activity] = {}
    for activity, language, title in rows:
        activities[activity.id] = activity
        if language is not None:
            titles.setdefault(activity.id, {})[language] = title
    entries: list[tuple[int | None, OutlineActivity]] = []
    number = 1
    for activity in activities.values():
        entry = OutlineActivity(
            activity.id,
            activity.public_id,
            activity.key,
            titles.get(activity.id) or activity.title,
            activity.minutes,
            number,
            tuple(activity.sources),
            activity.kind,
            rules_of(activity),
            restore(activity.kind, activity.details),
        )
        number += activity.kind is ActivityKind.LESSON
        entries.append((activity.module_id, entry))
    return entries


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
    rows = execute(PROGRESS, {"enrolment": enrolment.id})
    return {row.activity_id: Progress(*row[1:]) for row in rows}


def latest_answers(enrolment: Enrolment, activity_id: int) -> dict[str, CheckAnswer]:
    """Return the latest answer to each self-check of a lesson."""
    if writing.get():
        db.session.flush()  # what was answered a moment ago
    rows = execute(LATEST_ANSWERS, {"enrolment": enrolment.id, "activity": activity_id})
    return {row.check_key: CheckAnswer(frozenset(row.chosen), row.right) for row in rows}
