"""Digital badges: what they say, judged by hand-written checks from the specifications alone."""

import base64
import gzip
import hashlib
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from flask import Flask

from lms.certification import queries, services
from lms.certification.credentials import services as badges
from lms.certification.credentials import statuses
from lms.certification.credentials.models import Credential
from lms.certification.credentials.services import status_list, take
from lms.certification.credentials.sites import Site
from lms.certification.credentials.verifying import Outcome, check, token_in
from lms.certification.models import Certificate
from lms.core import clock
from lms.core.database import db
from lms.core.signing import KeyRing, KeyUse, checked_keys, key_ring, public_keys
from lms.people.models import AccessRole
from tests.builders.certification import ISSUED, make_certificate
from tests.builders.people import PASSWORD, make_account, make_person
from tests.pages import PageClient

pytestmark = pytest.mark.in_turn

SCHEMA = json.loads(Path(__file__).with_name("open-badge-3.schema.json").read_text("utf-8"))
FAMILY, GIVEN = "Знаменская", "Евдокия"


@pytest.fixture
def certificate(app: Flask) -> Certificate:
    return make_certificate(
        make_person(FAMILY, GIVEN, patronymic=""), valid_until_on=date(2199, 1, 31)
    )


def badge(app: Flask, certificate: Certificate) -> str:
    certificate = queries.certificate(certificate.number) or certificate
    return take(certificate, now=clock.now(), settings=app.config["SETTINGS"])


def decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def opened(client: PageClient, token: str) -> dict[str, Any]:
    """The content of a VC-JWT whose key is fetched from where its header says (RFC 7515, 8037)."""
    header, payload, signature = token.split(".")
    stated = json.loads(decoded(header))
    assert stated["alg"] == "EdDSA"
    path = "/" + stated["kid"].split("/", 3)[3]
    key = client.get(path).json
    assert (key["kty"], key["crv"], key["kid"]) == ("OKP", "Ed25519", stated["kid"])
    public = Ed25519PublicKey.from_public_bytes(decoded(key["x"]))
    public.verify(decoded(signature), f"{header}.{payload}".encode())
    content: dict[str, Any] = json.loads(decoded(payload))
    return content


