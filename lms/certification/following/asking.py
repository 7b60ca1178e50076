"""Asking for what follows, as jobs: thousands never wait in one transaction."""

from collections.abc import Iterable, Sequence

from flask import current_app

from lms.catalog.models import Course, CourseVersion
from lms.certification.events import standings_refreshed
from lms.certification.following.walking import CHUNK, people_asked
from lms.certification.schemes import queries
from lms.certification.schemes.definitions import parts_of
from lms.core import clock
from lms.core.clock import local_date
from lms.core.database import db
from lms.core.identifiers import public_id
from lms.core.jobs import enqueue
from lms.core.unit_of_work import before_commit

FOLLOW = "certification.follow"


def ask_to_follow(person_ids: Iterable[int]) -> None:
    """Ask for jobs that look at these people after this transaction.

    However often somebody is asked for in it, they are in one job. A savepoint that is undone takes
    nobody back: who is looked at in vain costs little.
    """
    before_commit(_enqueue, person_ids)


def _enqueue(person_ids: set[int]) -> None:
    ordered = sorted(person_ids)
    for start in range(0, len(ordered), CHUNK):
        part = ordered[start : start + CHUNK]
        enqueue(FOLLOW, key=public_id(), now=clock.now(), person_ids=part)


def follow_refreshed(person_ids: Sequence[int], **_: object) -> None:
    """Look at people whose timelines were made anew."""
    ask_to_follow(person_ids)


def follow_published(version: CourseVersion, **_: object) -> None:
    """Look at those whom a course that came out may be asked of."""
    slug = db.session.get_one(Course, version.course_id).slug
    schemes = [
        scheme.id
        for scheme in queries.schemes()
        if any(part.course == slug for one in scheme.versions for part in parts_of(one))
    ]
    if schemes:
        zone = current_app.config["SETTINGS"].time_zone
        ask_to_follow(people_asked(schemes, local_date(clock.now(), zone)))


standings_refreshed.connect(follow_refreshed)
