"""Plans that come to nothing because posts changed in another way."""

from datetime import date, datetime

import sqlalchemy as sa

from lms.core.database import db
from lms.people.models import Employment, Person
from lms.people.planned.models import PlannedPost, PlanOutcome

POST = PlannedPost.unit_id.is_not(None)  # else an end of work


def hired(person: Person, *, now: datetime) -> None:
    """End the plan of who has a first post, or one again: it was of that."""
    _overtake(person, POST, now)


def transferred(person: Person, post: Employment, *, now: datetime) -> None:
    """End a plan of the post that was taken up, or of a day that isn't after its first one."""
    same = sa.and_(PlannedPost.unit_id == post.unit_id, PlannedPost.job_role_id == post.job_role_id)
    _overtake(person, sa.and_(POST, sa.or_(same, PlannedPost.starts_on <= post.started_on)), now)


def left(person: Person, *, on: date, now: datetime) -> None:
    """End the plans of who has left: of the end, and of posts after their last day ``on``."""
    _overtake(person, sa.or_(~POST, PlannedPost.starts_on > on), now)


def _overtake(person: Person, which: sa.ColumnElement[bool], now: datetime) -> None:
    statement = sa.update(PlannedPost).where(
        PlannedPost.person_id == person.id, PlannedPost.ended_at.is_(None), which
    )
    db.session.execute(statement.values(outcome=PlanOutcome.OVERTAKEN, ended_at=now))
