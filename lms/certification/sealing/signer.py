"""Signing a PDF: PAdES B-B, and B-T where a time-stamp service is set."""

import io
from datetime import datetime
from typing import Protocol

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import InvisSigSettings, MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko_certvalidator.registry import SimpleCertificateStore

from lms.certification.sealing.apart import apart
from lms.certification.sealing.authority import DocumentKey, SigningUnavailable, authority
from lms.certification.sealing.stamping import Stamper
from lms.core.settings import Settings

FIELD = "Seal"


class DocumentSigner(Protocol):
    """Whatever can sign a PDF: this installation's own key, or the owner's qualified one."""

    def sign(self, pdf: bytes) -> bytes:
        """Return the PDF with a signature that covers all of it."""
        ...


class _Addition(IncrementalPdfFileWriter):
    """What is added behind a PDF without touching what it says of itself.

    A seal changes nothing that was written. pyHanko would put itself beside the producer in the
    document's information and in its place in the XMP: the two would say different things, and
    PDF/A wants them alike (ISO 19005-1, 6.7.3).
    """

    def _update_meta(self) -> None:
        """Leave both as they are."""


class PadesSigner:
    """Signs with pyHanko; ``timestamp_url`` adds a stamp of the time (RFC 3161)."""

    def __init__(self, signer: signers.Signer, timestamp_url: str = "") -> None:
        self._signer = signer
        self._stamper = Stamper(timestamp_url) if timestamp_url else None

    def sign(self, pdf: bytes) -> bytes:
        """Return the PDF signed and certified: any later change breaks it.

        Raises SigningUnavailable when the time-stamp service gives no stamp: a signature without
        one would look like one from an installation that has no such service.
        """
        metadata = signers.PdfSignatureMetadata(
            field_name=FIELD,
            md_algorithm="sha256",
            subfilter=SigSeedSubFilter.PADES,
            certify=True,
            docmdp_permissions=MDPPerm.NO_CHANGES,
        )
        # Invisible, and yet both PDF/A and PDF/UA: outside the page.
        field = SigFieldSpec(FIELD, invis_sig_settings=InvisSigSettings(box_out_of_bounds=True))
        signer = signers.PdfSigner(
            metadata, self._signer, timestamper=self._stamper, new_field_spec=field
        )
        writer = _Addition(io.BytesIO(pdf))
        signed = apart(lambda: signer.sign_pdf(writer))
        return bytes(signed.getbuffer())


def document_signer(settings: Settings, now: datetime) -> DocumentSigner:
    """Return what signs this installation's documents, with a key whose certificate lasts."""
    if settings.signer_file:
        return _owners(settings, opened_file(settings), now)
    own = authority(settings)
    key = own.in_use(now)
    return PadesSigner(simple_signer(key, own.root(now)), settings.timestamp_url)


def opened_file(settings: Settings) -> signers.SimpleSigner:
    """Return the owner's key and certificate; raises SigningUnavailable if they can't be read."""
    assert settings.signer_file is not None
    secret = settings.signer_password.get_secret_value().encode() or None
    try:
        loaded: signers.SimpleSigner = signers.SimpleSigner.load_pkcs12_data(
            settings.signer_file.read_bytes(), other_certs=[], passphrase=secret
        )
    except (OSError, ValueError, AttributeError) as error:  # the last: without key or certificate
        raise SigningUnavailable(
            "LMS_SIGNER_FILE can't be opened with LMS_SIGNER_PASSWORD"
        ) from error
    return loaded


def _owners(settings: Settings, loaded: signers.SimpleSigner, now: datetime) -> DocumentSigner:
    assert loaded.signing_cert is not None
    certificate = x509.load_der_x509_certificate(loaded.signing_cert.dump())
    if f"{certificate.serial_number:x}" in authority(settings).distrusted():
        raise SigningUnavailable("the key in LMS_SIGNER_FILE counts as compromised")
    if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
        raise SigningUnavailable(
            "the certificate in LMS_SIGNER_FILE has expired or isn't valid yet"
        )
    authority(settings).remember(certificate)
    return PadesSigner(loaded, settings.timestamp_url)


def simple_signer(key: DocumentKey, root: DocumentKey) -> signers.SimpleSigner:
    """Return what signs with one of the authority's keys."""
    assert key.private_key is not None
    private = key.private_key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    store.register(_asn1(root))
    return signers.SimpleSigner(
        signing_cert=_asn1(key),
        signing_key=asn1_keys.PrivateKeyInfo.load(private),
        cert_registry=store,
    )


def _asn1(key: DocumentKey) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(key.certificate.public_bytes(serialization.Encoding.DER))
