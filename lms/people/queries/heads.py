"""Who looks after whom at work: heads of centres, and the personnel department of a scope."""

from collections import defaultdict
from collections.abc import Collection

import sqlalchemy as sa

from lms.core.database import db
from lms.people.models import (
    AccessRole,
    Account,
    Employment,
    JobRole,
    OrganisationUnit,
    Person,
    RoleGrant,
)
from lms.people.permissions import HEAD_OF_CENTRE


def heads_by_unit(unit_ids: Collection[int]) -> dict[int, list[int]]:
    """Return the ids of the people who are heads of these units at present."""
    statement = (
        sa.select(Employment.unit_id, Employment.person_id)
        .join(JobRole, JobRole.id == Employment.job_role_id)
        .where(
            Employment.unit_id.in_(unit_ids),
            Employment.ended_on.is_(None),
            JobRole.code == HEAD_OF_CENTRE,
        )
        .order_by(Employment.person_id)
    )
    found: dict[int, list[int]] = defaultdict(list)
    for unit_id, person_id in db.session.execute(statement):
        found[unit_id].append(person_id)
    return found


def hr_scopes() -> dict[int, frozenset[str]]:
    """Return the paths over which each person is HR at present, by the person's id."""
    statement = (
        sa.select(Account.person_id, OrganisationUnit.path)
        .join(RoleGrant, RoleGrant.account_id == Account.id)
        .join(OrganisationUnit, OrganisationUnit.id == RoleGrant.unit_id)
        .where(
            RoleGrant.role == AccessRole.HR,
            RoleGrant.ended_at.is_(None),
            Account.suspended_at.is_(None),
        )
        .order_by(Account.person_id)
    )
    found: dict[int, set[str]] = defaultdict(set)
    for person_id, path in db.session.execute(statement):
        found[person_id].add(path)
    return {person_id: frozenset(paths) for person_id, paths in found.items()}


def present_units(person_ids: Collection[int]) -> dict[int, tuple[int, str]]:
    """Return unit and path of the present posts of these people; who has left is left out."""
    found: dict[int, tuple[int, str]] = {}
    ordered = sorted(person_ids)
    for start in range(0, len(ordered), 500):
        statement = (
            sa.select(Person.id, OrganisationUnit.id, OrganisationUnit.path)
            .join(Employment, Employment.person_id == Person.id)
            .join(OrganisationUnit, OrganisationUnit.id == Employment.unit_id)
            .where(Person.id.in_(ordered[start : start + 500]), Employment.ended_on.is_(None))
        )
        for person_id, unit_id, path in db.session.execute(statement):
            found[person_id] = (unit_id, path)
    return found
