"""Moving people in a job: each enrolment in a transaction of its own, safe to run again."""

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import aliased

from lms.catalog.models import CourseVersion, VersionStatus
from lms.core import clock
from lms.core.database import db
from lms.core.jobs import job
from lms.core.unit_of_work import unit_of_work
from lms.learning.moving.models import MoveOrder
from lms.learning.moving.queries import movable
from lms.learning.moving.services import JOB, move_enrolment

CHUNK = 500


@job(JOB)
def move_enrolments(order: str) -> None:
    """Move all who can be moved to the order's version; one that fails doesn't stop the rest."""
    failed = after = 0
    while ids := _next(order, after):
        after = ids[-1]
        for identifier in ids:
            try:
                with unit_of_work():
                    move_enrolment(identifier, _order(order), now=clock.now())
            except Exception:
                current_app.logger.exception("enrolment %s could not be moved", identifier)
                failed += 1
    if failed:
        raise RuntimeError(f"{failed} enrolments could not be moved")


def _order(public_id: str) -> MoveOrder:
    return db.session.scalars(sa.select(MoveOrder).where(MoveOrder.public_id == public_id)).one()


def _next(order: str, after: int) -> list[int]:
    with unit_of_work():
        to = db.session.get_one(CourseVersion, _order(order).to_version_id)
        return list(movable(to, after=after, limit=CHUNK))


@job("learning.finish_moves", every_seconds=900)
def finish_moves() -> None:
    """Move those who stayed because of an exam, once it is over and they didn't pass it."""
    newer = aliased(CourseVersion)
    is_taught = ~(
        sa.select(newer.id)
        .where(
            newer.course_id == CourseVersion.course_id,
            newer.status == VersionStatus.PUBLISHED,
            newer.number > CourseVersion.number,
        )
        .exists()
    )
    with unit_of_work():
        orders = db.session.scalars(
            sa.select(sa.func.max(MoveOrder.public_id))
            .join(CourseVersion, CourseVersion.id == MoveOrder.to_version_id)
            .where(is_taught)
            .group_by(MoveOrder.to_version_id)
        ).all()
    for order in orders:
        move_enrolments(order)
