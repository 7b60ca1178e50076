"""Giving people what their programme says. Doing it again changes nothing."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import starmap
from typing import NamedTuple

import sqlalchemy as sa
from flask import current_app

from lms.catalog.models import Course
from lms.core.database import db, execute
from lms.core.unit_of_work import insert_for
from lms.learning.models import Enrolment
from lms.learning.programmes.models import (
    Basis,
    Programme,
    ProgrammeAssignment,
    ProgrammeStep,
)
from lms.learning.programmes.policies import Decision, Outcome, decide, due_on
from lms.learning.programmes.queries import programmes_for_posts
from lms.learning.programmes.rule.members import (
    Member,
    Reach,
    members,
    records,
    step_courses,
    taught,
)
from lms.learning.queries.enrolments import OPEN
from lms.learning.queries.people import chunks
from lms.learning.services.enrolling import EnrolmentWish, enrol_many, withdraw
from lms.people.models import Employment, JobRole, Person

BASES = {Outcome.COUNT: Basis.COUNTED, Outcome.JOIN: Basis.JOINED}


@dataclass(frozen=True)
class Given:
    """One step that a member is given by an enrolment."""

    member: Member
    step: ProgrammeStep
    enrolment_id: int
    basis: Basis


def apply_programme(
    programme: Programme,
    *,
    now: datetime,
    today: date,
    person_ids: Collection[int] | None = None,
) -> int:
    """Give the programme's steps to all whom it concerns (or to those given of them).

    Returns how many enrolments it made. Load steps and choices first.
    """
    if programme.retired_at is not None:
        return 0
    concerned = members(Reach.of(programme), today, person_ids)
    return sum(_give(programme, part, now=now, today=today) for part in chunks(concerned))


def _give(programme: Programme, part: Sequence[Member], *, now: datetime, today: date) -> int:
    courses = step_courses(programme.steps)
    ids = {course for offered in courses.values() for course in offered}
    known = records(
        [member.person_id for member in part],
        ids,
        courses.keys(),
        today=today,
        time_zone=current_app.config["SETTINGS"].time_zone,
    )
    offered = taught(ids)
    given: list[Given] = []
    wanted: dict[int, list[tuple[Member, ProgrammeStep]]] = defaultdict(list)
    for step in programme.steps:
        for member in part:
            decision = decide(courses[step.id], offered, known.of(member, step.id))
            if decision.outcome is Outcome.ENROL and decision.course_id is not None:
                wanted[decision.course_id].append((member, step))
            given += _known(member, step, decision)
    made = 0
    for course_id, places in wanted.items():
        made += enrol_members(course_id, places, now=now)
        given += enrolled(course_id, places, Basis.ENROLLED)
    assign(given, now=now)
    return made


def _known(member: Member, step: ProgrammeStep, decision: Decision) -> Iterable[Given]:
    if decision.outcome in BASES and decision.enrolment_id is not None:
        yield Given(member, step, decision.enrolment_id, BASES[decision.outcome])


def enrol_members(
    course_id: int,
    places: Sequence[tuple[Member, ProgrammeStep]],
    *,
    now: datetime,
    actor: Person | None = None,
) -> int:
    """Enrol members in a course, each by the last day of the step's term; return how many."""
    wishes = [
        EnrolmentWish(
            member.person_id, member.key, due_on(member.begins_on, step.since_on, step.days)
        )
        for member, step in places
    ]
    course = db.session.get_one(Course, course_id)
    return enrol_many(wishes=wishes, course=course, actor=actor, now=now)


def enrolled(
    course_id: int, places: Sequence[tuple[Member, ProgrammeStep]], basis: Basis
) -> list[Given]:
    """Return what members are given by their open enrolments in a course."""
    statement = sa.select(Enrolment.learner_id, Enrolment.id).where(
        Enrolment.course_id == course_id,
        Enrolment.learner_id.in_([member.person_id for member, _ in places]),
        OPEN,
    )
    found = dict(db.session.execute(statement).all())
    return [
        Given(member, step, found[member.person_id], basis)
        for member, step in places
        if member.person_id in found
    ]


def assign(given: Iterable[Given], *, now: datetime) -> None:
    """Append what was given; what is there already stays as it is."""
    rows = [
        {
            "person_id": one.member.person_id,
            "step_id": one.step.id,
            "begins_on": one.member.begins_on,
            "enrolment_id": one.enrolment_id,
            "basis": one.basis,
            "assigned_at": now,
        }
        for one in given
    ]
    for part in chunks(rows):
        db.session.execute(insert_for(ProgrammeAssignment).on_conflict_do_nothing(), part)


def apply_to_people(people: Sequence[Person], *, now: datetime, today: date) -> None:
    """Give people what the programmes of their present posts say, all of a post at once.

    Courses of a programme of an earlier post in which they have opened nothing are taken back, when
    the programme had enrolled them and their present one doesn't ask for them.
    """
    for part in chunks(people):
        by_post: dict[str, list[_Holder]] = defaultdict(list)
        for holder in _holders([person.id for person in part]):
            by_post[holder.post].append(holder)
        for post, holders in by_post.items():
            _apply_to_holders(post, holders, now=now, today=today)


class _Holder(NamedTuple):
    """Who holds a post now; whether it has a programme, and whether one gave them a step before."""

    person_id: int
    post: str
    has_programme: bool
    was_given: bool


HOLDERS = (
    sa.select(
        Employment.person_id,
        JobRole.code,
        sa.exists().where(Programme.post == JobRole.code, Programme.retired_at.is_(None)),
        sa.exists().where(ProgrammeAssignment.person_id == Employment.person_id),
    )
    .join(JobRole, Employment.job_role_id == JobRole.id)
    .where(
        Employment.person_id.in_(sa.bindparam("people", expanding=True)),
        Employment.ended_on.is_(None),
    )
)


def _holders(person_ids: Sequence[int]) -> Iterable[_Holder]:
    db.session.flush()
    return starmap(_Holder, execute(HOLDERS, {"people": person_ids}))


def _apply_to_holders(post: str, holders: Sequence[_Holder], *, now: datetime, today: date) -> None:
    kept: set[int] = set()
    identifiers = [holder.person_id for holder in holders]
    for programme in programmes_for_posts([post]) if holders[0].has_programme else ():
        apply_programme(programme, now=now, today=today, person_ids=identifiers)
        kept.update(*step_courses(programme.steps).values())
    given = [holder.person_id for holder in holders if holder.was_given]
    if given:
        _take_back(given, post, kept, now)


def _take_back(person_ids: Sequence[int], post: str, kept: set[int], now: datetime) -> None:
    statement = (
        sa.select(Enrolment)
        .join(ProgrammeAssignment, ProgrammeAssignment.enrolment_id == Enrolment.id)
        .join(ProgrammeStep, ProgrammeStep.id == ProgrammeAssignment.step_id)
        .join(Programme, Programme.id == ProgrammeStep.programme_id)
        .where(
            ProgrammeAssignment.person_id.in_(person_ids),
            ProgrammeAssignment.basis.in_((Basis.ENROLLED, Basis.CHOSEN)),
            Programme.post != post,
            Enrolment.course_id.not_in(kept),
            Enrolment.started_at.is_(None),
            OPEN,
        )
        .options(sa.orm.joinedload(Enrolment.learner), sa.orm.joinedload(Enrolment.course))
        .distinct()
    )
    for enrolment in db.session.scalars(statement):
        withdraw(
            enrolment=enrolment,
            reason="",
            row_version=enrolment.row_version,
            actor=None,
            now=now,
            cause="post_left",
        )
