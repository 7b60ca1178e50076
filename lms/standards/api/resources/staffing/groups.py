"""Service groups: what is done at windows, and which certifications it asks for."""

from datetime import datetime
from typing import Annotated, Any

from flask_babel import lazy_gettext as _l
from pydantic import Field

from lms.certification.errors import GroupKeyTaken
from lms.certification.policies import may_define_groups
from lms.certification.schemes.queries import schemes
from lms.certification.staffing import queries, services
from lms.certification.staffing.models import ServiceGroup
from lms.certification.staffing.rules import KEY, fault_of_key
from lms.core.errors import Forbidden, Missing
from lms.people.permissions import Permission
from lms.standards.api.frame.faults import UNKNOWN, fault, faulty
from lms.standards.api.frame.lists import page_of
from lms.standards.api.frame.operations import Answer, Call, operation
from lms.standards.api.frame.schemas import (
    Key,
    Line,
    PageOf,
    Paging,
    Received,
    Sent,
    Texts,
    named,
    sound,
)
from lms.standards.api.resources.staffing.weeks import TAG
from lms.standards.api.resources.standings import CertificationRef, certification_ref
from lms.standards.api.tokens.scopes import Scope

PLAN = Permission.PLAN_STAFFING
GroupKey = Annotated[
    str,
    sound(fault_of_key),
    Field(
        description="Its short name in tables; never changes.",
        examples=["documents"],
        json_schema_extra={"pattern": f"^{KEY}$"},
    ),
]
Asked = Annotated[list[Key], Field(max_length=100, description="Who serves it must hold each.")]


class GroupNames(Received):
    """What a service group is called."""

    ru: Line = Field(examples=["Документы"])
    en: Line = Field(examples=["Documents"])


class GroupIn(Received):
    """A service group that is to be made."""

    key: GroupKey
    name: GroupNames
    certifications: Asked


class GroupChange(Received):
    """What changes of a service group; what is left out stays."""

    name: GroupNames | None = None
    certifications: Asked | None = None
    is_retired: bool | None = Field(None, description="Whether it is served nowhere any more.")


class ServiceGroupOut(Sent):
    """What is done at a window, and which certifications that asks for."""

    id: Key
    key: str
    name: Texts
    certifications: list[CertificationRef]
    retired_at: datetime | None = Field(description="Since then it is served nowhere.")


class GroupsQuery(Paging):
    """Which groups."""

    retired: bool = Field(False, description="Whether those that are retired are listed instead.")


@operation(
    "GET",
    "/service-groups",
    tag=TAG,
    scope=Scope.STAFFING_READ,
    summary="List service groups",
    query=GroupsQuery,
    answer=PageOf[ServiceGroupOut],
)
def list_service_groups(call: Call) -> Answer:
    """The service groups of the network in the order they were made: for who plans a centre."""
    _demand_planner(call)
    return Answer(
        page_of(
            queries.groups_statement(retired=call.query.retired),
            call.query,
            _shown,
            columns=(ServiceGroup.id,),
            readers=(int,),
            key=lambda group: (group.id,),
        )
    )


@operation(
    "GET",
    "/service-groups/{group_id}",
    tag=TAG,
    scope=Scope.STAFFING_READ,
    summary="Get a service group",
    answer=ServiceGroupOut,
)
def get_service_group(call: Call, group_id: str) -> Answer:
    """One service group."""
    _demand_planner(call)
    return Answer(_shown(_found(group_id)))


@operation(
    "POST",
    "/service-groups",
    tag=TAG,
    scope=Scope.STAFFING_WRITE,
    summary="Make a service group",
    body=GroupIn,
    answer=ServiceGroupOut,
    status=201,
)
def make_service_group(call: Call) -> Answer:
    """Say what else is done at windows: in the whole network."""
    _demand_definer(call)
    wish: GroupIn = call.body
    try:
        made = services.save_group(
            group=None,
            key=wish.key,
            scheme_ids=_schemes(wish.certifications),
            now=call.now,
            actor=call.viewer.person,
            **_names(wish.name),
        )
    except GroupKeyTaken as refusal:
        raise fault("body.key", refusal.message) from refusal
    return Answer(_shown(_found(made.public_id)), location=f"/service-groups/{made.public_id}")


@operation(
    "PATCH",
    "/service-groups/{group_id}",
    tag=TAG,
    scope=Scope.STAFFING_WRITE,
    summary="Change a service group",
    body=GroupChange,
    answer=ServiceGroupOut,
    versioned=True,
)
def change_service_group(call: Call, group_id: str) -> Answer:
    """Rename a service group, say anew what it asks for, retire it or take it up again."""
    _demand_definer(call)
    group, wish = _found(group_id), call.body
    call.match(_shown(group))
    names = {"name_ru": group.name_ru, "name_en": group.name_en}
    asked, retired = wish.certifications, wish.is_retired
    services.save_group(
        group=group,
        key=group.key,
        scheme_ids=[one.scheme_id for one in group.asked] if asked is None else _schemes(asked),
        retired=group.retired_at is not None if retired is None else retired,
        row_version=group.row_version,
        now=call.now,
        actor=call.viewer.person,
        **(_names(wish.name) if wish.name else names),
    )
    return Answer(_shown(_found(group_id)))


def _demand_planner(call: Call) -> None:
    if not call.viewer.may(PLAN):
        raise Forbidden


def _demand_definer(call: Call) -> None:
    if not may_define_groups(call.viewer):
        raise Forbidden(_l("Only who looks after the whole network may do this."))


def _names(given: GroupNames) -> dict[str, Any]:
    return {"name_ru": given.ru.strip(), "name_en": given.en.strip()}


def _schemes(keys: list[str]) -> list[int]:
    """Return the ids of the certifications in use that have these keys."""
    known = {one.public_id: one.id for one in schemes()}
    faults = [
        (f"body.certifications.{place}", UNKNOWN)
        for place, key in enumerate(keys)
        if key not in known
    ]
    if faults:
        raise faulty(faults)
    return [known[key] for key in keys]


def _found(group_id: str) -> ServiceGroup:
    group = queries.group_for(group_id)
    if group is None:
        raise Missing
    return group


def _shown(group: ServiceGroup) -> ServiceGroupOut:
    return ServiceGroupOut(
        id=group.public_id,
        key=group.key,
        name=named(group),
        certifications=[certification_ref(one.scheme) for one in group.asked],
        retired_at=group.retired_at,
    )
