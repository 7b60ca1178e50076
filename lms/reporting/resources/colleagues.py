"""Colleagues of a saved list: naming one, taking one off, leaving a colleague's list."""

import sqlalchemy as sa
from pydantic import Field

from lms.core.database import db
from lms.core.errors import Missing
from lms.people.models import Person
from lms.reporting.resources.shown import TAG, SavedListWhole, kind_for, own_list, whole
from lms.reporting.saved import colleagues
from lms.reporting.saved.queries import named
from lms.standards.api.frame.operations import Answer, Call, operation
from lms.standards.api.frame.schemas import Received
from lms.standards.api.tokens.scopes import Scope

PATH = "/saved-lists/{list_id}/people/{person_id}"


class NamingIn(Received):
    """What a colleague gets: one of them at least."""

    is_mailed: bool = Field(description="Gets the list by mail.", examples=[True])
    is_shared: bool = Field(description="Finds it among their own.", examples=[False])


@operation(
    "PUT",
    PATH,
    tag=TAG,
    scope=Scope.LISTS_WRITE,
    summary="Name a colleague for a saved list",
    body=NamingIn,
    answer=SavedListWhole,
)
def name_for_saved_list(call: Call, list_id: str, person_id: str) -> Answer:
    """Name a colleague for one's own list, or change what a named one gets. It gives them no right:
    who may not see such lists is refused (422). Needs, too, the scope that the list's kind names.
    """
    row = own_list(call, list_id)
    kind = kind_for(call.viewer, row.kind)
    person = db.session.scalars(sa.select(Person).where(Person.public_id == person_id)).first()
    if person is None:
        raise colleagues.NobodyFound
    colleagues.name(
        row=row,
        kind=kind,
        owner=call.viewer,
        person=person,
        is_mailed=call.body.is_mailed,
        is_shared=call.body.is_shared,
        now=call.now,
    )
    return Answer(whole(call, row))


@operation(
    "DELETE",
    PATH,
    tag=TAG,
    scope=Scope.LISTS_WRITE,
    summary="Take a colleague off a saved list",
    status=204,
)
def take_off_saved_list(call: Call, list_id: str, person_id: str) -> Answer:
    """Take a colleague off one's own list, or oneself off a colleague's."""
    one = named(list_id, person_id)
    if one is None or call.viewer.person.id not in (one.saved_list.owner_id, one.person_id):
        raise Missing
    colleagues.take_off(named=one, row=one.saved_list, actor=call.viewer.person, now=call.now)
    return Answer()
