"""Keys that sign PDF: stamps of the time, the owner's own key, keys that someone else may have."""

import asyncio
import io
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from asn1crypto import keys, tsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from flask import Flask
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.timestamps import DummyTimeStamper

from lms.app.readiness import check_ready
from lms.certification.credentials.papers import Answer, judge
from lms.certification.printing.hand import Hand
from lms.certification.sealing.authority import (
    Authority,
    SigningUnavailable,
    anchors,
    authority,
)
from lms.certification.sealing.checking import asn1, look
from lms.certification.sealing.findings import Finding
from lms.certification.sealing.signer import PadesSigner, document_signer, simple_signer
from lms.core import clock
from lms.core.settings import Settings, SettingsError, load_settings
from lms.core.signing import KeyRing, KeyUse, UnfitKeyFile, key_ring
from tests.builders.papers import NUMBER, Desk, blank, record_of
from tests.support.applications import make_settings
from tests.support.server import free_port

pytestmark = pytest.mark.in_turn

PASSWORD = "of the file"


def issued(key: Any, *, stamps: bool = False) -> x509.Certificate:
    """A certificate of the key's own, as an outside authority might give it."""
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Owner")]), clock.now()
    built = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    built = built.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=9))
    usage = x509.KeyUsage(True, True, *[False] * 7)
    built = built.add_extension(usage, critical=True)
    if stamps:
        stamping = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        built = built.add_extension(stamping, critical=True)
    return built.sign(key, hashes.SHA256())


@pytest.fixture(scope="module")
def stamping_address() -> Iterator[str]:
    """A time-stamp authority (RFC 3161 over HTTP) on loopback."""
    key = rsa.generate_private_key(65537, 2048)
    private = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    stamper = DummyTimeStamper(
        asn1(issued(key, stamps=True)), keys.PrivateKeyInfo.load(private), fixed_dt=clock.now()
    )

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.path == "/something-else":
                body = body.replace(body[24:32], b"12345678")  # of the digest
            asked = tsp.TimeStampReq.load(body)
            stamp = asyncio.run(stamper.async_request_tsa_response(asked)).dump()
            stamp = {"/no-stamp": b"0", "/endless": b"0" * 2**17}.get(self.path, stamp)
            if self.path == "/broken":
                stamp = stamp[:-1] + bytes([stamp[-1] ^ 1])
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(stamp)))
            self.end_headers()
            self.wfile.write(stamp)

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Answering)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(Authority(tmp_path / "documents", "Centre"), KeyRing(tmp_path / "keys")).fill()


def stamped_by(desk: Desk, address: str) -> PadesSigner:
    key = desk.authority.signer()
    assert key is not None
    return PadesSigner(simple_signer(key, desk.authority.root(clock.now())), address)


def test_a_stamp_of_the_time_goes_into_the_signature(desk: Desk, stamping_address: str) -> None:
    signed = stamped_by(desk, stamping_address).sign(desk.plain)
    [signature] = PdfFileReader(io.BytesIO(signed)).embedded_signatures
    kinds = [one["type"].native for one in signature.signer_info["unsigned_attrs"]]
    assert kinds == ["signature_time_stamp_token"]
    assert desk.judge(signed).answer is Answer.OURS


@pytest.mark.parametrize("lie", ["something-else", "no-stamp", "endless", "broken"])
def test_a_service_that_sends_no_fitting_stamp_signs_nothing(
    desk: Desk, stamping_address: str, lie: str
) -> None:
    with pytest.raises(SigningUnavailable, match="sends"):
        stamped_by(desk, f"{stamping_address}/{lie}").sign(desk.plain)


def test_without_the_service_nothing_is_signed(desk: Desk) -> None:
    with pytest.raises(SigningUnavailable, match="time-stamp"):
        stamped_by(desk, f"http://127.0.0.1:{free_port()}/").sign(desk.plain)


