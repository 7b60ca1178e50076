"""Certificates: the registry, issuing, revoking, reissuing."""

from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from pydantic import Field

from lms.catalog.queries import course_for
from lms.certification import queries, services
from lms.certification.models import Certificate
from lms.certification.queries import registry
from lms.certification.queries.registry import Filters, Order, StatusFilter
from lms.certification.snapshots import full_name
from lms.certification.status import CertificateStatus, Standing, standing_on
from lms.core.database import db
from lms.core.errors import Conflict, Missing
from lms.learning.queries import managed_enrolment
from lms.people.models import Person, number_of
from lms.people.permissions import Permission
from lms.people.queries import unit_for
from lms.standards.api.frame.faults import unknown
from lms.standards.api.frame.lists import check_cursor
from lms.standards.api.frame.operations import Answer, Call, operation
from lms.standards.api.frame.schemas import (
    Key,
    Number,
    PageOf,
    Paging,
    PersonRef,
    Reason,
    Received,
    Sent,
    Slug,
    Texts,
    Words,
)
from lms.standards.api.tokens.scopes import Scope

TAG = "Certificates"


class CertificateOut(Sent):
    """The document of one completed course."""

    number: Number
    holder: PersonRef = Field(description="The name as of issue, the number as of now.")
    course: Texts
    issued_on: date
    valid_until_on: date | None = Field(description="The last valid day; null: for ever.")
    status: CertificateStatus
    days_left: int | None
    percent: float | None
    revoked_at: datetime | None
    verification: str = Field(description="Address at which anyone can verify it.")


class CertificateQuery(Paging):
    """What the registry is narrowed to."""

    q: Words | None = Field(
        None, description="Words of the name, a personnel or certificate number."
    )
    unit: Key | None = None
    course: Slug | None = None
    status: StatusFilter | None = None
    days: int = Field(60, ge=1, le=3650, description="How near an end counts as `expiring`.")
    order: Order = Order.NAME


class IssueIn(Received):
    """The completed enrolment that has no certificate yet."""

    enrolment: Key


class ReasonIn(Received):
    """Why; it stays within the network."""

    reason: Reason


@operation(
    "GET",
    "/certificates",
    tag=TAG,
    scope=Scope.CERTIFICATES_READ,
    summary="List certificates",
    query=CertificateQuery,
    answer=PageOf[CertificateOut],
)
def list_certificates(call: Call) -> Answer:
    """The registry of the token's part of the network, searched and sorted as its page does."""
    asked: CertificateQuery = call.query
    filters = filters_of(call, asked, "query", Permission.SEE_CERTIFICATES)
    check_cursor(asked.cursor, registry.readers_of(filters.order))
    page = registry.page(call.viewer, filters, call.today, asked.cursor, asked.limit)
    items = [_row(call, entry) for entry in page.rows]
    return Answer(PageOf[CertificateOut](items=items, next=page.next_cursor))


def filters_of(call: Call, asked: Any, place: str, permission: Permission) -> Filters:
    """Return what ``asked`` narrows the registry to; ``place`` names where it stands in a fault."""
    unit = unit_for(call.viewer, permission, asked.unit) if asked.unit else None
    course = course_for(asked.course) if asked.course else None
    if asked.unit and unit is None:
        raise unknown(f"{place}.unit")
    if asked.course and course is None:
        raise unknown(f"{place}.course")
    return Filters(
        text=asked.q or "",
        unit_path=unit.path if unit else None,
        course_id=course.id if course else None,
        status=asked.status,
        days=asked.days,
        order=asked.order,
        permission=permission,
    )


def _row(call: Call, entry: registry.Entry) -> CertificateOut:
    return _shown(call, entry.certificate, entry.holder, entry.standing, entry.revoked_at)


@operation(
    "GET",
    "/certificates/{number}",
    tag=TAG,
    scope=Scope.CERTIFICATES_READ,
    summary="Get a certificate",
    answer=CertificateOut,
)
def get_certificate(call: Call, number: str) -> Answer:
    """One certificate by its number, written without separators."""
    certificate = queries.overseen(call.viewer, number)
    if certificate is None:
        raise Missing
    return Answer(shown(call, certificate))


