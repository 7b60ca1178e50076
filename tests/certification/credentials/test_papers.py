"""Files handed in for verification: ours, altered, not ours; hostile ones; nothing is kept."""

import base64
import io
import json
import random
import zlib
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
import time_machine
from flask import Flask
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from lms.certification import documents, queries, services
from lms.certification.credentials.papers import Answer, Paper, judge
from lms.certification.models import Certificate
from lms.certification.numbers import encode
from lms.certification.sealing import bounded, looking
from lms.certification.sealing.authority import Authority, authority
from lms.certification.sealing.bounded import Unchecked, inspect
from lms.certification.sealing.signer import document_signer
from lms.core import clock
from lms.core.signing import KeyRing, checked_keys
from lms.core.storage import blobs
from lms.standards.api.tokens.scopes import Scope
from tests.builders.api import Caller
from tests.builders.certification import make_certificate
from tests.builders.papers import NUMBER, Desk, blank, record_of
from tests.builders.people import make_person
from tests.pages import Page, PageClient

pytestmark = pytest.mark.in_turn

Change = Callable[[Desk, bytes], bytes]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    folder = tmp_path_factory.mktemp("desk")
    return Desk(Authority(folder / "documents", "Centre"), KeyRing(folder / "keys")).fill()


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    folder = tmp_path_factory.mktemp("stranger")
    return Desk(Authority(folder / "documents", "Someone"), KeyRing(folder / "keys")).fill()


def without_signature(content: bytes) -> bytes:
    file = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as pdf:
        del pdf.Root.AcroForm, pdf.Root.Perms
        del pdf.pages[0].Annots
        pdf.save(file)
    return file.getvalue()


def with_update(content: bytes) -> bytes:
    writer, file = IncrementalPdfFileWriter(io.BytesIO(content)), io.BytesIO()
    writer.root["/Lang"] = writer.root.raw_get("/Pages")
    writer.update_root()
    writer.write(file)
    return file.getvalue()


def test_a_signed_file_is_ours(desk: Desk) -> None:
    assert desk.judge(desk.signed) == Paper(Answer.OURS, NUMBER)


def test_any_covered_byte_that_flips_makes_it_altered(desk: Desk) -> None:
    hole = range(desk.signed.index(b"/Contents <"), desk.signed.rindex(b"/ByteRange"))
    places = [place for place in range(len(desk.signed)) if place not in hole]
    for place in random.Random(512).sample(places, 60):
        broken = bytearray(desk.signed)
        broken[place] ^= 1 << place % 8
        assert desk.judge(bytes(broken)).answer is Answer.ALTERED, place


