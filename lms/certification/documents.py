"""The printed certificate: its data, its PDF and the copy that is kept."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from lms.certification import snapshots
from lms.certification.credentials import codes
from lms.certification.models import Certificate, CertificateDocument
from lms.certification.numbers import group
from lms.core import clock
from lms.core.database import db
from lms.core.errors import Conflict
from lms.core.pdf import Document, renderer
from lms.core.settings import PROJECT, Settings
from lms.core.signing import KeyUse, key_ring
from lms.core.storage import blobs
from lms.core.unit_of_work import insert

BUILT_IN = PROJECT / "templates" / "documents" / "certificate"
TEMPLATE = "certificate.html"


class _Kept(Conflict):
    """Another request kept its copy first."""


@dataclass(frozen=True)
class Printable:
    """A certificate ready to be printed in one language, free of the database."""

    certificate_id: int
    language: str
    document: Document


def printable(certificate: Certificate, language: str, settings: Settings) -> Printable:
    """Return what is needed to make the PDF; ``certificate.replaces`` is loaded."""
    folder: Path = settings.certificate_templates or BUILT_IN
    data = _data(certificate, language, settings)
    return Printable(certificate.id, language, Document(folder, TEMPLATE, language, data))


def _data(certificate: Certificate, language: str, settings: Settings) -> dict[str, Any]:
    snapshot, until = certificate.snapshot, certificate.valid_until_on
    page = f"{settings.public_address}/verify"
    replaced = certificate.replaces
    return {
        "holder": snapshots.full_name(snapshot),
        "unit": snapshots.in_language(snapshot["unit"], language),
        "course": snapshots.in_language(snapshot["course"], language),
        "issuer": snapshots.in_language(snapshot["issuer"], language),
        "hours": snapshot["hours"],
        "percent": snapshot["percent"],
        "issued_at": certificate.issued_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "issued_on": certificate.issued_on.isoformat(),
        "valid_until_on": until.isoformat() if until else None,
        "number": group(certificate.number),
        "verification_url": f"{page}/{certificate.number}",
        "code": f"{page}/{certificate.number}#{_statement(certificate, language, settings)}",
        "verification_page": page.split("://", 1)[1],
        "replaces": None
        if replaced is None
        else {"number": group(replaced.number), "issued_on": replaced.issued_on.isoformat()},
    }


def _statement(certificate: Certificate, language: str, settings: Settings) -> str:
    ring = key_ring(settings, KeyUse.CREDENTIALS)
    return codes.signed(certificate, language, ring=ring, now=clock.now())


def make(wanted: Printable) -> str:
    """Make the PDF and return its key in the blob store. Slow: call outside a transaction."""
    return blobs().put(renderer().render(wanted.document))


def kept(certificate_id: int, language: str) -> str | None:
    """Return the key of the PDF made before; None when there is none or its bytes are gone."""
    row = db.session.get(CertificateDocument, (certificate_id, language))
    return row.blob if row is not None and blobs().has(row.blob) else None


def keep(wanted: Printable, blob: str, now: datetime) -> str:
    """Record the PDF that was made and return the key that counts: the first one's.

    Two may be made at once; a copy whose bytes were lost is replaced.
    """
    key = (wanted.certificate_id, wanted.language)
    row = db.session.get(CertificateDocument, key)
    if row is None:
        row = CertificateDocument(certificate_id=key[0], language=key[1], blob=blob, made_at=now)
        try:
            insert(row, _Kept())
        except _Kept:
            row = db.session.get_one(CertificateDocument, key)
    if not blobs().has(row.blob):
        row.blob, row.made_at = blob, now
    return row.blob
