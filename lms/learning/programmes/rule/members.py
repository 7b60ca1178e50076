"""Whom a programme concerns, and what is known of them. A few statements for any number."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.catalog.models import Course, CourseVersion, VersionStatus
from lms.core.clock import local_date
from lms.core.database import db
from lms.learning.models import Enrolment
from lms.learning.programmes.models import (
    Coverage,
    Programme,
    ProgrammeAssignment,
    ProgrammeStep,
)
from lms.learning.programmes.policies import Known, Post, held_since, is_valid_on
from lms.learning.queries.enrolments import OPEN
from lms.people.models import Employment, JobRole, Person

# A domain above names completed enrolments that count no more: a statement that selects their ids.
VoidRule = Callable[[], "sa.Select[Any]"]
_void_rules: list[VoidRule] = []
People = Collection[int] | sa.Select[int]


def register_void_rule(rule: VoidRule) -> VoidRule:
    """Add a rule on completions that don't count; the same rule counts once."""
    if rule not in _void_rules:
        _void_rules.append(rule)
    return rule


@dataclass(frozen=True)
class Member:
    """Someone in the programme's post, and since when."""

    person_id: int
    key: str  # public id
    begins_on: date


@dataclass(frozen=True)
class Reach:
    """What decides whom a programme concerns."""

    post: str
    coverage: Coverage
    in_force_on: date

    @classmethod
    def of(cls, programme: Programme) -> "Reach":
        """Return whom a stored programme is for."""
        return cls(programme.post, programme.coverage, programme.in_force_on)


def members(reach: Reach, today: date, person_ids: Collection[int] | None = None) -> list[Member]:
    """Return those in the post on ``today`` whom the programme concerns, of all or those given."""
    if reach.in_force_on > today:
        return []
    statement = _posts(reach.coverage is Coverage.NEWCOMERS, person_ids is not None)
    values: dict[str, Any] = {"post": reach.post, "today": today, "in_force_on": reach.in_force_on}
    if person_ids is not None:
        values["people"] = list(person_ids)
    posts: dict[tuple[int, str], list[Post]] = defaultdict(list)
    for person_id, key, started_on, ended_on in db.session.execute(statement, values):
        posts[person_id, key].append(Post(started_on, ended_on))
    return [
        Member(person_id, key, begun)
        for (person_id, key), held in posts.items()
        if (begun := held_since(held, today)) is not None and _concerns(reach, begun)
    ]


def at_post(reach: Reach, today: date) -> sa.Select[int]:
    """Return the statement of the ids of those in the post on ``today``: of many, without names."""
    return (
        sa.select(Employment.person_id)
        .join(JobRole, JobRole.id == Employment.job_role_id)
        .where(
            JobRole.code == reach.post,
            Employment.ended_on.is_(None),
            Employment.started_on <= today,
        )
    )


@cache  # the home page asks it of each newcomer
def _posts(newcomers: bool, given: bool) -> sa.Select[int, str, date, date | None]:
    """Return the statement of all posts, in the job role, of those who hold one in it."""
    present = aliased(Employment)
    statement = (
        sa.select(Person.id, Person.public_id, Employment.started_on, Employment.ended_on)
        .join(Employment, Employment.person_id == Person.id)
        .join(JobRole, JobRole.id == Employment.job_role_id)
        .join(present, present.person_id == Person.id)
        .where(
            JobRole.code == sa.bindparam("post"),
            present.job_role_id == JobRole.id,
            present.ended_on.is_(None),
            present.started_on <= sa.bindparam("today"),
        )
        .order_by(Person.id, Employment.started_on)
    )
    if newcomers:
        statement = statement.where(present.started_on >= sa.bindparam("in_force_on"))
    if given:
        statement = statement.where(Person.id.in_(sa.bindparam("people", expanding=True)))
    return statement


def _concerns(reach: Reach, begun: date) -> bool:
    return reach.coverage is Coverage.EVERYONE or begun >= reach.in_force_on