@operation(
    "POST",
    "/certificates",
    tag=TAG,
    scope=Scope.CERTIFICATES_WRITE,
    summary="Issue a certificate",
    body=IssueIn,
    answer=CertificateOut,
    status=201,
    also=(200,),
    refusals=(409,),
)
def issue_certificate(call: Call) -> Answer:
    """Issue the certificate of a completed enrolment. Completion issues it by itself; this is for
    one without. Where there is one already, the answer is 200 with it.
    """
    enrolment = managed_enrolment(call.viewer, call.body.enrolment)
    if enrolment is None:
        raise unknown("body.enrolment")
    if enrolment.completed_at is None:
        raise Conflict(_l("The course isn't completed, so there is nothing to certify."))
    known = queries.certificate_of_enrolment(enrolment.learner, enrolment.public_id)
    made = known or services.issue(
        enrolment=enrolment,
        percent=services.final_percent(enrolment),
        now=call.now,
        settings=call.settings,
    )
    found = _reread(call, made.number)
    location = f"/certificates/{found.number}"
    return Answer(shown(call, found), status=200 if known else 201, location=location)


@operation(
    "POST",
    "/certificates/{number}/revocation",
    tag=TAG,
    scope=Scope.CERTIFICATES_WRITE,
    summary="Revoke a certificate",
    body=ReasonIn,
    answer=CertificateOut,
    refusals=(409,),
)
def revoke_certificate(call: Call, number: str) -> Answer:
    """Record that the certificate no longer counts; its public page says so at once."""
    certificate = _managed(call, number)
    services.revoke(
        certificate=certificate,
        actor=call.viewer.person,
        reason=call.body.reason,
        now=call.now,
    )
    return Answer(shown(call, _reread(call, certificate.number)))


@operation(
    "POST",
    "/certificates/{number}/reissue",
    tag=TAG,
    scope=Scope.CERTIFICATES_WRITE,
    summary="Reissue a certificate",
    body=ReasonIn,
    answer=CertificateOut,
    status=201,
    refusals=(409,),
)
def reissue_certificate(call: Call, number: str) -> Answer:
    """Issue a new one in its place, with the holder's present names and the same last day."""
    made = services.reissue(
        certificate=_managed(call, number),
        actor=call.viewer.person,
        reason=call.body.reason,
        now=call.now,
        settings=call.settings,
    )
    found = _reread(call, made.number)
    return Answer(shown(call, found), location=f"/certificates/{found.number}")


def shown(call: Call, certificate: Certificate) -> CertificateOut:
    """Return a certificate loaded with its holder and what its status is computed from."""
    standing = standing_on(
        call.today,
        valid_until_on=certificate.valid_until_on,
        is_revoked=certificate.revocation is not None,
        is_replaced=certificate.replaced_by is not None,
    )
    revoked_at = certificate.revocation.revoked_at if certificate.revocation else None
    return _shown(call, certificate, certificate.holder, standing, revoked_at)


def _shown(
    call: Call,
    certificate: Certificate,
    holder: Person,
    standing: Standing,
    revoked_at: Any,
) -> CertificateOut:
    return CertificateOut(
        number=certificate.number,
        holder=PersonRef(
            id=holder.public_id,
            personnel_number=number_of(holder),
            name=full_name(certificate.snapshot),
        ),
        course=certificate.snapshot["course"],
        issued_on=certificate.issued_on,
        valid_until_on=certificate.valid_until_on,
        status=standing.status,
        days_left=standing.days_left,
        percent=certificate.snapshot["percent"],
        revoked_at=revoked_at,
        verification=f"{call.settings.public_address}/verify/{certificate.number}",
    )


def _managed(call: Call, number: str) -> Certificate:
    certificate = queries.managed(call.viewer, number)
    if certificate is None:
        raise Missing
    return certificate


def _reread(call: Call, number: str) -> Certificate:
    db.session.flush()
    db.session.expire_all()
    return _managed(call, number)
