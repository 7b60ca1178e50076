"""The home page's read: what is open, the most urgent first, each with its next step.

One statement, built once: the page is the one everybody opens.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.catalog.models import Activity, ActivityKind, CourseVersion, LessonText, final_exam
from lms.core.database import execute
from lms.learning.models import ActivityProgress, Enrolment
from lms.learning.policies import SOON_DAYS, Urgency, percent_done, urgency_of
from lms.learning.queries.enrolments import EXAMS as FINAL_EXAMS
from lms.learning.queries.enrolments import LESSONS, LESSONS_READ, OPEN
from lms.web.i18n import localised

SHOWN = 12  # open courses on the page; the list of all courses has the rest


@dataclass(frozen=True)
class OpenCourse:
    """An open enrolment with its next step: a part of it, or the exam without ``lesson_id``.

    What is called lessons here are the parts that the course can't be completed without.
    """

    public_id: str
    title: dict[str, Any]
    due_on: date | None
    started_at: datetime | None
    lessons: int
    lessons_read: int
    exams: int  # final ones: one or none
    minutes_left: int  # of lessons and documents to read
    exam_minutes_left: int  # of all exams that aren't passed
    other_minutes_left: int  # of practice, classes and whatever else isn't read
    lesson_id: str | None
    lesson_title: str | None
    lesson_number: int | None
    place: int
    furthest: int
    kind: ActivityKind | None  # of the next step; None: the exam
    urgency: Urgency
    days_left: int | None  # to the due date; negative when it has passed

    @property
    def percent(self) -> int:
        """The share that is done."""
        return percent_done(
            lessons=self.lessons,
            lessons_read=self.lessons_read,
            exams=self.exams,
            is_completed=False,
        )

    @property
    def is_lesson(self) -> bool:
        """Whether the next step is a lesson."""
        return self.kind is ActivityKind.LESSON

    @property
    def is_begun(self) -> bool:
        """Whether a lesson was opened."""
        return self.started_at is not None


@dataclass(frozen=True)
class OpenCourses:
    """What is open, the most urgent first, and how many of all open courses are due when."""

    shown: list[OpenCourse]  # at most ``SHOWN``
    has_more: bool
    overdue: int = 0
    due_today: int = 0
    due_tomorrow: int = 0
    due_soon: int = 0  # today and tomorrow among them


def _of_all(condition: sa.ColumnElement[bool]) -> Any:
    """Count the learner's open enrolments, also those beyond the limit."""
    return sa.func.count(sa.case((condition, 1))).over()


def _most_urgent() -> Any:
    """Return ids of a learner's open enrolments: due soon, begun, due later, then the others."""
    today: Any = sa.bindparam("today")
    soon: Any = sa.bindparam("soon")
    rank = sa.case(
        (Enrolment.due_on <= soon, 0),
        (Enrolment.started_at.is_not(None), 1),
        (Enrolment.due_on.is_not(None), 2),
        else_=3,
    )
    # No date sorts as the last date on both databases.
    due = sa.func.coalesce(Enrolment.due_on, date.max)
    return (
        sa.select(
            Enrolment.id.label("id"),
            rank.label("rank"),
            due.label("due"),
            _of_all(Enrolment.due_on < today).label("overdue"),
            _of_all(Enrolment.due_on == today).label("due_today"),
            _of_all(Enrolment.due_on == sa.bindparam("tomorrow")).label("due_tomorrow"),
            _of_all(Enrolment.due_on.between(today, soon)).label("due_soon"),
        )
        .where(Enrolment.learner_id == sa.bindparam("learner"), OPEN)
        .order_by(sa.text("rank"), sa.text("due"), Enrolment.id)
        .limit(SHOWN + 1)
        .subquery("urgent")
    )


def _completed(activity: Any) -> Any:
    done = aliased(ActivityProgress)
    return (
        sa.select(done.id)
        .where(
            done.enrolment_id == Enrolment.id,
            done.activity_id == activity.id,
            done.completed_at.is_not(None),
        )
        .correlate(Enrolment, activity)
        .exists()
    )


