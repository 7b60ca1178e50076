"""What rules mean for the people of a centre that was moved to another part of the network."""

from datetime import date, datetime

import sqlalchemy as sa

from lms.certification.schemes.records.standings import refresh
from lms.certification.schemes.rules.applying import apply_rules
from lms.core.database import db
from lms.core.identifiers import public_id
from lms.core.jobs import enqueue
from lms.people.models import Employment, OrganisationUnit
from lms.people.planned.models import PlannedPost

AT_ONCE = 500  # people, about a second
FOLLOW_MOVE = "certification.follow_move"


def people_at(unit_id: int, on: date) -> list[int]:
    """Return the ids of those who work at a unit on ``on``, or are to."""
    work = sa.select(Employment.person_id).where(
        Employment.unit_id == unit_id,
        sa.or_(Employment.ended_on.is_(None), Employment.ended_on >= on),
    )
    begin = sa.select(PlannedPost.person_id).where(
        PlannedPost.unit_id == unit_id, PlannedPost.ended_at.is_(None)
    )
    return sorted({*db.session.scalars(work), *db.session.scalars(begin)})


def follow_move(unit: OrganisationUnit, *, now: datetime, today: date) -> None:
    """Require and lift what the new place means; for more than ``AT_ONCE`` people by a job."""
    ids = people_at(unit.id, today)
    if len(ids) > AT_ONCE:
        enqueue(FOLLOW_MOVE, key=public_id(), now=now, unit_id=unit.id, on=today.isoformat())
    else:
        apply_to(ids, now=now, today=today)


def apply_to(person_ids: list[int], *, now: datetime, today: date) -> None:
    """Apply all rules to these people, and make their timelines anew: of plans, too."""
    apply_rules(now=now, today=today, person_ids=person_ids)
    refresh(person_ids)
