"""The signature in a certificate's PDF, judged by poppler, veraPDF and pyHanko."""

import asyncio
import io
import json
import random
import stat
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from asn1crypto import keys as asn1_keys
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from flask import Flask
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.timestamps import DummyTimeStamper

from lms.certification.documents import RECORD, RECORD_PURPOSE, printable
from lms.certification.models import Certificate
from lms.certification.sealing import signer
from lms.certification.sealing.apart import apart
from lms.certification.sealing.authority import Authority, NoDocumentKey, authority
from lms.certification.sealing.checking import asn1, look
from lms.certification.sealing.findings import Finding
from lms.certification.sealing.signer import document_signer
from lms.core import clock
from lms.core.pdf import renderer
from lms.core.signing import checked_keys, public_keys, verified
from tests.builders.certification import make_certificate
from tests.support import pdfs

pytestmark = pytest.mark.in_turn


@pytest.fixture
def certificate(app: Flask) -> Certificate:
    return make_certificate()


@pytest.fixture
def signed(app: Flask, certificate: Certificate, tmp_path: Path) -> Path:
    """A certificate's PDF as the platform makes it."""
    settings = app.config["SETTINGS"]
    pdf = renderer().render(printable(certificate, "ru", settings).document)
    file = tmp_path / "certificate.pdf"
    file.with_suffix(".plain").write_bytes(pdf)
    file.write_bytes(document_signer(settings, clock.now()).sign(pdf))
    return file


def finding(app: Flask, content: bytes) -> Finding:
    root = authority(app.config["SETTINGS"]).root(clock.now())
    return look(content, [root.certificate]).finding


def covered(content: bytes) -> list[int]:
    """Places of the bytes that the signature covers."""
    start = content.rindex(b"/ByteRange")
    numbers = content[content.index(b"[", start) + 1 : content.index(b"]", start)].split()
    first, length, second, rest = map(int, numbers)
    assert second + rest == len(content)
    return [*range(first, first + length), *range(second, second + rest)]


def test_poppler_and_pyhanko_accept_it_whole(app: Flask, signed: Path) -> None:
    told = subprocess.run(
        ["pdfsig", "-nocert", str(signed)], capture_output=True, text=True, check=False
    ).stdout
    assert "Signature is Valid" in told
    assert "Total document signed" in told
    assert "ETSI.CAdES.detached" in told
    assert finding(app, signed.read_bytes()) is Finding.GENUINE


def test_it_leaves_what_the_document_says_of_itself_twice_alike(signed: Path) -> None:
    for file in (signed.with_suffix(".plain"), signed):
        with pikepdf.open(file) as pdf:
            information, xmp = pdf.docinfo, pdf.open_metadata()
            assert str(information["/Producer"]) == xmp["pdf:Producer"]
            assert ("/ModDate" in information) == ("xmp:ModifyDate" in xmp)
            title = str(information["/Title"])
        assert title == xmp["dc:title"]


def test_it_is_made_and_checked_where_an_event_loop_runs(app: Flask, signed: Path) -> None:
    async def both() -> Finding:
        again = document_signer(app.config["SETTINGS"], clock.now())
        return finding(app, again.sign(signed.with_suffix(".plain").read_bytes()))

    assert apart(lambda: asyncio.run(both())) is Finding.GENUINE


def test_any_covered_byte_that_flips_is_found(app: Flask, signed: Path) -> None:
    good = signed.read_bytes()
    for place in random.Random(6962).sample(covered(good), 40):
        broken = bytearray(good)
        broken[place] ^= 1 << place % 8
        assert finding(app, bytes(broken)) is not Finding.GENUINE, place


def test_what_is_added_behind_is_found(app: Flask, signed: Path) -> None:
    assert finding(app, signed.read_bytes() + b"\n% more\n") is Finding.ALTERED


def test_another_authority_is_not_ours(app: Flask, signed: Path, tmp_path: Path) -> None:
    other = Authority(tmp_path / "other", "Someone Else")
    root = other.root(clock.now()).certificate
    assert look(signed.read_bytes(), [root]).finding is Finding.FOREIGN


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"%PDF-1.7\n" + b"[" * 50_000, b"\0" * 99])
def test_what_is_no_signed_pdf_is_told(app: Flask, content: bytes) -> None:
    assert finding(app, content) is Finding.UNSIGNED


