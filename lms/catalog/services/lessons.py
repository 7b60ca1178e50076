"""Changes of a lesson's text; concurrent ones are detected, never lost."""

from datetime import datetime

import sqlalchemy as sa

from lms.catalog import events
from lms.catalog.editing.models import RevisionKind
from lms.catalog.editing.revisions import is_own_continuation, keep, keep_found
from lms.catalog.errors import ChangedMeanwhile
from lms.catalog.models import Activity, LessonText
from lms.catalog.services.drafts import lock_draft, note
from lms.catalog.source.content import clean_body
from lms.core.database import db
from lms.people.models import Person


def edit_lesson(
    lesson: Activity,
    language: str,
    *,
    title: str,
    body: str,
    row_version: int,
    now: datetime,
    actor: Person | None,
    kind: RevisionKind = RevisionKind.SAVED,
    page: str = "",
) -> LessonText:
    """Write one language variant of a draft's lesson; ``row_version`` 0: there was none yet.

    What it was and what it becomes are kept as revisions. ``page`` names the open page that saves.
    Raises ChangedMeanwhile when someone else wrote it since the form was opened, unless what they
    wrote is the same; nothing is overwritten.
    """
    version = lock_draft(lesson.version_id)
    text = _text(lesson.id, language)
    body = clean_body(body)
    if text is None:
        text = LessonText(activity_id=lesson.id, language=language, title="", body="")
        db.session.add(text)
    elif text.title == title and text.body == body:
        return text
    elif text.row_version != row_version and not is_own_continuation(
        lesson, language, row_version, page
    ):
        raise ChangedMeanwhile
    else:
        keep_found(lesson, text)
    text.title, text.body = title, body
    text.changed_at = now
    text.changed_by_id = actor.id if actor else None
    db.session.flush()
    kept = keep(
        lesson,
        language,
        kind=kind,
        title=title,
        body=body,
        row_version=text.row_version,
        author_id=text.changed_by_id,
        now=now,
        page=page,
    )
    if kept.step == 1:  # what a page saves by itself is one entry of the audit log, not hundreds
        note(
            version,
            action="catalog.lesson_edited",
            now=now,
            actor=actor,
            key=lesson.key,
            language=language,
        )
    else:
        events.draft_changed.send(version, action="catalog.lesson_edited", actor=actor, now=now)
    return text


def _text(lesson_id: int, language: str) -> LessonText | None:
    statement = (
        sa.select(LessonText)
        .where(LessonText.activity_id == lesson_id, LessonText.language == language)
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(statement).one_or_none()
