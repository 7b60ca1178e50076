"""What was decided about one person's certifications, and deciding it."""

from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from pydantic import Field
from wtforms.validators import ValidationError

from lms.certification.errors import AwardOver
from lms.certification.lifecycle.facts import FactKind
from lms.certification.schemes import queries
from lms.certification.schemes.deciding import DECISIONS, Decided, Decision, check_date, decide
from lms.certification.schemes.definitions import current_version, parts_of
from lms.certification.schemes.models import CertificationFact, CertificationScheme
from lms.certification.schemes.telling import told
from lms.core.errors import Missing
from lms.people.models import Person
from lms.people.permissions import Permission
from lms.people.queries import person_for
from lms.standards.api.frame.faults import fault, unknown
from lms.standards.api.frame.lists import page_of
from lms.standards.api.frame.operations import Answer, Call, operation
from lms.standards.api.frame.schemas import (
    Day,
    Key,
    PageOf,
    Paging,
    PersonRef,
    Received,
    Sent,
    Why,
    person_ref,
)
from lms.standards.api.resources import standings
from lms.standards.api.resources.certifying.certifications import certification
from lms.standards.api.tokens.scopes import Scope


def _named(wanted: str) -> str:
    """Return the decisions of which something is true, for a description."""
    return ", ".join(
        f"`{one.value}`" for one, meaning in DECISIONS.items() if getattr(meaning, wanted)
    )


class FactOut(Sent):
    """One fact of a person's certifications. Facts are appended, never changed."""

    id: Key
    kind: FactKind
    certification: standings.CertificationRef | None = Field(
        description="Null: it concerns all of the person's."
    )
    effective_on: date
    recorded_at: datetime
    actor: PersonRef | None = Field(
        description="Null: it followed from a rule, or from what the person did."
    )
    rule: Key | None
    reason: str
    details: dict[str, Any] = Field(
        description="What facts of this kind say besides.", examples=[{"until_on": "2026-03-31"}]
    )


class DecisionIn(Received):
    """What is decided about a person and certification, and why."""

    decision: Decision
    reason: Why
    on: Day | None = Field(
        None,
        description=f"Needed after today for {_named('needs_date')}; today or earlier for "
        f"{_named('takes_past')}, by default today.",
    )
    part: str | None = Field(
        None, max_length=30, description=f"Of the certification: needed for {_named('needs_part')}."
    )
    enrols: bool = Field(
        default=False, description="With `require`: in the courses that are lacking."
    )
    with_authority: bool = Field(default=False, description="With `waive`: may serve meanwhile.")


@operation(
    "GET",
    "/people/{person_id}/certification-facts",
    tag=standings.TAG,
    scope=Scope.STANDINGS_READ,
    summary="List a person's facts",
    query=Paging,
    answer=PageOf[FactOut],
)
def list_facts(call: Call, person_id: str) -> Answer:
    """What was required of a person, shown, awarded, extended, waived …; the newest first."""
    person = _person(call, person_id, Permission.SEE_CERTIFICATES)
    schemes = {one.id: one for one in (*queries.schemes(), *queries.schemes(retired=True))}
    return Answer(
        page_of(
            queries.facts_statement(person),
            call.query,
            lambda row: _fact(row, schemes),
            columns=(CertificationFact.effective_on, CertificationFact.id),
            readers=(date.fromisoformat, int),
            key=lambda row: (row.effective_on, row.id),
            descending=True,
        )
    )


@operation(
    "POST",
    "/people/{person_id}/certifications/{certification_id}/decisions",
    tag=standings.TAG,
    scope=Scope.CERTIFICATIONS_WRITE,
    summary="Decide about a person",
    body=DecisionIn,
    answer=standings.ToldOut,
    refusals=(409,),
)
def decide_certification(call: Call, person_id: str, certification_id: str) -> Answer:
    """Record a decision as a fact: a waiver or extension, evidence from outside or an observation,
    a requirement of this person alone, an award, a suspension, and taking each back. The answer is
    how the person stands then. 409 where there is nothing to end, extend or suspend.
    """
    person = _person(call, person_id, Permission.MANAGE_CERTIFICATES)
    scheme = certification(certification_id)
    decided = _decided(call, scheme)
    at: dict[str, Any] = {"actor": call.viewer.person, "now": call.now, "today": call.today}
    try:
        decide(decided, person=person, scheme_id=scheme.id, **at)
    except AwardOver as refusal:
        raise fault("body.on", refusal.message) from refusal
    found = told(person, queries.facts_of(person), call.today, of=[scheme])
    return Answer(standings.told_out(found[0]))


def _decided(call: Call, scheme: CertificationScheme) -> Decided:
    given: DecisionIn = call.body
    parts = {part.key for part in parts_of(current_version(scheme, call.today))}
    if DECISIONS[given.decision].needs_part and given.part is None:
        raise fault("body.part", _l("is needed for this decision"))
    if given.part is not None and given.part not in parts:
        raise unknown("body.part")
    try:
        check_date(given.decision, given.on, call.today)
    except ValidationError as error:
        raise fault("body.on", str(error)) from error
    return Decided(
        decision=given.decision,
        reason=given.reason,
        on=given.on,
        part=given.part or "",
        enrols=given.enrols,
        with_authority=given.with_authority,
    )


def _person(call: Call, person_id: str, permission: Permission) -> Person:
    person = person_for(call.viewer, permission, person_id)
    if person is None:
        raise Missing
    return person


def _fact(row: CertificationFact, schemes: dict[int, CertificationScheme]) -> FactOut:
    scheme = schemes[row.scheme_id] if row.scheme_id is not None else None
    return FactOut(
        id=row.public_id,
        kind=row.kind,
        certification=standings.certification_ref(scheme) if scheme else None,
        effective_on=row.effective_on,
        recorded_at=row.recorded_at,
        actor=person_ref(row.actor) if row.actor else None,
        rule=row.rule.public_id if row.rule else None,
        reason=row.reason,
        details=dict(row.details),
    )
