"""What a person may practise now: ``met_by`` decides it, for every page of practice.

It costs one statement, once the texts of the lessons are known to this process.
"""

from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.assessment.models import (
    SCORE_COUNTS,
    Assessment,
    Attempt,
    AttemptItem,
    ExplanationPolicy,
    Item,
    ItemBank,
    ItemKind,
    ItemVersion,
    PoolEntry,
    Score,
)
from lms.assessment.practice.models import PracticeItem
from lms.assessment.practice.planning import Met, Subject
from lms.assessment.practice.topics import topics_of
from lms.catalog.models import Activity, ActivityKind, CourseVersion
from lms.catalog.rendering import render_lesson
from lms.core.database import db, execute, writing
from lms.learning.models import ActivityProgress, Enrolment
from lms.learning.queries.study import lesson_body

# Kinds whose answers are checked at once, on one page.
PRACTISED = (
    ItemKind.SINGLE_CHOICE,
    ItemKind.MULTIPLE_CHOICE,
    ItemKind.TRUE_FALSE,
    ItemKind.MATCHING,
    ItemKind.ORDERING,
    ItemKind.NUMERIC,
    ItemKind.SHORT_TEXT,
    ItemKind.GAP_TEXT,
    ItemKind.HOTSPOT,
)
PLACE = len(Met._fields) - 1  # columns of a row that say where something was met
LEARNER = sa.bindparam("learner", type_=sa.Integer())


def _rests(course_id: Any) -> Any:
    """Return the condition 'an exam of the course is under way, or may still take answers'."""
    place = aliased(Enrolment)
    return (
        sa.exists()
        .where(
            Attempt.candidate_id == LEARNER,
            Attempt.settled_at.is_(None),
            place.id == Attempt.enrolment_id,
            place.course_id == course_id,
        )
        .correlate_except(Attempt, place)
    )


def _exam_ahead(course_id: Any) -> Any:
    """Return the condition 'the person is on the course with an exam that isn't passed'."""
    place, exam = aliased(Enrolment), aliased(Activity)
    return (
        sa.exists()
        .where(
            place.learner_id == LEARNER,
            place.course_id == course_id,
            place.completed_at.is_(None),
            place.withdrawn_at.is_(None),
            exam.version_id == place.version_id,
            exam.kind == ActivityKind.EXAM,
        )
        .correlate_except(place, exam)
    )


def _asked_in_passed() -> Any:
    """Return the items that the person was asked, in whatever wording, in an exam that they passed,
    if not at that attempt, and whose policy shows explanations.
    """
    asked, passed = aliased(ItemVersion), aliased(Attempt)
    has_passed = (
        sa.exists()
        .where(
            passed.enrolment_id == Attempt.enrolment_id,
            passed.exam_key == Attempt.exam_key,
            Score.attempt_id == passed.id,
            Score.passed,
            SCORE_COUNTS,
        )
        .correlate(Attempt)
    )
    return (
        sa.select(asked.item_id)
        .join(AttemptItem, AttemptItem.item_version_id == asked.id)
        .join(Attempt, Attempt.id == AttemptItem.attempt_id)
        .join(Assessment, Assessment.id == Attempt.assessment_id)
        .where(
            Attempt.candidate_id == LEARNER,
            Attempt.settled_at.is_not(None),
            Assessment.explanations != ExplanationPolicy.NEVER,
            has_passed,
        )
    )


def _lessons() -> Any:
    """Return the lessons that the person has read."""
    none = sa.null()
    return (
        sa.select(
            Enrolment.course_id,
            Enrolment.id.label("enrolment_id"),
            Enrolment.public_id.label("enrolment_key"),
            CourseVersion.public_id.label("version_key"),
            sa.cast(none, sa.String).label("topic"),
            sa.cast(none, sa.Integer).label("item_version_id"),
            Activity.id.label("activity_id"),
            Activity.public_id.label("lesson_id"),
            # So far as the fields of ``Met``.
            Activity.key.label("lesson_key"),
            sa.cast(none, sa.Integer).label("item_id"),
            sa.false().label("was_asked"),
            ActivityProgress.id.label("place"),
            sa.cast(none, ItemVersion.kind.type).label("kind"),
        )
        .select_from(ActivityProgress)
        .join(Enrolment, Enrolment.id == ActivityProgress.enrolment_id)
        .join(Activity, Activity.id == ActivityProgress.activity_id)
        .join(CourseVersion, CourseVersion.id == Enrolment.version_id)
        .where(
            Enrolment.learner_id == LEARNER,
            Enrolment.withdrawn_at.is_(None),
            ActivityProgress.completed_at.is_not(None),
            Activity.kind == ActivityKind.LESSON,
            ~_rests(Enrolment.course_id),
        )
    )


