"""Certifications: read, defined, changed by further versions."""

from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from pydantic import ConfigDict, Field

from lms.certification.errors import SchemeKeyTaken
from lms.certification.policies import may_define_schemes
from lms.certification.schemes import defining, queries
from lms.certification.schemes.definitions import (
    EvidenceKind,
    current_version,
    newest_version,
)
from lms.certification.schemes.models import CertificationScheme, SchemeVersion
from lms.core.errors import Forbidden, Missing
from lms.standards.api.frame.lists import page_of, slice_of
from lms.standards.api.frame.operations import Answer, Call, operation
from lms.standards.api.frame.schemas import (
    PageOf,
    Paging,
    Sent,
    Texts,
    Why,
)
from lms.standards.api.resources.certifying.terms import (
    ShortName,
    TermsIn,
    TermsOut,
    TitleIn,
    read_terms,
    terms_out,
)
from lms.standards.api.resources.standings import (
    TAG,
    CertificationRef,
    certification_ref,
)
from lms.standards.api.tokens.scopes import Scope

TERMS: dict[str, Any] = {
    "in_force_on": "2026-03-31",
    "parts": [
        {
            "key": "course",
            "kind": "course",
            "title": {"ru": "Учебный курс", "en": "Course of training"},
            "course": "sincere-service",
        },
        {
            "key": "exam",
            "kind": "exam",
            "title": {"ru": "Итоговый экзамен", "en": "Final exam"},
            "course": "sincere-service",
            "exam": "exam",
            "in_short": True,
        },
        {
            "key": "window",
            "kind": "observation",
            "title": {"ru": "Наблюдение у окна", "en": "Observed at the window"},
        },
    ],
    "valid_months": 24,
    "anchor": "previous_expiry",
    "window_days": 60,
    "notice_days": 30,
    "grace_days": 14,
    "short_months": 3,
}
TITLE = {"ru": "Универсальный специалист", "en": "Universal specialist"}


def example(**own: Any) -> ConfigDict:
    """Return the configuration of a model with these terms as its example."""
    return ConfigDict(json_schema_extra={"examples": [{**own, **TERMS}]})


class CertificationOut(TermsOut, CertificationRef):
    """A certification with the terms in force today."""

    newest_version: int = Field(description="Greater than `version` where one lies ahead.")


class CertificationVersion(TermsOut):
    """One version of a certification; none is ever changed."""

    made_at: datetime
    reason: str


class EvidenceOut(Sent):
    """A course, or an exam of one, that a part of a certification can ask for."""

    kind: EvidenceKind = Field(description="`course` or `exam`.")
    course: str
    exam: str | None = Field(description="The key of the exam in that course.")
    title: Texts = Field(description="Of the course.")


class CertificationIn(TermsIn):
    """A certification and the terms of its first version."""

    model_config = example(key="universal", title=TITLE)

    key: ShortName = Field(description="For exports and commands; it stays.")
    title: TitleIn


class VersionIn(TermsIn):
    """All terms of a further version, and why it is made."""

    model_config = example(title=TITLE, reason="The short renewal stays open for longer")

    title: TitleIn | None = Field(None, description="Left out: the name stays.")
    reason: Why


@operation(
    "GET",
    "/certifications",
    tag=TAG,
    scope=Scope.STANDINGS_READ,
    summary="List certifications",
    query=Paging,
    answer=PageOf[CertificationOut],
)
def list_certifications(call: Call) -> Answer:
    """The certifications in use, in the order they were made."""
    return Answer(
        page_of(
            queries.schemes_statement(),
            call.query,
            lambda scheme: _shown(scheme, call.today),
            columns=(CertificationScheme.id,),
            readers=(int,),
            key=lambda scheme: (scheme.id,),
        )
    )


@operation(
    "GET",
    "/certification-evidence",
    tag=TAG,
    scope=Scope.STANDINGS_READ,
    summary="List what parts can ask for",
    query=Paging,
    answer=PageOf[EvidenceOut],
)
def list_certification_evidence(call: Call) -> Answer:
    """The published courses, and the exams in them, that a part of a certification can ask for.
    Parts of other kinds need none.
    """
    rows = [
        EvidenceOut(kind=EvidenceKind.COURSE, course=slug, exam=None, title=dict(title))
        for slug, title in queries.courses_on_offer()
    ]
    rows += [
        EvidenceOut(kind=EvidenceKind.EXAM, course=slug, exam=key, title=dict(title))
        for slug, key, title, _own in queries.exams_on_offer()
    ]
    return Answer(slice_of(rows, call.query, lambda row: row))


