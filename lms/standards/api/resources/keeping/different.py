"""Two records that look like one person's and are of two: marking them, and taking it back."""

from datetime import datetime

from lms.core.errors import Missing
from lms.people.merging import different
from lms.people.merging.models import DifferentPeople
from lms.standards.api.frame.lists import page_of
from lms.standards.api.frame.operations import Answer, Call, operation
from lms.standards.api.frame.schemas import Key, PageOf, Paging, PersonRef, Sent, person_ref
from lms.standards.api.resources.keeping.merges import TAG, pair_of
from lms.standards.api.resources.second_person import WhyIn, given_reason
from lms.standards.api.tokens.scopes import Scope


class DifferentIn(WhyIn):
    """Two people, and why they are two."""

    one: Key
    other: Key


class DifferentOut(Sent):
    """A pair that is marked as different people."""

    id: Key
    people: list[PersonRef]
    reason: str
    marked_by: PersonRef
    marked_at: datetime


@operation(
    "GET",
    "/different-people",
    tag=TAG,
    scope=Scope.MERGES_READ,
    summary="List pairs of different people",
    query=Paging,
    answer=PageOf[DifferentOut],
)
def list_different_people(call: Call) -> Answer:
    """The pairs that are marked as different people, the newest first."""
    return Answer(
        page_of(
            different.marks(call.viewer),
            call.query,
            _shown,
            columns=(DifferentPeople.id,),
            readers=(int,),
            key=lambda row: (row.id,),
            descending=True,
        )
    )


@operation(
    "POST",
    "/different-people",
    tag=TAG,
    scope=Scope.MERGES_WRITE,
    summary="Mark two as different people",
    body=DifferentIn,
    answer=DifferentOut,
    status=201,
    refusals=(409,),
)
def tell_people_apart(call: Call) -> Answer:
    """Let a pair be offered as duplicates no more. While a merge of the two waits it is refused
    (409).
    """
    pair = pair_of(call, "one", "other")
    mark = different.tell_apart(
        pair=pair, viewer=call.viewer, reason=given_reason(call, *pair.both), now=call.now
    )
    return Answer(_shown(_found(call, mark.public_id)))


@operation(
    "POST",
    "/different-people/{mark_id}/take-back",
    tag=TAG,
    scope=Scope.MERGES_WRITE,
    summary="Take the mark of different people back",
    body=WhyIn,
    answer=DifferentOut,
    refusals=(409,),
)
def take_mark_back(call: Call, mark_id: str) -> Answer:
    """Let the two be offered and merged again. The mark that was is answered."""
    mark = _found(call, mark_id)
    shown = _shown(mark)
    reason = given_reason(call, *mark.both)
    different.take_back(mark=mark, viewer=call.viewer, reason=reason, now=call.now)
    return Answer(shown)


def _found(call: Call, mark_id: str) -> DifferentPeople:
    mark = different.mark_for(call.viewer, mark_id)
    if mark is None:
        raise Missing
    return mark


def _shown(mark: DifferentPeople) -> DifferentOut:
    return DifferentOut(
        id=mark.public_id,
        people=[person_ref(one) for one in mark.both],
        reason=mark.reason,
        marked_by=person_ref(mark.marked_by),
        marked_at=mark.marked_at,
    )
