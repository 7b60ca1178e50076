"""A certificate as an Open Badges 3.0 credential, secured as VC-JWT or with a proof inside it.

W3C Verifiable Credentials 2.0; 1EdTech Open Badges 3.0, section 'JSON Web Token Proof Format': the
payload is the credential with the registered claims beside it, the header names the key by an
address, and ``typ`` must be ``JWT`` (W3C 'Securing Verifiable Credentials using JOSE and COSE'
merely recommends another word). The other form is the credential alone with a Data Integrity proof
(``proofs``). The holder is there by hashed identity alone. Works without the database.
"""

import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from lms.certification.credentials import proofs, statuses
from lms.certification.credentials.sites import (
    CREDENTIALS_V2,
    OPEN_BADGES_3,
    OPEN_BADGES_EXTENSIONS,
    Site,
)
from lms.core.signing import KeyRing

PURPOSE = "JWT"
SCHEMA = (
    "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
)
CRITERIA = {
    "ru": "Пройдены все обязательные части курса, включая итоговую проверку. "
    "Академических часов: {hours}.",
    "en": "Completed every required part of the course, its final assessment included. "
    "Academic hours: {hours}.",
}


@dataclass(frozen=True)
class Achievement:
    """What a version of a course is proof of, in one language."""

    slug: str
    version: int
    language: str
    name: str
    description: str
    hours: str
    issuer: str

    def described(self, site: Site) -> dict[str, Any]:
        """Return it as Open Badges 3.0 writes it."""
        return {
            "id": site.achievement(self.slug, self.version),
            "type": ["Achievement"],
            "achievementType": "CertificateOfCompletion",
            "inLanguage": self.language,
            "name": self.name,
            "description": self.description or self.name,
            "criteria": {"narrative": CRITERIA[self.language].format(hours=self.hours)},
            "creator": profile(site, self.issuer),
        }


@dataclass(frozen=True)
class Award:
    """What a credential says of one certificate."""

    number: str
    holder: str  # full name as of issue
    issued_at: datetime
    valid_until_on: date | None
    status_list: int
    status_index: int
    salt: bytes


def profile(site: Site, name: str) -> dict[str, Any]:
    """Return the issuer's profile as it stands in credentials."""
    return {"id": site.issuer, "type": ["Profile"], "name": name, "url": f"{site.address}/"}


def hashed_identity(name: str, salt: bytes) -> dict[str, Any]:
    """Return an identity that tells whether a known name is meant, and doesn't show it."""
    text = salt.hex()
    digest = hashlib.sha256((name + text).encode()).hexdigest()
    return {
        "type": "IdentityObject",
        "hashed": True,
        "identityHash": f"sha256${digest}",
        "identityType": "name",
        "salt": text,
    }


def end_of(day: date, zone: str) -> datetime:
    """Return the last second of a day in the network's zone."""
    following = datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone))
    return following.astimezone(UTC) - timedelta(seconds=1)


def credential(award: Award, achievement: Achievement, *, site: Site, zone: str) -> dict[str, Any]:
    """Return the credential, unsigned."""
    issued_at = award.issued_at.replace(microsecond=0)
    subject = uuid.UUID(bytes=hashlib.sha256(b"subject" + award.salt).digest()[:16], version=4).urn
    content: dict[str, Any] = {
        "@context": [CREDENTIALS_V2, OPEN_BADGES_3, OPEN_BADGES_EXTENSIONS],
        "id": site.certificate(award.number),
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": achievement.name,
        "issuer": profile(site, achievement.issuer),
        "validFrom": statuses.instant(issued_at),
        "credentialSubject": {
            "id": subject,
            "type": ["AchievementSubject"],
            "identifier": [hashed_identity(award.holder, award.salt)],
            "achievement": achievement.described(site),
        },
        "credentialStatus": statuses.entry(award.status_list, award.status_index, site),
        "credentialSchema": [{"id": SCHEMA, "type": "1EdTechJsonSchemaValidator2019"}],
    }
    if award.valid_until_on is not None:
        content["validUntil"] = statuses.instant(end_of(award.valid_until_on, zone))
    return content


def claims(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return the credential with the registered claims that repeat parts of it: a JWT's payload."""
    registered = {
        "iss": content["issuer"]["id"],
        "jti": content["id"],
        "sub": content["credentialSubject"]["id"],
        "nbf": int(statuses.moment(content["validFrom"]).timestamp()),
    }
    if "validUntil" in content:
        registered["exp"] = int(statuses.moment(content["validUntil"]).timestamp())
    return {**content, **registered}


def signed(content: Mapping[str, Any], *, site: Site, ring: KeyRing, now: datetime) -> str:
    """Return a credential as VC-JWT."""
    payload = json.dumps(claims(content), ensure_ascii=False, separators=(",", ":")).encode()
    return ring.sign_for_others(payload, purpose=PURPOSE, now=now, keys_at=site.keys)


def proven(content: Mapping[str, Any], *, site: Site, ring: KeyRing, now: datetime) -> bytes:
    """Return a credential as a JSON document with its proof inside; each byte of it counts."""
    return proofs.written(proofs.secured(content, keys_at=site.keys, ring=ring, now=now))


def enveloped(token: str) -> dict[str, Any]:
    """Return the same as a JSON document (VC 2.0, 'Enveloped Verifiable Credentials')."""
    return {
        "@context": [CREDENTIALS_V2],
        "id": f"data:application/vc+jwt,{token}",
        "type": "EnvelopedVerifiableCredential",
    }
