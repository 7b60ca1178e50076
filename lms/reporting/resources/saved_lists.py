"""Saved lists: which kinds there are, keeping one, changing it, deleting it."""

from typing import Annotated, Any

from flask_babel import lazy_gettext as _l
from pydantic import Field, StringConstraints

from lms.core.errors import Missing
from lms.reporting.resources.shown import (
    TAG,
    Kind,
    SavedListOut,
    SavedListWhole,
    kind_for,
    out,
    own_list,
    scope_of,
    whole,
)
from lms.reporting.saved import queries, services
from lms.reporting.saved.models import SavedList
from lms.standards.api.frame.faults import faulty, unknown
from lms.standards.api.frame.lists import page_of
from lms.standards.api.frame.operations import Answer, Call, operation
from lms.standards.api.frame.schemas import Line, PageOf, Paging, Query, Received, Sent, Words
from lms.standards.api.tokens.scopes import Scope
from lms.web.lists.moving import standing
from lms.web.lists.tables import ListKind, kinds

Name = Annotated[Line, StringConstraints(max_length=80), Field(examples=["Expiring soon"])]


class ListKindOut(Sent):
    """A kind of lists that can be kept."""

    key: Kind
    name: str = Field(description="In the language asked for.")
    fields: list[str] = Field(description="What it can be narrowed by.", examples=[["status"]])
    needed: list[str] = Field(description="Those of them that it can't be without.")
    dates: list[str] = Field(description="Those of them that are dates.")
    scope: str | None = Field(
        description="The scope that a token needs beside `lists:…` for lists of this kind.",
        examples=["certificates:read"],
    )


class ListKindsOut(Sent):
    """All kinds."""

    kinds: list[ListKindOut]


class SavedListQuery(Paging):
    """What the lists are narrowed to."""

    kind: Kind | None = None


class SavedListIn(Received):
    """A list to be kept."""

    kind: Kind
    name: Name
    values: dict[str, Words] = Field(
        default_factory=dict,
        description="What it is narrowed to: fields of its kind.",
        examples=[{"status": "expiring", "days": "30"}],
    )
    dates_move: bool | None = Field(
        None,
        description="Whether its dates move along with the day. null: as is most likely meant.",
    )


class SavedListChange(Received):
    """Another name, other filters; what is left out stays."""

    name: Name | None = None
    values: dict[str, Words] | None = Field(
        None, description="All that it is narrowed to from now on.", examples=[{"days": "60"}]
    )
    dates_move: bool | None = Field(None, description="Whether its dates move along with the day.")


@operation(
    "GET",
    "/saved-list-kinds",
    tag=TAG,
    scope=Scope.LISTS_READ,
    summary="List the kinds of lists",
    query=Query,
    answer=ListKindsOut,
)
def list_saved_list_kinds(_call: Call) -> Answer:
    """Which lists can be kept under a name, and what each can be narrowed by."""
    return Answer(ListKindsOut(kinds=[_kind(one) for one in kinds().values()]))


def _kind(kind: ListKind) -> ListKindOut:
    scope = scope_of(kind)
    return ListKindOut(
        key=kind.key,
        name=str(kind.label),
        fields=list(kind.fields),
        needed=sorted(kind.needed),
        dates=list(kind.dates),
        scope=scope.value if scope else None,
    )


@operation(
    "GET",
    "/saved-lists",
    tag=TAG,
    scope=Scope.LISTS_READ,
    summary="List saved lists",
    query=SavedListQuery,
    answer=PageOf[SavedListOut],
)
def list_saved_lists(call: Call) -> Answer:
    """The lists that the token's owner keeps, and those that colleagues named them for."""
    return Answer(
        page_of(
            queries.open_to(call.viewer, call.query.kind),
            call.query,
            lambda row: out(call, row),
            columns=(SavedList.id,),
            readers=(int,),
            key=lambda row: (row.id,),
        )
    )


@operation(
    "GET",
    "/saved-lists/{list_id}",
    tag=TAG,
    scope=Scope.LISTS_READ,
    summary="Get a saved list",
    answer=SavedListWhole,
)
def get_saved_list(call: Call, list_id: str) -> Answer:
    """One list with when it is mailed and to whom. The `ETag` is what a change is sent with."""
    row = queries.open_list(call.viewer, list_id)
    if row is None:
        raise Missing
    return Answer(whole(call, row))


@operation(
    "POST",
    "/saved-lists",
    tag=TAG,
    scope=Scope.LISTS_WRITE,
    summary="Keep a list",
    body=SavedListIn,
    answer=SavedListWhole,
    status=201,
    refusals=(409,),
)
def keep_list(call: Call) -> Answer:
    """Keep what a list is narrowed to, never its rows: who reads it gets what they may see then.
    409 for a name that the owner has given already, and beyond fifty lists.
    """
    given: SavedListIn = call.body
    kind = _checked(call, given.kind, given.values)
    row = services.save(
        owner=call.viewer.person,
        kind=kind,
        name=_plain(given.name),
        values=given.values,
        now=call.now,
        today=call.today,
        dates_move=given.dates_move,
    )
    row = own_list(call, row.public_id)
    return Answer(whole(call, row), location=f"/saved-lists/{row.public_id}")


def _checked(call: Call, key: str, values: dict[str, str]) -> ListKind:
    """Return a kind of lists that can be narrowed to these values."""
    if key not in kinds():
        raise unknown("body.kind")
    kind = kind_for(call.viewer, key)
    faults: list[tuple[str, Any]] = [
        (f"body.values.{name}", _l("isn’t a field of such lists"))
        for name in values
        if name not in kind.fields
    ]
    faults += [
        (f"body.values.{name}", _l("is needed for such a list"))
        for name in sorted(kind.needed)
        if not values.get(name)
    ]
    if faults:
        raise faulty(faults)
    if kind.table(call.viewer, values, call.today) is None:
        raise unknown("body.values")
    return kind


def _plain(name: str) -> str:
    """Return a name as its form keeps it."""
    return " ".join(name.split())


@operation(
    "PATCH",
    "/saved-lists/{list_id}",
    tag=TAG,
    scope=Scope.LISTS_WRITE,
    summary="Change a saved list",
    body=SavedListChange,
    answer=SavedListWhole,
    versioned=True,
)
def change_saved_list(call: Call, list_id: str) -> Answer:
    """Change the name of one's own list, what it is narrowed to, or both; its mail and colleagues
    stay. 409 for a name that the owner has given already. Other filters need, too, the scope that
    its kind names.
    """
    given: SavedListChange = call.body
    row = own_list(call, list_id, locked=True)
    call.match(whole(call, row))
    if given.name is not None:
        services.rename(row, _plain(given.name))
    if given.values is not None or given.dates_move is not None:
        _narrow(call, row)
    return Answer(whole(call, row))


def _narrow(call: Call, row: SavedList) -> None:
    given, dates = call.body, kind_for(call.viewer, row.kind).dates
    values = standing(row.values, dates, call.today) if given.values is None else given.values
    services.narrow(
        row=row,
        kind=_checked(call, row.kind, values),
        values=values,
        now=call.now,
        today=call.today,
        dates_move=given.dates_move,
    )


@operation(
    "DELETE",
    "/saved-lists/{list_id}",
    tag=TAG,
    scope=Scope.LISTS_WRITE,
    summary="Delete a saved list",
    status=204,
)
def delete_saved_list(call: Call, list_id: str) -> Answer:
    """Delete one's own list with its schedule and the history of its mail. What it listed stays."""
    services.forget(own_list(call, list_id))
    return Answer()
