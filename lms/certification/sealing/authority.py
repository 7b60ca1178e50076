"""The installation's own authority for signing documents: X.509 certificates in owner-only files.

A root (ECDSA P-256, self-signed) vouches for signing certificates. Each file holds a private key
and its certificate in PEM; a retired one has lost the key. The newest with a key signs; when its
certificate has less than a year left, a new one is made. Of the
owner's own keys, which lie elsewhere, the certificates are kept here, so that what they signed is
known for ever. A line before the certificate marks one whose key someone else may have.
"""

import os
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from lms.core.settings import Settings
from lms.core.signing import UnfitKeyFile

ROOT_YEARS, SIGNER_YEARS = 30, 5
COMPROMISED = b"Compromised: yes\n"  # what stands before the first line of PEM is a remark
# RFC 9336 names the first; readers that ask Mozilla's NSS (poppler's, LibreOffice) know the second.
SIGNS = [ObjectIdentifier("1.3.6.1.5.5.7.3.36"), ExtendedKeyUsageOID.EMAIL_PROTECTION]
_YEAR = timedelta(days=365.25)


class NoDocumentKey(LookupError):
    """There is no such key, or it is the one that signs."""


class SigningUnavailable(Exception):
    """Nothing can be signed just now; the message says why."""


@dataclass(frozen=True)
class DocumentKey:
    """A signing certificate, with its private key unless it is retired."""

    serial: str  # hexadecimal
    certificate: x509.Certificate
    private_key: ec.EllipticCurvePrivateKey | None
    is_compromised: bool = False


