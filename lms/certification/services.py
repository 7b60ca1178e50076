"""Issuing, revoking and reissuing certificates."""

from datetime import date, datetime
from functools import cache
from typing import Any, cast

import sqlalchemy as sa

from lms.assessment.models import Attempt
from lms.assessment.queries import latest_score
from lms.audit import services as audit
from lms.catalog.models import FINAL_EXAM, CourseVersion
from lms.certification import snapshots
from lms.certification.designs.choosing import version_for
from lms.certification.errors import AlreadyReplaced, AlreadyRevoked, HolderErased, NotReissuable
from lms.certification.events import certificate_issued, certificate_revoked
from lms.certification.models import Certificate, CertificateRevocation
from lms.certification.numbers import new_number
from lms.certification.status import last_valid_day
from lms.core import jobs
from lms.core.clock import local_date
from lms.core.database import columns_of, db, execute, loaded, parts_of, rows_of
from lms.core.settings import Settings
from lms.core.unit_of_work import insert, insert_new
from lms.learning.models import Enrolment
from lms.people.models import Employment, OrganisationUnit, Person

RENDER_JOB = "certification.make_document"


# Made once: each pass asks both.
@cache
def _original() -> Any:
    return sa.select(*columns_of(Certificate)).where(
        Certificate.enrolment_id == sa.bindparam("enrolment", type_=sa.Integer),
        Certificate.replaces_id.is_(None),
    )


@cache
def _holding() -> Any:
    return (
        sa.select(*columns_of(Person), *columns_of(Employment), *columns_of(OrganisationUnit))
        .select_from(Person)
        .outerjoin(Person.employment)
        .outerjoin(Employment.unit)
        .where(Person.id == sa.bindparam("person", type_=sa.Integer))
    )


def issue(
    *, enrolment: Enrolment, percent: float | None, now: datetime, settings: Settings
) -> Certificate:
    """Issue the certificate for a completed enrolment, once; return it, or the one there is.

    ``percent`` is the final exam's result out of 100. The document is made by a job after commit.
    """
    for known in rows_of(Certificate, _original(), {"enrolment": enrolment.id}):
        return cast("Certificate", known)
    holder = _holder(enrolment.learner_id)
    version = db.session.get_one(CourseVersion, enrolment.version_id)
    issued_on = local_date(now, settings.time_zone)
    certificate: Certificate | None = insert_new(
        Certificate,
        **_facts(
            holder=holder,
            enrolment=enrolment,
            snapshot=snapshots.take(
                holder=holder,
                unit=holder.employment.unit if holder.employment else None,
                version=version,
                percent=percent,
                settings=settings,
            ),
            issued_at=now,
            issued_on=issued_on,
            valid_until_on=last_valid_day(issued_on, version.certificate_valid_months),
        ),
    )
    if certificate is None:  # another transaction issued it first
        [first] = rows_of(Certificate, _original(), {"enrolment": enrolment.id})
        return cast("Certificate", first)
    _announce(certificate, holder, actor=None, now=now)
    return certificate


def final_percent(enrolment: Enrolment) -> float | None:
    """Return the best result with which the course's final exam was passed; None without one.

    A certificate states the score of the final exam, never that of a further exam of the course.
    """
    attempts = sa.select(Attempt.id).where(
        Attempt.enrolment_id == enrolment.id, Attempt.exam_key == FINAL_EXAM
    )
    scores = [latest_score(identifier) for identifier in db.session.scalars(attempts)]
    return max((one.percent for one in scores if one is not None and one.passed), default=None)


def revoke(
    *, certificate: Certificate, actor: Person, reason: str, now: datetime
) -> CertificateRevocation:
    """Record that ``certificate`` no longer counts; ``reason`` stays within the network.

    Raises AlreadyRevoked, or AlreadyReplaced when a newer one stands in its place.
    """
    if certificate.revocation is not None:
        raise AlreadyRevoked
    if certificate.replaced_by is not None:
        raise AlreadyReplaced
    revocation = CertificateRevocation(
        certificate_id=certificate.id, revoked_at=now, revoked_by_id=actor.id, reason=reason
    )
    insert(revocation, AlreadyRevoked())
    _audit(certificate, action="certification.revoked", actor=actor, reason=reason, now=now)
    certificate_revoked.send(certificate, now=now)
    return revocation


