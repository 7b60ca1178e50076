"""Which topic a card belongs to, which lessons teach it, and what a person keeps forgetting.

A self-check belongs to the topic that its lesson teaches; where the author named none, to the
lesson itself.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from lms.assessment.practice.models import PracticeQuestion, Recall
from lms.assessment.practice.planning import Cards, Met, subject_of
from lms.catalog.models import Activity, ActivityKind, CourseTopic, CourseVersion, LessonText
from lms.core.database import db

FORGOTTEN_OFTEN = 2  # times, over a topic's cards: the person is told
SHOWN = 3  # topics


@dataclass(frozen=True)
class Lesson:
    """A lesson of a published version."""

    public_id: str
    titles: dict[str, str]


@dataclass(frozen=True)
class Topics:
    """A published version's topics and lessons."""

    titles: dict[str, dict[str, Any]]  # by topic
    taught_in: dict[str, tuple[str, ...]]  # topic → keys of lessons, in the course's order
    lessons: dict[str, Lesson]  # by key, in the course's order

    def lessons_of(self, topic: str) -> tuple[str, ...]:
        """Return the keys of the lessons that teach ``topic``; all keys when none is named."""
        return self.taught_in.get(topic) or tuple(self.lessons)

    def topic_of(self, lesson_key: str) -> str | None:
        """Return the first topic that the lesson teaches; None when no topic names it."""
        return next((key for key, lessons in self.taught_in.items() if lesson_key in lessons), None)


@lru_cache(maxsize=128)
def topics_of(version_key: str) -> Topics:
    """Return the topics and lessons of a published version, by its public id: they never change."""
    version = sa.select(CourseVersion.id).where(CourseVersion.public_id == version_key)
    topics = db.session.execute(
        sa.select(CourseTopic.key, CourseTopic.title, CourseTopic.lessons)
        .where(CourseTopic.version_id == version.scalar_subquery())
        .order_by(CourseTopic.position)
    ).all()
    lessons = db.session.execute(
        sa.select(Activity.key, Activity.public_id, LessonText.language, LessonText.title)
        .outerjoin(LessonText, LessonText.activity_id == Activity.id)
        .where(
            Activity.version_id == version.scalar_subquery(),
            Activity.kind == ActivityKind.LESSON,
        )
        .order_by(Activity.position, LessonText.language)
    ).all()
    found: dict[str, Lesson] = {}
    for key, public_id, language, title in lessons:
        lesson = found.setdefault(key, Lesson(public_id, {}))
        if language is not None:
            lesson.titles[language] = title
    return Topics(
        {row.key: row.title for row in topics},
        {row.key: tuple(key for key in found if key in row.lessons) for row in topics},
        found,
    )


@dataclass(frozen=True)
class Place:
    """A topic of a course, or a lesson that teaches none; with the lessons to read again."""

    course_id: int
    key: str
    title: dict[str, Any] = field(compare=False)
    enrolment_key: str = field(compare=False)
    lessons: tuple[Lesson, ...] = field(compare=False)


def place_of(one: Met) -> Place:
    """Return where ``one`` is taught. A self-check's place names its own lesson alone."""
    topics = topics_of(one.version_key)
    lesson_key = one.subject.lesson_key
    if lesson_key is not None:
        lesson = topics.lessons[lesson_key]
        topic = topics.topic_of(lesson_key)
        title = topics.titles[topic] if topic else lesson.titles
        key = topic or f"lesson {lesson_key}"
        return Place(one.course_id, key, title, one.enrolment_key, (lesson,))
    topic = one.topic or ""
    lessons = tuple(topics.lessons[key] for key in topics.taught_in.get(topic, ()))
    title = topics.titles.get(topic, {"en": topic})
    return Place(one.course_id, topic, title, one.enrolment_key, lessons)


def place_of_question(question: PracticeQuestion) -> Place:
    """Return where a question of a session is taught, whether it may be asked now or not."""
    version = question.item_version
    activity = question.activity
    return place_of(
        Met(
            subject=subject_of(question.card),
            course_id=question.card.course_id,
            enrolment_id=question.enrolment_id,
            enrolment_key=question.enrolment.public_id,
            version_key=question.enrolment.version.public_id,
            topic=version.topic if version else None,
            lesson_id=activity.public_id if activity else None,
        )
    )


@dataclass(frozen=True)
class Forgotten:
    """A topic that a person keeps forgetting, and how many times they did."""

    place: Place
    times: int


def kept_forgetting(met: Iterable[Met], cards: Cards) -> list[Forgotten]:
    """Return the topics that the person keeps forgetting, the most often forgotten first.

    Cards that were remembered the last time don't count: a topic leaves the list by being learnt.
    """
    counted: dict[Place, int] = {}
    lessons: dict[Place, list[Lesson]] = {}
    for one in met:
        card = cards.get(one.subject)
        if card is None or card.last_recall is not Recall.AGAIN:
            continue
        place = place_of(one)
        counted[place] = counted.get(place, 0) + card.forgotten
        known = lessons.setdefault(place, [])
        known += [lesson for lesson in place.lessons if lesson not in known]
    often = sorted(counted.items(), key=lambda entry: -entry[1])
    return [
        Forgotten(replace(place, lessons=tuple(lessons[place])), times)
        for place, times in often
        if times >= FORGOTTEN_OFTEN
    ][:SHOWN]