def taught(course_ids: Collection[int]) -> set[int]:
    """Return which of the courses one can be enrolled in."""
    statement = (
        sa.select(CourseVersion.course_id)
        .join(Course, Course.id == CourseVersion.course_id)
        .where(
            CourseVersion.course_id.in_(course_ids),
            CourseVersion.status == VersionStatus.PUBLISHED,
            Course.retired_at.is_(None),
        )
    )
    return set(db.session.scalars(statement))


@dataclass(frozen=True)
class Records:
    """What is known of some people, to be asked step by step."""

    open: Mapping[int, Mapping[int, int]]  # person → course → enrolment
    valid: Mapping[int, Mapping[int, int]]
    given: Collection[tuple[int, int, date]]  # person, step, begin
    standing: Collection[tuple[int, int, date]]  # of them, those not withdrawn from all of it

    def of(self, member: Member, step_id: int | None) -> Known:
        """Return what is known of a member and a step (None: one that isn't stored yet)."""
        place = (member.person_id, step_id or 0, member.begins_on)
        given = place in self.given
        return Known(
            self.open.get(member.person_id, {}),
            self.valid.get(member.person_id, {}),
            given=given,
            withdrawn=given and place not in self.standing,
        )


def records(
    person_ids: People,
    course_ids: Collection[int],
    step_ids: Collection[int],
    *,
    today: date,
    time_zone: str,
) -> Records:
    """Return what is known of these people in these courses and steps; three statements.

    ``person_ids`` are ids, or the statement that selects them.
    """
    given, standing = _given(person_ids, step_ids)
    return Records(
        _open(person_ids, course_ids),
        _valid(person_ids, course_ids, today, time_zone),
        given,
        standing,
    )


def _open(person_ids: People, course_ids: Collection[int]) -> dict[int, dict[int, int]]:
    statement = sa.select(Enrolment.learner_id, Enrolment.course_id, Enrolment.id).where(
        Enrolment.learner_id.in_(person_ids), Enrolment.course_id.in_(course_ids), OPEN
    )
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for person_id, course_id, enrolment_id in db.session.execute(statement):
        found[person_id][course_id] = enrolment_id
    return found


def _valid(
    person_ids: People, course_ids: Collection[int], today: date, time_zone: str
) -> dict[int, dict[int, int]]:
    statement = (
        sa.select(
            Enrolment.learner_id,
            Enrolment.course_id,
            Enrolment.id,
            Enrolment.completed_at,
            CourseVersion.certificate_valid_months,
        )
        .join(CourseVersion, CourseVersion.id == Enrolment.version_id)
        .where(
            Enrolment.learner_id.in_(person_ids),
            Enrolment.course_id.in_(course_ids),
            Enrolment.completed_at.is_not(None),
            *(Enrolment.id.not_in(rule()) for rule in _void_rules),
        )
        .order_by(Enrolment.completed_at.desc())
    )
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for person_id, course_id, enrolment_id, completed_at, months in db.session.execute(statement):
        if course_id in found[person_id] or completed_at is None:
            continue  # the last one that still counts is there
        if is_valid_on(today, local_date(completed_at, time_zone), months):
            found[person_id][course_id] = enrolment_id
    return found


def _given(
    person_ids: People, step_ids: Collection[int]
) -> tuple[set[tuple[int, int, date]], set[tuple[int, int, date]]]:
    row = ProgrammeAssignment
    statement = (
        sa.select(row.person_id, row.step_id, row.begins_on, Enrolment.withdrawn_at)
        .join(Enrolment, Enrolment.id == row.enrolment_id)
        .where(row.person_id.in_(person_ids), row.step_id.in_(step_ids))
    )
    given, standing = set(), set()
    for person_id, step_id, begins_on, withdrawn_at in db.session.execute(statement):
        given.add((person_id, step_id, begins_on))
        if withdrawn_at is None:
            standing.add((person_id, step_id, begins_on))
    return given, standing


def step_courses(steps: Collection[ProgrammeStep]) -> dict[int, tuple[int, ...]]:
    """Return the ids of each step's courses in their order, by the step's id; load ``choices``."""
    return {step.id: tuple(choice.course_id for choice in step.choices) for step in steps}
