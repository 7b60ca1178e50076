"""Groups: the units of the network, with who works there."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import accumulate
from typing import Any

import sqlalchemy as sa
from scim2_models import (
    InvalidValueException,
    Meta,
    MutabilityException,
    NotFoundException,
    PreconditionFailedException,
    UniquenessException,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from lms.core.database import db
from lms.people.models import Employment, OrganisationUnit, Person, name_of
from lms.people.queries import visible_to, within
from lms.standards.scim import users
from lms.standards.scim.filters import Attribute, caseless, exact
from lms.standards.scim.models import ScimGroupIdentity
from lms.standards.scim.reading.members import Member, member
from lms.standards.scim.schemas import Group
from lms.standards.scim.users import MANAGE, Desk
from lms.standards.scim.values import line

ORDER = (OrganisationUnit.path, OrganisationUnit.id)
# Units carry no date of their own.
MADE = datetime(2020, 1, 1, tzinfo=UTC)
MOST_MEMBERS = 1500  # on a page of groups, unless its first has more: each costs its share of time


def selection(desk: Desk) -> sa.Select[Any]:
    """Return the statement of the open units in the scope of the token's owner.

    Beside each what the client calls it.
    """
    return (
        sa.select(OrganisationUnit)
        .add_columns(ScimGroupIdentity.external_id)
        .outerjoin(ScimGroupIdentity, ScimGroupIdentity.unit_id == OrganisationUnit.id)
        .where(within(desk.viewer.scope(MANAGE)), OrganisationUnit.closed_on.is_(None))
    )


def attributes(desk: Desk) -> dict[str, Attribute]:
    """Return what groups are filtered by."""
    members = (
        sa.select(Employment.unit_id)
        .join(Person, Person.id == Employment.person_id)
        .where(Employment.ended_on.is_(None))
    )
    return {
        "id": exact(OrganisationUnit.public_id),
        "externalid": exact(ScimGroupIdentity.external_id),
        "displayname": caseless(getattr(OrganisationUnit, f"name_{desk.language}")),
        "members": Members(members),
        "members.value": Members(members),
    }


class Members(Attribute):
    """The people of a unit: compared by being among them."""

    def __init__(self, units: sa.Select[Any]) -> None:
        super().__init__(units, lambda value: value)

    def compare(self, operator: Any, value: Any) -> sa.ColumnElement[bool]:
        """Return the condition that ``value`` works there; nothing else can be asked."""
        if operator.value != "eq" or not isinstance(value, str):
            raise InvalidValueException(detail="members are compared with eq")
        return OrganisationUnit.id.in_(self.column.where(Person.public_id == value))


def total(desk: Desk, condition: sa.ColumnElement[bool] | None) -> int:
    """Return how many groups satisfy a condition, or how many there are."""
    counted = selection(desk).with_only_columns(sa.func.count())
    return db.session.scalar(counted if condition is None else counted.where(condition)) or 0


def _rows(desk: Desk) -> sa.Select[Any]:
    """Return the statement of (unit, what the client calls it, how many work there, …).

    Then the sum and the greatest of their posts' ids.
    """
    posts = (
        sa.select(
            Employment.unit_id,
            sa.func.count().label("people"),
            sa.func.sum(Employment.id).label("sum"),
            sa.func.max(Employment.id).label("last"),
        )
        .where(Employment.ended_on.is_(None))
        .group_by(Employment.unit_id)
        .subquery()
    )
    columns = (sa.func.coalesce(posts.c.people, 0), posts.c.sum, posts.c.last)
    return (
        selection(desk)
        .outerjoin(posts, posts.c.unit_id == OrganisationUnit.id)
        .add_columns(*columns)
    )


def page(
    desk: Desk,
    condition: sa.ColumnElement[bool] | None,
    order: tuple[Any, ...],
    offset: int,
    count: int,
) -> Sequence[Any]:
    """Return the rows of a page."""
    statement = _rows(desk) if condition is None else _rows(desk).where(condition)
    return db.session.execute(statement.order_by(*order).offset(offset).limit(count)).all()


def bounded(rows: Sequence[Any]) -> Sequence[Any]:
    """Return the first rows, at least one, with no more members than a page has.

    It may be shorter than was asked for (RFC 7644, 3.4.2.4); ``itemsPerPage`` tells.
    """
    ends = accumulate(row[2] for row in rows)
    return rows[: max(1, sum(end <= MOST_MEMBERS for end in ends))]


def found(desk: Desk, public_id: str) -> Any:
    """Return the row of one unit; raise NotFound."""
    statement = _rows(desk).where(OrganisationUnit.public_id == public_id)
    row = db.session.execute(statement).one_or_none()
    if row is None:
        raise NotFoundException
    return with_changes([row])[0]


def with_changes(rows: Sequence[Any]) -> list[Any]:
    """Return the rows, each with how often the records of those who work there were changed.

    A member's new name is another ``display``. Told of the groups that are sent alone: to count it
    for all others, too, would cost more than the page.
    """
    changes = (
        sa.select(Employment.unit_id, sa.func.sum(Person.row_version))
        .join(Person, Person.id == Employment.person_id)
        .where(Employment.unit_id.in_([row[0].id for row in rows]), Employment.ended_on.is_(None))
        .group_by(Employment.unit_id)
    )
    told: dict[int, int] = dict(db.session.execute(changes).all())
    return [(*row, told.get(row[0].id)) for row in rows]


def members_of(desk: Desk, rows: Sequence[Any]) -> dict[str, list[Member]]:
    """Return the members by the public ids of their groups, in the order of their names."""
    kept = aliased(Person)
    statement = (
        sa.select(
            OrganisationUnit.public_id,
            Person.public_id,
            kept.family_name,
            kept.given_name,
            kept.patronymic,
            kept.erased_at,
        )
        .select_from(Employment)
        .join(OrganisationUnit, OrganisationUnit.id == Employment.unit_id)
        .join(Person, Person.id == Employment.person_id)
        .join(kept, kept.id == sa.func.coalesce(Person.merged_into_id, Person.id))
        .where(
            Employment.unit_id.in_([row[0].id for row in rows]),
            Employment.ended_on.is_(None),
            visible_to(desk.viewer, MANAGE),
        )
        .order_by(Person.sort_name, Person.id)
    )
    found: dict[str, list[Member]] = defaultdict(list)
    for unit, key, family, given, patronymic, erased in db.session.execute(statement):
        found[unit].append(Member(key, name_of(family, given, patronymic, erased)))
    return found


def complete(desk: Desk, row: Any) -> Any:
    """Return a group with its members, to be compared and changed."""
    group = shown(desk, row)
    members = members_of(desk, [row])[row[0].public_id]
    group.members = [member(*one) for one in members] or None
    return group


def shown(desk: Desk, row: Any) -> Any:
    """Return a unit as it is sent, but for its members.

    Its version changes with who works there and what they are called, whether or not it is read.
    """
    unit, external_id, *members = row
    group = Group(
        id=unit.public_id,
        external_id=external_id,
        display_name=getattr(unit, f"name_{desk.language}"),
    )
    told = f"{group.model_dump_json()} {members}"
    digest = hashlib.sha256(told.encode()).hexdigest()[:24]
    group.meta = Meta(
        resource_type="Group",
        created=MADE,
        last_modified=MADE,
        location=f"{desk.address}/Groups/{unit.public_id}",
        version=f'W/"{digest}"',
    )
    return group


def update(desk: Desk, group: Any, expected: str | None) -> Any:
    """Move people into a unit, from today and with the posts they have; keep what it is called."""
    row = found(desk, group.id)
    unit, stored = row[0], complete(desk, row)
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
    if group.external_id != stored.external_id:
        _keep_external_id(unit, group.external_id)
    return complete(desk, found(desk, unit.public_id))


def _keep_external_id(unit: OrganisationUnit, external_id: str | None) -> None:
    """Keep what the client calls a unit; a closed one, which it doesn't see, is called so no more.

    Raises UniquenessException when another is called so.
    """
    wanted = None if external_id is None else line("externalId", external_id, 200)
    closed = sa.select(OrganisationUnit.id).where(OrganisationUnit.closed_on.is_not(None))
    given = ScimGroupIdentity.external_id == wanted
    db.session.execute(
        sa.delete(ScimGroupIdentity).where(
            sa.or_(
                ScimGroupIdentity.unit_id == unit.id,
                sa.and_(given, ScimGroupIdentity.unit_id.in_(closed)),
            )
        )
    )
    if wanted is None:
        return
    try:
        with db.session.begin_nested():
            db.session.execute(
                sa.insert(ScimGroupIdentity).values(unit_id=unit.id, external_id=wanted)
            )
    except IntegrityError as error:
        raise UniquenessException(detail="Another group already has this externalId") from error


def _admit(desk: Desk, key: str, unit: OrganisationUnit) -> None:
    try:
        person = users.found(desk, key)[0]
    except NotFoundException as error:
        raise InvalidValueException(detail=f"There is no user {key!r}") from error
    if person.employment is None:
        raise InvalidValueException(detail=f"The user {key!r} has left")
    users.move(desk, person, unit, person.employment.job_role)