class Authority:
    """The root and the signing certificates in ``folder``, named after ``organisation``."""

    def __init__(self, folder: Path, organisation: str) -> None:
        self.folder = folder
        self.organisation = organisation

    def root(self, now: datetime) -> DocumentKey:
        """Return the root; the first call ever makes it.

        Raises UnfitKeyFile when it was lost: with another one, all that was signed would be called
        a stranger's.
        """
        path = self.folder / "root.pem"
        if not path.exists():
            self.check()
            key = ec.generate_private_key(ec.SECP256R1())
            name = self._name("Root for documents")
            built = _builder(name, name, key, now, ROOT_YEARS)
            built = built.add_extension(
                x509.BasicConstraints(ca=True, path_length=0), critical=True
            )
            built = built.add_extension(_usage(signs_certificates=True), critical=True)
            self._write(path, key, built.sign(key, hashes.SHA256()), replace=False)
        return _read(path)

    def check(self) -> None:
        """Refuse a root that isn't the one which vouches for the keys beside it; UnfitKeyFile.

        With another one all that they signed would be called a stranger's.
        """
        path, keys = self.folder / "root.pem", self.all()
        if not keys:
            return
        if not path.exists():
            raise UnfitKeyFile(path, "is missing, and vouches for the keys beside it")
        root = _read(path)
        for key in keys:
            try:
                key.certificate.verify_directly_issued_by(root.certificate)
            except (ValueError, InvalidSignature) as error:
                told = f"is another root than the one that vouches for signer-{key.serial}.pem"
                raise UnfitKeyFile(path, f"{told}; bring back the folder as it was") from error

    def all(self) -> list[DocumentKey]:
        """Return the signing certificates, the newest first."""
        keys = [_read(path) for path in self.folder.glob("signer-*.pem")]
        return sorted(keys, key=lambda key: key.certificate.not_valid_before_utc, reverse=True)

    def owners(self) -> list[DocumentKey]:
        """Return the certificates of the owner's own keys that have signed, the newest first."""
        keys = [_read(path) for path in self.folder.glob("owner-*.pem")]
        return sorted(keys, key=lambda key: key.certificate.not_valid_before_utc, reverse=True)

    def remember(self, certificate: x509.Certificate) -> None:
        """Keep the certificate of an owner's key: what it signs is the training centre's."""
        path = self.folder / f"owner-{certificate.serial_number:x}.pem"
        if not path.exists():
            self._write(path, None, certificate, replace=False)

    def distrusted(self) -> frozenset[str]:
        """Return the serials of those whose signatures prove nothing any more."""
        return frozenset(key.serial for key in self.all() + self.owners() if key.is_compromised)

    def signer(self) -> DocumentKey | None:
        """Return the one that signs; None when there is none."""
        return next((key for key in self.all() if key.private_key is not None), None)

    def in_use(self, now: datetime) -> DocumentKey:
        """Return the one that signs; made anew when there is none, or when it ends within a year.

        Readers elsewhere refuse what has no stamp of the time once the certificate has ended.
        """
        key = self.signer()
        lasts = key is not None and key.certificate.not_valid_after_utc - now >= _YEAR
        return key if key is not None and lasts else self.make(now)

    def make(self, now: datetime) -> DocumentKey:
        """Make a key with a certificate, which signs from now on."""
        root = self.root(now)
        assert root.private_key is not None
        starts = [key.certificate.not_valid_before_utc + timedelta(seconds=1) for key in self.all()]
        key = ec.generate_private_key(ec.SECP256R1())
        built = _builder(
            self._name("Signs documents"),
            root.certificate.subject,
            key,
            max([now, *starts]),
            SIGNER_YEARS,
        )
        built = built.add_extension(
            x509.BasicConstraints(ca=False, path_length=None), critical=True
        )
        built = built.add_extension(_usage(signs_certificates=False), critical=True)
        built = built.add_extension(x509.ExtendedKeyUsage(SIGNS), critical=False)
        built = built.add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(root.private_key.public_key()),
            critical=False,
        )
        certificate = built.sign(root.private_key, hashes.SHA256())
        path = self.folder / f"signer-{certificate.serial_number:x}.pem"
        self._write(path, key, certificate, replace=False)
        return _read(path)

    def retire(self, serial: str, *, compromised: bool = False) -> None:
        """Destroy the private key of one that doesn't sign any more; NoDocumentKey otherwise.

        ``compromised``: someone else may have it, what it signed proves nothing from now on. Once
        said, that stays. Of an owner's key this is all that can be said here.
        """
        signer = self.signer()
        known = {key.serial: key for key in self.all() + self.owners()}
        if serial not in known or (signer is not None and signer.serial == serial):
            raise NoDocumentKey(serial)
        key = known[serial]
        is_owners = key in self.owners()
        if is_owners and not compromised:
            raise NoDocumentKey(serial)
        path = self.folder / f"{'owner' if is_owners else 'signer'}-{serial}.pem"
        remark = COMPROMISED if compromised or key.is_compromised else b""
        self._write(path, None, key.certificate, replace=True, remark=remark)

    def _name(self, common: str) -> x509.Name:
        return x509.Name(
            [
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, self.organisation[:64]),
                x509.NameAttribute(NameOID.COMMON_NAME, common),
            ]
        )

    def _write(
        self,
        path: Path,
        key: ec.EllipticCurvePrivateKey | None,
        certificate: x509.Certificate,
        *,
        replace: bool,
        remark: bytes = b"",
    ) -> None:
        """Write a file whole or not at all, for this user's eyes only; the first writer wins."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        content = remark + certificate.public_bytes(serialization.Encoding.PEM)
        if key is not None:
            content += key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        handle, name = tempfile.mkstemp(dir=self.folder)  # made with mode 0600
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if replace:
            Path(name).replace(path)
            return
        try:
            os.link(name, path)
        except FileExistsError:
            pass
        finally:
            Path(name).unlink()


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    start: datetime,
    years: int,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + years * _YEAR)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=not signs_certificates,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _read(path: Path) -> DocumentKey:
    content = path.read_bytes()
    key = None
    try:
        certificate = x509.load_pem_x509_certificate(content)
        if b"PRIVATE KEY" in content:
            loaded = serialization.load_pem_private_key(content, None)
            assert isinstance(loaded, ec.EllipticCurvePrivateKey)
            key = loaded
    except ValueError as error:
        raise UnfitKeyFile(path, "holds no certificate, or no whole key") from error
    serial = f"{certificate.serial_number:x}"
    return DocumentKey(serial, certificate, key, content.startswith(COMPROMISED))


def authority(settings: Settings) -> Authority:
    """Return the installation's authority for signing documents."""
    return Authority(settings.var / "keys" / "documents", settings.issuer_en)


def anchors(settings: Settings, now: datetime) -> list[x509.Certificate]:
    """Return the certificates under which a signature counts as the training centre's."""
    own = authority(settings)
    return [own.root(now).certificate, *(key.certificate for key in own.owners())]
