"""Telling whether a PDF carries the training centre's signature over all of its bytes."""

import io
import logging
from enum import Enum

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from lms.certification.sealing.apart import apart


class Finding(Enum):
    """What the check of a PDF found."""

    GENUINE = "genuine"
    ALTERED = "altered"
    UNSIGNED = "unsigned"  # no PDF, or none with a signature
    FOREIGN = "foreign"  # signed by someone else


def check_pdf(content: bytes, root: x509.Certificate) -> Finding:
    """Tell whether a PDF was signed under ``root`` and is whole: nothing changed, nothing added.

    pyHanko reads the file; run it on files of strangers only where time and memory are bounded.
    """
    logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
    try:
        found = PdfFileReader(io.BytesIO(content)).embedded_signatures
    except Exception:  # noqa: BLE001 - a broken or hostile file may raise anything
        return Finding.UNSIGNED
    if len(found) != 1:
        return Finding.UNSIGNED if not found else Finding.ALTERED
    trusted = asn1_x509.Certificate.load(root.public_bytes(serialization.Encoding.DER))
    context = ValidationContext(trust_roots=[trusted], allow_fetching=False)
    try:
        status = apart(lambda: validate_pdf_signature(found[0], signer_validation_context=context))
    except Exception:  # noqa: BLE001 - as above
        return Finding.ALTERED
    if not (status.intact and status.valid):
        return Finding.ALTERED
    if not status.trusted:
        return Finding.FOREIGN
    whole = status.coverage is SignatureCoverageLevel.ENTIRE_FILE
    return Finding.GENUINE if whole and status.bottom_line else Finding.ALTERED
