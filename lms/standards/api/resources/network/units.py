"""Parts of the network: what they are, adding and naming them, closing and opening them."""

from datetime import date
from typing import Annotated, Any, Literal

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from pydantic import Field
from sqlalchemy.orm import joinedload

from lms.core.database import db
from lms.core.errors import Forbidden, Missing
from lms.people.models import OrganisationUnit, UnitKind
from lms.people.network import closing, services
from lms.people.network.rules import (
    CODE,
    LONGEST_CODE,
    LONGEST_NAME,
    Row,
    fault_of_code,
    fault_of_name,
    fault_of_place,
    may_have_parts,
)
from lms.people.permissions import Permission
from lms.people.policies import may_see_all
from lms.people.queries import unit_coded, unit_for, within
from lms.standards.api.frame.faults import fault, unknown
from lms.standards.api.frame.lists import page_of
from lms.standards.api.frame.operations import Answer, Call, operation
from lms.standards.api.frame.schemas import (
    LINE,
    Key,
    PageOf,
    Paging,
    Received,
    Sent,
    Texts,
    named,
    sound,
)
from lms.standards.api.tokens.scopes import Scope

TAG = "Units and posts"
SEE, KEEP = Permission.SEE_PEOPLE, Permission.KEEP_NETWORK
Code = Annotated[
    str,
    sound(fault_of_code),
    Field(
        description="Never changes: tables and other systems name it so.",
        examples=["north-1"],
        json_schema_extra={"pattern": f"^{CODE}$", "maxLength": LONGEST_CODE},
    ),
]
Name = Annotated[
    str,
    sound(fault_of_name),
    Field(json_schema_extra={"pattern": LINE, "maxLength": LONGEST_NAME}),
]


class NamesIn(Received):
    """What a unit or a post is called."""

    ru: Name = Field(examples=["Сокол"])
    en: Name = Field(examples=["Sokol"])


class RenameIn(Received):
    """What a unit or a post is called from now on, also in what is looked back at."""

    name: NamesIn


class UnitIn(Received):
    """A district or a centre that is to be added."""

    kind: Literal["district", "service_centre"]
    parent: Key = Field(description="The unit that it is a part of.")
    code: Code
    name: NamesIn


class UnitOut(Sent):
    """A part of the network: itself, a district or a centre."""

    id: Key
    code: str
    kind: UnitKind
    name: Texts
    parent: Key | None
    closed_on: date | None = Field(description="Since then nobody works there; null: open.")


class UnitsQuery(Paging):
    """Which units."""

    closed: bool = Field(False, description="Whether those that are closed are listed, too.")


@operation(
    "GET",
    "/units",
    tag=TAG,
    scope=Scope.PEOPLE_READ,
    summary="List units",
    query=UnitsQuery,
    answer=PageOf[UnitOut],
)
def list_units(call: Call) -> Answer:
    """The units within the token's part of the network, each after the one above it."""
    statement = _with_parent().where(within(call.viewer.scope(SEE)))
    if not call.query.closed:
        statement = statement.where(OrganisationUnit.closed_on.is_(None))
    return Answer(
        page_of(
            statement,
            call.query,
            shown,
            columns=(OrganisationUnit.path, OrganisationUnit.id),
            readers=(str, int),
            key=lambda unit: (unit.path, unit.id),
        )
    )


@operation(
    "GET",
    "/units/{unit_id}",
    tag=TAG,
    scope=Scope.PEOPLE_READ,
    summary="Get a unit",
    answer=UnitOut,
)
def get_unit(call: Call, unit_id: str) -> Answer:
    """One unit of the token's part of the network."""
    statement = _with_parent().where(
        OrganisationUnit.public_id == unit_id, within(call.viewer.scope(SEE))
    )
    unit = db.session.scalars(statement).one_or_none()
    if unit is None:
        raise Missing
    return Answer(shown(unit))