@operation(
    "POST",
    "/certifications",
    tag=TAG,
    scope=Scope.CERTIFICATIONS_WRITE,
    summary="Define a certification",
    body=CertificationIn,
    answer=CertificationOut,
    status=201,
    refusals=(409,),
)
def define_certification(call: Call) -> Answer:
    """Define a certification with its first version. Nobody must hold it before a rule or a
    decision says so. Needs a token over the whole network. 409: the short name is taken.
    """
    must_define(call)
    terms, parts = read_terms(call.body)
    try:
        made = defining.create_scheme(
            key=call.body.key,
            title=call.body.title.model_dump(),
            terms=terms,
            parts=parts,
            in_force_on=call.body.in_force_on,
            now=call.now,
            actor=call.viewer.person,
        )
    except SchemeKeyTaken as refusal:
        refusal.details["errors"] = [{"field": "body.key", "message": refusal.message}]
        raise
    scheme = certification(made.public_id)
    return Answer(_shown(scheme, call.today), location=f"/certifications/{made.public_id}")


@operation(
    "GET",
    "/certifications/{certification_id}",
    tag=TAG,
    scope=Scope.STANDINGS_READ,
    summary="Get a certification",
    answer=CertificationOut,
)
def get_certification(call: Call, certification_id: str) -> Answer:
    """One certification with the terms in force today."""
    return Answer(_shown(certification(certification_id), call.today))


@operation(
    "GET",
    "/certifications/{certification_id}/versions",
    tag=TAG,
    scope=Scope.STANDINGS_READ,
    summary="List versions of a certification",
    query=Paging,
    answer=PageOf[CertificationVersion],
)
def list_certification_versions(call: Call, certification_id: str) -> Answer:
    """All versions of a certification with their terms, the newest first: those in force before,
    and those that lie ahead.
    """
    return Answer(
        page_of(
            queries.versions_statement(certification(certification_id)),
            call.query,
            lambda one: CertificationVersion(
                **terms_out(one), made_at=one.made_at, reason=one.reason
            ),
            columns=(SchemeVersion.number,),
            readers=(int,),
            key=lambda one: (one.number,),
            descending=True,
        )
    )


@operation(
    "POST",
    "/certifications/{certification_id}/versions",
    tag=TAG,
    scope=Scope.CERTIFICATIONS_WRITE,
    summary="Publish a version of a certification",
    body=VersionIn,
    answer=CertificationOut,
    status=201,
    versioned=True,
)
def publish_certification_version(call: Call, certification_id: str) -> Answer:
    """Change a certification by a further version, for periods that begin from its day: dates that
    were given before stay. What it means for each person follows at once, or within minutes where
    they are many. `If-Match` takes the `ETag` of the certification; the answer is the certification
    as it is then. Needs a token over the whole network.
    """
    must_define(call)
    scheme = certification(certification_id)
    call.match(_shown(scheme, call.today))
    terms, parts = read_terms(call.body)
    title = call.body.title
    defining.change_scheme(
        scheme=scheme,
        title=title.model_dump() if title else scheme.title,
        terms=terms,
        parts=parts,
        in_force_on=call.body.in_force_on,
        now=call.now,
        actor=call.viewer.person,
        reason=call.body.reason,
    )
    changed = certification(certification_id)
    location = f"/certifications/{certification_id}"
    return Answer(_shown(changed, call.today), location=location)


def certification(certification_id: str) -> CertificationScheme:
    """Return the certification of an address, or refuse as missing."""
    found = queries.scheme_for(certification_id)
    if found is None:
        raise Missing
    return found


def must_define(call: Call) -> None:
    """Refuse whoever may not define certifications."""
    if not may_define_schemes(call.viewer):
        raise Forbidden(_l("Only who looks after the whole network may do this."))


def _shown(scheme: CertificationScheme, today: date) -> CertificationOut:
    return CertificationOut(
        **certification_ref(scheme).model_dump(),
        **terms_out(current_version(scheme, today)),
        newest_version=newest_version(scheme).number,
    )
