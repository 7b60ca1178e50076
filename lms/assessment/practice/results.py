"""What practice says about a course, for its instructors: numbers without names.

Over the people within the viewer's scope, in the last ``PERIOD_DAYS``. A figure is shown only when
at least ``FEWEST_PEOPLE`` different people stand behind it.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import current_app

from lms.assessment.authoring.words import plain_text
from lms.assessment.models import Item, ItemVersion
from lms.assessment.practice.models import (
    Certainty,
    PracticeCard,
    PracticeQuestion,
    PracticeReview,
    PracticeSession,
    Recall,
)
from lms.assessment.practice.scheduling import HALF
from lms.assessment.practice.topics import Lesson, Topics, topics_of
from lms.catalog.models import Course, CourseVersion, VersionStatus
from lms.catalog.rendering import render_lesson
from lms.core.clock import local_date
from lms.core.database import db
from lms.learning.course_results import ResultSection
from lms.learning.queries.study import lesson_body
from lms.people.identity import Viewer
from lms.people.models import Person
from lms.people.permissions import Permission
from lms.people.queries import visible_to
from lms.web.i18n import current_language

FEWEST_PEOPLE = 5
PERIOD_DAYS = 180
SHOWN = 10
LESSON = "lesson "  # before the key of a lesson that teaches no topic; no topic's key has a space

_forgot = sa.case((PracticeReview.recall == Recall.AGAIN, 1), else_=0)
_sure = sa.case((PracticeReview.certainty == Certainty.SURE, 1), else_=0)
_misled = sa.case(
    (
        sa.and_(PracticeReview.certainty == Certainty.SURE, PracticeReview.credit < HALF),
        1,
    ),
    else_=0,
)
FIGURES = (
    sa.func.count(sa.distinct(PracticeSession.person_id)),
    sa.func.count(PracticeReview.question_id),
    sa.func.sum(_forgot),
    sa.func.sum(_sure),
    sa.func.sum(_misled),
)


@dataclass(frozen=True)
class Figures:
    """How a topic or a question fares in practice."""

    title: str
    lessons: tuple[Lesson, ...]  # that teach it, in the newest published version
    people: int
    answers: int
    forgotten: int  # answers that count as forgotten
    sure: int  # answers given as sure
    misled: int  # of these, the wrong ones: confident errors
    item_id: str | None = None  # public id, of an item

    @property
    def forgotten_percent(self) -> float:
        """The share of answers that count as forgotten; out of 100."""
        return 100 * self.forgotten / self.answers


def _counted(viewer: Viewer, course: Course, since: date, *columns: Any) -> sa.Select[Any]:
    """Return ``columns`` and figures of the answers that count, still to be grouped."""
    statement: sa.Select[Any] = sa.select(*columns, *FIGURES)
    return (
        statement.select_from(PracticeReview)
        .join(PracticeQuestion, PracticeQuestion.id == PracticeReview.question_id)
        .join(PracticeCard, PracticeCard.id == PracticeQuestion.card_id)
        .join(PracticeSession, PracticeSession.id == PracticeQuestion.session_id)
        .join(Person, Person.id == PracticeSession.person_id)
        .where(
            PracticeCard.course_id == course.id,
            PracticeReview.answered_on > since,
            visible_to(viewer, Permission.SEE_SITTINGS),
        )
        .group_by(*columns)
        .having(FIGURES[0] >= FEWEST_PEOPLE)
    )


def topic_figures(viewer: Viewer, course: Course, topics: Topics, *, since: date) -> list[Figures]:
    """Return how each topic fares, the most forgotten first. One statement."""
    of_lesson = [
        (PracticeCard.lesson_key == key, topic)
        for key in topics.lessons
        if (topic := topics.topic_of(key)) is not None
    ]
    own = sa.literal(LESSON) + PracticeCard.lesson_key
    # A column of a subquery, so that it is grouped by whatever the dialect makes of its values.
    key = sa.func.coalesce(
        ItemVersion.topic, sa.case(*of_lesson, else_=own) if of_lesson else own
    ).label("key")
    keyed = (
        sa.select(PracticeQuestion.id, key)
        .join(PracticeCard, PracticeCard.id == PracticeQuestion.card_id)
        .outerjoin(ItemVersion, ItemVersion.id == PracticeQuestion.item_version_id)
        .where(PracticeCard.course_id == course.id)
        .subquery("keyed")
    )
    statement = _counted(viewer, course, since, keyed.c.key).join(
        keyed, keyed.c.id == PracticeQuestion.id
    )
    found = [_topic(row, topics) for row in db.session.execute(statement)]
    return sorted(found, key=lambda one: (-one.forgotten_percent, one.title))


def _topic(row: Any, topics: Topics) -> Figures:
    key, *figures = row
    if key.startswith(LESSON):
        lesson = topics.lessons.get(key.removeprefix(LESSON))
        return Figures(_titled(lesson), (lesson,) if lesson else (), *figures)
    lessons = tuple(topics.lessons[one] for one in topics.taught_in.get(key, ()))
    return Figures(_text(topics.titles.get(key, {"en": key})), lessons, *figures)


def question_figures(
    viewer: Viewer, course: Course, topics: Topics, *, since: date
) -> list[Figures]:
    """Return the questions that mislead or are forgotten most: confident errors first. Two
    statements, and one for each lesson's text that this process doesn't know yet.
    """
    counted = _counted(
        viewer, course, since, PracticeCard.item_id, PracticeCard.lesson_key, PracticeCard.check_key
    )
    worst = counted.having(sa.func.sum(_forgot) > 0).order_by(
        sa.func.sum(_misled).desc(),
        (sa.func.sum(_forgot) * 1.0 / sa.func.count(PracticeReview.question_id)).desc(),
        PracticeCard.item_id,
        PracticeCard.lesson_key,
        PracticeCard.check_key,
    )
    rows = db.session.execute(worst.limit(SHOWN)).all()
    items = _items([row.item_id for row in rows if row.item_id is not None])
    return [_question(row, topics, items) for row in rows]


def _items(item_ids: list[int]) -> dict[int, Any]:
    statement = (
        sa.select(Item.id, Item.public_id, ItemVersion.content["prompt"], ItemVersion.topic)
        .join(
            ItemVersion,
            sa.and_(ItemVersion.item_id == Item.id, ItemVersion.number == Item.current_number),
        )
        .where(Item.id.in_(item_ids))
    )
    return {row.id: row for row in db.session.execute(statement)}


def _question(row: Any, topics: Topics, items: dict[int, Any]) -> Figures:
    item_id, lesson_key, check_key, *figures = row
    if item_id is not None:
        _id, public_id, prompt, topic = items[item_id]
        lessons = tuple(topics.lessons[one] for one in topics.taught_in.get(topic, ()))
        found = Figures(plain_text(prompt), lessons, *figures)
        return replace(found, item_id=public_id)
    lesson = topics.lessons.get(lesson_key)
    title = _check_text(lesson, check_key) if lesson else ""
    return Figures(title or f"{lesson_key}: {check_key}", (lesson,) if lesson else (), *figures)


def _check_text(lesson: Lesson, check_key: str) -> str:
    text = lesson_body(lesson.public_id, current_language())
    if text is None:
        return ""
    rendered = render_lesson(
        text.body,
        language=text.language,
        sources=(),
        files_url=lambda _path: None,
        lesson_url=lambda _key: None,
    )
    check = rendered.check(check_key)
    return check.prompt.striptags() if check else ""


def _titled(lesson: Lesson | None) -> str:
    return _text(lesson.titles) if lesson else ""


def _text(texts: dict[str, Any]) -> str:
    return plain_text(texts)


def _newest(course: Course) -> str | None:
    statement = (
        sa.select(CourseVersion.public_id)
        .where(
            CourseVersion.course_id == course.id, CourseVersion.status == VersionStatus.PUBLISHED
        )
        .order_by(CourseVersion.number.desc())
    )
    return db.session.scalar(statement.limit(1))


def results_section(viewer: Viewer, course: Course, now: datetime) -> ResultSection | None:
    """Return practice's part of the course's results page: at most four statements."""
    version_key = _newest(course)
    if version_key is None or not viewer.may(Permission.SEE_SITTINGS):
        return None
    today = local_date(now, current_app.config["SETTINGS"].time_zone)
    since, topics = today - timedelta(days=PERIOD_DAYS), topics_of(version_key)
    rows = topic_figures(viewer, course, topics, since=since)
    values: dict[str, Any] = {
        "topics": rows,
        "questions": question_figures(viewer, course, topics, since=since) if rows else [],
        "fewest": FEWEST_PEOPLE,
        "days": PERIOD_DAYS,
        "may_author": viewer.may(Permission.AUTHOR_COURSES),
        "slug": course.slug,
    }
    return ResultSection("assessment/practice/_results.html", 25, values)
