"""Whom a changed fact touches, in groups; domains above add groups of their own.

All reads keep to people with a present post, and those that are shown to the viewer's scope.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import aliased

from lms.catalog.facts.models import Fact
from lms.catalog.facts.queries import versions_teaching
from lms.catalog.models import CourseVersion
from lms.core.database import db
from lms.learning.models import Enrolment
from lms.learning.queries.enrolments import OPEN
from lms.people.identity import Viewer
from lms.people.models import Employment, Person
from lms.people.permissions import Permission
from lms.people.queries import visible_to


@dataclass(frozen=True)
class Note:
    """What makes a person one of a group: a course, a certificate."""

    text: Any  # a text, or a map of texts by language
    day: date | None = None  # until or on which
    url: str | None = None


class TouchedGroup(Protocol):
    """People whom a change touches for one reason; ``versions`` taught the old fact (ids)."""

    name: str  # in addresses
    order: int
    label: Any  # lazily translated
    day_label: Any  # what the notes' days are

    def people(self, versions: Collection[int], today: date) -> sa.Select[Any]:
        """Return the statement of the people's ids."""
        ...

    def notes(
        self, viewer: Viewer, people: Collection[int], versions: Collection[int], today: date
    ) -> Mapping[int, Sequence[Note]]:
        """Return the reasons of these people, by id; one statement."""
        ...


_groups: dict[str, TouchedGroup] = {}


def register(group: TouchedGroup) -> None:
    """Add a group; registering the same name again replaces it."""
    _groups[group.name] = group


def groups() -> list[TouchedGroup]:
    """Return the groups in their order."""
    return sorted(_groups.values(), key=lambda group: group.order)


def group_named(name: str) -> TouchedGroup | None:
    """Return the group with this name."""
    return _groups.get(name)


def touching_versions(fact: Fact) -> set[int]:
    """Return the ids of the versions that taught a fact as it was before its last change.

    Empty for a fact that never changed. Its versions must be loaded.
    """
    if fact.current.number == 1:
        return set()
    return versions_teaching(fact.key, before=fact.current.recorded_at)


def works_here() -> sa.ColumnElement[bool]:
    """Return the condition on ``Person`` 'has a present post'."""
    return (
        sa.select(Employment.id)
        .where(Employment.person_id == Person.id, Employment.ended_on.is_(None))
        .correlate(Person)
        .exists()
    )


def seen_by(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Return the condition on ``Person`` 'the viewer may see how they learn'."""
    return sa.or_(
        visible_to(viewer, Permission.SEE_COURSE_RESULTS),
        visible_to(viewer, Permission.SEE_PEOPLE),
    )


def touched_people(
    versions: Collection[int], today: date, names: Collection[str] | None = None
) -> sa.ColumnElement[bool]:
    """Return the condition on ``Person`` 'works here and is in one of the groups'.

    With ``names``: in one of those named.
    """
    chosen = [group for group in groups() if names is None or group.name in names]
    reasons = (Person.id.in_(group.people(versions, today)) for group in chosen)
    return sa.and_(works_here(), sa.or_(sa.false(), *reasons))


@dataclass(frozen=True)
class Counts:
    """How many people a viewer sees touched: in each group, and each person counted once."""

    groups: tuple[tuple[TouchedGroup, int], ...]
    everybody: int


def counts(viewer: Viewer, versions: Collection[int], today: date) -> Counts:
    """Return how many people are touched. One statement."""
    if not versions:
        return Counts(tuple((group, 0) for group in groups()), 0)
    conditions = [
        *(
            sa.and_(works_here(), Person.id.in_(group.people(versions, today)))
            for group in groups()
        ),
        touched_people(versions, today),
    ]
    columns = (
        sa.select(sa.func.count())
        .select_from(Person)
        .where(condition, seen_by(viewer))
        .scalar_subquery()
        for condition in conditions
    )
    *own, everybody = db.session.execute(sa.select(*columns)).one()
    return Counts(tuple(zip(groups(), own, strict=True)), everybody)


def people_in(
    viewer: Viewer, group: TouchedGroup, versions: Collection[int], today: date
) -> sa.Select[Any]:
    """Return the statement of the people of a group, without an order."""
    return sa.select(Person).where(
        works_here(), seen_by(viewer), Person.id.in_(group.people(versions, today))
    )


class OnCourse:
    """People with an open enrolment on what taught the old fact."""

    name = "enrolled"
    order = 10
    label = _l("On a course now")
    day_label = _l("due")

    def people(self, versions: Collection[int], _today: date) -> sa.Select[Any]:
        """Return who has an open enrolment."""
        return sa.select(Enrolment.learner_id).where(Enrolment.version_id.in_(versions), OPEN)

    def notes(
        self, _viewer: Viewer, people: Collection[int], versions: Collection[int], _today: date
    ) -> Mapping[int, Sequence[Note]]:
        """Return the courses with their due dates."""
        return _courses(
            sa.select(Enrolment.learner_id, CourseVersion.title, Enrolment.due_on).where(OPEN),
            people,
            versions,
        )


class Completed:
    """People who completed what taught the old fact, and not a newer version since."""

    name = "completed"
    order = 20
    label = _l("Completed a course")
    day_label = _l("on")

    def people(self, versions: Collection[int], _today: date) -> sa.Select[Any]:
        """Return who completed it last in a version that taught the old fact."""
        return sa.select(Enrolment.learner_id).where(
            Enrolment.version_id.in_(versions), _is_last_completion(versions)
        )

    def notes(
        self, _viewer: Viewer, people: Collection[int], versions: Collection[int], _today: date
    ) -> Mapping[int, Sequence[Note]]:
        """Return the courses with the days of completion."""
        columns = sa.select(Enrolment.learner_id, CourseVersion.title, Enrolment.completed_at)
        return _courses(columns.where(_is_last_completion(versions)), people, versions)


def _is_last_completion(versions: Collection[int]) -> sa.ColumnElement[bool]:
    later = aliased(Enrolment)
    renewed = (
        sa.select(later.id)
        .where(
            later.learner_id == Enrolment.learner_id,
            later.course_id == Enrolment.course_id,
            later.completed_at > Enrolment.completed_at,
            later.version_id.not_in(versions),
        )
        .correlate(Enrolment)
        .exists()
    )
    return sa.and_(Enrolment.completed_at.is_not(None), ~renewed)


def _courses(
    statement: sa.Select[Any], people: Collection[int], versions: Collection[int]
) -> Mapping[int, Sequence[Note]]:
    statement = (
        statement.join(CourseVersion, CourseVersion.id == Enrolment.version_id)
        .where(Enrolment.version_id.in_(versions), Enrolment.learner_id.in_(people))
        .order_by(Enrolment.id)
    )
    found: dict[int, list[Note]] = {}
    for person_id, title, day in db.session.execute(statement):
        found.setdefault(person_id, []).append(Note(title, day))
    return found


register(OnCourse())
register(Completed())
