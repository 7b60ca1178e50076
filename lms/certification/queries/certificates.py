"""Reads of certificates. List scope: ``in_scope`` (HR), ``certificates_of`` (the holder)."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, contains_eager, joinedload

from lms.audit.models import AuditEntry
from lms.certification.designs.models import DesignVersion
from lms.certification.models import (
    Certificate,
    CertificateDocument,
    CertificateRevocation,
    FormerDocument,
)
from lms.core.database import db
from lms.learning.models import Enrolment
from lms.people.identity import Viewer
from lms.people.models import Employment, Person
from lms.people.permissions import Permission
from lms.people.queries import visible_to

# What a status is computed from, and what a document of a reissued certificate names.
FACTS = (
    joinedload(Certificate.revocation),
    joinedload(Certificate.replaced_by),
    joinedload(Certificate.replaces),
)


def certificate(number: str) -> Certificate | None:
    """Return the certificate with this full number, for whoever knows it."""
    statement = sa.select(Certificate).where(Certificate.number == number).options(*FACTS)
    return db.session.scalars(statement).one_or_none()


def certificate_of_file(digest: str) -> Certificate | None:
    """Return the certificate whose PDF, kept now or before, has this SHA-256 (hexadecimal)."""
    kept = sa.select(CertificateDocument.certificate_id).where(CertificateDocument.blob == digest)
    former = sa.select(FormerDocument.certificate_id).where(FormerDocument.blob == digest)
    statement = (
        sa.select(Certificate).where(Certificate.id.in_(kept.union_all(former))).options(*FACTS)
    )
    return db.session.scalars(statement).first()


def has_kept_files(number: str) -> bool:
    """Tell whether the register knows the bytes of each file made of this certificate.

    None is known of one whose holder was erased.
    """
    kept = CertificateDocument.certificate_id == Certificate.id
    former = FormerDocument.certificate_id == Certificate.id
    statement = sa.select(Certificate.id).where(
        Certificate.number == number, sa.or_(sa.exists().where(kept), sa.exists().where(former))
    )
    return db.session.scalar(statement) is not None


def certificates_of(person: Person) -> list[Certificate]:
    """Return a person's certificates, the newest first, without those that were replaced."""
    successor = sa.orm.aliased(Certificate)
    statement = (
        sa.select(Certificate)
        .outerjoin(successor, successor.replaces_id == Certificate.id)
        .where(Certificate.holder_id == person.id, successor.id.is_(None))
        .options(*FACTS)
    )
    # Asked for in their order, SQLite would read everybody's certificates in it to find a few.
    found = db.session.scalars(statement)
    return sorted(found, key=lambda one: (one.issued_on, one.id), reverse=True)


def certificate_of_enrolment(person: Person, enrolment_key: str) -> Certificate | None:
    """Return the certificate that a person's enrolment led to and that stands today."""
    successor = sa.orm.aliased(Certificate)
    statement = (
        sa.select(Certificate)
        .join(Certificate.enrolment)
        .outerjoin(successor, successor.replaces_id == Certificate.id)
        .where(
            Enrolment.public_id == enrolment_key,
            Certificate.holder_id == person.id,
            successor.id.is_(None),
        )
        .options(*FACTS)
    )
    return db.session.scalars(statement).one_or_none()


def in_scope(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Return the condition 'the viewer may read the holder's certificates'.

    By the holder's present unit; needs ``Person`` joined as the holder. Twin of
    ``policies.may_see``.
    """
    return visible_to(viewer, Permission.SEE_CERTIFICATES)


def managed_by(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Return the condition 'the viewer decides on the holder's certificates'.

    Twin of ``policies.may_manage``.
    """
    return visible_to(viewer, Permission.MANAGE_CERTIFICATES)


def overseen(viewer: Viewer, number: str) -> Certificate | None:
    """Return the certificate with its holder and their post, if the viewer may read it."""
    return _with_holder(number, in_scope(viewer))


def managed(viewer: Viewer, number: str) -> Certificate | None:
    """Return the certificate with its holder and their post, if the viewer decides on it."""
    return _with_holder(number, managed_by(viewer))


def _with_holder(number: str, scope: sa.ColumnElement[bool]) -> Certificate | None:
    statement = (
        sa.select(Certificate)
        .join(Certificate.holder)
        .where(Certificate.number == number, scope)
        .options(
            *FACTS,
            joinedload(Certificate.design_version).joinedload(DesignVersion.design),
            joinedload(Certificate.holder)
            .joinedload(Person.employment)
            .options(joinedload(Employment.unit), joinedload(Employment.job_role)),
        )
    )
    return db.session.scalars(statement).unique().one_or_none()


def readable(viewer: Viewer, number: str) -> Certificate | None:
    """Return the certificate if it is the viewer's own or one the viewer may read."""
    return _own_or(in_scope(viewer), viewer, number)


def takeable(viewer: Viewer, number: str) -> Certificate | None:
    """Return the certificate if its badge is the viewer's to take: the first taking makes it."""
    return _own_or(managed_by(viewer), viewer, number)


def _own_or(scope: sa.ColumnElement[bool], viewer: Viewer, number: str) -> Certificate | None:
    statement = (
        sa.select(Certificate)
        .join(Certificate.holder)
        .where(
            Certificate.number == number,
            sa.or_(Certificate.holder_id == viewer.person.id, scope),
        )
        .options(*FACTS, contains_eager(Certificate.holder))
    )
    return db.session.scalars(statement).unique().one_or_none()


def history(certificate: Certificate) -> list[sa.Row[tuple[AuditEntry, Person | None]]]:
    """Return what was done to a certificate and by whom (None: by the system), oldest first."""
    statement = (
        sa.select(AuditEntry, Person)
        .outerjoin(Person, Person.public_id == AuditEntry.actor_key)
        .where(
            AuditEntry.subject_kind == "certificate",
            AuditEntry.subject_key == certificate.number,
        )
        .order_by(AuditEntry.id)
    )
    return list(db.session.execute(statement))


def revoked_completions() -> sa.Select[Any]:
    """Select the ids of completed enrolments whose certificate was revoked: nothing counts them.

    Unless another one was issued in its place.
    """
    later = aliased(Certificate)
    return (
        sa.select(Certificate.enrolment_id)
        .join(CertificateRevocation, CertificateRevocation.certificate_id == Certificate.id)
        .where(~sa.exists().where(later.replaces_id == Certificate.id))
    )