@operation(
    "POST",
    "/units",
    tag=TAG,
    scope=Scope.NETWORK_WRITE,
    summary="Add a unit",
    body=UnitIn,
    answer=UnitOut,
    status=201,
    refusals=(409,),
)
def add_unit(call: Call) -> Answer:
    """Add a district beneath the network, or a centre beneath the network or a district."""
    demand_keeper(call)
    wish: UnitIn = call.body
    above, kind = unit_for(call.viewer, KEEP, wish.parent), UnitKind(wish.kind)
    if above is None or not may_have_parts(above):
        raise unknown("body.parent")
    misplaced = fault_of_place(kind, above)
    if misplaced:
        raise fault("body.parent", misplaced)
    if unit_coded(wish.code) is not None:
        raise fault("body.code", fault_of_code(wish.code, [wish.code]))
    [unit] = services.add_units(
        [row_of(wish.code, wish.name)], kind=kind, above=above, **by_caller(call)
    )
    return Answer(shown(unit), location=f"/units/{unit.public_id}")


@operation(
    "PATCH",
    "/units/{unit_id}",
    tag=TAG,
    scope=Scope.NETWORK_WRITE,
    summary="Rename a unit",
    body=RenameIn,
    answer=UnitOut,
    versioned=True,
)
def rename_unit(call: Call, unit_id: str) -> Answer:
    """Let a unit, or the whole network, be called otherwise."""
    unit = _kept(call, unit_id)
    call.match(shown(unit))
    services.rename_unit(unit, **names_of(call.body.name), **by_caller(call))
    return Answer(shown(unit))


@operation(
    "POST",
    "/units/{unit_id}/close",
    tag=TAG,
    scope=Scope.NETWORK_WRITE,
    summary="Close a unit",
    answer=UnitOut,
    refusals=(409,),
)
def close_unit(call: Call, unit_id: str) -> Answer:
    """Let nobody work there from today on. While somebody does, or is to begin there, or parts of
    it are open, it is refused (409). Closing what is closed changes nothing.
    """
    unit = part(call, unit_id)
    closing.close(unit, on=call.today, **by_caller(call))
    return Answer(shown(unit))


@operation(
    "POST",
    "/units/{unit_id}/reopen",
    tag=TAG,
    scope=Scope.NETWORK_WRITE,
    summary="Open a closed unit",
    answer=UnitOut,
    refusals=(409,),
)
def reopen_unit(call: Call, unit_id: str) -> Answer:
    """Let people work there again. While what it is a part of is closed, it is refused (409)."""
    unit = part(call, unit_id)
    closing.reopen(unit, **by_caller(call))
    return Answer(shown(unit))


def demand_keeper(call: Call) -> None:
    """Raise Forbidden unless the caller keeps the whole network."""
    if not may_see_all(call.viewer, KEEP):
        raise Forbidden(_l("Only who looks after the whole network may do this."))


def by_caller(call: Call) -> dict[str, Any]:
    """Return when it is done, and by whom."""
    return {"now": call.now, "actor_key": call.viewer.person.public_id}


def names_of(given: NamesIn) -> dict[str, Any]:
    """Return the names, without spaces around them, as the services take them."""
    return {"name_ru": given.ru.strip(), "name_en": given.en.strip()}


def row_of(code: str, given: NamesIn) -> Row:
    """Return what is to be added."""
    return Row(code=code, **names_of(given))


def _with_parent() -> sa.Select[OrganisationUnit]:
    return sa.select(OrganisationUnit).options(joinedload(OrganisationUnit.parent))


def _kept(call: Call, unit_id: str) -> OrganisationUnit:
    """Return a unit that is to be changed; held, so that nobody's change is overwritten unseen."""
    demand_keeper(call)
    statement = (
        _with_parent()
        .where(OrganisationUnit.public_id == unit_id)
        .with_for_update(of=OrganisationUnit)
        .execution_options(populate_existing=True)  # the caller's own came with their roles
    )
    unit = db.session.scalars(statement).one_or_none()
    if unit is None:
        raise Missing
    return unit


def part(call: Call, unit_id: str) -> OrganisationUnit:
    """Return a part of the network that is to be changed; never the whole."""
    unit = _kept(call, unit_id)
    if unit.kind is UnitKind.NETWORK:
        raise Missing
    return unit


def shown(unit: OrganisationUnit) -> UnitOut:
    """Return a unit as it is answered; load its ``parent``."""
    return UnitOut(
        id=unit.public_id,
        code=unit.code,
        kind=unit.kind,
        name=named(unit),
        parent=unit.parent.public_id if unit.parent is not None else None,
        closed_on=unit.closed_on,
    )
