"""Badges with their proof inside: by the W3C's test vectors, by hand, by the command and the page."""

import base64
import hashlib
import io
import json
import random
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from flask import Flask

from lms.certification import queries, services
from lms.certification.credentials import proofs
from lms.certification.credentials.papers import judge_badge
from lms.certification.credentials.services import take_proven
from lms.certification.credentials.sites import Site
from lms.certification.credentials.verifying import Outcome, check
from lms.certification.models import Certificate
from lms.core import clock
from lms.core.database import db
from lms.core.signing import BadSignature, KeyRing, KeyUse, checked_keys, key_ring, public_keys
from tests.builders.certification import make_certificate
from tests.builders.people import make_person
from tests.pages import PageClient

SCHEMA = json.loads(Path(__file__).with_name("open-badge-3.schema.json").read_text("utf-8"))
# Data Integrity EdDSA Cryptosuites v1.0, appendix B.2 'Representation: eddsa-jcs-2022'.
VECTOR_KEY = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
CONTEXTS = [
    "https://www.w3.org/ns/credentials/v2",
    "https://www.w3.org/ns/credentials/examples/v2",
]
VECTOR = {
    "@context": CONTEXTS,
    "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
    "type": ["VerifiableCredential", "AlumniCredential"],
    "name": "Alumni Credential",
    "description": "A minimum viable example of an Alumni Credential.",
    "issuer": "https://vc.example/issuers/5678",
    "validFrom": "2023-01-01T00:00:00Z",
    "credentialSubject": {"id": "did:example:abcdefgh", "alumniOf": "The School of Examples"},
    "proof": {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-jcs-2022",
        "created": "2023-02-24T23:36:38Z",
        "verificationMethod": f"https://vc.example/issuers/5678#{VECTOR_KEY}",
        "proofPurpose": "assertionMethod",
        "@context": CONTEXTS,
        "proofValue": "z63t83Y53KfzJ5ZosfKTnqfMcKB2dmTrfjSaQjeNNjAD5srBowQfmWqeRb8rRjmeEuCBEsddF9LsVogtu"
        "TsijJKh4",
    },
}
VECTOR_HASH = "59b7cb6251b8991add1ce0bc83107e3db9dbbab5bd2c28f687db1a03abc92f19"  # of the document


@pytest.fixture
def certificate(app: Flask) -> Certificate:
    return make_certificate(make_person("Знаменская", "Евдокия"), valid_until_on=date(2199, 1, 31))


def badge(app: Flask, certificate: Certificate) -> bytes:
    certificate = queries.certificate(certificate.number) or certificate
    return take_proven(certificate, now=clock.now(), settings=app.config["SETTINGS"])


def keys(app: Flask) -> Any:
    return checked_keys(public_keys(app.config["SETTINGS"]))


def verdict(app: Flask, content: bytes) -> Outcome:
    text = content.decode("utf-8", "replace")
    return check(text, keys(app), now=clock.now(), status_list=lambda _: None).outcome


def vector_keys() -> Any:
    public = proofs.from_multibase(VECTOR_KEY)
    assert public[:2] == b"\xed\x01"
    x = base64.urlsafe_b64encode(public[2:]).rstrip(b"=").decode()
    return checked_keys({"keys": [{"kid": "w3c", "kty": "OKP", "crv": "Ed25519", "x": x}]})


def test_the_vectors_of_the_specification_hold() -> None:
    content, controller = proofs.checked(VECTOR, vector_keys())
    assert controller == "https://vc.example/issuers/5678"
    assert proofs.digest(content, {})[32:].hex() == VECTOR_HASH
    secret = proofs.from_multibase("z3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq")
    assert proofs.multibase(secret) == "z3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq"
    for name in ("name", "validFrom"):
        with pytest.raises(BadSignature):
            proofs.checked({**VECTOR, name: "2024-01-01T00:00:00Z"}, vector_keys())


@pytest.mark.parametrize("content", [b"", b"\0\0", b"\0\xff", b"\xed\x01" + bytes(32)])
def test_base58_keeps_every_byte(content: bytes) -> None:
    assert proofs.from_multibase(proofs.multibase(content)) == content


