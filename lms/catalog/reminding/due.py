"""What is to be looked at again, and who can: by the register, the courses and the authors."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from lms.catalog.coauthoring.models import CoAuthorship
from lms.catalog.facts.queries import Freshness, all_facts, facts_in, freshness
from lms.catalog.models import Course, CourseVersion, VersionStatus
from lms.catalog.policies import may_author
from lms.catalog.reminding.models import ReviewOccasion
from lms.core.database import db
from lms.people.identity import viewers_of
from lms.people.permissions import Permission
from lms.people.queries import holders

FACT, COURSE = "fact", "course"
MOST_AUTHORS = 1000
_OCCASIONS = {Freshness.PAST: ReviewOccasion.PAST, Freshness.SOON: ReviewOccasion.SOON}


@dataclass(frozen=True)
class Due:
    """A fact or a course whose day is near or over, with the courses that it concerns."""

    kind: str  # FACT | COURSE
    key: str  # of the fact, or the course's slug
    review_by: date
    occasion: ReviewOccasion
    courses: frozenset[str]  # slugs

    @property
    def about(self) -> str:
        """What reminders remember it by."""
        return f"{self.kind}:{self.key}"


def due_reviews(today: date) -> list[Due]:
    """Return what is due for review in the courses that aren't retired, the longest due first."""
    versions = _living_versions()
    found = [*_facts(versions, today), *_courses(versions, today)]
    return sorted(found, key=lambda one: (one.review_by, one.about))


def _occasion(review_by: date | None, today: date) -> ReviewOccasion | None:
    return _OCCASIONS.get(freshness(review_by, today)) if review_by else None


def _living_versions() -> Sequence[CourseVersion]:
    """Return what is taught now and what is being written, of courses that aren't retired."""
    newest = (
        sa.select(CourseVersion.course_id, sa.func.max(CourseVersion.number))
        .where(CourseVersion.status == VersionStatus.PUBLISHED)
        .group_by(CourseVersion.course_id)
    )
    taught = sa.tuple_(CourseVersion.course_id, CourseVersion.number).in_(newest)
    statement = (
        sa.select(CourseVersion)
        .join(CourseVersion.course)
        .where(Course.retired_at.is_(None))
        .where(sa.or_(CourseVersion.status == VersionStatus.DRAFT, taught))
        .options(sa.orm.contains_eager(CourseVersion.course))
        .order_by(CourseVersion.id)
    )
    return db.session.scalars(statement).all()


def _facts(versions: Sequence[CourseVersion], today: date) -> Iterator[Due]:
    due = {
        fact.key: (fact.current.review_by, occasion)
        for fact in all_facts()
        if (occasion := _occasion(fact.current.review_by, today))
    }
    users: dict[str, set[str]] = defaultdict(set)
    for version in versions if due else ():
        for key in facts_in(version) & due.keys():
            users[key].add(version.course.slug)
    for key, courses in users.items():
        yield Due(FACT, key, *due[key], frozenset(courses))


def _courses(versions: Sequence[CourseVersion], today: date) -> Iterator[Due]:
    for version in versions:
        occasion = _occasion(version.review_by, today)
        if version.status is VersionStatus.PUBLISHED and version.review_by and occasion:
            slug = version.course.slug
            yield Due(COURSE, slug, version.review_by, occasion, frozenset({slug}))


@dataclass(frozen=True)
class Author:
    """Who can edit: every course, or as a co-author from outside the one of the invitation."""

    person_id: int
    courses: frozenset[str] | None = None  # slugs; None: all

    @property
    def is_guest(self) -> bool:
        """Whether it is a co-author from outside."""
        return self.courses is not None

    def edits(self, due: Due) -> bool:
        """Tell whether what is due concerns a course that they edit."""
        return self.courses is None or bool(self.courses & due.courses)


def authors(now: datetime, today: date) -> list[Author]:
    """Return who can edit courses today, by id."""
    found = holders(Permission.AUTHOR_COURSES, "", limit=MOST_AUTHORS)
    staff = [key for key, one in viewers_of([p.id for p in found], now).items() if may_author(one)]
    guests = _guests(today)
    open_to = viewers_of([*guests], now)
    return sorted(
        [Author(key) for key in staff]
        + [Author(key, courses) for key, courses in guests.items() if key in open_to],
        key=lambda author: author.person_id,
    )


def _guests(today: date) -> Mapping[int, frozenset[str]]:
    statement = (
        sa.select(CoAuthorship.person_id, Course.slug)
        .join(CoAuthorship.course)
        .where(CoAuthorship.withdrawn_at.is_(None), CoAuthorship.expires_on >= today)
    )
    found: dict[int, set[str]] = defaultdict(set)
    for person_id, slug in db.session.execute(statement):
        found[person_id].add(slug)
    return {person_id: frozenset(courses) for person_id, courses in found.items()}