@pytest.mark.slow
@pytest.mark.parametrize("flavour", ["3a", "ua1"])
def test_it_stays_true_pdf_a_and_pdf_ua(signed: Path, flavour: str) -> None:
    assert pdfs.faults(signed, flavour) == []


@pytest.fixture
def stamped(app: Flask, signed: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same signed with a stamp of the time, from a service that answers on this machine."""
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Time stamps")])
    now = clock.now()
    built = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    built = built.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
    certificate = built.add_extension(purpose, critical=True).sign(key, hashes.SHA256())
    der = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    private = asn1_keys.PrivateKeyInfo.load(der)
    service = DummyTimeStamper(asn1(certificate), private)  # type: ignore[no-untyped-call]
    monkeypatch.setattr(signer, "Stamper", lambda _address: service)
    settings = app.config["SETTINGS"].model_copy(update={"timestamp_url": "http://localhost/tsa"})
    file = signed.with_name("stamped.pdf")
    file.write_bytes(document_signer(settings, now).sign(signed.with_suffix(".plain").read_bytes()))
    return file


@pytest.mark.slow
def test_with_a_time_stamp_it_is_pades_b_t_and_stays_true_pdf_a_and_pdf_ua(
    app: Flask, stamped: Path
) -> None:
    content = stamped.read_bytes()
    [signature] = PdfFileReader(io.BytesIO(content)).embedded_signatures
    [unsigned] = [one["type"].native for one in signature.signer_info["unsigned_attrs"]]
    assert unsigned == "signature_time_stamp_token"  # ETSI EN 319 142-1, 6.3: what makes it B-T
    assert signature.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    assert finding(app, content) is Finding.GENUINE
    for flavour in ("3a", "ua1"):
        assert pdfs.faults(stamped, flavour) == []


def test_the_signed_record_is_embedded(app: Flask, certificate: Certificate, signed: Path) -> None:
    with pikepdf.open(signed) as document:
        attached = document.attachments[RECORD]
        content = json.loads(attached.get_file().read_bytes())
    keys = checked_keys(public_keys(app.config["SETTINGS"]))
    stated: Any = json.loads(verified(content["signature"], purpose=RECORD_PURPOSE, keys=keys))
    assert stated == content["record"]
    assert stated["number"] == certificate.number


def test_the_command_checks_a_pdf_by_the_root_alone(app: Flask, signed: Path) -> None:
    run = app.test_cli_runner().invoke
    root = signed.with_name("root.pem")
    root.write_text(run(args=["keys", "root"]).output, "utf-8")
    assert run(args=["verify", str(signed), "--root", str(root)]).exit_code == 0
    signed.write_bytes(signed.read_bytes() + b" ")
    assert run(args=["verify", str(signed)]).exit_code == 1


def test_a_key_is_made_rotated_and_retired(app: Flask, signed: Path) -> None:
    run = app.test_cli_runner().invoke
    own = authority(app.config["SETTINGS"])
    old = own.all()[0].serial
    assert run(args=["keys", "make", "--for", "documents"]).exit_code == 1
    assert run(args=["keys", "retire", old, "--for", "documents"]).exit_code == 1
    assert run(args=["keys", "rotate", "--for", "documents"]).exit_code == 0
    assert own.all()[1].serial == old
    assert run(args=["keys", "retire", old, "--for", "documents"]).exit_code == 0
    assert "retired, private part destroyed" in run(args=["keys", "list"]).output
    assert finding(app, signed.read_bytes()) is Finding.GENUINE


def test_only_the_service_can_read_the_private_keys(tmp_path: Path) -> None:
    own = Authority(tmp_path / "documents", "Training Centre")
    now = clock.now()
    first, second = own.make(now), own.make(now)
    assert [key.serial for key in own.all()] == [second.serial, first.serial]
    assert second.certificate.not_valid_before_utc - first.certificate.not_valid_before_utc >= (
        timedelta(seconds=1)
    )
    for path in [own.folder, *own.folder.iterdir()]:
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0
    with pytest.raises(NoDocumentKey):
        own.retire("unknown")
