"""Appending revisions of lessons' texts, and finding the one a merge begins from."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from lms.catalog.editing.models import LessonRevision, RevisionKind
from lms.catalog.models import Activity, CourseVersion, LessonText
from lms.core.database import db
from lms.people.models import Person

STRETCH = timedelta(minutes=10)  # autosaves of one person within it share a number


def keep(
    lesson: Activity,
    language: str,
    *,
    kind: RevisionKind,
    title: str,
    body: str,
    row_version: int | None,
    author_id: int | None,
    now: datetime,
    page: str = "",
) -> LessonRevision:
    """Append a revision. The caller holds the draft's lock, which makes numbers unique."""
    course_id = course_of(lesson)
    last = _last(course_id, lesson.key, language)
    goes_on = last is not None and _goes_on(last, lesson, kind, author_id, now)
    revision = LessonRevision(
        course_id=course_id,
        lesson_key=lesson.key,
        language=language,
        number=last.number + (not goes_on) if last else 1,
        step=last.step + 1 if last and goes_on else 1,
        kind=kind,
        title=title,
        body=body,
        author_id=author_id,
        begun_at=last.begun_at if last and goes_on else now,
        saved_at=now,
        draft_lesson=lesson.public_id,
        row_version=row_version,
        page=page,
    )
    db.session.add(revision)
    db.session.flush()
    return revision


def _goes_on(
    last: LessonRevision,
    lesson: Activity,
    kind: RevisionKind,
    author_id: int | None,
    now: datetime,
) -> bool:
    """Tell whether a save continues the last number: a pause or a deliberate save ends it."""
    same_kind = last.kind is kind or (
        last.kind is RevisionKind.AUTOSAVED and kind is RevisionKind.SAVED
    )
    return (
        last.kind in (RevisionKind.AUTOSAVED, RevisionKind.ASIDE)
        and same_kind
        and last.author_id == author_id
        and last.draft_lesson == lesson.public_id
        and now - last.begun_at <= STRETCH
    )


def course_of(lesson: Activity) -> int:
    """Return the id of the lesson's course."""
    statement = sa.select(CourseVersion.course_id).where(CourseVersion.id == lesson.version_id)
    return db.session.scalars(statement).one()


def _last(course_id: int, lesson_key: str, language: str) -> LessonRevision | None:
    statement = (
        sa.select(LessonRevision)
        .where(
            LessonRevision.course_id == course_id,
            LessonRevision.lesson_key == lesson_key,
            LessonRevision.language == language,
        )
        .order_by(LessonRevision.number.desc(), LessonRevision.step.desc())
        .limit(1)
    )
    return db.session.scalars(statement).one_or_none()


def keep_found(lesson: Activity, text: LessonText) -> None:
    """Keep what stands in the draft before its first change here, unless it is kept already."""
    if base_of(lesson, text.language, text.row_version) is None:
        keep(
            lesson,
            text.language,
            kind=RevisionKind.FOUND,
            title=text.title,
            body=text.body,
            row_version=text.row_version,
            author_id=text.changed_by_id,
            now=text.changed_at,
        )


def keep_aside(
    lesson: Activity,
    language: str,
    *,
    title: str,
    body: str,
    now: datetime,
    actor: Person | None,
    page: str = "",
) -> None:
    """Keep a text that could not be saved because of someone else's; the same one only once."""
    last = _last(course_of(lesson), lesson.key, language)
    if last and last.kind is RevisionKind.ASIDE and (last.title, last.body) == (title, body):
        return
    keep(
        lesson,
        language,
        kind=RevisionKind.ASIDE,
        title=title,
        body=body,
        row_version=None,
        author_id=actor.id if actor else None,
        now=now,
        page=page,
    )


def base_of(lesson: Activity, language: str, row_version: int) -> LessonRevision | None:
    """Return what the draft's text was at ``row_version``."""
    statement = (
        sa.select(LessonRevision)
        .where(
            LessonRevision.draft_lesson == lesson.public_id,
            LessonRevision.language == language,
            LessonRevision.row_version == row_version,
        )
        .order_by(LessonRevision.id.desc())
        .limit(1)
    )
    return db.session.scalars(statement).one_or_none()


def is_own_continuation(lesson: Activity, language: str, row_version: int, page: str) -> bool:
    """Tell whether every change since ``row_version`` was made by the same open page.

    A reply that was lost on the way leaves a page with an older row version than it wrote.
    """
    if not page:
        return False
    statement = sa.select(LessonRevision.page).where(
        LessonRevision.draft_lesson == lesson.public_id,
        LessonRevision.language == language,
        LessonRevision.row_version > row_version,
    )
    pages = set(db.session.scalars(statement))
    return pages == {page}
