"""Groups: the units of the network, with who works there."""

import hashlib
from collections import defaultdict
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from scim2_models import (
    InvalidValueException,
    Meta,
    MutabilityException,
    NotFoundException,
    PreconditionFailedException,
    Reference,
)

from lms.core.database import db
from lms.people.models import Employment, OrganisationUnit, Person
from lms.people.queries import visible_to, within
from lms.standards.scim import users
from lms.standards.scim.filters import Attribute, caseless, exact
from lms.standards.scim.schemas import Group, GroupMember
from lms.standards.scim.users import MANAGE, Desk

ORDER = (OrganisationUnit.path, OrganisationUnit.id)
# Units carry no date of their own.
MADE = datetime(2020, 1, 1, tzinfo=UTC)


def selection(desk: Desk) -> sa.Select[Any]:
    """Return the statement of the open units in the scope of the token's owner."""
    return sa.select(OrganisationUnit).where(
        within(desk.viewer.scope(MANAGE)), OrganisationUnit.closed_on.is_(None)
    )


def attributes(desk: Desk) -> dict[str, Attribute]:
    """Return what groups are filtered by."""
    member = (
        sa.select(Person.public_id)
        .join(Employment, Employment.person_id == Person.id)
        .where(Employment.unit_id == OrganisationUnit.id, Employment.ended_on.is_(None))
        .correlate(OrganisationUnit)
    )
    return {
        "id": exact(OrganisationUnit.public_id),
        "externalid": exact(OrganisationUnit.code),
        "displayname": caseless(getattr(OrganisationUnit, f"name_{desk.language}")),
        "members": Members(member),
        "members.value": Members(member),
    }


class Members(Attribute):
    """The people of a unit: compared by being among them."""

    def __init__(self, keys: sa.Select[Any]) -> None:
        super().__init__(keys, lambda value: value)

    def compare(self, operator: Any, value: Any) -> sa.ColumnElement[bool]:
        """Return the condition that ``value`` works there; nothing else can be asked."""
        if operator.value != "eq" or not isinstance(value, str):
            raise InvalidValueException(detail="members are compared with eq")
        return sa.literal(value).in_(self.column)


def found(desk: Desk, public_id: str) -> OrganisationUnit:
    """Return one unit; raise NotFound."""
    statement = selection(desk).where(OrganisationUnit.public_id == public_id)
    unit: OrganisationUnit | None = db.session.scalars(statement).one_or_none()
    if unit is None:
        raise NotFoundException
    return unit


def shown(desk: Desk, units: Collection[OrganisationUnit]) -> list[Any]:
    """Return units as they are sent, with their members, but for their locations."""
    members = _members(desk, [unit.id for unit in units])
    return [_group(desk, unit, members[unit.id]) for unit in units]


def _members(desk: Desk, unit_ids: list[int]) -> dict[int, list[GroupMember]]:
    statement = (
        sa.select(Employment.unit_id, Person)
        .join(Person, Person.id == Employment.person_id)
        .where(
            Employment.unit_id.in_(unit_ids),
            Employment.ended_on.is_(None),
            visible_to(desk.viewer, MANAGE),
        )
        .order_by(Person.sort_name, Person.id)
    )
    found: dict[int, list[GroupMember]] = defaultdict(list)
    for unit_id, person in db.session.execute(statement):
        member = GroupMember(
            value=person.public_id,
            ref=Reference(f"Users/{person.public_id}"),
            type="User",
            display=person.full_name,
        )
        found[unit_id].append(member)
    return found


def _group(desk: Desk, unit: OrganisationUnit, members: list[GroupMember]) -> Any:
    group = Group(
        id=unit.public_id,
        external_id=unit.code,
        display_name=getattr(unit, f"name_{desk.language}"),
        members=members or None,
    )
    digest = hashlib.sha256(group.model_dump_json().encode()).hexdigest()[:24]
    group.meta = Meta(
        resource_type="Group", created=MADE, last_modified=MADE, version=f'W/"{digest}"'
    )
    return group


def update(desk: Desk, group: Any, expected: str | None) -> Any:
    """Move people into a unit, from today and with the posts they have."""
    unit = found(desk, group.id)
    (stored,) = shown(desk, [unit])
    if expected is not None and stored.meta.version != expected:
        raise PreconditionFailedException
    if group.display_name != stored.display_name:
        raise MutabilityException(detail="Units are named elsewhere")
    present = {member.value for member in stored.members or ()}
    wanted = {member.value for member in group.members or ()}
    if present - wanted:
        raise MutabilityException(detail="Nobody is without a unit: add the person to another one")
    for key in sorted(wanted - present):
        _admit(desk, key, unit)
    return shown(desk, [unit])[0]


def _admit(desk: Desk, key: str, unit: OrganisationUnit) -> None:
    try:
        person = users.found(desk, key)[0]
    except NotFoundException as error:
        raise InvalidValueException(detail=f"There is no user {key!r}") from error
    if person.employment is None:
        raise InvalidValueException(detail=f"The user {key!r} has left")
    users.move(desk, person, unit, person.employment.job_role)
