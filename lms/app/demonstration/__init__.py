"""The demonstration network: 110 centres, people in every state, made from a fixed seed.

It exists only where the settings allow it; its people are made up and marked so by their numbers.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import cycle
from random import Random

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from lms.app.demonstration.certifications import make_certifications
from lms.app.demonstration.guests import make_guest
from lms.app.demonstration.history import AWAITED_EACH, Fate, Plan, draw_fate, make_plan
from lms.app.demonstration.leaving import make_leaver, plan_hire, plan_leaving, plan_move
from lms.app.demonstration.practice import record_practice
from lms.app.demonstration.programmes import apply_programmes, begin_programmes, keep_terms
from lms.app.demonstration.records import Recorder, Teaching, load_teaching
from lms.app.demonstration.staff import Staff, make_staff
from lms.app.demonstration.staffing import make_staffing
from lms.catalog.models import CourseVersion, VersionStatus
from lms.core.clock import local_date
from lms.core.database import db
from lms.core.settings import Settings
from lms.people.demonstration import DEMONSTRATION_PASSWORD
from lms.people.models import OrganisationUnit, Person
from lms.people.passwords.hashing import passwords

SEED = 20150201  # the training centre opened in February 2015
DEFAULT_PEOPLE = 300
COMMON = ("lean-practices", "sincere-service")  # courses that most people have to do with


class NotAllowed(RuntimeError):
    """The settings forbid a demonstration."""


class NotEmpty(RuntimeError):
    """There are people already; a demonstration would mix with them."""


def is_empty() -> bool:
    """Tell whether nobody and no unit is known yet."""
    return db.session.scalar(sa.select(OrganisationUnit.id).limit(1)) is None


def populate(*, people: int, now: datetime, settings: Settings) -> Staff:
    """Make the network, ``people`` specialists and their past in the published courses.

    Raises NotAllowed and NotEmpty.
    """
    if not settings.allows_demonstration:
        raise NotAllowed
    if not is_empty():
        raise NotEmpty
    random = Random(SEED)  # noqa: S311 - repeatable on purpose
    password_hash = passwords().hash(DEMONSTRATION_PASSWORD)
    staff = make_staff(people=people, random=random, now=now, password_hash=password_hash)
    courses = [load_teaching(version) for version in _published()]
    papers = cycle(range(AWAITED_EACH))
    recorder = Recorder(staff.named["hr"], staff.named["instructor"], settings, random)
    for person in staff.people:
        for teaching in _assigned(courses, random):
            months = teaching.version.certificate_valid_months
            fate = draw_fate(random)
            if teaching.is_graded_by_hand and fate is not Fate.NONE and next(papers) == 0:
                fate = Fate.WAITING
            plan = make_plan(fate, random, now, months)
            if person is not staff.people[0] or not teaching.further:
                _record(recorder, person, teaching, plan)
    _record_half_way(recorder, staff.people[0], courses, now)
    _record_trainee(recorder, staff.named["trainee"], courses, now)
    if staff.people:
        _make_changes(recorder, staff, courses, now)
    begin_programmes(local_date(now, settings.time_zone))
    _keep_terms(recorder, staff, courses, now)
    recorder.write_log()
    db.session.flush()
    make_guest(
        host=staff.named["instructor"],
        password_hash=password_hash,
        now=now,
        today=local_date(now, settings.time_zone),
    )
    apply_programmes(now=now, today=local_date(now, settings.time_zone))
    make_certifications(staff, now=now, settings=settings)
    make_staffing(
        now=now,
        today=local_date(now, settings.time_zone),
        random=Random(SEED),  # noqa: S311
    )
    record_practice(
        staff.people,
        staff.named["trainee"],
        now=now,
        settings=settings,
        random=Random(SEED),  # noqa: S311
    )
    return staff


def _keep_terms(recorder: Recorder, staff: Staff, courses: list[Teaching], now: datetime) -> None:
    """Let newcomers keep to their programmes, but for those whose past is told elsewhere."""
    own = replace(recorder, random=Random(SEED), aside=Random(SEED), facts=[])  # noqa: S311
    keep_terms(
        own,
        staff.people[1:-1],
        courses,
        random=Random(SEED),  # noqa: S311
        now=now,
        today=local_date(now, recorder.settings.time_zone),
    )
    recorder.facts += own.facts


def _make_changes(recorder: Recorder, staff: Staff, courses: list[Teaching], now: datetime) -> None:
    today = local_date(now, recorder.settings.time_zone)
    first, last = staff.people[0], staff.people[-1]
    make_leaver(recorder, first, next(iter(courses), None), now=now, today=today)
    here = last.employments[0].unit
    away = (one for one in staff.people if one.employments[0].unit is not here)
    hr = staff.named["hr"]
    plan_move(last, next(away, first), actor=hr, now=now, today=today)
    for colleague in staff.people[-2:-1]:
        plan_leaving(colleague, actor=hr, now=now, today=today)
        plan_hire(colleague, actor=hr, now=now, today=today)


def _published() -> list[CourseVersion]:
    statement = (
        sa.select(CourseVersion)
        .where(CourseVersion.status == VersionStatus.PUBLISHED)
        .options(joinedload(CourseVersion.course))
        .order_by(CourseVersion.course_id, CourseVersion.number)
    )
    newest = {version.course_id: version for version in db.session.scalars(statement)}
    return list(newest.values())


def _assigned(courses: list[Teaching], random: Random) -> list[Teaching]:
    """The courses that one person has to do with: the two that most take, and few others."""
    others = [one for one in courses if one.version.course.slug not in COMMON]
    drawn = random.sample(others, min(1, len(others)))
    return [one for one in courses if one.version.course.slug in COMMON or one in drawn]


def _record(recorder: Recorder, person: Person, teaching: Teaching, plan: Plan) -> None:
    if plan.fate is Fate.NONE:
        return
    post = person.employments[0]
    post.started_on = min(post.started_on, plan.enrolled_at.date())  # nobody learns before
    recorder.record(person, post.unit, teaching, plan)


def _record_half_way(
    recorder: Recorder, person: Person, courses: list[Teaching], now: datetime
) -> None:
    """Put one colleague, МФЦ-100001, before the exams that stand amid courses."""
    day = timedelta(days=1)
    for teaching in courses:
        for lessons in teaching.further:
            read = lessons / len(teaching.lessons)
            plan = Plan(Fate.READING, now - 8 * day, now + 2 * day, now - 5 * day, read)
            _record(recorder, person, teaching, plan)


def _record_trainee(
    recorder: Recorder, trainee: Person, courses: list[Teaching], now: datetime
) -> None:
    """Give the shown trainee a course to go on with, a certificate that ends soon beside its
    renewal, whose exam can be sat at once, and the first course of their programme, done.
    """
    day = timedelta(days=1)
    reading = Plan(Fate.READING, now - 10 * day, now + 12 * day, now - 6 * day, 0.75)
    renewal = Plan(Fate.READY, now - 9 * day, now + 26 * day, now - 4 * day, 1.0)
    first = Plan(Fate.VALID, now - 45 * day, now - 31 * day, now - 44 * day, 1.0, 0, now - 41 * day)
    known = {one.version.course.slug: one for one in courses}
    common = {one.version.course.slug: one for one in courses if one.version.course.slug in COMMON}
    if "sincere-service" in common:
        _record(recorder, trainee, common["sincere-service"], reading)
    if "lean-practices" in common:
        teaching = common["lean-practices"]
        months = teaching.version.certificate_valid_months
        earned = make_plan(Fate.EXPIRING, recorder.random, now, months)
        _record(recorder, trainee, teaching, earned)
        _record(recorder, trainee, teaching, renewal)
    if "first-day" in known:
        _record(recorder, trainee, known["first-day"], first)


__all__ = ["DEFAULT_PEOPLE", "NotAllowed", "NotEmpty", "is_empty", "populate"]
