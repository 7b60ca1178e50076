"""Reads of the register: facts, what a course taught of them, and where they are used."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload, selectinload

from lms.catalog.facts.file import FactHistory, FactState
from lms.catalog.facts.models import Fact, FactVersion
from lms.catalog.facts.users import registered
from lms.catalog.markdown.dialect import FACT
from lms.catalog.models import Activity, Course, CourseVersion, LessonText, VersionStatus
from lms.core.database import db
from lms.people.models import Person

SOON = timedelta(days=30)


class Freshness(Enum):
    """How near a fact's review is."""

    PAST = "past"
    SOON = "soon"
    FRESH = "fresh"


def freshness(review_by: date, today: date) -> Freshness:
    """Return how near the review is: past after its day, soon within 30 days before."""
    if review_by < today:
        return Freshness.PAST
    return Freshness.SOON if review_by <= today + SOON else Freshness.FRESH


def cited_in(body: str) -> set[str]:
    """Return the keys that a lesson's text seems to cite (code and the like included)."""
    return set(FACT.findall(body))


def fact_for(key: str) -> Fact | None:
    """Return a fact with its whole history, as it stands now."""
    statement = (
        sa.select(Fact)
        .where(Fact.key == key)
        .options(selectinload(Fact.versions))
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(statement).one_or_none()


def recorders(fact: Fact) -> Mapping[int, Person]:
    """Return who recorded the versions of a fact, by id."""
    ids = {version.recorded_by_id for version in fact.versions if version.recorded_by_id}
    people = db.session.scalars(sa.select(Person).where(Person.id.in_(ids))) if ids else ()
    return {person.id: person for person in people}


def known_keys() -> frozenset[str]:
    """Return the keys of all facts."""
    return frozenset(db.session.scalars(sa.select(Fact.key)))


def all_facts() -> Sequence[Fact]:
    """Return all facts with their histories, by key."""
    statement = sa.select(Fact).order_by(Fact.key).options(selectinload(Fact.versions))
    return db.session.scalars(statement).all()


def overdue_facts(today: date) -> int:
    """Return how many facts are past the day by which to look again. One statement."""
    statement = (
        sa.select(sa.func.count())
        .select_from(FactVersion)
        .where(_is_current(), FactVersion.review_by < today)
    )
    return db.session.scalar(statement) or 0


def fact_labels() -> Sequence[sa.Row[Any]]:
    """Return key, statement and value of each fact as it stands now, by key. One statement."""
    statement = (
        sa.select(Fact.key, FactVersion.statement, FactVersion.value)
        .join(FactVersion, FactVersion.fact_id == Fact.id)
        .where(_is_current())
        .order_by(Fact.key)
    )
    return db.session.execute(statement).all()


def _is_current() -> sa.ColumnElement[bool]:
    later = aliased(FactVersion)
    return ~(
        sa.select(later.id)
        .where(later.fact_id == FactVersion.fact_id, later.number > FactVersion.number)
        .correlate(FactVersion)
        .exists()
    )


def history_of(fact: Fact) -> FactHistory:
    """Return a fact as its file says it."""
    return FactHistory(fact.key, tuple(state_of(version) for version in fact.versions))


def state_of(version: FactVersion) -> FactState:
    """Return a version as its file says it."""
    return FactState(
        version.statement,
        version.value,
        version.source,
        version.url,
        version.as_of,
        version.review_by,
        version.change,
    )


@dataclass(frozen=True)
class TaughtFact:
    """A fact as a lesson teaches it, and as it stands now."""

    key: str
    taught: FactVersion
    current: FactVersion

    @property
    def has_changed(self) -> bool:
        """Whether the fact was changed since the lesson was published."""
        return self.taught.number != self.current.number


def taught_facts(keys: Iterable[str], published_at: datetime | None) -> dict[str, TaughtFact]:
    """Return the facts with ``keys`` as they stood at ``published_at`` (None: as they stand now).

    A fact that was recorded later than that is taken as it was first recorded.
    """
    wanted = sorted(set(keys))
    if not wanted:
        return {}
    statement = (
        sa.select(FactVersion)
        .join(FactVersion.fact)
        .where(Fact.key.in_(wanted))
        .order_by(Fact.key, FactVersion.number)
        .options(joinedload(FactVersion.fact))
    )
    found: dict[str, TaughtFact] = {}
    for version in db.session.scalars(statement):
        key = version.fact.key
        before = found.get(key)
        was_there = published_at is None or version.recorded_at <= published_at
        taught = version if before is None or was_there else before.taught
        found[key] = TaughtFact(key, taught, version)
    return found


@dataclass
class Use:
    """A lesson that cites a fact, in what is taught now or in a draft."""

    course: Course
    version: CourseVersion
    lesson: Activity
    titles: dict[str, str] = field(default_factory=dict)

    @property
    def is_draft(self) -> bool:
        """Whether it stands in a draft."""
        return self.version.status is VersionStatus.DRAFT


def lessons_citing(keys: Collection[str] | None = None) -> Mapping[str, Sequence[Use]]:
    """Return where facts are cited, by key: published versions that are taught now, and drafts.

    ``keys`` None: all facts. One statement, whatever their number.
    """
    newest = (
        sa.select(sa.func.max(CourseVersion.number))
        .where(CourseVersion.status == VersionStatus.PUBLISHED)
        .group_by(CourseVersion.course_id)
        .correlate(None)
    )
    newest = newest.with_only_columns(CourseVersion.course_id, newest.selected_columns[0])
    current = sa.tuple_(CourseVersion.course_id, CourseVersion.number).in_(newest)
    statement = (
        sa.select(LessonText)
        .join(LessonText.activity)
        .join(Activity.version)
        .where(sa.or_(CourseVersion.status == VersionStatus.DRAFT, current))
        .where(_mentions(keys))
        .order_by(CourseVersion.course_id, CourseVersion.number, Activity.position)
        .options(
            joinedload(LessonText.activity)
            .joinedload(Activity.version)
            .joinedload(CourseVersion.course)
        )
    )
    return _by_key(db.session.scalars(statement), keys)


def _mentions(keys: Collection[str] | None) -> sa.ColumnElement[bool]:
    if keys is None:
        return LessonText.body.contains("[#", autoescape=True)
    return sa.or_(
        sa.false(), *(LessonText.body.contains(f"[#{key}]", autoescape=True) for key in keys)
    )


def _by_key(
    texts: Iterable[LessonText], keys: Collection[str] | None
) -> Mapping[str, Sequence[Use]]:
    found: dict[str, dict[int, Use]] = defaultdict(dict)
    for text in texts:
        lesson = text.activity
        for key in cited_in(text.body):
            if keys is None or key in keys:
                use = Use(lesson.version.course, lesson.version, lesson)
                found[key].setdefault(lesson.id, use).titles[text.language] = text.title
    return {key: list(uses.values()) for key, uses in found.items()}


def facts_in(version: CourseVersion) -> set[str]:
    """Return the keys that a version's lessons cite, and what other domains have in it."""
    statement = (
        sa.select(LessonText.body)
        .join(LessonText.activity)
        .where(Activity.version_id == version.id)
        .where(LessonText.body.contains("[#", autoescape=True))
    )
    found = set().union(*(cited_in(body) for body in db.session.scalars(statement)))
    return found.union(*(user.facts_in(version) for user in registered()))


def versions_teaching(key: str, *, before: datetime) -> set[int]:
    """Return the ids of the versions published before an instant that teach or ask about a fact."""
    lessons = (
        sa.select(Activity.version_id, LessonText.body)
        .join(LessonText, LessonText.activity_id == Activity.id)
        .join(CourseVersion, CourseVersion.id == Activity.version_id)
        .where(CourseVersion.status == VersionStatus.PUBLISHED)
        .where(CourseVersion.published_at < before, _mentions({key}))
    )
    found = {version_id for version_id, body in db.session.execute(lessons)}
    return found.union(*(user.versions_with(key, before=before) for user in registered()))
