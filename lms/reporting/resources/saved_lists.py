"""Saved lists: which kinds there are, keeping one, another name, deleting it."""

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


class NameIn(Received):
    """Another name."""

    name: Name


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
    kind = _checked(call, given)
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


def _checked(call: Call, given: SavedListIn) -> ListKind:
    if given.kind not in kinds():
        raise unknown("body.kind")
    kind = kind_for(call.viewer, given.kind)
    faults: list[tuple[str, Any]] = [
        (f"body.values.{name}", _l("isn’t a field of such lists"))
        for name in given.values
        if name not in kind.fields
    ]
    faults += [
        (f"body.values.{name}", _l("is needed for such a list"))
        for name in sorted(kind.needed)
        if not given.values.get(name)
    ]
    if faults:
        raise faulty(faults)
    if kind.table(call.viewer, given.values, call.today) is None:
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
    summary="Give a saved list another name",
    body=NameIn,
    answer=SavedListWhole,
    versioned=True,
)
def rename_saved_list(call: Call, list_id: str) -> Answer:
    """Change the name of one's own list. 409 for one that the owner has given already."""
    row = own_list(call, list_id)
    call.match(whole(call, row))
    services.rename(row, _plain(call.body.name))
    return Answer(whole(call, row))


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
