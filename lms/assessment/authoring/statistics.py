"""How an exam of a course turns out: pass rate, average, topics, questions most often missed.

Shown in the course's results; see ``results_page``. What counts is each closed attempt's latest
score, of people within the viewer's scope, over all versions of the course.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.assessment.models import (
    SCORE_COUNTS,
    Assessment,
    Attempt,
    AttemptItem,
    Counting,
    Item,
    ItemVersion,
    Score,
)
from lms.catalog.models import (
    FINAL_EXAM,
    Activity,
    ActivityKind,
    Course,
    CourseTopic,
    CourseVersion,
)
from lms.core.database import db
from lms.people.identity import Viewer
from lms.people.models import Person
from lms.people.permissions import Permission
from lms.people.queries import visible_to

MISSED_SHOWN = 10
FEWEST_ANSWERS = 5  # fewer say nothing about a question
LEAST_LOST = 1e-9  # percent: less is what adding up left


@dataclass(frozen=True)
class ExamFigures:
    """What attempts at a course's exam amount to."""

    attempts: int
    candidates: int
    passed: int  # candidates with a passed attempt
    passed_first: int  # candidates whose first attempt passed
    average_percent: float  # over attempts
    has_further: bool = False  # whether the course has exams beside its final one

    @property
    def pass_rate(self) -> float:
        """The share of candidates who passed, at whichever attempt; out of 100."""
        return 100 * self.passed / self.candidates

    @property
    def first_pass_rate(self) -> float:
        """The share of candidates who passed at the first attempt; out of 100."""
        return 100 * self.passed_first / self.candidates


@dataclass(frozen=True)
class MissedItem:
    """An item with the share of its points that candidates lost."""

    public_id: str
    prompt: dict[str, Any]  # as it reads now
    topic: str
    asked: int  # how many times it was in a closed attempt, left empty or not
    lost_percent: float
    asked_earlier: int  # of these, how many times in an earlier wording
    is_retired: bool


@dataclass(frozen=True)
class TopicFigures:
    """How well the items of a topic were answered."""

    key: str
    title: dict[str, Any]
    asked: int
    earned_percent: float


def _counted(viewer: Viewer, course: Course, exam_key: str) -> sa.Subquery:
    """Return the latest scores of closed attempts at the exam that count: one row an attempt."""
    return (
        sa.select(
            Attempt.id.label("attempt_id"),
            Attempt.candidate_id,
            Attempt.enrolment_id,
            Attempt.number.label("attempt_number"),
            Score.passed,
            Score.percent,
            Score.items,
            _is_result().label("counts"),
        )
        .join(Score, Score.attempt_id == Attempt.id)
        .join(Person, Person.id == Attempt.candidate_id)
        .join(Assessment, Assessment.id == Attempt.assessment_id)
        .join(Activity, Activity.id == Assessment.activity_id)
        .join(CourseVersion, CourseVersion.id == Activity.version_id)
        .where(
            CourseVersion.course_id == course.id,
            Attempt.exam_key == exam_key,
            Attempt.closed_at.is_not(None),
            visible_to(viewer, Permission.SEE_SITTINGS),
            SCORE_COUNTS,
            Score.awaiting == 0,  # a person has yet to judge a part of it
        )
        .subquery("counted")
    )


def _is_result() -> sa.ColumnElement[bool]:
    """Return the condition 'the attempt may be its enrolment's result'.

    Of the best attempt each may be: one pass among them is the result. Of the last and the first
    only that one.
    """
    newer = aliased(Attempt)
    is_last = ~sa.exists().where(
        newer.enrolment_id == Attempt.enrolment_id,
        newer.exam_key == Attempt.exam_key,
        newer.number > Attempt.number,
        newer.closed_at.is_not(None),
    )
    return sa.case(
        (Assessment.counting == Counting.FIRST, Attempt.number == 1),
        (Assessment.counting == Counting.LAST, is_last),
        else_=sa.true(),
    )


def exam_figures(viewer: Viewer, course: Course, exam_key: str = FINAL_EXAM) -> ExamFigures | None:
    """Return the figures of an exam of the course; None while nobody has finished it."""
    counted = _counted(viewer, course, exam_key).c
    has_passed = sa.and_(counted.passed, counted.counts)
    is_first = sa.and_(counted.passed, counted.attempt_number == 1)
    row = db.session.execute(
        sa.select(
            sa.func.count(),
            sa.func.count(sa.distinct(counted.candidate_id)),
            sa.func.count(sa.distinct(sa.case((has_passed, counted.candidate_id)))),
            sa.func.count(sa.distinct(sa.case((is_first, counted.candidate_id)))),
            sa.func.avg(counted.percent),
            _has_further(course),
        )
    ).one()
    return ExamFigures(*row) if row[0] else None


def _has_further(course: Course) -> sa.ColumnElement[bool]:
    """Tell it with the figures: the results page has no statement to spare."""
    return (
        sa.exists()
        .where(
            CourseVersion.course_id == course.id,
            CourseVersion.id == Activity.version_id,
            Activity.kind == ActivityKind.EXAM,
            Activity.key != FINAL_EXAM,
        )
        .label("has_further")
    )


