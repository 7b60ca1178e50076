"""The demonstration's programmes: in force for half a year, and applied to whom they concern.

Most newcomers keep the terms of their programme, and a few let one pass.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random

import sqlalchemy as sa

from lms.app.demonstration.history import Fate, Plan
from lms.app.demonstration.records import Recorder, Teaching
from lms.assessment.models import Attempt
from lms.core.database import db
from lms.learning.models import Enrolment
from lms.learning.programmes import policies
from lms.learning.programmes.models import Programme
from lms.learning.programmes.queries import programme_ids, whole_programme
from lms.learning.programmes.rule.applying import apply_programme
from lms.learning.programmes.rule.members import Member, Reach, members
from lms.people.models import Person

IN_FORCE_FOR = timedelta(days=180)
LATE = 0.12  # share of newcomers who let the last term that has ended pass
GIVEN_LATE = timedelta(days=30)
EARLY = 0.3  # share of courses that are done before their term ends


@dataclass(frozen=True)
class Term:
    """A course that somebody should have completed by a day, and the place they have in it."""

    course_id: int
    begins_on: date
    due_on: date
    enrolment: Enrolment | None


def begin_programmes(today: date) -> None:
    """Let the loaded programmes have begun half a year ago."""
    first = today - IN_FORCE_FOR
    for identifier in programme_ids():
        programme = whole_programme(identifier)
        programme.in_force_on = first
        for step in programme.steps:
            step.since_on = first
    db.session.flush()


def apply_programmes(*, now: datetime, today: date) -> None:
    """Give people what the programmes say."""
    for identifier in programme_ids():
        apply_programme(whole_programme(identifier), now=now, today=today)


def keep_terms(
    recorder: Recorder,
    people: Collection[Person],
    courses: Iterable[Teaching],
    *,
    random: Random,
    now: datetime,
    today: date,
) -> None:
    """Let most of these people complete in time what their programme asks of newcomers."""
    taught = {one.version.course_id: one for one in courses}
    by_id = {person.id: person for person in people}
    for identifier in programme_ids():
        programme = whole_programme(identifier)
        concerned = [one for one in members(Reach.of(programme), today) if one.person_id in by_id]
        places = _places([one.person_id for one in concerned])
        for member in concerned:
            terms = _terms(programme, member, places[member.person_id], taught, random)
            for term in kept(terms, random, today):
                person = by_id[member.person_id]
                _complete(recorder, person, taught[term.course_id], term, random, now)


def _places(person_ids: Collection[int]) -> dict[int, dict[int, Enrolment]]:
    """Return by person and course the last enrolment that wasn't withdrawn."""
    statement = (
        sa.select(Enrolment)
        .where(Enrolment.learner_id.in_(person_ids), Enrolment.withdrawn_at.is_(None))
        .order_by(Enrolment.id)
    )
    found: dict[int, dict[int, Enrolment]] = defaultdict(dict)
    for enrolment in db.session.scalars(statement):
        found[enrolment.learner_id][enrolment.course_id] = enrolment
    return found


def _terms(
    programme: Programme,
    member: Member,
    places: dict[int, Enrolment],
    taught: dict[int, Teaching],
    random: Random,
) -> list[Term]:
    """Return what isn't completed yet, the first to end leading."""
    found = []
    for step in programme.steps:
        offered = [one.course_id for one in step.choices if one.course_id in taught]
        begun = [course for course in offered if course in places]
        if not offered or any(places[course].completed_at for course in begun):
            continue
        course = begun[0] if begun else random.choice(offered)
        due = policies.due_on(member.begins_on, step.since_on, step.days)
        found.append(Term(course, member.begins_on, due, places.get(course)))
    return sorted(found, key=lambda term: term.due_on)


def kept(terms: list[Term], random: Random, today: date) -> list[Term]:
    """Return which of somebody's terms, the first to end leading, they keep: mostly all."""
    ended = [term for term in terms if term.due_on < today]
    if random.random() < LATE:
        return ended[:-1]
    ahead = [term for term in terms if term.due_on >= today and not term.enrolment]
    return [*ended, *(term for term in ahead[:1] if random.random() < EARLY)]


def _complete(
    recorder: Recorder,
    person: Person,
    teaching: Teaching,
    term: Term,
    random: Random,
    now: datetime,
) -> None:
    """Complete the course within its term; somebody who has sat its exam is left where they are."""
    enrolment = term.enrolment
    if enrolment is None:
        begun = datetime.combine(term.begins_on, time(8), UTC)
    elif _has_sat(enrolment):
        return
    else:
        begun = enrolment.enrolled_at
    # A place that was given after the term had ended has a term of its own.
    due_on = term.due_on if term.due_on >= begun.date() else begun.date() + GIVEN_LATE
    due_at = datetime.combine(due_on, time(12), UTC)
    ends = min(now, due_at)
    ends = ends if ends > begun + timedelta(days=4) else now  # later than asked, but done
    done_at = begun + (ends - begun) * random.uniform(0.6, 0.95)
    done_at = min(ends, done_at.replace(hour=6 + done_at.day % 9))  # while centres are open
    started_at = begun + (done_at - begun) * 0.2
    plan = Plan(Fate.VALID, begun, due_at, started_at, 1.0, 0, done_at)
    if enrolment is None:
        recorder.record(person, person.employments[0].unit, teaching, plan)
    else:
        recorder.finish(person, person.employments[0].unit, enrolment, teaching, plan)


def _has_sat(enrolment: Enrolment) -> bool:
    sat = sa.select(Attempt.id).where(Attempt.enrolment_id == enrolment.id).limit(1)
    return db.session.scalar(sat) is not None
