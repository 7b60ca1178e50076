"""The printed certificate: its data, its PDF and the copy that is kept."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import rfc8785
import sqlalchemy as sa
from flask import current_app

from lms.certification import snapshots
from lms.certification.credentials import codes
from lms.certification.credentials.papers import RECORD_PURPOSE
from lms.certification.designs.models import DesignVersion
from lms.certification.designs.pictures import Stored, stored_pictures, with_pictures
from lms.certification.designs.sheet.composing import compose
from lms.certification.designs.sheet.faces import face_of
from lms.certification.errors import HolderErased
from lms.certification.models import Certificate, CertificateDocument, FormerDocument
from lms.certification.numbers import group
from lms.certification.sealing import scanning
from lms.certification.sealing.authority import authority
from lms.core import clock
from lms.core.database import db
from lms.core.errors import Conflict
from lms.core.pdf import Document, renderer
from lms.core.settings import PROJECT, Settings
from lms.core.signing import KeyUse, key_ring
from lms.core.storage import blobs
from lms.core.unit_of_work import insert
from lms.web.i18n import rounded_down

BUILT_IN = PROJECT / "templates" / "documents" / "certificate"
TEMPLATE = "certificate.html"
RECORD = "certificate-record.json"  # name of the file in the PDF
RECORDED = ("holder", "course", "version", "hours", "percent", "issuer")


class _Kept(Conflict):
    """Another request kept its copy first."""


@dataclass(frozen=True)
class Printable:
    """A certificate ready to be printed in one language, free of the database."""

    certificate_id: int
    language: str
    document: Document
    pictures: Mapping[str, Stored] = field(default_factory=dict)  # of its design

    @property
    def kind(self) -> tuple[str, str, tuple[str, ...]]:
        """What documents that are made together have in common."""
        document = self.document
        return str(document.folder), document.template, tuple(sorted(self.pictures))


def complete(wanted: Sequence[Printable]) -> list[Printable]:
    """Return documents with the bytes of their designs' pictures; those of a kind share them.

    Reads the blob store: call outside a transaction.
    """
    shared: dict[Any, dict[str, Any]] = {}
    for one in wanted:
        if one.kind not in shared:
            shared[one.kind] = with_pictures(one.document, one.pictures).shared
    return [replace(one, document=replace(one.document, shared=shared[one.kind])) for one in wanted]


def must_have_holder(certificate: Certificate) -> None:
    """Refuse what would be made out to nobody. Raises HolderErased."""
    if snapshots.is_erased(certificate.snapshot):
        raise HolderErased


def printable(certificate: Certificate, language: str, settings: Settings) -> Printable:
    """Return what is needed to make the PDF; ``certificate.replaces`` is loaded."""
    data = facts_of(certificate, language, settings)
    data["attachments"] = {RECORD: _record(certificate, settings)}
    if certificate.design_version_id is None:
        folder: Path = settings.certificate_templates or BUILT_IN
        return Printable(certificate.id, language, Document(folder, TEMPLATE, language, data))
    version = db.session.get_one(DesignVersion, certificate.design_version_id)
    face = face_of(version.face)
    page = compose(face, language, data)
    document = page.document(attachments=data["attachments"])
    return Printable(certificate.id, language, document, stored_pictures(face.pictures))


def facts_of(certificate: Certificate, language: str, settings: Settings) -> dict[str, Any]:
    """Return what a certificate says, as templates and designs are given it."""
    snapshot, until = certificate.snapshot, certificate.valid_until_on
    page = f"{settings.public_address}/verify"
    replaced = certificate.replaces
    return {
        "holder": snapshots.full_name(snapshot),
        "unit": snapshots.in_language(snapshot["unit"], language),
        "course": snapshots.in_language(snapshot["course"], language),
        "issuer": snapshots.in_language(snapshot["issuer"], language),
        "hours": snapshot["hours"],
        "percent": None if snapshot["percent"] is None else rounded_down(snapshot["percent"]),
        "issued_at": certificate.issued_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "issued_on": certificate.issued_on.isoformat(),
        "valid_until_on": until.isoformat() if until else None,
        "number": group(certificate.number),
        "verification_url": f"{page}/{certificate.number}",
        "code": f"{page}/{certificate.number}#{_statement(certificate, language, settings)}",
        "verification_page": page.split("://", 1)[1],
        "mark": settings.mark[language],
        "replaces": None
        if replaced is None
        else {"number": group(replaced.number), "issued_on": replaced.issued_on.isoformat()},
    }


def _record(certificate: Certificate, settings: Settings) -> str:
    """Return the machine-readable record and its signature, as embedded in the PDF."""
    snapshot, until = certificate.snapshot, certificate.valid_until_on
    record = {
        "format": "lms-certificate/1",
        "number": certificate.number,
        "issued_on": certificate.issued_on.isoformat(),
        "valid_until_on": until.isoformat() if until else None,
        "replaces": certificate.replaces.number if certificate.replaces else None,
        **{part: snapshot.get(part) for part in RECORDED},
    }
    ring = key_ring(settings, KeyUse.CREDENTIALS)
    signature = ring.sign(rfc8785.dumps(record), purpose=RECORD_PURPOSE, now=clock.now())
    return json.dumps({"record": record, "signature": signature}, ensure_ascii=False, indent=2)


def _statement(certificate: Certificate, language: str, settings: Settings) -> str:
    ring = key_ring(settings, KeyUse.CREDENTIALS)
    return codes.signed(certificate, language, ring=ring, now=clock.now())


def make(wanted: Printable, *, settings: Settings, now: datetime) -> str:
    """Make and sign the PDF; return its key in the blob store. Slow: call outside a transaction."""
    from lms.certification.sealing.signer import document_signer  # noqa: PLC0415

    pdf = renderer().render(complete([wanted])[0].document)
    return blobs().put(document_signer(settings, now).sign(pdf))


def prepare_signing(settings: Settings, now: datetime) -> None:
    """Make the key that signs if there is none: before several processes ask for it at once."""
    from lms.certification.sealing.signer import document_signer  # noqa: PLC0415

    document_signer(settings, now)


def kept(certificate_id: int, language: str) -> str | None:
    """Return the key of the PDF made before; None when there is none that could be handed out.

    That is so when its bytes are gone, or when the key that signed it counts as compromised.
    """
    row = db.session.get(CertificateDocument, (certificate_id, language))
    return row.blob if row is not None and _stands(row.blob) else None


def _stands(blob: str) -> bool:
    if not blobs().has(blob):
        return False
    distrusted = authority(current_app.config["SETTINGS"]).distrusted()
    if not distrusted:
        return True
    signers = {f"{one.serial_number:x}" for one in scanning.signers(blobs().get(blob))}
    return not signers & distrusted


def _refuse_erased(certificate_id: int, blob: str) -> None:
    statement = sa.select(Certificate.snapshot).where(Certificate.id == certificate_id)
    if snapshots.is_erased(db.session.execute(statement.with_for_update()).scalar_one()):
        blobs().remove(blob)
        raise HolderErased


def keep(wanted: Printable, blob: str, now: datetime) -> str:
    """Record the PDF that was made and return the key that counts: the first one's.

    Two may be made at once. A copy whose bytes were lost, or whose signature proves nothing any
    more, is replaced; its digest stays known. Raises HolderErased when the name went meanwhile: the
    file goes too.
    """
    _refuse_erased(wanted.certificate_id, blob)
    key = (wanted.certificate_id, wanted.language)
    row = db.session.get(CertificateDocument, key)
    if row is None:
        row = CertificateDocument(certificate_id=key[0], language=key[1], blob=blob, made_at=now)
        try:
            insert(row, _Kept())
        except _Kept:
            row = db.session.get_one(CertificateDocument, key)
    if row.blob != blob and not _stands(row.blob):
        if db.session.get(FormerDocument, row.blob) is None:
            db.session.add(FormerDocument(blob=row.blob, certificate_id=row.certificate_id))
        row.blob, row.made_at = blob, now
        db.session.flush()
    return row.blob
