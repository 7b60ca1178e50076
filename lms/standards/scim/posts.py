"""Which post a user is shown with, and who has left: in words of SQL.

Somebody who left is a user who isn't active, until a DELETE takes them out of SCIM; being taken
back, by whatever way, makes them one again. That they were deleted stands in the audit log.
"""

from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.audit.models import AuditEntry
from lms.core.database import db
from lms.people.identity import Viewer
from lms.people.models import Employment, Person
from lms.people.permissions import Permission
from lms.people.queries import visible_to

DELETED, RETURNED = "standards.user_deleted", "people.post_taken_up"


@cache
def is_shown() -> sa.ColumnElement[bool]:
    """Return the condition that ``Employment`` is a person's present post, else the last one left.

    There is one present post at most: only who left is asked which of their posts was the last.
    """
    own = aliased(Employment)
    last = (
        sa.select(own.id)
        .where(own.person_id == Person.id)
        .order_by(own.ended_on.is_(None).desc(), own.ended_on.desc(), own.id.desc())
        .limit(1)
        .correlate(Person)
        .scalar_subquery()
    )
    is_it = sa.or_(Employment.ended_on.is_(None), Employment.id == last)
    return sa.and_(Employment.person_id == Person.id, is_it)


def is_user() -> sa.ColumnElement[bool]:
    """Return the condition 'works here, or left and wasn't deleted'; ``Employment`` is joined.

    A record that was merged into another is no user of its own.
    """
    return sa.or_(Employment.ended_on.is_(None), left())


def of_users(people: sa.Select[Any]) -> sa.Select[Any]:
    """Return a statement of people, of users alone: for what is read as far as a page goes.

    The present post is joined, and looked up for those whom one comes upon. Whoever works isn't
    asked whether they left; as a condition of its own PostgreSQL would list all who work first.
    """
    present = aliased(Employment)
    is_it = sa.and_(present.person_id == Person.id, present.ended_on.is_(None))
    return people.outerjoin(present, is_it).where(sa.or_(present.id.is_not(None), left()))


@cache
def left() -> sa.ColumnElement[bool]:
    """Return the condition 'has no post any more and wasn't deleted'.

    A list read once, of few: asked of each row it would outweigh all else in a planner's reckoning.
    """
    own, present, person = aliased(Employment), aliased(Employment), aliased(Person)
    works_still = sa.exists().where(present.person_id == own.person_id, present.ended_on.is_(None))
    is_deleted = _newest(DELETED, person) > sa.func.coalesce(_newest(RETURNED, person), 0)
    once = (
        sa.select(own.person_id)
        .join(person, person.id == own.person_id)
        .where(
            own.ended_on.is_not(None),
            ~works_still,
            person.erased_at.is_(None),
            person.merged_into_id.is_(None),
            ~sa.func.coalesce(is_deleted, sa.false()),
        )
    )
    return Person.id.in_(once)


def _newest(action: str, person: Any) -> sa.ScalarSelect[int]:
    entry = aliased(AuditEntry)
    return (
        sa.select(sa.func.max(entry.id))
        .where(entry.person_key == person.public_id, entry.action == action)
        .correlate(person)
        .scalar_subquery()
    )


def who_left(viewer: Viewer, permission: Permission, number: str) -> Person | None:
    """Return who has this number and left, if the viewer sees such people; their row is locked."""
    own = Employment.person_id == Person.id
    statement = sa.select(Person).where(
        sa.func.upper(Person.personnel_number) == number.upper(),
        Person.erased_at.is_(None),
        Person.merged_into_id.is_(None),
        visible_to(viewer, permission),
        sa.exists().where(own),
        ~sa.exists().where(own, Employment.ended_on.is_(None)),
    )
    return db.session.scalars(statement.with_for_update()).one_or_none()