@pytest.fixture(params=["ec", "rsa"])
def owners(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings with a key of the owner's own in a PKCS#12 file."""
    makers = {
        "ec": lambda: ec.generate_private_key(ec.SECP256R1()),
        "rsa": lambda: rsa.generate_private_key(65537, 2048),
    }
    key, file = makers[request.param](), tmp_path / "owner.p12"
    secret = BestAvailableEncryption(PASSWORD.encode())
    file.write_bytes(
        pkcs12.serialize_key_and_certificates(b"owner", key, issued(key), None, secret)
    )
    address = f"sqlite:///{tmp_path}/lms.sqlite3"
    return make_settings(tmp_path, address, signer_file=file, signer_password=PASSWORD)


def test_the_owners_key_signs_and_what_it_signed_stays_ours(owners: Settings) -> None:
    now = clock.now()
    signed = document_signer(owners, now).sign(blank(record_of(KeyRing(owners.var / "ring"))))
    without = owners.model_copy(update={"signer_file": None})
    inspection = look(signed, anchors(without, now))
    assert inspection.finding is Finding.GENUINE
    assert judge(inspection, {}).number == NUMBER
    assert look(signed, [authority(owners).root(now).certificate]).finding is Finding.FOREIGN


def test_a_compromised_owners_key_signs_no_more(owners: Settings) -> None:
    now = clock.now()
    signed = document_signer(owners, now).sign(blank())
    own = authority(owners)
    own.retire(own.owners()[0].serial, compromised=True)
    paper = judge(look(signed, anchors(owners, now)), {}, own.distrusted())
    assert paper.answer is Answer.DISTRUSTED
    with pytest.raises(SigningUnavailable, match="compromised"):
        document_signer(owners, now)


def test_a_key_whose_certificate_ends_is_followed_by_a_new_one(owners: Settings) -> None:
    own, now = authority(owners), clock.now()
    years = timedelta(days=4 * 365)
    first, same = own.in_use(now).serial, own.in_use(now + years).serial
    assert first == same != own.in_use(now + years + timedelta(days=2)).serial
    with pytest.raises(SigningUnavailable, match="expired"):  # the owner's can't be made here
        document_signer(owners, now + timedelta(days=10))


def test_a_wrong_password_is_told(owners: Settings) -> None:
    with pytest.raises(SettingsError, match="LMS_SIGNER_PASSWORD"):
        load_settings(signer_password=PASSWORD)
    wrong = owners.model_copy(update={"signer_password": type(owners.signer_password)("no")})
    with pytest.raises(SigningUnavailable, match="LMS_SIGNER_PASSWORD"):
        document_signer(wrong, clock.now())


def test_nobody_is_served_while_the_owners_key_cannot_be_read(
    make_app: Callable[..., Flask], tmp_path: Path
) -> None:
    app = make_app(signer_file=tmp_path / "nowhere.p12")
    with pytest.raises(SettingsError, match="LMS_SIGNER_FILE"):
        check_ready(app)


@pytest.mark.in_turn
@pytest.mark.parametrize("lost", ["documents/root.pem", "documents/signer-", "credentials/"])
def test_nobody_is_served_while_a_key_is_lost_or_no_key(
    make_app: Callable[..., Flask], lost: str
) -> None:
    app = make_app()
    settings: Settings = app.config["SETTINGS"]
    document_signer(settings, clock.now())
    key_ring(settings, KeyUse.CREDENTIALS).make(clock.now())
    check_ready(app)
    [file] = (settings.var / "keys").glob(f"{lost}*")
    if file.name == "root.pem":  # another one would call strangers' what it vouched for
        file.unlink()
    else:
        file.write_bytes(file.read_bytes()[:100])
    with pytest.raises(SettingsError, match=file.name):
        check_ready(app)
    command = "root" if file.name == "root.pem" else "list"
    told = app.test_cli_runner().invoke(args=["keys", command]).exception
    assert isinstance(told, UnfitKeyFile)


def test_what_a_compromised_key_signed_proves_nothing(desk: Desk) -> None:
    old = desk.authority.all()[0].serial
    desk.authority.make(clock.now())
    desk.authority.retire(old, compromised=True)
    found = look(desk.signed, [desk.authority.root(clock.now()).certificate])
    assert judge(found, {}, desk.authority.distrusted()).answer is Answer.DISTRUSTED
    desk.authority.retire(old)  # again and milder: what was said stays
    assert desk.authority.distrusted() == {old}
    assert desk.judge(desk.sign(desk.plain)).answer is Answer.OURS


def test_the_process_that_signs_lots_follows_a_rotation(tmp_path: Path) -> None:
    settings, now = make_settings(tmp_path, f"sqlite:///{tmp_path}/lms.sqlite3"), clock.now()
    hand = Hand(settings)
    try:
        for _ in range(2):
            serial = authority(settings).make(now).serial
            [signed] = hand.sign([blank()])
            assert look(signed, anchors(settings, now)).signer == serial
    finally:
        hand.close()


def test_the_command_marks_a_key_and_the_check_says_so(app: Flask, tmp_path: Path) -> None:
    run, file = app.test_cli_runner().invoke, tmp_path / "certificate.pdf"
    own = authority(app.config["SETTINGS"])
    file.write_bytes(document_signer(app.config["SETTINGS"], clock.now()).sign(blank()))
    serial = own.all()[0].serial
    run(args=["keys", "rotate", "--for", "documents"])
    run(args=["keys", "retire", serial, "--for", "documents", "--compromised"])
    assert "compromised; what it signed proves nothing" in run(args=["keys", "list"]).output
    assert run(args=["verify", str(file)]).exit_code == 3
