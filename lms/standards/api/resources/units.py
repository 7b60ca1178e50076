"""Parts of the network and posts."""

from typing import Any

import sqlalchemy as sa

from lms.core.database import db
from lms.core.errors import Missing
from lms.people.models import JobRole, OrganisationUnit, UnitKind
from lms.people.permissions import Permission
from lms.people.queries import unit_for, units_within
from lms.standards.api.frame.lists import page_of
from lms.standards.api.frame.operations import Answer, Call, operation
from lms.standards.api.frame.schemas import (
    Key,
    PageOf,
    Paging,
    PostRef,
    Sent,
    Texts,
    named,
    post_ref,
)
from lms.standards.api.tokens.scopes import Scope


class UnitOut(Sent):
    """A part of the network: itself, a district or a centre."""

    id: Key
    code: str
    kind: UnitKind
    name: Texts
    parent: Key | None


@operation(
    "GET",
    "/units",
    tag="Units and posts",
    scope=Scope.PEOPLE_READ,
    summary="List units",
    query=Paging,
    answer=PageOf[UnitOut],
)
def list_units(call: Call) -> Answer:
    """The open units within the token's part of the network, each after the one above it."""
    units = units_within(call.viewer, Permission.SEE_PEOPLE)
    keys = _keys()
    statement = sa.select(OrganisationUnit).where(
        OrganisationUnit.id.in_([unit.id for unit in units])
    )
    return Answer(
        page_of(
            statement,
            call.query,
            lambda unit: _shown(unit, keys),
            columns=(OrganisationUnit.path, OrganisationUnit.id),
            readers=(str, int),
            key=lambda unit: (unit.path, unit.id),
        )
    )


@operation(
    "GET",
    "/units/{unit_id}",
    tag="Units and posts",
    scope=Scope.PEOPLE_READ,
    summary="Get a unit",
    answer=UnitOut,
)
def get_unit(call: Call, unit_id: str) -> Answer:
    """One unit of the token's part of the network."""
    unit = unit_for(call.viewer, Permission.SEE_PEOPLE, unit_id)
    if unit is None:
        raise Missing
    return Answer(_shown(unit, _keys()))


@operation(
    "GET",
    "/posts",
    tag="Units and posts",
    scope=Scope.PEOPLE_READ,
    summary="List posts",
    query=Paging,
    answer=PageOf[PostRef],
)
def list_posts(call: Call) -> Answer:
    """The posts that people can hold, by code."""
    return Answer(
        page_of(
            sa.select(JobRole),
            call.query,
            post_ref,
            columns=(JobRole.code, JobRole.id),
            readers=(str, int),
            key=lambda post: (post.code, post.id),
        )
    )


def _keys() -> dict[int, str]:
    """Return the public ids of all units, a few hundred at most."""
    statement = sa.select(OrganisationUnit.id, OrganisationUnit.public_id)
    return {row[0]: row[1] for row in db.session.execute(statement)}


def _shown(unit: OrganisationUnit, keys: dict[int, str]) -> Any:
    return UnitOut(
        id=unit.public_id,
        code=unit.code,
        kind=unit.kind,
        name=named(unit),
        parent=keys[unit.parent_id] if unit.parent_id is not None else None,
    )
