"""Who holds a permission, by a role or by the post."""

from enum import Enum

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from lms.core.database import db
from lms.people.models import Account, Employment, JobRole, OrganisationUnit, Person, RoleGrant
from lms.people.permissions import HEAD_OF_CENTRE, HEAD_PERMISSIONS, ROLE_PERMISSIONS
from lms.people.queries.persons import name_matches


def holders(permission: Enum, words: str, *, limit: int) -> list[Person]:
    """Return people who match ``words`` and hold ``permission`` somewhere, with their posts.

    Over which part of the network, ``identity.viewers_of`` tells.
    """
    roles = [role for role, held in ROLE_PERMISSIONS.items() if permission in held]
    granted = sa.exists().where(
        RoleGrant.account_id == Account.id,
        RoleGrant.role.in_(roles),
        RoleGrant.ended_at.is_(None),
    )
    heads = (
        sa.select(Employment.person_id)
        .join(JobRole, JobRole.id == Employment.job_role_id)
        .where(Employment.ended_on.is_(None), JobRole.code == HEAD_OF_CENTRE)
    )
    by_post = Person.id.in_(heads) if permission in HEAD_PERMISSIONS else sa.false()
    statement = (
        sa.select(Person)
        .join(Account, Account.person_id == Person.id)
        .where(Account.suspended_at.is_(None), sa.or_(granted, by_post), name_matches(words))
        .options(
            joinedload(Person.employment).options(
                joinedload(Employment.unit), joinedload(Employment.job_role)
            )
        )
        .order_by(Person.sort_name, Person.id)
        .limit(limit)
    )
    return list(db.session.scalars(statement))


def who_keep(person: Person, permission: Enum) -> list[Person]:
    """Return who holds ``permission`` over ``person`` by a role, by id.

    Over someone who left only a role in the whole network reaches.
    """
    path = db.session.scalar(
        sa.select(OrganisationUnit.path)
        .join(Employment, Employment.unit_id == OrganisationUnit.id)
        .where(Employment.person_id == person.id, Employment.ended_on.is_(None))
    )
    roles = [role for role, held in ROLE_PERMISSIONS.items() if permission in held]
    statement = (
        sa.select(Person, OrganisationUnit.path)
        .join(Account, Account.person_id == Person.id)
        .join(RoleGrant, RoleGrant.account_id == Account.id)
        .join(OrganisationUnit, OrganisationUnit.id == RoleGrant.unit_id)
        .where(
            RoleGrant.role.in_(roles), RoleGrant.ended_at.is_(None), Account.suspended_at.is_(None)
        )
        .order_by(Person.id)
    )
    found = {
        keeper: None
        for keeper, over in db.session.execute(statement)
        if (path or "/network/").startswith(over)
    }
    return list(found)