class Tally(NamedTuple):
    """How often one version of an item was asked, and what it earned."""

    item_id: int
    topic: str
    possible: int  # points, each time
    is_earlier: bool  # the item reads otherwise now
    asked: int
    earned: float


def question_results(
    viewer: Viewer, course: Course, exam_key: str = FINAL_EXAM
) -> tuple[list[MissedItem], list[TopicFigures]]:
    """Return the items that lost the largest share of their points, the worst first, and how the
    items of each topic were answered, the weakest topic first.

    Three statements. Of all that was answered one row for each version of an item is read.
    """
    tallies = _tallies(viewer, course, exam_key)
    return _most_missed(tallies), _topic_figures(course, tallies)


def _tallies(viewer: Viewer, course: Course, exam_key: str) -> list[Tally]:
    counted = _counted(viewer, course, exam_key)
    items = counted.c["items"]  # not .items: that is a method of the collection
    if db.session.get_bind().dialect.name == "postgresql":
        entries = sa.func.jsonb_each_text(items)
    else:
        entries = sa.func.json_each(items)
    entry = entries.table_valued("key", "value", name="entry")
    # Not the column by itself: in its order SQLite would go through all scores for each version.
    version_id = (AttemptItem.item_version_id + 0).label("version_id")
    tallied = (
        sa.select(
            version_id,
            sa.func.count().label("asked"),
            sa.func.sum(sa.cast(entry.c.value, sa.Float)).label("earned"),
        )
        .select_from(counted)
        .join(entry, sa.true())
        .join(
            AttemptItem,
            sa.and_(
                AttemptItem.attempt_id == counted.c.attempt_id,
                AttemptItem.position == sa.cast(entry.c.key, sa.Integer),
            ),
        )
        .group_by(version_id)
        .subquery("tallied")
    )
    statement = (
        sa.select(
            ItemVersion.item_id,
            ItemVersion.topic,
            ItemVersion.points,
            ItemVersion.number < Item.current_number,
            tallied.c.asked,
            tallied.c.earned,
        )
        .select_from(tallied)
        .join(ItemVersion, ItemVersion.id == tallied.c.version_id)
        .join(Item, Item.id == ItemVersion.item_id)
        .order_by(ItemVersion.topic, ItemVersion.item_id, ItemVersion.number)
    )
    return [Tally(*row) for row in db.session.execute(statement)]


def _earned_percent(tallies: Iterable[Tally]) -> float:
    asked = list(tallies)
    possible = sum(one.asked * one.possible for one in asked)
    return 100 * sum(one.earned for one in asked) / possible


def _most_missed(tallies: Iterable[Tally]) -> list[MissedItem]:
    by_item: dict[int, list[Tally]] = {}
    for one in tallies:
        by_item.setdefault(one.item_id, []).append(one)
    lost = {key: 100 - _earned_percent(some) for key, some in by_item.items()}
    asked = {key: sum(one.asked for one in some) for key, some in by_item.items()}
    earlier = {
        key: sum(one.asked for one in some if one.is_earlier) for key, some in by_item.items()
    }
    worst = sorted(
        (key for key in lost if asked[key] >= FEWEST_ANSWERS and lost[key] > LEAST_LOST),
        key=lambda key: (-lost[key], key),
    )[:MISSED_SHOWN]
    words = _words_of(worst)
    return [
        MissedItem(public_id, prompt, topic, asked[key], lost[key], earlier[key], is_retired)
        for key, public_id, prompt, topic, is_retired in (words[key] for key in worst)
    ]


def _words_of(item_ids: list[int]) -> dict[int, Any]:
    """Return items as they read now: id, public id, prompt, topic, whether they are retired."""
    statement = (
        sa.select(
            Item.id,
            Item.public_id,
            ItemVersion.content["prompt"],
            ItemVersion.topic,
            Item.retired_at.is_not(None),
        )
        .join(
            ItemVersion,
            sa.and_(ItemVersion.item_id == Item.id, ItemVersion.number == Item.current_number),
        )
        .where(Item.id.in_(item_ids))
    )
    return {row.id: row for row in db.session.execute(statement)}


def _topic_figures(course: Course, tallies: Iterable[Tally]) -> list[TopicFigures]:
    """Return how the items of each topic were answered.

    A topic that the newest version no longer has is shown by its key.
    """
    by_topic: dict[str, list[Tally]] = {}
    for one in tallies:
        by_topic.setdefault(one.topic, []).append(one)
    titles = _topic_titles(course)
    found = [
        TopicFigures(
            topic,
            titles.get(topic, {"en": topic}),
            sum(one.asked for one in some),
            _earned_percent(some),
        )
        for topic, some in by_topic.items()
    ]
    return sorted(found, key=lambda one: (one.earned_percent, one.key))


def _topic_titles(course: Course) -> dict[str, dict[str, Any]]:
    statement = (
        sa.select(CourseTopic.key, CourseTopic.title)
        .join(CourseVersion, CourseVersion.id == CourseTopic.version_id)
        .where(CourseVersion.course_id == course.id)
        .order_by(CourseVersion.number)  # the newest title of a key comes last and stays
    )
    return {row.key: row.title for row in db.session.execute(statement)}