def is_revoked(client: PageClient, content: dict[str, Any]) -> bool:
    """What the status list says, read by hand (Bitstring Status List v1.0, 3.2)."""
    stated = content["credentialStatus"]
    path = "/" + stated["statusListCredential"].split("/", 3)[3]
    listed = opened(client, client.get(path).response.get_data(as_text=True))
    assert listed["id"] == stated["statusListCredential"]
    assert listed["type"] == ["VerifiableCredential", "BitstringStatusListCredential"]
    subject = listed["credentialSubject"]
    assert subject["statusPurpose"] == stated["statusPurpose"] == "revocation"
    assert subject["encodedList"][0] == "u"
    bits = gzip.decompress(decoded(subject["encodedList"][1:]))
    assert len(bits) * 8 >= 131_072
    index = int(stated["statusListIndex"])
    return bool(bits[index // 8] >> (7 - index % 8) & 1)


def test_an_independent_verifier_accepts_it_until_it_is_revoked(
    app: Flask, client: PageClient, certificate: Certificate
) -> None:
    content = opened(client, badge(app, certificate))
    assert not is_revoked(client, content)
    services.revoke(
        certificate=queries.certificate(certificate.number),
        actor=make_person(),
        reason="A mistake",
        now=clock.now(),
    )
    assert is_revoked(client, content)
    assert not is_revoked(client, opened(client, badge(app, make_certificate())))


def test_one_changed_byte_is_refused(
    app: Flask, client: PageClient, certificate: Certificate
) -> None:
    token = badge(app, certificate)
    place = token.index(".") + 40
    changed = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
    with pytest.raises(InvalidSignature):
        opened(client, changed)


def test_it_follows_the_schema_of_open_badges(
    app: Flask, client: PageClient, certificate: Certificate
) -> None:
    validator = jsonschema_rs.validator_for(SCHEMA, validate_formats=True)
    for one in (certificate, make_certificate(valid_until_on=None)):
        content = opened(client, badge(app, one))
        assert [error.message for error in validator.iter_errors(content)] == []
        assert content["nbf"] == ISSUED.timestamp()
        assert (content["iss"], content["jti"]) == (content["issuer"]["id"], content["id"])
        assert content["sub"] == content["credentialSubject"]["id"]
        assert ("exp" in content) == ("validUntil" in content)


def test_the_last_valid_day_ends_at_the_networks_midnight(
    app: Flask, client: PageClient, certificate: Certificate
) -> None:
    content = opened(client, badge(app, certificate))
    assert content["validUntil"] == "2199-01-31T20:59:59Z"  # in Moscow a second before February
    assert content["exp"] == datetime(2199, 1, 31, 20, 59, 59, tzinfo=UTC).timestamp()


def test_the_holder_is_named_by_a_salted_hash_alone(
    app: Flask, client: PageClient, certificate: Certificate
) -> None:
    token = badge(app, certificate)
    text = decoded(token.split(".")[1]).decode()
    assert FAMILY not in text
    assert GIVEN not in text
    [identity] = opened(client, token)["credentialSubject"]["identifier"]
    expected = hashlib.sha256(f"{FAMILY} {GIVEN}{identity['salt']}".encode()).hexdigest()
    assert identity["identityHash"] == f"sha256${expected}"


def test_what_it_points_to_is_published(
    app: Flask, client: PageClient, certificate: Certificate
) -> None:
    token = badge(app, certificate)
    content = opened(client, token)
    kid = json.loads(decoded(token.split(".")[0]))["kid"]
    profile = client.get("/credentials/issuer").json
    assert profile["id"] == content["issuer"]["id"]
    assert kid in profile["assertionMethod"]
    assert kid in [key["kid"] for key in client.get("/credentials/issuer/keys").json["keys"]]
    achievement = content["credentialSubject"]["achievement"]
    page = client.get("/" + achievement["id"].split("/", 3)[3])
    assert page.json | {"@context": 0} == achievement | {"@context": 0}
    assert page.headers["Access-Control-Allow-Origin"] == "*"
    did = client.get("/.well-known/did.json").json
    assert did["verificationMethod"][0]["id"].split("#") == [did["id"], kid.rpartition("/")[2]]


@pytest.mark.parametrize(
    "path", ["status/2", "status/0", "status/x", "achievements/none/1", "issuer/keys/none"]
)
def test_what_there_is_not_is_missing(client: PageClient, path: str) -> None:
    client.get(f"/credentials/{path}", status=404)
    client.get(f"/credentials/{path}{'9' * 40}", status=404)


def test_taking_it_again_gives_the_same(app: Flask, certificate: Certificate) -> None:
    assert badge(app, certificate) == badge(app, certificate)


def test_a_taken_place_is_not_given_again_and_a_full_list_is_followed(
    app: Flask, certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = iter([7, 7, 9, 7])
    monkeypatch.setattr(
        "lms.certification.credentials.services.secrets.randbelow", lambda _: next(drawn)
    )
    monkeypatch.setattr(badges, "FULL_AT", 2)
    for one in (certificate, make_certificate(), make_certificate()):
        badge(app, one)
    rows = [(row.status_list, row.status_index) for row in db.session.query(Credential)]
    assert sorted(rows) == [(1, 7), (1, 9), (2, 7)]
    assert status_list(2, now=clock.now(), settings=app.config["SETTINGS"]) is not None


def test_a_list_holds_its_bits_from_the_left() -> None:
    text = statuses.encoded([0, 9, 131_071])
    bits = gzip.decompress(decoded(text[1:]))
    assert (bits[0], bits[1], bits[-1]) == (0b1000_0000, 0b0100_0000, 1)
    assert [statuses.is_set(text, place) for place in (0, 1, 9, 131_071)] == [1, 0, 1, 1]


@pytest.mark.parametrize("text", ["", "z123", "u!!", "uAAAA", "u" + "A" * 9])
def test_what_is_no_list_tells_nothing(text: str) -> None:
    with pytest.raises(statuses.NoStatusList):
        statuses.is_set(text, 0)


def test_the_holder_takes_it_and_no_other_trainee(app: Flask) -> None:
    account = make_account(AccessRole.TRAINEE)
    certificate = make_certificate(account.person)
    address = f"/certificates/{certificate.number}/badge"
    client = PageClient(app).sign_in(account.username, PASSWORD)
    token = client.get(f"{address}.jwt").response.get_data(as_text=True)
    document = client.get(f"{address}.json").json
    assert document["type"] == "EnvelopedVerifiableCredential"
    assert token_in(json.dumps(document)) == token
    stranger = make_account(AccessRole.TRAINEE)
    PageClient(app).sign_in(stranger.username, PASSWORD).get(f"{address}.jwt", status=404)


def verdict(app: Flask, token: str, now: datetime | None = None, **more: Any) -> Outcome:
    settings = app.config["SETTINGS"]
    keys = more.get("keys") or checked_keys(public_keys(settings))
    now = now or clock.now()

    def listed(_: Any) -> str | None:
        return status_list(1, now=now, settings=settings)

    return check(token, keys, now=now, status_list=more.get("listed", listed)).outcome


def test_the_check_refuses_what_is_not_as_it_was_issued(
    app: Flask, certificate: Certificate, tmp_path: Path
) -> None:
    token = badge(app, certificate)
    assert verdict(app, token) is Outcome.GENUINE
    assert verdict(app, token, listed=lambda _: None) is Outcome.UNTOLD
    assert verdict(app, token, datetime(2199, 2, 1, tzinfo=UTC)) is Outcome.EXPIRED
    header, payload, signature = token.split(".")
    changed = payload[:60] + ("A" if payload[60] != "A" else "B") + payload[61:]
    assert verdict(app, f"{header}.{changed}.{signature}") is Outcome.ALTERED
    site = Site(app.config["SETTINGS"].public_address)
    foreign = KeyRing(tmp_path / "else").sign_for_others(
        decoded(payload), purpose="JWT", now=ISSUED, keys_at=site.keys
    )
    assert verdict(app, foreign) is Outcome.UNKNOWN_KEY
    assert verdict(app, "{}") is Outcome.MALFORMED


@pytest.mark.parametrize("claim", ["iss", "jti", "sub", "nbf", "exp", "type", "@context"])
def test_claims_must_repeat_the_credential(
    app: Flask, certificate: Certificate, claim: str
) -> None:
    content = json.loads(decoded(badge(app, certificate).split(".")[1]))
    content[claim] = 1 if claim in ("nbf", "exp") else "https://else.example"
    ring = key_ring(app.config["SETTINGS"], KeyUse.CREDENTIALS)
    token = ring.sign_for_others(
        json.dumps(content).encode(), purpose="JWT", now=ISSUED, keys_at="https://x/"
    )
    assert verdict(app, token) is Outcome.ALTERED


def test_a_compromised_key_is_withdrawn_everywhere(
    app: Flask, client: PageClient, certificate: Certificate
) -> None:
    token = badge(app, certificate)
    kid = json.loads(decoded(token.split(".")[0]))["kid"].rpartition("/")[2]
    ring = key_ring(app.config["SETTINGS"], KeyUse.CREDENTIALS)
    ring.make(clock.now())
    ring.retire(kid, compromised=True)
    assert verdict(app, token) is Outcome.DISTRUSTED
    client.get(f"/credentials/issuer/keys/{kid}", status=404)


def test_the_command_tells_genuine_revoked_and_altered(
    app: Flask, certificate: Certificate, tmp_path: Path
) -> None:
    file, run = tmp_path / "badge.jwt", app.test_cli_runner().invoke
    file.write_text(badge(app, certificate), "utf-8")
    db.session.commit()
    assert run(args=["verify", str(file)]).output.startswith("genuine and not revoked: ")
    listed = tmp_path / "list.jwt"
    listed.write_text(status_list(1, now=clock.now(), settings=app.config["SETTINGS"]) or "")
    arguments = ["verify", str(file), "--status-list", str(listed)]
    assert run(args=arguments).exit_code == 0
    services.revoke(
        certificate=queries.certificate(certificate.number),
        actor=make_person(),
        reason="A mistake",
        now=clock.now(),
    )
    db.session.commit()
    assert run(args=["verify", str(file)]).exit_code == 4
    file.write_text(file.read_text("utf-8")[:-9] + "AAAAAAAAA", "utf-8")
    assert run(args=["verify", str(file)]).exit_code == 1
