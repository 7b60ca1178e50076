"""Writing comments, answering, resolving and reopening."""

from datetime import datetime

from lms.audit.services import record
from lms.catalog.commenting.models import LessonRemark, RemarkKind
from lms.catalog.commenting.queries import is_open
from lms.catalog.models import Activity
from lms.core.database import db
from lms.people.models import Person


def comment(
    lesson: Activity, language: str, *, quote: str, body: str, author: Person, now: datetime
) -> LessonRemark:
    """Begin a thread about a passage of a lesson's text, or ('' as quote) about the whole."""
    remark = LessonRemark(
        course_id=lesson.version.course_id,
        lesson_key=lesson.key,
        language=language,
        kind=RemarkKind.COMMENT,
        quote=quote,
        body=body,
        author_id=author.id,
        written_at=now,
    )
    db.session.add(remark)
    db.session.flush()
    _record(remark, action="catalog.comment_written", author=author, now=now)
    return remark


def reply(thread: LessonRemark, *, body: str, author: Person, now: datetime) -> None:
    """Answer in a thread; it stays open or resolved as it was."""
    remark = _follow(thread, RemarkKind.REPLY, body, author, now)
    _record(remark, action="catalog.comment_written", author=author, now=now)


def resolve(thread: LessonRemark, *, body: str, author: Person, now: datetime) -> None:
    """Resolve a thread, with or without a last word; a resolved one stays as it is."""
    if is_open(thread):
        remark = _follow(thread, RemarkKind.RESOLVED, body, author, now)
        _record(remark, action="catalog.comment_resolved", author=author, now=now)


def reopen(thread: LessonRemark, *, body: str, author: Person, now: datetime) -> None:
    """Open a resolved thread again; an open one stays as it is."""
    if not is_open(thread):
        remark = _follow(thread, RemarkKind.REOPENED, body, author, now)
        _record(remark, action="catalog.comment_reopened", author=author, now=now)


def _follow(
    thread: LessonRemark, kind: RemarkKind, body: str, author: Person, now: datetime
) -> LessonRemark:
    remark = LessonRemark(
        course_id=thread.course_id,
        lesson_key=thread.lesson_key,
        language=thread.language,
        thread_id=thread.id,
        kind=kind,
        body=body,
        author_id=author.id,
        written_at=now,
    )
    db.session.add(remark)
    db.session.flush()
    return remark


def _record(remark: LessonRemark, *, action: str, author: Person, now: datetime) -> None:
    record(
        now=now,
        actor_key=author.public_id,
        action=action,
        subject_kind="lesson_remark",
        subject_key=remark.public_id,
        lesson=remark.lesson_key,
        language=remark.language,
    )