def _items() -> Any:
    """Return the bank's items that the person may practise, as they were last published, whatever
    their kind: asked for kinds, SQLite reads all wordings of all banks first.

    What is the same for all items is found once, by the person: the cost grows neither with the
    others on their courses nor with the bank times the attempts.
    """
    own, none, wording = aliased(Enrolment), sa.null(), aliased(ItemVersion)
    newest = (
        sa.select(sa.func.max(own.id))
        .where(own.learner_id == LEARNER, own.withdrawn_at.is_(None))
        .group_by(own.course_id)
    )
    published = (
        sa.select(sa.func.max(wording.number))
        .join(PoolEntry, PoolEntry.item_version_id == wording.id)
        .where(wording.item_id == Item.id)
        .correlate(Item)
        .scalar_subquery()
    )
    asked = sa.and_(Item.id.in_(_asked_in_passed()), ~_exam_ahead(ItemBank.course_id))
    is_open = sa.exists().where(PracticeItem.item_id == Item.id).correlate(Item)
    place = aliased(Enrolment)
    return (
        sa.select(
            ItemBank.course_id,
            place.id,
            place.public_id,
            CourseVersion.public_id,
            ItemVersion.topic,
            ItemVersion.id,
            sa.cast(none, sa.Integer),
            sa.cast(none, sa.String),
            sa.cast(none, sa.String),
            Item.id,
            asked,
            Item.id,
            ItemVersion.kind,
        )
        .select_from(place)
        .join(ItemBank, ItemBank.course_id == place.course_id)
        .join(Item, Item.bank_id == ItemBank.id)
        .join(ItemVersion, sa.and_(ItemVersion.item_id == Item.id, ItemVersion.number == published))
        .join(CourseVersion, CourseVersion.id == place.version_id)
        .where(
            place.id.in_(newest),
            Item.retired_at.is_(None),
            ~_rests(ItemBank.course_id),
            sa.or_(is_open, asked),
        )
    )


# Built once: the home page asks it.
MET = sa.union_all(_lessons(), _items())


def met_by(person_id: int, *, language: str) -> list[Met]:
    """Return what the person may practise now: self-checks in the order their lessons were begun,
    then items. Nothing that is not in this list is ever asked, marked or explained in practice.
    """
    if writing.get():
        db.session.flush()  # what was done a moment ago
    rows = execute(MET, {"learner": person_id}).all()
    lessons: dict[tuple[int, str], Any] = {}  # of several enrolments the newest
    for row in sorted((row for row in rows if row.item_id is None), key=lambda row: row.place):
        known = lessons.get((row.course_id, row.lesson_key))
        if known is None or known.enrolment_id < row.enrolment_id:
            lessons[row.course_id, row.lesson_key] = row
    met = []
    for row in lessons.values():
        place = row[:PLACE]
        met += [
            Met(Subject(None, row.course_id, row.lesson_key, key), *place)
            for key in check_keys(row.lesson_id, language)
        ]
    taught: dict[Any, bool] = {}  # by version and topic
    for row in rows:
        if row.kind not in PRACTISED:
            continue
        topic = row.version_key, row.topic
        if topic not in taught:
            taught[topic] = _is_taught(row, lessons)
        if taught[topic] or row.was_asked:
            met.append(Met(Subject(row.item_id), *row[:PLACE]))
    return met


def _is_taught(row: Any, read: dict[tuple[int, str], Any]) -> bool:
    """Tell whether all lessons that teach an item's topic are read; without a word on which, all
    of the course.
    """
    keys = topics_of(row.version_key).lessons_of(row.topic)
    return all((row.course_id, key) in read for key in keys)


@lru_cache(maxsize=2048)
def check_keys(lesson_id: str, language: str) -> tuple[str, ...]:
    """Return the keys of a published lesson's self-checks, by the lesson's public id."""
    text = lesson_body(lesson_id, language)
    if text is None:
        return ()
    rendered = render_lesson(
        text.body,
        language=text.language,
        sources=(),
        files_url=lambda _path: None,
        lesson_url=lambda _key: None,
    )
    return tuple(check.key for check in rendered.checks)
