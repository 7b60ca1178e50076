"""Builders of posts that are planned for a day ahead."""

from datetime import date, timedelta

import sqlalchemy as sa

from lms.core import clock
from lms.core.database import db
from lms.people.models import JobRole, OrganisationUnit, Person
from lms.people.planned.models import PlannedPost
from lms.people.planned.queries import open_ends
from lms.people.planned.services import Ahead, Leaving, plan_ends, plan_posts
from tests.builders.people import make_job_role


def plan_end(person: Person, *, on: date, actor: Person | None = None) -> PlannedPost:
    """The end of work with a last day ahead."""
    plan_ends(wanted=[Leaving(person, on)], actor=actor, now=clock.now())
    return open_ends([person.id])[person.id]


def plan_post(
    person: Person,
    unit: OrganisationUnit,
    *,
    job_role: JobRole | None = None,
    on: date | None = None,
    actor: Person | None = None,
) -> PlannedPost:
    """A post at ``unit`` from a day ahead (default: in ten days)."""
    day = on or clock.now().date() + timedelta(days=10)
    wanted = [Ahead(person, unit, job_role or make_job_role(), day)]
    plan_posts(wanted=wanted, actor=actor, now=clock.now())
    newest = sa.select(PlannedPost).order_by(PlannedPost.id.desc()).limit(1)
    return db.session.scalars(newest).one()
