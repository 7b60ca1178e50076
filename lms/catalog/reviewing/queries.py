"""Reads of reviews."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from lms.audit.models import AuditEntry
from lms.catalog.models import CourseVersion, VersionStatus
from lms.catalog.reviewing.models import ReviewEvent, ReviewRule, ReviewStep
from lms.catalog.reviewing.policies import AFTER, Hands, Standing
from lms.core.database import db
from lms.people.models import Person

# What stands in the audit log about a draft and is no change of what it says.
NO_EDITS = (
    "catalog.draft_opened",
    "catalog.review_requested",
    "catalog.review_approved",
    "catalog.review_returned",
    "catalog.review_lapsed",
)

# Domains above tell who changed their part of the course last, and when.
EditorSource = Callable[[CourseVersion], tuple[int, datetime] | None]
_sources: list[EditorSource] = []


def register_editor_source(source: EditorSource) -> EditorSource:
    """Add a source of edits outside the catalog; usable as a decorator."""
    if source not in _sources:
        _sources.append(source)
    return source


def events_of(version: CourseVersion) -> Sequence[ReviewEvent]:
    """Return the steps of a version's review, oldest first."""
    statement = (
        sa.select(ReviewEvent)
        .where(ReviewEvent.version_id == version.id)
        .order_by(ReviewEvent.id)
        .options(joinedload(ReviewEvent.actor))
    )
    return db.session.scalars(statement).all()


def wants_second_person(course_id: int) -> bool:
    """Tell whether the course's drafts need a second person's approval."""
    statement = (
        sa.select(ReviewRule.second_person)
        .where(ReviewRule.course_id == course_id)
        .order_by(ReviewRule.id.desc())
        .limit(1)
    )
    return bool(db.session.scalar(statement))


def last_editor(version: CourseVersion) -> int | None:
    """Return the row id of whoever changed the draft last: its pages, or another domain's part."""
    statement = (
        sa.select(Person.id, AuditEntry.recorded_at)
        .join(Person, Person.public_id == AuditEntry.actor_key)
        .where(
            AuditEntry.subject_kind == "course_version",
            AuditEntry.subject_key == version.public_id,
            AuditEntry.action.not_in(NO_EDITS),
        )
        .order_by(AuditEntry.id.desc())
        .limit(1)
    )
    row = db.session.execute(statement).one_or_none()
    edits = [(row[1], row[0])] if row else []
    edits += [(found[1], found[0]) for source in _sources if (found := source(version))]
    return max(edits, key=lambda edit: edit[0])[1] if edits else None


def hands_of(version: CourseVersion, events: Sequence[ReviewEvent]) -> Hands:
    """Return who asked for the review, who edited last, and the course's rule."""
    asked = [event for event in events if event.step is ReviewStep.REQUESTED]
    return Hands(
        asked_by=asked[-1].actor_id if asked else None,
        edited_by=last_editor(version),
        second_person=wants_second_person(version.course_id),
    )


@dataclass(frozen=True)
class Waiting:
    """A draft under review as the authors' list shows it."""

    version: CourseVersion
    standing: Standing
    last: ReviewEvent
    is_mine: bool  # the reader asked for the review


def under_review(person_id: int) -> Sequence[Waiting]:
    """Return the drafts that somebody asked a review of, the longest waiting first."""
    asked = aliased(ReviewEvent)
    asked_by = (
        sa.select(asked.actor_id)
        .where(asked.version_id == ReviewEvent.version_id, asked.step == ReviewStep.REQUESTED)
        .order_by(asked.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    later = aliased(ReviewEvent)
    is_last = ~(
        sa.select(later.id)
        .where(later.version_id == ReviewEvent.version_id, later.id > ReviewEvent.id)
        .exists()
    )
    statement = (
        sa.select(ReviewEvent, CourseVersion, asked_by)
        .join(CourseVersion, CourseVersion.id == ReviewEvent.version_id)
        .where(is_last, CourseVersion.status == VersionStatus.DRAFT)
        .where(ReviewEvent.step != ReviewStep.LAPSED)
        .order_by(ReviewEvent.id)
        .options(joinedload(ReviewEvent.actor))
    )
    return [
        Waiting(version, AFTER[event.step], event, is_mine=asker == person_id)
        for event, version, asker in db.session.execute(statement)
    ]
