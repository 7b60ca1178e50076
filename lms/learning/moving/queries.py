"""Reads about people on versions of a course: how many, and who can be moved."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lms.catalog.models import CourseVersion, VersionStatus
from lms.core.database import db
from lms.learning.models import Enrolment
from lms.learning.moving.parts import PartChanges, compare_parts

# A domain above names the enrolments that stay where they are for now: a statement that selects
# their ids. Registered once.
StayRule = Callable[[], "sa.Select[Any]"]
_rules: list[StayRule] = []


def register_stay_rule(rule: StayRule) -> StayRule:
    """Add a rule on who stays; usable as a decorator, the same rule counts once."""
    if rule not in _rules:
        _rules.append(rule)
    return rule


def _stays() -> sa.ColumnElement[bool]:
    return sa.or_(sa.false(), *(Enrolment.id.in_(rule()) for rule in _rules))


def _is_open() -> sa.ColumnElement[bool]:
    return sa.and_(Enrolment.completed_at.is_(None), Enrolment.withdrawn_at.is_(None))


@dataclass(frozen=True)
class People:
    """How many people a publication touches."""

    begun: int  # on the course, at least one lesson opened
    assigned: int  # on the course, nothing opened yet
    examined: int  # of both, an exam is under way: they stay for now
    completed: int  # nothing changes for them

    @property
    def on_course(self) -> int:
        """Everyone who is on the course."""
        return self.begun + self.assigned


def people_on(course_id: int, *, other_than: int | None = None) -> People:
    """Return the people on a course, or on its versions other than ``other_than``."""
    begun = Enrolment.started_at.is_not(None)

    def number(*conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
        return sa.func.count(sa.case((sa.and_(*conditions), 1)))

    statement = sa.select(
        number(_is_open(), begun),
        number(_is_open(), ~begun),
        number(_is_open(), _stays()),
        number(Enrolment.completed_at.is_not(None)),
    ).where(Enrolment.course_id == course_id)
    if other_than is not None:
        statement = statement.where(Enrolment.version_id != other_than)
    row = db.session.execute(statement).one()
    return People(begun=row[0], assigned=row[1], examined=row[2], completed=row[3])


@dataclass(frozen=True)
class Effect:
    """What moving everyone means: for whom, and for which parts."""

    people: People
    parts: PartChanges


def effect_of(earlier: CourseVersion, later: CourseVersion) -> Effect | None:
    """Return what moving people from ``earlier`` to ``later`` means; None when nobody is there."""
    people = people_on(earlier.course_id, other_than=later.id)
    if not people.on_course:
        return None
    return Effect(people, compare_parts(earlier.id, later.id))


def version_before(version: CourseVersion) -> CourseVersion | None:
    """Return the version of the course that was published before ``version``."""
    statement = (
        sa.select(CourseVersion)
        .where(
            CourseVersion.course_id == version.course_id,
            CourseVersion.status == VersionStatus.PUBLISHED,
            CourseVersion.number < version.number,
        )
        .order_by(CourseVersion.number.desc())
        .limit(1)
    )
    return db.session.scalars(statement).one_or_none()


def movable(to: CourseVersion, *, after: int, limit: int) -> Sequence[int]:
    """Return ids of enrolments to move to ``to``, in order, beginning after id ``after``."""
    earlier = sa.select(CourseVersion.id).where(
        CourseVersion.course_id == to.course_id, CourseVersion.number < to.number
    )
    statement = (
        sa.select(Enrolment.id)
        .where(
            Enrolment.course_id == to.course_id,
            Enrolment.version_id.in_(earlier),
            Enrolment.id > after,
            _is_open(),
            ~_stays(),
        )
        .order_by(Enrolment.id)
        .limit(limit)
    )
    return db.session.scalars(statement).all()


def must_stay(enrolment_id: int) -> bool:
    """Tell whether an enrolment stays where it is for now."""
    statement = sa.select(Enrolment.id).where(Enrolment.id == enrolment_id, _stays())
    return db.session.scalar(statement) is not None
