"""What counts in place of a certification for a time: previewed, declared, ended."""

from datetime import date, datetime
from enum import Enum
from typing import Any

from flask_babel import lazy_gettext as _l
from pydantic import Field

from lms.certification.schemes.bounds import LATEST
from lms.certification.schemes.equivalents import queries, services
from lms.certification.schemes.equivalents.words import names, olds
from lms.certification.schemes.models import CertificationScheme, SchemeEquivalent
from lms.core.errors import Missing
from lms.standards.api.frame.faults import fault, unknown
from lms.standards.api.frame.lists import page_of
from lms.standards.api.frame.operations import Answer, Call, operation
from lms.standards.api.frame.schemas import (
    Day,
    Key,
    PageOf,
    Paging,
    Received,
    Sent,
    Slug,
    Why,
)
from lms.standards.api.resources.certifying.certifications import certification, must_define
from lms.standards.api.resources.standings import TAG
from lms.standards.api.tokens.scopes import Scope


class OldKind(Enum):
    """What can count in place of a certification."""

    CERTIFICATION = "certification"
    COURSE = "course"  # its certificate


class OldOut(Sent):
    """What counts in its place."""

    kind: OldKind
    id: str = Field(description="A certification's id, a course's slug.")
    name: str = Field(description="In the language asked for.")


class EquivalentOut(Sent):
    """Another certification, or a course's certificate, that counts until a day."""

    id: Key
    certification: Key
    old: OldOut
    until_on: date = Field(description="The last day on which it counts.")
    made_at: datetime
    ended_at: datetime | None = Field(description="When it was ended before its last day.")
    reason: str


class EquivalentCounted(EquivalentOut):
    """An equivalent with for how many people it counts today."""

    people: int


class EquivalentMeaning(Sent):
    """For how many people it would count, and how many of them lack what it stands for."""

    people: int
    lacking: int


class EquivalentWish(Received):
    """What would count in its place, until when."""

    kind: OldKind
    old: Slug = Field(description="A certification's id, a course's slug.")
    until_on: Day = Field(description="The last day on which it counts: today or later.")


class EquivalentIn(EquivalentWish):
    """What counts in its place, until when, and why."""

    reason: Why


class Ending(Received):
    """Why it counts no more."""

    reason: Why


@operation(
    "GET",
    "/certifications/{certification_id}/equivalents",
    tag=TAG,
    scope=Scope.STANDINGS_READ,
    summary="List equivalents",
    query=Paging,
    answer=PageOf[EquivalentOut],
)
def list_equivalents(call: Call, certification_id: str) -> Answer:
    """What counts today in place of a certification, the oldest first."""
    statement = queries.counting_statement(call.today, certification(certification_id))
    page = page_of(
        statement,
        call.query,
        lambda one: one,
        columns=(SchemeEquivalent.id,),
        readers=(int,),
        key=lambda one: (one.id,),
    )
    named = zip(page.items, names(page.items), strict=True)
    items = [EquivalentOut(**_values(one, certification_id, name)) for one, name in named]
    return Answer(PageOf[EquivalentOut](items=items, next=page.next))


@operation(
    "POST",
    "/certifications/{certification_id}/equivalents/preview",
    tag=TAG,
    scope=Scope.CERTIFICATIONS_WRITE,
    summary="Preview an equivalent",
    body=EquivalentWish,
    answer=EquivalentMeaning,
    refusals=(409,),
)
def preview_equivalent(call: Call, certification_id: str) -> Answer:
    """For how many people an equivalent would count if it were declared today. Writes nothing."""
    scheme, old = _wished(call, certification_id)
    services.check(scheme, old, call.today)
    proposed = queries.proposed(scheme, old, call.body.until_on)
    found = queries.meaning(proposed, call.today)
    return Answer(EquivalentMeaning(people=found.people, lacking=found.lacking))


@operation(
    "POST",
    "/certifications/{certification_id}/equivalents",
    tag=TAG,
    scope=Scope.CERTIFICATIONS_WRITE,
    summary="Declare an equivalent",
    body=EquivalentIn,
    answer=EquivalentCounted,
    status=201,
    refusals=(409,),
)
def declare_equivalent(call: Call, certification_id: str) -> Answer:
    """Let another certification, or a course's certificate, count until a day. Whoever holds it is
    recognised at once, or within minutes where they are many. Needs a token over the whole network.
    """
    scheme, old = _wished(call, certification_id)
    made = services.declare(
        scheme=scheme,
        old=old,
        until_on=call.body.until_on,
        reason=call.body.reason,
        actor=call.viewer.person,
        now=call.now,
        today=call.today,
    )
    return Answer(_counted(call, made), location=f"/equivalents/{made.public_id}")


@operation(
    "GET",
    "/equivalents/{equivalent_id}",
    tag=TAG,
    scope=Scope.STANDINGS_READ,
    summary="Get an equivalent",
    answer=EquivalentCounted,
)
def get_equivalent(call: Call, equivalent_id: str) -> Answer:
    """One equivalent, also one that is over, and for how many people it counts today."""
    return Answer(_counted(call, _found(equivalent_id)))


@operation(
    "POST",
    "/equivalents/{equivalent_id}/end",
    tag=TAG,
    scope=Scope.CERTIFICATIONS_WRITE,
    summary="End an equivalent",
    body=Ending,
    answer=EquivalentCounted,
    refusals=(409,),
)
def end_equivalent(call: Call, equivalent_id: str) -> Answer:
    """Let it count for nobody from today on. Needs a token over the whole network."""
    must_define(call)
    found = _found(equivalent_id)
    services.end(
        found,
        reason=call.body.reason,
        actor=call.viewer.person,
        now=call.now,
        today=call.today,
    )
    return Answer(_counted(call, found))


def _wished(call: Call, certification_id: str) -> tuple[CertificationScheme, queries.Old]:
    must_define(call)
    scheme, wish = certification(certification_id), call.body
    if not call.today <= wish.until_on <= LATEST:
        raise fault(
            "body.until_on", _l("must be between today and %(last)s", last=LATEST.isoformat())
        )
    prefix = "scheme" if wish.kind is OldKind.CERTIFICATION else "course"
    found = olds(scheme).get(f"{prefix}:{wish.old}")
    if found is None:
        raise unknown("body.old")
    return scheme, found[1]


def _found(equivalent_id: str) -> SchemeEquivalent:
    found = queries.equivalent_for(equivalent_id)
    if found is None:
        raise Missing
    return found


def _counted(call: Call, one: SchemeEquivalent) -> EquivalentCounted:
    values = _values(one, one.scheme.public_id, names([one])[0])
    return EquivalentCounted(**values, people=queries.people_counted(one, call.today))


def _values(one: SchemeEquivalent, certification_id: str, name: str) -> dict[str, Any]:
    if one.course is not None:
        old = OldOut(kind=OldKind.COURSE, id=one.course.slug, name=name)
    else:
        key = one.old_scheme.public_id if one.old_scheme else ""
        old = OldOut(kind=OldKind.CERTIFICATION, id=key, name=name)
    return {
        "id": one.public_id,
        "certification": certification_id,
        "old": old,
        "until_on": one.until_on,
        "made_at": one.made_at,
        "ended_at": one.ended_at,
        "reason": one.reason,
    }
