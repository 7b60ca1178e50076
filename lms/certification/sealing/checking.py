"""Telling whether a PDF carries the training centre's signature over all of its bytes.

``examine`` reads the file with pyHanko, whose work has no bounds of its own: files of strangers go
through ``bounded``, which calls it in a process of its own.
"""

import asyncio
import io
import logging
from collections.abc import Sequence

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import EmbeddedPdfSignature, async_validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from lms.certification.sealing import scanning
from lms.certification.sealing.apart import apart
from lms.certification.sealing.findings import Finding, Inspection


def look(content: bytes, anchors: Sequence[x509.Certificate]) -> Inspection:
    """Return what ``examine`` finds, from wherever the caller stands."""
    return apart(lambda: asyncio.run(examine(content, anchors)))


async def examine(content: bytes, anchors: Sequence[x509.Certificate]) -> Inspection:
    """Check the signature and gather the records that the PDF carries."""
    finding, signer = await _finding(content, anchors)
    return Inspection(finding, tuple(scanning.records(content)), signer)


async def _finding(content: bytes, anchors: Sequence[x509.Certificate]) -> tuple[Finding, str]:
    logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
    sealed = any(is_under(signer, anchors) for signer in scanning.signers(content))
    try:
        found = list(PdfFileReader(io.BytesIO(content)).embedded_signatures)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - a broken or hostile file may raise anything
        found = []
    if len(found) == 1 and await _holds(found[0], anchors):
        return Finding.GENUINE, f"{found[0].signer_cert.serial_number:x}"
    if sealed:
        return Finding.ALTERED, ""
    return Finding.FOREIGN if found else Finding.UNSIGNED, ""


async def _holds(signature: EmbeddedPdfSignature, anchors: Sequence[x509.Certificate]) -> bool:
    """Tell whether the signature is intact, under ``anchors`` and over the whole file.

    It is judged as of the last moment of its certificate: a key that is out of use is destroyed, so
    that the end of its certificate says nothing against what it signed before.
    """
    try:
        context = ValidationContext(
            trust_roots=[asn1(anchor) for anchor in anchors],
            allow_fetching=False,
            moment=scanning.last_moment(signature.signer_cert),
        )
        # Nothing may follow what is signed, so there is no later revision to compare.
        status = await async_validate_pdf_signature(
            signature, signer_validation_context=context, skip_diff=True
        )
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - as above
        return False
    whole = status.coverage is SignatureCoverageLevel.ENTIRE_FILE and status.docmdp_ok
    # A stamp of the time must fit the signature; who made it doesn't matter for what is asked here.
    stamp = status.timestamp_validity
    stamped = stamp is None or (stamp.valid and stamp.intact)
    return bool(status.intact and status.valid and status.trusted and whole and stamped)


def is_under(certificate: x509.Certificate, anchors: Sequence[x509.Certificate]) -> bool:
    """Tell whether a certificate is one of ``anchors`` or was issued by one of them."""
    return any(certificate == anchor or _issued(certificate, anchor) for anchor in anchors)


def _issued(certificate: x509.Certificate, anchor: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(anchor)
    except Exception:  # noqa: BLE001 - a stranger's certificate may hold anything
        return False
    return True


def asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    """Return a certificate as pyHanko takes it."""
    encoded = certificate.public_bytes(serialization.Encoding.DER)
    return asn1_x509.Certificate.load(encoded)
