"""Taking a certificate's digital credential; the signed list of those that no longer count."""

import secrets
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from lms.catalog.models import Course, CourseVersion, VersionStatus
from lms.certification import snapshots
from lms.certification.credentials import badges, statuses
from lms.certification.credentials.badges import Achievement, Award
from lms.certification.credentials.models import Credential
from lms.certification.credentials.sites import Site
from lms.certification.credentials.statuses import ENTRIES
from lms.certification.errors import HolderErased
from lms.certification.models import Certificate, CertificateRevocation
from lms.core.database import db
from lms.core.errors import Conflict
from lms.core.settings import Settings
from lms.core.signing import KeyUse, key_ring
from lms.core.unit_of_work import insert

FULL_AT = 100_000  # places taken; then the next list begins, so that free ones are soon found
TRIES = 50


class _Taken(Conflict):
    """The place is taken, or another request made the credential first."""

    def __init__(self) -> None:
        super().__init__(_l("The digital badge is being made. Please try again."))


def is_taken(certificate: Certificate) -> bool:
    """Tell whether the credential was taken before: then taking it writes nothing."""
    return db.session.get(Credential, certificate.id) is not None


def take(certificate: Certificate, *, now: datetime, settings: Settings) -> str:
    """Return the signed credential (VC-JWT); the first call gives it a place in a status list."""
    content, site = _credential(certificate, now, settings)
    ring = key_ring(settings, KeyUse.CREDENTIALS)
    return badges.signed(content, site=site, ring=ring, now=now)


def take_proven(certificate: Certificate, *, now: datetime, settings: Settings) -> bytes:
    """Return the same credential as a JSON document with a Data Integrity proof inside."""
    content, site = _credential(certificate, now, settings)
    ring = key_ring(settings, KeyUse.CREDENTIALS)
    return badges.proven(content, site=site, ring=ring, now=now)


def _credential(
    certificate: Certificate, now: datetime, settings: Settings
) -> tuple[dict[str, Any], Site]:
    """Return what is signed, and where what it points to is published."""
    if snapshots.is_erased(certificate.snapshot):
        raise HolderErased
    kept = _kept(certificate, now)
    site = Site(settings.public_address)
    achievement = _achievement_of(certificate, settings)
    award = Award(
        number=certificate.number,
        holder=snapshots.full_name(certificate.snapshot),
        issued_at=certificate.issued_at,
        valid_until_on=certificate.valid_until_on,
        status_list=kept.status_list,
        status_index=kept.status_index,
        salt=kept.salt,
    )
    return badges.credential(award, achievement, site=site, zone=settings.time_zone), site


def _kept(certificate: Certificate, now: datetime) -> Credential:
    """Return what was kept for the credential, or keep it now at a random place of the list."""
    for _ in range(TRIES):
        known = db.session.get(Credential, certificate.id)
        if known is not None:
            return known
        try:
            insert(
                Credential(
                    certificate_id=certificate.id,
                    status_list=_list_in_use(),
                    status_index=secrets.randbelow(ENTRIES),
                    salt=secrets.token_bytes(16),
                    made_at=now,
                ),
                _Taken(),
            )
        except _Taken:
            continue
    raise _Taken


def _list_in_use() -> int:
    newest = db.session.scalar(sa.select(sa.func.max(Credential.status_list))) or 1
    taken = sa.select(sa.func.count()).where(Credential.status_list == newest)
    return newest if (db.session.scalar(taken) or 0) < FULL_AT else newest + 1


def status_list(number: int, *, now: datetime, settings: Settings) -> str | None:
    """Return status list ``number``, signed (VC-JWT); None when there is no such list."""
    content = _listed(number, now, settings)
    if content is None:
        return None
    ring, site = key_ring(settings, KeyUse.CREDENTIALS), Site(settings.public_address)
    return statuses.signed(content, site=site, ring=ring, now=now)


def proven_status_list(number: int, *, now: datetime, settings: Settings) -> bytes | None:
    """Return the same as a JSON document with a Data Integrity proof inside."""
    content = _listed(number, now, settings)
    if content is None:
        return None
    ring, site = key_ring(settings, KeyUse.CREDENTIALS), Site(settings.public_address)
    return badges.proven(content, site=site, ring=ring, now=now)


def _listed(number: int, now: datetime, settings: Settings) -> dict[str, Any] | None:
    if not 1 <= number <= (db.session.scalar(sa.select(sa.func.max(Credential.status_list))) or 1):
        return None
    successor = sa.orm.aliased(Certificate)
    statement = (
        sa.select(Credential.status_index)
        .outerjoin(
            CertificateRevocation,
            CertificateRevocation.certificate_id == Credential.certificate_id,
        )
        .outerjoin(successor, successor.replaces_id == Credential.certificate_id)
        .where(
            Credential.status_list == number,
            sa.or_(CertificateRevocation.id.is_not(None), successor.id.is_not(None)),
        )
    )
    revoked = db.session.scalars(statement)
    return statuses.listed(number, revoked, site=Site(settings.public_address), now=now)


def _achievement_of(certificate: Certificate, settings: Settings) -> Achievement:
    slug, version = db.session.execute(
        sa.select(Course.slug, CourseVersion)
        .join(CourseVersion, CourseVersion.course_id == Course.id)
        .where(CourseVersion.id == certificate.version_id)
    ).one()
    return _described(slug, version, settings)


def achievement(slug: str, number: int, *, settings: Settings) -> Achievement | None:
    """Return what a version of a course is proof of; None unless a certificate was issued for it.

    Whoever holds a credential may ask; a course that nobody completed stays unknown.
    """
    statement = (
        sa.select(CourseVersion)
        .join(Course, Course.id == CourseVersion.course_id)
        .where(
            Course.slug == slug,
            CourseVersion.number == number,
            CourseVersion.status == VersionStatus.PUBLISHED,
            sa.exists().where(Certificate.version_id == CourseVersion.id),
        )
    )
    version = db.session.scalars(statement).one_or_none()
    return None if version is None else _described(slug, version, settings)


def _described(slug: str, version: CourseVersion, settings: Settings) -> Achievement:
    language = settings.default_language
    return Achievement(
        slug=slug,
        version=version.number or 0,
        language=language,
        name=snapshots.in_language(version.title, language),
        description=snapshots.in_language(version.summary, language),
        hours=f"{version.hours.normalize():f}",
        issuer=settings.issuer[language],
    )
