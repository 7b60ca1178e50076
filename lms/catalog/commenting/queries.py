"""Reads of comments."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from lms.catalog.commenting.models import LessonRemark, RemarkKind
from lms.catalog.models import Activity, CourseVersion
from lms.core.database import db

ENDS = (RemarkKind.RESOLVED, RemarkKind.REOPENED)


@dataclass(frozen=True)
class Thread:
    """A comment with what followed, oldest first."""

    comment: LessonRemark
    entries: Sequence[LessonRemark]

    @property
    def is_open(self) -> bool:
        """Whether the thread waits for something."""
        ends = [entry.kind for entry in self.entries if entry.kind in ENDS]
        return not ends or ends[-1] is RemarkKind.REOPENED


def threads_of(lesson: Activity, language: str) -> Sequence[Thread]:
    """Return the threads about a lesson's text, open ones first, then the newest.

    ``lesson`` is loaded with its version.
    """
    statement = (
        sa.select(LessonRemark)
        .where(
            LessonRemark.course_id == lesson.version.course_id,
            LessonRemark.lesson_key == lesson.key,
            LessonRemark.language == language,
        )
        .order_by(LessonRemark.id)
        .options(joinedload(LessonRemark.author))
    )
    comments: list[LessonRemark] = []
    entries: dict[int | None, list[LessonRemark]] = {}
    for remark in db.session.scalars(statement):
        if remark.thread_id is None:
            comments.append(remark)
        else:
            entries.setdefault(remark.thread_id, []).append(remark)
    threads = [Thread(comment, entries.get(comment.id, [])) for comment in comments]
    return sorted(threads, key=lambda thread: (not thread.is_open, -thread.comment.id))


def thread_for(public_id: str) -> LessonRemark | None:
    """Return the comment that begins the thread with this public id."""
    statement = sa.select(LessonRemark).where(
        LessonRemark.public_id == public_id, LessonRemark.thread_id.is_(None)
    )
    return db.session.scalars(statement).one_or_none()


def is_open(comment: LessonRemark) -> bool:
    """Tell whether a thread waits for something."""
    statement = (
        sa.select(LessonRemark.kind)
        .where(LessonRemark.thread_id == comment.id, LessonRemark.kind.in_(ENDS))
        .order_by(LessonRemark.id.desc())
        .limit(1)
    )
    return db.session.scalar(statement) is not RemarkKind.RESOLVED


def open_threads(course_id: int | None = None) -> Mapping[tuple[int, str], int]:
    """Return the numbers of open threads by course and lesson key, of one course or of all."""
    entry = aliased(LessonRemark)
    last = (
        sa.select(entry.kind)
        .where(entry.thread_id == LessonRemark.id, entry.kind.in_(ENDS))
        .order_by(entry.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    statement = (
        sa.select(LessonRemark.course_id, LessonRemark.lesson_key, sa.func.count())
        .where(LessonRemark.thread_id.is_(None))
        .where(sa.or_(last.is_(None), last != RemarkKind.RESOLVED))
        .group_by(LessonRemark.course_id, LessonRemark.lesson_key)
    )
    if course_id is not None:
        statement = statement.where(LessonRemark.course_id == course_id)
    return {(row[0], row[1]): row[2] for row in db.session.execute(statement)}


def draft_lesson_of(comment: LessonRemark) -> str | None:
    """Return the public id of the lesson, in the newest version that has it."""
    statement = (
        sa.select(Activity.public_id)
        .join(CourseVersion, CourseVersion.id == Activity.version_id)
        .where(
            Activity.key == comment.lesson_key,
            CourseVersion.course_id == comment.course_id,
        )
        .order_by(CourseVersion.number.desc())
        .limit(1)
    )
    return db.session.scalar(statement)
