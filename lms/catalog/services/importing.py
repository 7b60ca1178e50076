"""Importing a package on the site: what it would change, then a draft with what it holds."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from lms.catalog.authoring.changes import Change, changes_from
from lms.catalog.errors import DraftExists
from lms.catalog.models import Course, CourseVersion, VersionStatus
from lms.catalog.queries import course_for, draft_of, last_number, published_version
from lms.catalog.services.drafts import note, renumber
from lms.catalog.services.loading import BrokenCourse, new_course, new_version, write_reading
from lms.catalog.services.versions import discard_draft
from lms.catalog.source.collecting import Whole, whole
from lms.catalog.source.reading import Reading
from lms.catalog.source.writing import digest
from lms.people.models import Person


class Effect(Enum):
    """What importing a package would do."""

    NEW = "new"  # a course that isn't here yet
    CHANGED = "changed"
    SAME = "same"  # as what is published, and there is no draft


@dataclass(frozen=True)
class ImportPlan:
    """What importing would do; ``fingerprint`` tells whether it still would."""

    slug: str
    title: dict[str, str]
    lessons: int
    files: int
    effect: Effect
    changes: tuple[Change, ...]  # against what is published
    replaces_draft: bool
    fingerprint: str


def plan_import(reading: Reading) -> ImportPlan:
    """Return what importing ``reading`` would do. Raises BrokenCourse."""
    if reading.problems:
        raise BrokenCourse(reading.problems)
    found = Whole(reading.content, reading.parts)
    files = found.files()
    course = course_for(reading.content.slug)
    published = published_version(course) if course else None
    draft = draft_of(course) if course else None
    print_of_draft = whole(draft).digest() if draft else ""
    print_of_file = digest(files)
    is_same = published is not None and published.digest == print_of_file and draft is None
    return ImportPlan(
        slug=reading.content.slug,
        title=reading.content.title,
        lessons=len(reading.content.lessons),
        files=len(files),
        effect=Effect.SAME if is_same else Effect.CHANGED if published else Effect.NEW,
        changes=tuple(changes_from(published, found)),
        replaces_draft=draft is not None,
        fingerprint=f"{print_of_file}{published.id if published else ''}{print_of_draft}",
    )


def import_draft(
    reading: Reading, plan: ImportPlan, *, now: datetime, actor: Person | None
) -> CourseVersion:
    """Make the draft that ``plan`` promised, in place of the one there may be, and return it."""
    course = course_for(plan.slug) or new_course(plan.slug, now=now, actor=actor)
    former = draft_of(course)
    if former is not None:
        discard_draft(former, now=now, actor=actor)
    draft = _draft(course, reading, now=now, actor=actor)
    note(draft, action="catalog.draft_imported", now=now, actor=actor, slug=course.slug)
    return draft


def _draft(
    course: Course, reading: Reading, *, now: datetime, actor: Person | None
) -> CourseVersion:
    published = published_version(course)
    draft = new_version(
        course,
        reading.content,
        DraftExists(),
        number=last_number(course) + 1,
        status=VersionStatus.DRAFT,
        based_on_id=published.id if published else None,
    )
    write_reading(draft, reading, now=now, actor=actor)
    renumber(draft.id)
    return draft
