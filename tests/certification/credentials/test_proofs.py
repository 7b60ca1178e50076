"""Badges with their proof inside: by the W3C's test vectors, by hand, by the command and the page."""

import base64
import gzip
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
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from flask import Flask
from pyld import jsonld

from lms.certification import queries, services
from lms.certification.credentials import canonical, proofs
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

pytestmark = pytest.mark.in_turn

KEPT = list(canonical.KEPT.items())
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
# Appendix B.1 'Representation: eddsa-rdfc-2022': the same document, other hashes and another proof.
RDFC_HASHES = (
    "bea7b7acfbad0126b135104024a5f1733e705108f42d59668b05c0c50004c6b0"
    "517744132ae165a5349155bef0bb0cf2258fff99dfe1dbd914b938d775a36017"
)
RDFC_PROOF = {
    "type": "DataIntegrityProof",
    "cryptosuite": "eddsa-rdfc-2022",
    "created": "2023-02-24T23:36:38Z",
    "verificationMethod": f"did:key:{VECTOR_KEY}#{VECTOR_KEY}",
    "proofPurpose": "assertionMethod",
    "proofValue": "z2YwC8z3ap7yx1nZYCg4L3j3ApHsF8kgPdSb5xoS1VR7vPG3F561B52hYnQF9iseabecm3ijx4K1FBTQsCZah"
    "KZme",
}
EXAMPLES = {"@context": {"@vocab": "https://www.w3.org/ns/credentials/examples#"}}


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
    assert proofs.digest(content, VECTOR["proof"])[32:].hex() == VECTOR_HASH
    secret = proofs.from_multibase("z3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq")
    assert proofs.multibase(secret) == "z3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq"
    for name in ("name", "validFrom"):
        with pytest.raises(BadSignature):
            proofs.checked({**VECTOR, name: "2024-01-01T00:00:00Z"}, vector_keys())


def test_the_vectors_of_the_suite_that_badges_are_made_with_hold(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "examples.json").write_text(json.dumps(EXAMPLES))
    monkeypatch.setitem(canonical.KEPT, CONTEXTS[1], str(tmp_path / "examples.json"))
    vector = {**VECTOR, "proof": RDFC_PROOF}
    content, controller = proofs.checked(vector, vector_keys())
    assert controller == f"did:key:{VECTOR_KEY}"
    options = {name: value for name, value in RDFC_PROOF.items() if name != "proofValue"}
    assert proofs.digest(content, {**options, "@context": CONTEXTS}).hex() == RDFC_HASHES
    subject = content["credentialSubject"]
    for changed in (
        {"name": "Alumni credential"},
        {"validFrom": "2023-01-01T00:00:01Z"},
        {"proof": {**RDFC_PROOF, "created": "2023-02-24T23:36:39Z"}},
        {"proof": {**RDFC_PROOF, "verificationMethod": f"did:keys:{VECTOR_KEY}#{VECTOR_KEY}"}},
        # What canonicalisation would leave out unseen.
        {"description": [VECTOR["description"], None]},
        {"evidence": []},
        {"credentialSubject": {**subject, "@ignored": "text"}},
        {"credentialSubject": [subject, {}]},
        {"credentialSubject": {**subject, "@context": {"x": "https://x.example/"}}},
        {"relatedResource": {"id": "not-whole", "digestSRI": "x"}},
        {"relatedResource": {"id": "https://x.example/not whole", "digestSRI": "x"}},
        {"type": [*VECTOR["type"], "_:blank"]},
    ):
        with pytest.raises(BadSignature):
            proofs.checked({**vector, **changed}, vector_keys())


@pytest.mark.parametrize("content", [b"", b"\0\0", b"\0\xff", b"\xed\x01" + bytes(32)])
def test_base58_keeps_every_byte(content: bytes) -> None:
    assert proofs.from_multibase(proofs.multibase(content)) == content


def fetched(client: PageClient, address: str) -> Any:
    headers = {"Accept": "application/ld+json, application/json"}
    return client.get("/" + address.split("/", 3)[3], headers=headers).json


