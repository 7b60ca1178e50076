"""Reading who may answer a request."""

from collections import defaultdict
from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from lms.core.database import db
from lms.people.models import Account, OrganisationUnit, Person, RoleGrant
from lms.people.permissions import ROLE_PERMISSIONS, Permission
from lms.people.second_person.models import SecondPersonRequest


def who_may_answer(request: SecondPersonRequest) -> list[Person]:
    """Return whose roles let them answer, by id: all but the one who asked.

    Those whose right comes from a post alone are left out: no post brings a right that is asked
    for here.
    """
    permission = Permission(request.permission)
    roles = [role for role, permissions in ROLE_PERMISSIONS.items() if permission in permissions]
    statement = (
        sa.select(Person, OrganisationUnit.path)
        .join(Account, Account.person_id == Person.id)
        .join(RoleGrant, RoleGrant.account_id == Account.id)
        .join(OrganisationUnit, OrganisationUnit.id == RoleGrant.unit_id)
        .where(
            RoleGrant.role.in_(roles),
            RoleGrant.ended_at.is_(None),
            Account.suspended_at.is_(None),
            Person.id != request.asked_by_id,
        )
        .order_by(Person.id)
    )
    held: dict[Person, set[str]] = defaultdict(set)
    for person, path in db.session.execute(statement):
        held[person].add(path)
    return [person for person, paths in held.items() if _covers(paths, request.scope)]


def _covers(held: Collection[str], wanted: Collection[str]) -> bool:
    return bool(wanted) and all(any(path.startswith(one) for one in held) for path in wanted)


def requests_by_key(keys: Collection[str]) -> dict[str, SecondPersonRequest]:
    """Return requests by public id, with who asked and who answered."""
    statement = (
        sa.select(SecondPersonRequest)
        .where(SecondPersonRequest.public_id.in_(keys))
        .options(
            joinedload(SecondPersonRequest.asked_by),
            joinedload(SecondPersonRequest.answered_by),
        )
    )
    return {request.public_id: request for request in db.session.scalars(statement)}