@pytest.mark.parametrize(
    "change",
    [
        lambda _, content: content + b"\n% more\n",
        lambda _, content: with_update(content),
        lambda _, content: without_signature(content),
        lambda other, content: other.sign(without_signature(content)),
        lambda _, content: content[: len(content) * 9 // 10],
        lambda _, content: b"%PDF-1.7\n" + content[content.index(b"1 0 obj") :],
    ],
    ids=["added", "updated", "stripped", "re-signed", "cut", "shifted"],
)
def test_what_is_done_to_it_afterwards_makes_it_altered(
    desk: Desk, stranger: Desk, change: Change
) -> None:
    changed = change(stranger, desk.signed)
    assert desk.judge(changed).answer is Answer.ALTERED


def test_an_altered_file_still_names_its_certificate(desk: Desk) -> None:
    assert desk.judge(desk.plain) == Paper(Answer.ALTERED, NUMBER)


@pytest.mark.parametrize("signed", [True, False])
def test_what_others_made_is_not_ours(desk: Desk, stranger: Desk, signed: bool) -> None:
    assert desk.judge(stranger.signed if signed else blank()) == Paper(Answer.FOREIGN)


def test_a_record_that_someone_else_wrote_makes_nothing_ours(desk: Desk) -> None:
    other = json.loads(record_of(desk.ring))
    other["record"]["number"] = encode(1)
    assert desk.judge(blank(json.dumps(other))).answer is Answer.FOREIGN


def test_the_end_of_the_keys_certificate_makes_nothing_foreign(desk: Desk) -> None:
    signer = desk.authority.signer()
    assert signer is not None
    late = signer.certificate.not_valid_after_utc.replace(year=2040)
    assert late > signer.certificate.not_valid_after_utc

    with time_machine.travel(late):
        assert desk.judge(desk.signed).answer is Answer.OURS


def bomb() -> bytes:
    """A small PDF whose table of contents has millions of entries."""
    packed = zlib.compress(b"\0" * 2**24, 9)
    head = b"1 0 obj\n<</Type/XRef/Root 1 0 R/Size 6000000/W[1 1 1]/Filter/FlateDecode/Length %d>>"
    body = head % len(packed) + b"\nstream\n" + packed + b"\nendstream\nendobj\n"
    return b"%PDF-1.7\n" + body + b"startxref\n9\n%%EOF\n"


def test_the_examining_process_says_the_same_and_bombs_end_only_it(desk: Desk) -> None:
    anchors = [desk.authority.root(clock.now()).certificate]
    keys = checked_keys(desk.ring.public_keys())
    assert judge(inspect(desk.signed, anchors), keys) == desk.judge(desk.signed)
    with pytest.raises(Unchecked):
        inspect(bomb(), anchors)


@pytest.fixture
def certificate(app: Flask) -> Certificate:
    return make_certificate(make_person("Знаменская", "Евдокия"))


def handed_in(client: PageClient, content: bytes, status: int = 200) -> Page:
    data = {"file": (io.BytesIO(content), "certificate.pdf")}
    return client.post("/verify/document", data, status=status, csrf=False)  # cookies are off


def made(app: Flask, certificate: Certificate) -> bytes:
    """The certificate's PDF as it is issued; nobody kept this copy."""
    settings = app.config["SETTINGS"]
    wanted = documents.printable(certificate, "ru", settings)
    return blobs().get(documents.make(wanted, settings=settings, now=clock.now()))


def keep(app: Flask, certificate: Certificate, content: bytes) -> None:
    wanted = documents.printable(certificate, "ru", app.config["SETTINGS"])
    documents.keep(wanted, blobs().put(content), clock.now())


def test_the_page_tells_what_the_register_says_today(
    app: Flask, client: PageClient, certificate: Certificate
) -> None:
    content = made(app, certificate)
    page = handed_in(client, content)
    assert page.heading == "The file is ours and unaltered"
    assert "and the certificate is valid" in page.text
    assert "З… Е…" in page.text
    assert "Знаменская" not in page.html
    keep(app, certificate, content)
    services.revoke(
        certificate=queries.certificate(certificate.number),
        actor=make_person(),
        reason="A secret reason",
        now=clock.now(),
    )
    page = handed_in(client, content)
    assert "has been revoked and no longer counts" in page.text
    assert "secret reason" not in page.html


def test_a_byte_that_the_signature_does_not_cover_counts_too(
    app: Flask, client: PageClient, certificate: Certificate
) -> None:
    content = made(app, certificate)
    end = content.index(b">", content.index(b"/Contents <"))
    changed = content[: end - 1] + b"1" + content[end:]  # of the padding
    assert handed_in(client, changed).heading == "The file is ours and unaltered"  # as far as known
    keep(app, certificate, content)
    assert handed_in(client, changed).heading == "The file was altered"
    assert handed_in(client, content).heading == "The file is ours and unaltered"


def test_the_kept_file_is_known_by_its_digest_alone(
    app: Flask, client: PageClient, certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    unsigned = blank()  # as those of years before signatures
    keep(app, certificate, unsigned)
    monkeypatch.setattr(bounded, "SECONDS", 0)
    assert handed_in(client, unsigned).heading == "The file is ours and unaltered"


def test_a_strangers_file_is_told_and_nothing_of_it_is_kept(
    app: Flask, client: PageClient, tmp_path: Path
) -> None:
    before = sorted(tmp_path.rglob("media/**/*"))
    page = handed_in(client, blank())
    assert page.heading == "The file is not one of ours"
    assert sorted(tmp_path.rglob("media/**/*")) == before


def test_the_api_tells_what_a_file_is(app: Flask, certificate: Certificate) -> None:
    caller, path = Caller(app, Scope.PEOPLE_READ), "/certificates/verification"
    keep(app, certificate, b"%PDF-kept")
    kept = base64.b64encode(b"%PDF-kept").decode()
    told = caller.post(path, {"content": kept}, status=200)
    assert told["answer"] == "ours"
    assert told["certificate"]["number"] == certificate.number
    wrong = caller.post(path, {"content": "AAAA"}, status=422)
    assert wrong["errors"][0]["field"] == "body.content"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\3\4", "isn’t a PDF"),
        (b"%PDF-1.7" + b"\0" * 2**15, "larger than 4 MB"),
        (None, "Choose the certificate’s file"),
    ],
)
def test_what_can_not_be_one_is_refused_beside_the_field(
    client: PageClient, content: bytes | None, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "LARGEST", 2**15)
    if content is None:
        client.get("/verify")
        page = client.post("/verify/document", {}, status=422)
    else:
        page = handed_in(client, content, 422)
    assert words in page.one(".field-error").text_content()


def test_a_file_beyond_the_server_s_limit_leads_back_to_the_form(
    make_app: Callable[..., Flask],
) -> None:
    client = PageClient(make_app(max_upload_bytes=2**16))
    page = handed_in(client, b"%PDF-" + b"x" * 2**16, 413)
    assert page.one("main a.button-primary").get("href") == "/verify/document"
    assert client.get("/verify/document", status=302).location == "/verify#document"


def test_a_file_that_takes_too_much_is_told_so(
    client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounded, "SECONDS", 0)
    page = handed_in(client, blank(), 422)
    assert "far more complicated" in page.one(".field-error").text_content()


def test_too_many_files_are_stopped(make_app: Callable[..., Flask]) -> None:
    app = make_app(verify_file_limit="1 per minute")
    with app.app_context():
        client = PageClient(app)
        handed_in(client, b"no PDF", 422)
        handed_in(client, b"no PDF", 429)


def test_after_a_compromise_it_is_made_anew_and_the_old_file_stays_known(
    app: Flask, client: PageClient, certificate: Certificate
) -> None:
    settings, now = app.config["SETTINGS"], clock.now()
    old = document_signer(settings, now).sign(blank(str(certificate.number)))
    keep(app, certificate, old)
    own = authority(settings)
    assert documents.kept(certificate.id, "ru") is not None
    own.make(now)
    own.retire(own.all()[1].serial, compromised=True)
    assert documents.kept(certificate.id, "ru") is None
    new = document_signer(settings, now).sign(blank(str(certificate.number)))
    keep(app, certificate, new)
    assert blobs().get(documents.kept(certificate.id, "ru") or "") == new
    assert handed_in(client, old).heading == "The file is ours and unaltered"