def by_hand(client: PageClient, document: dict[str, Any]) -> dict[str, Any]:
    """What a credential says whose proof holds, by the specification and what is published."""
    content = {name: value for name, value in document.items() if name != "proof"}
    proof = dict(document["proof"])
    signature = proofs.from_multibase(proof.pop("proofValue"))
    issuer = content["issuer"] if isinstance(content["issuer"], str) else content["issuer"]["id"]
    method = fetched(client, proof["verificationMethod"])
    assert (method["id"], method["type"]) == (proof["verificationMethod"], "Multikey")
    published = fetched(client, method["controller"])
    assert published["id"] == method["controller"] == issuer
    assert method["id"] in published["assertionMethod"]
    assert method | {"@context": 0} in [
        m | {"@context": 0} for m in published["verificationMethod"]
    ]
    public = proofs.from_multibase(method["publicKeyMultibase"])[2:]
    contexts = {name: Path(canonical.__file__).parent / "contexts" / file for name, file in KEPT}

    def load(address: str, options: Any) -> dict[str, Any]:
        kept = json.loads(contexts[address].read_text("utf-8"))
        return {"contextUrl": None, "documentUrl": address, "document": kept}

    hashes = []
    for part in ({**proof, "@context": content["@context"]}, content):
        quads = jsonld.normalize(
            part,
            {
                "algorithm": "URDNA2015",
                "format": "application/n-quads",
                "documentLoader": load,
            },
        )
        hashes.append(hashlib.sha256(quads.encode()).digest())
    Ed25519PublicKey.from_public_bytes(public).verify(signature, b"".join(hashes))
    return content


def test_an_independent_verifier_accepts_it_until_it_is_revoked(
    app: Flask, client: PageClient, certificate: Certificate
) -> None:
    document = json.loads(badge(app, certificate))
    assert document["proof"]["cryptosuite"] == "eddsa-rdfc-2022"
    validator = jsonschema_rs.validator_for(SCHEMA, validate_formats=True)
    assert [error.message for error in validator.iter_errors(document)] == []
    stated = by_hand(client, document)["credentialStatus"]

    def is_revoked() -> bool:
        listed = by_hand(client, fetched(client, stated["statusListCredential"]))
        assert listed["id"] == stated["statusListCredential"]
        assert listed["issuer"] == document["issuer"]["id"]
        packed = listed["credentialSubject"]["encodedList"][1:]
        bits = gzip.decompress(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))
        index = int(stated["statusListIndex"])
        return bool(bits[index // 8] >> (7 - index % 8) & 1)

    assert not is_revoked()
    found = queries.certificate(certificate.number)
    services.revoke(certificate=found, actor=make_person(), reason="x", now=clock.now())
    assert is_revoked()
    with pytest.raises(InvalidSignature):
        by_hand(client, {**document, "name": "Another"})


def test_a_badge_taken_with_the_former_suite_still_holds(
    app: Flask, certificate: Certificate
) -> None:
    content = json.loads(badge(app, certificate))
    proof, issuer = content.pop("proof"), content["issuer"]["id"]
    named = proof.pop("verificationMethod").rpartition("/")[2]
    former = {
        **{name: value for name, value in proof.items() if name != "proofValue"},
        "cryptosuite": "eddsa-jcs-2022",
        "verificationMethod": f"{issuer}#{named}",
        "@context": content["@context"],
    }
    key = key_ring(app.config["SETTINGS"], KeyUse.CREDENTIALS).in_use(clock.now())
    hashes = [hashlib.sha256(rfc8785.dumps(part)).digest() for part in (former, content)]
    signature = proofs.multibase(key.signature(b"".join(hashes)))
    signed = {**content, "proof": {**former, "proofValue": signature}}
    assert verdict(app, json.dumps(signed).encode()) is Outcome.UNTOLD
    assert verdict(app, json.dumps({**signed, "name": "x"}).encode()) is Outcome.ALTERED


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
    assert told(proofs.secured(plain, keys_at=site.keys, ring=stranger, now=now)) is (
        Outcome.UNKNOWN_KEY
    )
    nothing = {"@context": plain["@context"], "id": "urn:x:y", "name": "x"}
    for content, keys_at in ((plain, "https://x.example/keys/"), (nothing, site.keys)):
        made = proofs.secured(content, keys_at=keys_at, ring=ring, now=now)
        assert told(made) is Outcome.ALTERED
    assert told({**document, "extra": 1}) is Outcome.ALTERED
    same = badge(app, certificate).replace(
        b'"criteria"', b'"Criteria"'
    )  # to the context of 1EdTech
    assert verdict(app, same) is Outcome.ALTERED
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
