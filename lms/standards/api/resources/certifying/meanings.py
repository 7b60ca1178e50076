"""What terms of a certification mean: the dates of an award, and how one person would stand."""

from datetime import date
from typing import Any

from pydantic import Field

from lms.certification.lifecycle.history import History
from lms.certification.lifecycle.state import state_on
from lms.certification.lifecycle.terms import Scheme
from lms.certification.schemes import samples
from lms.certification.schemes.definitions import scheme_of
from lms.certification.schemes.models import CertificationScheme
from lms.certification.schemes.records.histories import history
from lms.people.models import Person
from lms.people.permissions import Permission
from lms.people.queries import person_for
from lms.standards.api.frame.faults import unknown
from lms.standards.api.frame.operations import Answer, Call, operation
from lms.standards.api.frame.schemas import Day, Key, PersonRef, Query, Sent, person_ref
from lms.standards.api.resources.certifying.certifications import (
    certification,
    example,
    must_define,
)
from lms.standards.api.resources.certifying.terms import TermsIn, read_terms
from lms.standards.api.resources.standings import TAG, StateOut, state_out
from lms.standards.api.tokens.scopes import Scope


class NewPreview(TermsIn):
    """Terms to look at, and the day of an award."""

    model_config = example(on="2026-06-30")

    on: Day | None = Field(
        None, description="Default: the first day these terms are in force, or today if later."
    )


class VersionPreview(NewPreview):
    """Terms to look at, for whom, and on which day."""

    model_config = example(on="2026-06-30", person="0123456789abcdef")

    person: Key | None = Field(None, description="Left out: anybody's first award.")


class SampleQuery(Query):
    """Whose dates, and of which day."""

    on: Day | None = Field(None, description="The day of an award; default: today.")
    person: Key | None = Field(None, description="Left out: anybody's first award.")


class AwardDates(Sent):
    """What an award would grant, and when what follows from it."""

    from_on: date
    until_on: date | None = Field(description="The last valid day; null: it doesn't expire.")
    renewal_opens_on: date | None
    expiring_on: date | None = Field(description="Shown as expiring from then on.")
    grace_until_on: date | None = Field(description="Null: there is no grace.")
    short_until_on: date | None = Field(description="Null: there is no short renewal.")


class RenewalDates(Sent):
    """What a renewal made that day would grant."""

    awarded_on: date
    from_on: date
    until_on: date | None


class SampleOut(Sent):
    """The dates of an award; of a person: the one that renews what they hold that day."""

    on: date
    award: AwardDates
    early: RenewalDates | None = Field(description="On the day its renewal opens.")
    late: RenewalDates | None = Field(description="Two weeks after its last day, grace included.")
    person: PersonRef | None
    standing: StateOut | None = Field(description="How the person stands that day, by these terms.")
    lacking: list[str] = Field(description="Keys of the parts that the person lacks that day.")


class TermsMeaning(SampleOut):
    """What terms would mean; nothing is written."""

    before: StateOut | None = Field(description="How the person stands by the terms as they are.")


@operation(
    "POST",
    "/certifications/preview",
    tag=TAG,
    scope=Scope.CERTIFICATIONS_WRITE,
    summary="Preview terms",
    body=NewPreview,
    answer=TermsMeaning,
)
def preview_terms(call: Call) -> Answer:
    """Which dates an award by these terms would have. Writes nothing. Needs a token over the whole
    network, as all that defines certifications.
    """
    must_define(call)
    terms, _parts = read_terms(call.body)
    proposed = samples.with_version((), terms, call.body.in_force_on)
    on = _day(call)
    return Answer(TermsMeaning(**_sample(History([], proposed), on), before=None))


@operation(
    "GET",
    "/certifications/{certification_id}/dates",
    tag=TAG,
    scope=Scope.STANDINGS_READ,
    summary="Sample dates of a certification",
    query=SampleQuery,
    answer=SampleOut,
)
def sample_dates(call: Call, certification_id: str) -> Answer:
    """Which dates an award of a day has by the terms in force then, anybody's first or that of one
    person: from what the person holds, a renewal is counted as the anchor says.
    """
    scheme = certification(certification_id)
    on, terms = call.query.on or call.today, scheme_of(scheme.versions)
    person = _person(call, call.query.person, Permission.SEE_CERTIFICATES, "query.person")
    known = _known(person, scheme, terms)
    return Answer(SampleOut(**_sample(known, on) | _standing(known, person, scheme, on)))


@operation(
    "POST",
    "/certifications/{certification_id}/versions/preview",
    tag=TAG,
    scope=Scope.CERTIFICATIONS_WRITE,
    summary="Preview a version of a certification",
    body=VersionPreview,
    answer=TermsMeaning,
)
def preview_certification_version(call: Call, certification_id: str) -> Answer:
    """What further terms would mean for one person on a day: which dates an award would have, what
    the person would lack, and how they would stand beside how they stand without. Dates that were
    given before stay. Writes nothing.
    """
    must_define(call)
    scheme, on = certification(certification_id), _day(call)
    terms, _parts = read_terms(call.body)
    person = _person(call, call.body.person, Permission.MANAGE_CERTIFICATES, "body.person")
    proposed = samples.with_version(scheme.versions, terms, call.body.in_force_on)
    known = _known(person, scheme, proposed)
    present = History(known.facts, scheme_of(scheme.versions))
    before = state_out(scheme, state_on(present, on)) if person else None
    standing = _standing(known, person, scheme, on)
    return Answer(TermsMeaning(**_sample(known, on) | standing, before=before))


def _day(call: Call) -> date:
    """Return the day that a preview is about."""
    given: NewPreview = call.body
    return given.on or max(given.in_force_on, call.today)


def _person(call: Call, key: str | None, permission: Permission, field: str) -> Person | None:
    if key is None:
        return None
    person = person_for(call.viewer, permission, key)
    if person is None:
        raise unknown(field)
    return person


def _known(person: Person | None, scheme: CertificationScheme, terms: Scheme) -> History:
    """Return what is known of the person, of nobody nothing, as ``terms`` read it."""
    return history(person.id, scheme.id, terms) if person else History([], terms)


def _sample(known: History, on: date) -> dict[str, Any]:
    found, terms = samples.sample(known, on), known.scheme.terms_on(on)
    period = found.period
    return {
        "on": on,
        "award": AwardDates(
            from_on=period.from_on,
            until_on=period.until_on,
            renewal_opens_on=period.window_on,
            expiring_on=period.notice_on,
            grace_until_on=period.grace_until_on if terms.grace_days else None,
            short_until_on=period.short_until_on if terms.short_parts else None,
        ),
        "early": _renewal(found.early),
        "late": _renewal(found.late),
        "person": None,
        "standing": None,
        "lacking": [],
    }


def _renewal(one: samples.Renewal | None) -> RenewalDates | None:
    if one is None:
        return None
    return RenewalDates(
        awarded_on=one.awarded_on, from_on=one.span.from_on, until_on=one.span.until_on
    )


def _standing(
    known: History, person: Person | None, scheme: CertificationScheme, on: date
) -> dict[str, Any]:
    if person is None:
        return {}
    state = state_on(known, on)
    return {
        "person": person_ref(person),
        "standing": state_out(scheme, state),
        "lacking": list(state.lacking),
    }