def reissue(
    *,
    certificate: Certificate,
    actor: Person,
    reason: str,
    now: datetime,
    settings: Settings,
    percent: float | None = None,
) -> Certificate:
    """Issue a new certificate in place of ``certificate``, with the holder's present names.

    What was proven and the last valid day stay, but for the exam's ``percent`` where that was
    corrected; the design is the one that certificates of the course get today. Raises
    AlreadyReplaced, HolderErased, or NotReissuable for one that has expired.
    """
    today = local_date(now, settings.time_zone)
    if snapshots.is_erased(certificate.snapshot):
        raise HolderErased
    if certificate.replaced_by is not None:
        raise AlreadyReplaced
    if certificate.valid_until_on is not None and certificate.valid_until_on < today:
        raise NotReissuable
    holder = _holder(certificate.holder_id)
    names = {part: getattr(holder, part) for part in snapshots.NAME_PARTS}
    corrected = {} if percent is None else {"percent": percent}
    successor: Certificate | None = insert_new(
        Certificate,
        replaces_id=certificate.id,
        issued_by_id=actor.id,
        **_facts(
            holder=holder,
            enrolment=db.session.get_one(Enrolment, certificate.enrolment_id),
            snapshot={**certificate.snapshot, "holder": names, **corrected},
            issued_at=now,
            issued_on=today,
            valid_until_on=certificate.valid_until_on,
        ),
    )
    if successor is None:
        raise AlreadyReplaced
    _audit(
        certificate,
        action="certification.replaced",
        actor=actor,
        reason=reason,
        now=now,
        successor=successor.number,
    )
    _announce(successor, holder, actor=actor, now=now)
    return successor


def _holder(person_id: int) -> Person:
    """Return the person as they are now, with their post and its unit."""
    db.session.flush()
    [row] = execute(_holding(), {"person": person_id})
    person, post, unit, _ = parts_of(row, Person, Employment, OrganisationUnit)
    employment = None
    if post[0] is not None:
        at = loaded(OrganisationUnit, unit, anew=True)
        employment = loaded(Employment, post, anew=True, unit=at)
    holder: Person = loaded(Person, person, anew=True, employment=employment)
    return holder


def _facts(
    *,
    holder: Person,
    enrolment: Enrolment,
    snapshot: dict[str, Any],
    issued_at: datetime,
    issued_on: date,
    valid_until_on: date | None,
) -> dict[str, Any]:
    """Return what a certificate's row is to say."""
    design = version_for(enrolment.course_id, on=issued_on)
    return {
        "number": new_number(),
        "holder_id": holder.id,
        "holder_sort_name": snapshots.sort_name(snapshot),
        "enrolment_id": enrolment.id,
        "course_id": enrolment.course_id,
        "version_id": enrolment.version_id,
        "design_version_id": design.id if design else None,
        "issued_at": issued_at,
        "issued_on": issued_on,
        "valid_until_on": valid_until_on,
        "sort_until_on": valid_until_on or date.max,
        "snapshot": snapshot,
    }


def _announce(
    certificate: Certificate, holder: Person, *, actor: Person | None, now: datetime
) -> None:
    _audit(
        certificate,
        action="certification.issued",
        actor=actor,
        reason="",
        now=now,
        person_key=holder.public_id,
    )
    jobs.enqueue(
        RENDER_JOB,
        key=f"{certificate.number}-{holder.language}",
        now=now,
        number=certificate.number,
        language=holder.language,
    )
    certificate_issued.send(certificate, now=now)


def _audit(
    certificate: Certificate,
    *,
    action: str,
    actor: Person | None,
    reason: str,
    now: datetime,
    person_key: str | None = None,
    **details: Any,
) -> None:
    if person_key is None:
        person_key = db.session.get_one(Person, certificate.holder_id).public_id
    audit.record(
        now=now,
        actor_key=actor.public_id if actor else None,
        action=action,
        subject_kind="certificate",
        subject_key=certificate.number,
        person_key=person_key,
        reason=reason,
        **details,
    )