def test_an_independent_verifier_accepts_it_by_what_the_site_publishes(
    app: Flask, client: PageClient, certificate: Certificate
) -> None:
    document = json.loads(badge(app, certificate))
    validator = jsonschema_rs.validator_for(SCHEMA, validate_formats=True)
    assert [error.message for error in validator.iter_errors(document)] == []
    proof = document.pop("proof")
    signature = proofs.from_multibase(proof.pop("proofValue"))
    address, _, fragment = proof["verificationMethod"].partition("#")
    published = client.get("/" + address.split("/", 3)[3]).json
    assert published["id"] == document["issuer"]["id"] == address
    assert proof["verificationMethod"] in published["assertionMethod"]
    [method] = [m for m in published["verificationMethod"] if m["id"].endswith("#" + fragment)]
    assert (method["type"], method["controller"]) == ("Multikey", address)
    public = proofs.from_multibase(method["publicKeyMultibase"])[2:]
    hashes = [hashlib.sha256(rfc8785.dumps(part)).digest() for part in (proof, document)]
    Ed25519PublicKey.from_public_bytes(public).verify(signature, b"".join(hashes))


def test_any_changed_byte_is_refused(app: Flask, certificate: Certificate) -> None:
    good = badge(app, certificate)
    assert verdict(app, good) is Outcome.UNTOLD
    for place in random.Random(2022).sample(range(len(good)), 150):
        for flip in (1, 32):
            broken = bytearray(good)
            broken[place] ^= flip
            assert verdict(app, bytes(broken)) not in {Outcome.UNTOLD, Outcome.GENUINE}, place


def test_what_merely_looks_like_one_is_refused(
    app: Flask, certificate: Certificate, tmp_path: Path
) -> None:
    document = json.loads(badge(app, certificate))
    plain = {name: value for name, value in document.items() if name != "proof"}
    proof, site = document["proof"], Site(app.config["SETTINGS"].public_address)
    ring, now = key_ring(app.config["SETTINGS"], KeyUse.CREDENTIALS), clock.now()

    def told(changed: Any) -> Outcome:
        return verdict(app, json.dumps(changed).encode())

    stranger = KeyRing(tmp_path / "else")
    assert told(proofs.secured(plain, controller=site.issuer, ring=stranger, now=now)) is (
        Outcome.UNKNOWN_KEY
    )
    for content, controller in ((plain, "https://x.example"), ({"@context": []}, site.issuer)):
        made = proofs.secured(content, controller=controller, ring=ring, now=now)
        assert told(made) is Outcome.ALTERED
    assert told({**document, "extra": 1}) is Outcome.ALTERED
    assert told({**document, "proof": [proof]}) is Outcome.MALFORMED
    assert told({**document, "proof": {**proof, "proofValue": "z" + "1" * 64}}) is Outcome.ALTERED
    assert told({**document, "proof": {**proof, "cryptosuite": "none"}}) is Outcome.MALFORMED
    twice = badge(app, certificate).replace(b'{"@context"', b'{"name":"X","@context"', 1)
    assert verdict(app, twice) is Outcome.MALFORMED
    for deep in (b'{"a":' * 50_000, b"{" + b" " * 2**19 + b"}", b'{"proof":1e999}'):
        assert verdict(app, deep) is Outcome.MALFORMED


def test_the_command_and_the_page_take_it(
    app: Flask, client: PageClient, certificate: Certificate, tmp_path: Path
) -> None:
    file, run = tmp_path / "badge.vc.json", app.test_cli_runner().invoke
    file.write_bytes(badge(app, certificate))
    db.session.commit()
    assert run(args=["verify", str(file)]).output.startswith("genuine and not revoked: ")
    page = handed_in(client, file.read_bytes())
    assert page.heading == "The file is ours and unaltered"
    assert "З… Е…" in page.text
    services.revoke(
        certificate=queries.certificate(certificate.number),
        actor=make_person(),
        reason="A mistake",
        now=clock.now(),
    )
    db.session.commit()
    assert run(args=["verify", str(file)]).exit_code == 4
    assert "has been revoked and no longer counts" in handed_in(client, file.read_bytes()).text
    file.write_bytes(file.read_bytes().replace(b"2199", b"2198"))
    assert run(args=["verify", str(file)]).exit_code == 1
    assert handed_in(client, file.read_bytes()).heading == "The file was altered"
    assert handed_in(client, b"{}").heading == "The file is not one of ours"


def handed_in(client: PageClient, content: bytes) -> Any:
    client.get("/verify")
    return client.post("/verify/document", {"file": (io.BytesIO(content), "x.json")}, status=200)


def test_a_compromised_key_proves_nothing(app: Flask, certificate: Certificate) -> None:
    content = badge(app, certificate)
    ring = key_ring(app.config["SETTINGS"], KeyUse.CREDENTIALS)
    [old] = ring.all()
    ring.make(clock.now())
    ring.retire(old.kid, compromised=True)
    paper = judge_badge(content.decode(), keys(app), clock.now())
    assert (paper.answer.value, paper.number) == ("distrusted", None)