def _next_lesson() -> Any:
    """Return the id of the lesson to go on with: where the reader stopped, or the first unread.

    None once nothing is left that the course can't be completed without: then the exam is next,
    whatever else was begun.
    """
    last, unread, met = aliased(ActivityProgress), aliased(Activity), aliased(Activity)
    first_unread = (
        sa.select(unread.id)
        .where(
            unread.version_id == Enrolment.version_id,
            ~final_exam(unread),
            ~unread.is_optional,
            ~_completed(unread),
        )
        .order_by(unread.position)
        .limit(1)
        .correlate(Enrolment)
    )
    stopped = (
        sa.select(sa.case((last.completed_at.is_(None), last.activity_id)))
        .join(met, met.id == last.activity_id)
        .where(
            last.enrolment_id == Enrolment.id,
            met.version_id == Enrolment.version_id,
            ~final_exam(met),
            sa.or_(~met.is_optional, first_unread.exists()),
        )
        .order_by(last.placed_at.desc(), last.id.desc())
        .limit(1)
        .correlate(Enrolment)
        .scalar_subquery()
    )
    return sa.func.coalesce(stopped, first_unread.scalar_subquery())


READ = (ActivityKind.LESSON, ActivityKind.DOCUMENT)
DUE = ("overdue", "due_today", "due_tomorrow", "due_soon")
COUNTS = (LESSONS, LESSONS_READ, FINAL_EXAMS)
EXAMS = (ActivityKind.EXAM,)
OTHERS = tuple(kind for kind in ActivityKind if kind not in READ + EXAMS)


def _minutes_left(kinds: Collection[ActivityKind]) -> Any:
    return (
        sa.select(sa.func.coalesce(sa.func.sum(Activity.minutes), 0))
        .where(
            Activity.version_id == Enrolment.version_id,
            Activity.kind.in_(kinds),
            ~Activity.is_optional,
            ~_completed(Activity),
        )
        .correlate(Enrolment)
        .scalar_subquery()
    )


def _statement() -> sa.Select[Any]:
    urgent, lesson = _most_urgent(), aliased(Activity)
    progress, earlier = aliased(ActivityProgress), aliased(Activity)
    text_id = (
        sa.select(LessonText.id)
        .where(LessonText.activity_id == lesson.id)
        .order_by(sa.case((LessonText.language == sa.bindparam("language"), 0), else_=1))
        .limit(1)
        .correlate(lesson)
        .scalar_subquery()
    )
    text = aliased(LessonText)
    number = (
        sa.select(sa.func.count())
        .where(
            earlier.version_id == lesson.version_id,
            ~final_exam(earlier),
            ~earlier.is_optional,
            earlier.position <= lesson.position,
        )
        .correlate(lesson)
        .scalar_subquery()
    )
    return (
        sa.select(
            Enrolment.public_id,
            CourseVersion.title,
            Enrolment.due_on,
            Enrolment.started_at,
            *COUNTS,
            *map(_minutes_left, (READ, EXAMS, OTHERS)),
            lesson.public_id,
            text.title,
            number,
            sa.func.coalesce(progress.place, 0),
            sa.func.coalesce(progress.furthest, 0),
            lesson.kind,
            lesson.title.label("titles"),
            *(urgent.c[name] for name in DUE),
        )
        .select_from(urgent)
        .join(Enrolment, Enrolment.id == urgent.c.id)
        .join(CourseVersion, CourseVersion.id == Enrolment.version_id)
        .outerjoin(lesson, lesson.id == _next_lesson())
        .outerjoin(text, text.id == text_id)
        .outerjoin(
            progress,
            sa.and_(progress.enrolment_id == Enrolment.id, progress.activity_id == lesson.id),
        )
        .order_by(urgent.c.rank, urgent.c.due, Enrolment.id)
    )


STATEMENT = _statement()
EVER = sa.select(sa.func.count(Enrolment.completed_at)).where(
    Enrolment.learner_id == sa.bindparam("learner")
)


def open_courses(learner_id: int, *, today: date, language: str) -> OpenCourses:
    """Return a learner's open courses.

    ``today`` is the date in the network's zone; lesson titles are in ``language`` where they are.
    """
    rows = execute(
        STATEMENT,
        {
            "learner": learner_id,
            "today": today,
            "tomorrow": today + timedelta(days=1),
            "soon": today + timedelta(days=SOON_DAYS),
            "language": language,
        },
    ).all()
    shown = [_open_course(row, today, language) for row in rows[:SHOWN]]
    due = {name: getattr(rows[0], name) for name in DUE} if rows else {}
    return OpenCourses(shown, len(rows) > SHOWN, **due)


def _open_course(row: sa.Row[Any], today: date, language: str) -> OpenCourse:
    days_left = (row.due_on - today).days if row.due_on else None
    columns: list[Any] = [*row][: -1 - len(DUE)]
    columns += [urgency_of(row.due_on, today), days_left]
    one = OpenCourse(*columns)
    return replace(one, lesson_title=localised(row.titles, language)) if row.titles else one


def completed_count(learner_id: int) -> int:
    """Return how many enrolments the learner has completed."""
    count: int = execute(EVER, {"learner": learner_id}).scalar_one()
    return count
