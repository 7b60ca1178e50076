"""Saving a text that someone else may have changed meanwhile: merged, or a conflict to decide."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.catalog.editing.merging import Choice, Chunk, common, decide, merge, text_of
from lms.catalog.editing.models import LessonRevision, RevisionKind
from lms.catalog.editing.revisions import base_of, keep_aside
from lms.catalog.errors import ChangedMeanwhile
from lms.catalog.models import Activity, CourseVersion, LessonText
from lms.catalog.services import edit_lesson
from lms.catalog.source.content import clean_body
from lms.core.database import db
from lms.people.models import Person


class Outcome(Enum):
    """What became of a text that was sent to be saved."""

    SAVED = "saved"
    MERGED = "merged"  # both people's changes stand in the lesson now
    CONFLICT = "conflict"  # nothing was written; what was typed is kept in the history


@dataclass(frozen=True)
class Draft:
    """A text as its author has it: title, body, and the row version they began from."""

    title: str
    body: str
    row_version: int
    page: str = ""


@dataclass(frozen=True)
class Meeting:
    """Two texts that began from the same one; ``title`` and ``body`` are chunks of a merge."""

    title: Sequence[Chunk]
    body: Sequence[Chunk]
    theirs: LessonText | LessonRevision

    @property
    def row_version(self) -> int:
        """Of their text: what a merge of the two begins from."""
        return self.theirs.row_version or 0

    @property
    def conflicts(self) -> int:
        """How many chunks a person has to decide."""
        return sum(chunk.is_conflict for chunk in (*self.title, *self.body))

    @property
    def merged(self) -> tuple[str, str] | None:
        """Title and body when nothing is left to decide."""
        title, body = text_of(self.title), text_of(self.body)
        return None if title is None or body is None else (title, body)

    def decided(self, decisions: Sequence[tuple[Choice, str]]) -> tuple[str, str]:
        """Return title and body with every conflict decided, the title's first."""
        in_title = sum(chunk.is_conflict for chunk in self.title)
        title = decide(self.title, decisions[:in_title])
        return " ".join(title.split()), decide(self.body, decisions[in_title:])


@dataclass(frozen=True)
class Result:
    """The outcome, with the stored text, or with the meeting that somebody has to decide."""

    outcome: Outcome
    text: LessonText
    meeting: Meeting | None = None


def save_text(
    lesson: Activity,
    language: str,
    draft: Draft,
    *,
    now: datetime,
    actor: Person | None,
    kind: RevisionKind = RevisionKind.SAVED,
) -> Result:
    """Save ``draft``; merge it with what someone else wrote since, when the two don't clash.

    A page that saves by itself doesn't merge (its reader would find another text than they typed):
    for RevisionKind.AUTOSAVED every concurrent change is a conflict. What can't be saved is kept
    aside in the history.
    """
    try:
        return Result(Outcome.SAVED, _write(lesson, language, draft, now, actor, kind))
    except ChangedMeanwhile:
        pass
    meeting = meet(lesson, language, draft)
    merged = meeting.merged
    if merged is None or kind is RevisionKind.AUTOSAVED:
        body = clean_body(draft.body)
        keep_aside(
            lesson, language, title=draft.title, body=body, now=now, actor=actor, page=draft.page
        )
        return Result(Outcome.CONFLICT, _stored(lesson, language), meeting)
    both = Draft(*merged, meeting.row_version, draft.page)
    text = _write(lesson, language, both, now, actor, RevisionKind.MERGED)
    return Result(Outcome.MERGED, text, meeting)


def _write(
    lesson: Activity,
    language: str,
    draft: Draft,
    now: datetime,
    actor: Person | None,
    kind: RevisionKind,
) -> LessonText:
    return edit_lesson(
        lesson,
        language,
        title=draft.title,
        body=draft.body,
        row_version=draft.row_version,
        now=now,
        actor=actor,
        kind=kind,
        page=draft.page,
    )


def meet(
    lesson: Activity, language: str, draft: Draft, theirs: LessonRevision | None = None
) -> Meeting:
    """Return what ``draft`` and the stored text make of the text that both began from."""
    current: LessonText | LessonRevision = theirs or _stored(lesson, language)
    mine = clean_body(draft.body)
    base = _base(lesson, language, draft.row_version)
    title, body = base or ("", common(mine, current.body))
    return Meeting(
        merge(title, draft.title, current.title), merge(body, mine, current.body), current
    )


def _stored(lesson: Activity, language: str) -> LessonText:
    statement = sa.select(LessonText).where(
        LessonText.activity_id == lesson.id, LessonText.language == language
    )
    return db.session.scalars(statement.execution_options(populate_existing=True)).one()


def _base(lesson: Activity, language: str, row_version: int) -> tuple[str, str] | None:
    """Return title and body that the form was opened with, if they are known."""
    if row_version == 0:
        return "", ""
    revision = base_of(lesson, language, row_version)
    if revision is not None:
        return revision.title, revision.body
    version = aliased(CourseVersion)
    statement = (
        sa.select(LessonText.title, LessonText.body)
        .join(LessonText.activity)
        .join(version, version.based_on_id == Activity.version_id)
        .where(
            version.id == lesson.version_id,
            Activity.key == lesson.key,
            LessonText.language == language,
        )
    )
    found = db.session.execute(statement).one_or_none() if row_version == 1 else None
    return (found.title, found.body) if found else None
