"""Moving a centre to another part of the network: what that would mean, and doing it."""

from pydantic import Field

from lms.certification.moving.meaning import Change, Holder, meaning
from lms.core.errors import Missing
from lms.people.models import AccessRole, OrganisationUnit
from lms.people.network.moving import is_movable, move
from lms.people.network.rules import may_have_parts
from lms.people.queries import unit_for
from lms.standards.api.frame.faults import unknown
from lms.standards.api.frame.operations import Answer, Call, operation
from lms.standards.api.frame.schemas import (
    Key,
    PersonRef,
    PostRef,
    Received,
    Sent,
    UnitRef,
    Why,
    person_ref,
    post_ref,
    unit_ref,
)
from lms.standards.api.resources.network.units import KEEP, TAG, UnitOut, by_caller, part, shown
from lms.standards.api.resources.standings import CertificationRef, certification_ref
from lms.standards.api.tokens.scopes import Scope


class PlaceIn(Received):
    """Where a centre might be moved to."""

    parent: Key = Field(description="The unit that it would be a part of.")


class MoveIn(PlaceIn):
    """Where a centre is moved to, and why."""

    reason: Why


class RuleGained(Sent):
    """A rule that would begin for people of the centre; their terms are counted from the move."""

    rule: Key
    certification: CertificationRef
    unit: UnitRef
    post: PostRef | None = Field(description="Null: every post.")
    days: int
    people: int = Field(description="Whom it touches.")
    lacking: int = Field(description="Of them, who don't hold it.")
    late: int = Field(description="Of those, whose term is over on day one.")


class RuleLost(Sent):
    """A rule that would hold for people of the centre no longer."""

    rule: Key
    certification: CertificationRef
    unit: UnitRef
    post: PostRef | None = Field(description="Null: every post.")
    people: int = Field(description="Whom it touches.")


class AccessChange(Sent):
    """Somebody whose role covers the centre only before, or only after the move."""

    person: PersonRef
    role: AccessRole


class MoveMeaning(Sent):
    """What a move would mean today."""

    people: int = Field(description="Who work there.")
    planned: int = Field(description="Who are to begin there.")
    begin: list[RuleGained]
    end: list[RuleLost]
    gain: list[AccessChange] = Field(description="Who come to see its people, with all that was.")
    lose: list[AccessChange] = Field(description="Who see them no longer.")


@operation(
    "POST",
    "/units/{unit_id}/move/preview",
    tag=TAG,
    scope=Scope.NETWORK_WRITE,
    summary="Preview a move",
    body=PlaceIn,
    answer=MoveMeaning,
)
def preview_move(call: Call, unit_id: str) -> Answer:
    """What it would mean to move a centre: which rules begin and end for its people, who is late,
    and who comes to see them or no longer does. Writes nothing.
    """
    centre = _centre(call, unit_id)
    meant = meaning(centre, _above(call), now=call.now, today=call.today)
    return Answer(
        MoveMeaning(
            people=meant.people,
            planned=meant.planned,
            begin=[_beginning(one) for one in meant.begin],
            end=[_ending(one) for one in meant.end],
            gain=[_access(one) for one in meant.gain],
            lose=[_access(one) for one in meant.lose],
        )
    )


@operation(
    "POST",
    "/units/{unit_id}/move",
    tag=TAG,
    scope=Scope.NETWORK_WRITE,
    summary="Move a centre",
    body=MoveIn,
    answer=UnitOut,
    versioned=True,
    refusals=(409,),
)
def move_unit(call: Call, unit_id: str) -> Answer:
    """Make a centre a part of another unit from today on. Rules over the former one hold for its
    people until today, those over the new one from today on. Moving it to where it is already is
    refused (409).
    """
    centre = _centre(call, unit_id)
    call.match(shown(centre))
    move(
        centre,
        _above(call),
        seen_id=centre.parent_id,
        on=call.today,
        reason=call.body.reason,
        **by_caller(call),
    )
    return Answer(shown(centre))


def _centre(call: Call, unit_id: str) -> OrganisationUnit:
    centre = part(call, unit_id)
    if not is_movable(centre):
        raise Missing
    return centre


def _above(call: Call) -> OrganisationUnit:
    above = unit_for(call.viewer, KEEP, call.body.parent)
    if above is None or not may_have_parts(above):
        raise unknown("body.parent")
    return above


def _beginning(change: Change) -> RuleGained:
    rule = change.rule
    return RuleGained(
        rule=rule.public_id,
        certification=certification_ref(rule.scheme),
        unit=unit_ref(rule.unit),
        post=post_ref(rule.job_role) if rule.job_role else None,
        days=rule.days,
        people=change.people,
        lacking=change.lacking,
        late=change.late,
    )


def _ending(change: Change) -> RuleLost:
    rule = change.rule
    return RuleLost(
        rule=rule.public_id,
        certification=certification_ref(rule.scheme),
        unit=unit_ref(rule.unit),
        post=post_ref(rule.job_role) if rule.job_role else None,
        people=change.people,
    )


def _access(holder: Holder) -> AccessChange:
    return AccessChange(person=person_ref(holder.person), role=holder.role)
