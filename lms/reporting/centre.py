"""What the head of a service centre sees of it at one glance. Scope: the viewer's LEAD_CENTRE."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from lms.catalog.models import Activity, CourseVersion
from lms.certification.board import counts
from lms.certification.board.conditions import Measure
from lms.certification.board.firsts import firsts
from lms.certification.board.people import Filters
from lms.core.database import db
from lms.learning.activities.models import AttendanceMark, Presence
from lms.learning.models import Enrolment
from lms.people.identity import Viewer
from lms.people.models import OrganisationUnit, Person
from lms.people.permissions import Permission
from lms.people.queries import units_within, visible_to

SHOWN_PEOPLE = 8  # of each list; the rest is one link away
SHOWN_CLASSES = 6
LISTS = (Measure.OVERDUE, Measure.LACKING, Measure.EXPIRING)


@dataclass(frozen=True)
class Listed:
    """The first people behind a number of the board, and how many there are."""

    measure: Measure
    rows: list[Any]
    total: int


@dataclass(frozen=True)
class Meeting:
    """A day of a classroom part: how many of the centre's people were marked, and came."""

    activity: Activity
    held_on: date
    came: int
    marked: int


def led_centre(viewer: Viewer) -> OrganisationUnit | None:
    """Return the centre whose head the viewer is; None when it is closed."""
    centres = units_within(viewer, Permission.LEAD_CENTRE)
    return centres[0] if centres else None


def numbers(viewer: Viewer, centre: OrganisationUnit, on: date) -> dict[str, int]:
    """Return how the centre's people stand, all certifications together: as on the board."""
    return counts.totals(viewer, centre, on)


def listed(
    viewer: Viewer, centre: OrganisationUnit, on: date, totals: Mapping[str, int]
) -> list[Listed]:
    """Return of each list the first by name of those whom its number of the board counts."""
    filters = [Filters(on=on, measure=measure, unit=centre) for measure in LISTS]
    rows = firsts(viewer, filters, SHOWN_PEOPLE)
    return [
        Listed(measure, own, totals[measure.value])
        for measure, own in zip(LISTS, rows, strict=True)
    ]


def meetings(viewer: Viewer) -> list[Meeting]:
    """Return the last days of classes that people of the centre were marked at, newest first.

    Each person's latest mark counts. Two statements.
    """
    later = aliased(AttendanceMark)
    came = sa.case((AttendanceMark.presence.in_([one for one in Presence if one.counts]), 1))
    statement = (
        sa.select(
            AttendanceMark.activity_id, AttendanceMark.held_on, sa.func.count(came), sa.func.count()
        )
        .join(Enrolment, Enrolment.id == AttendanceMark.enrolment_id)
        .join(Person, Person.id == Enrolment.learner_id)
        .where(
            visible_to(viewer, Permission.LEAD_CENTRE),
            ~sa.exists().where(
                later.enrolment_id == AttendanceMark.enrolment_id,
                later.activity_id == AttendanceMark.activity_id,
                later.id > AttendanceMark.id,
            ),
        )
        .group_by(AttendanceMark.activity_id, AttendanceMark.held_on)
        .order_by(AttendanceMark.held_on.desc(), AttendanceMark.activity_id)
        .limit(SHOWN_CLASSES)
    )
    rows = db.session.execute(statement).all()
    activities = _activities({row[0] for row in rows})
    return [Meeting(activities[key], day, there, marked) for key, day, there, marked in rows]


def _activities(ids: set[int]) -> dict[int, Activity]:
    statement = (
        sa.select(Activity)
        .where(Activity.id.in_(ids))
        .options(joinedload(Activity.version).joinedload(CourseVersion.course))
    )
    return {one.id: one for one in db.session.scalars(statement)}
