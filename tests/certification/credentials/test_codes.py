"""The signed code: what it says, and that nothing else passes for it."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms.certification.credentials.codes import KEY_HINT, Outcome, check, signed
from lms.certification.documents import printable
from lms.certification.models import Certificate
from lms.core.signing import KeyUse, checked_keys, key_ring, public_keys
from tests.builders.certification import ISSUED, make_certificate, make_taught_course
from tests.builders.people import make_person
from tests.pages import PageClient

FULL = ("Знаменская", "Евдокия")


@pytest.fixture
def certificate(app: Flask) -> Certificate:
    return make_certificate(make_person(*FULL, patronymic="Всеволодовна"))


def keys(app: Flask) -> Any:
    return checked_keys(public_keys(app.config["SETTINGS"]))


def statement(app: Flask, certificate: Certificate, language: str = "ru") -> str:
    ring = key_ring(app.config["SETTINGS"], KeyUse.CREDENTIALS)
    return signed(certificate, language, ring=ring, now=ISSUED)


def decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def test_the_code_of_the_document_is_genuine_and_says_what_is_printed(
    app: Flask, certificate: Certificate
) -> None:
    address = printable(certificate, "ru", app.config["SETTINGS"]).document.data["code"]
    assert address.split("#")[0].endswith(f"/verify/{certificate.number}")
    verdict = check(address, keys(app))
    assert verdict.outcome is Outcome.GENUINE
    assert verdict.code is not None
    assert (verdict.code.number, verdict.code.name) == (certificate.number, "З. Е. В.")
    assert verdict.code.course == "Искренний сервис"
    assert verdict.code.issued_on == certificate.issued_on
    assert verdict.code.valid_until_on == certificate.valid_until_on


def test_another_library_verifies_it_by_the_published_key(
    app: Flask, certificate: Certificate
) -> None:
    header, payload, signature = statement(app, certificate).split(".")
    named = json.loads(decoded(header))
    published = PageClient(app).get("/.well-known/jwks.json").json["keys"]
    [key] = [key for key in published if key["kid"].startswith(named["kid"])]
    public = Ed25519PublicKey.from_public_bytes(decoded(key["x"]))
    public.verify(decoded(signature), f"{header}.{payload}".encode())
    with pytest.raises(InvalidSignature):
        public.verify(decoded(signature), f"{header}.{payload}x".encode())


def test_names_never_stand_in_the_code(app: Flask, certificate: Certificate) -> None:
    text = decoded(statement(app, certificate).split(".")[1]).decode()
    assert not any(name in text for name in (*FULL, "Всеволодовна"))


def test_the_longest_title_keeps_the_code_within_81_modules(app: Flask) -> None:
    version = make_taught_course(title={"ru": "Щ" * 300, "en": "W" * 300})
    certificate = make_certificate(version=version)
    address = printable(certificate, "ru", app.config["SETTINGS"]).document.data["code"]
    assert len(address.encode()) <= 450  # bytes of version 16 at level M


@settings(max_examples=60, suppress_health_check=list(HealthCheck), deadline=None)
@given(st.data())
def test_no_changed_statement_passes(
    app: Flask, certificate: Certificate, data: st.DataObject
) -> None:
    good = statement(app, certificate)
    place = data.draw(st.integers(0, len(good) - 2))  # the last symbol has bits that mean nothing
    symbol = data.draw(st.sampled_from("ABCz09-_.").filter(lambda one: one != good[place]))
    changed = good[:place] + symbol + good[place + 1 :]
    assert check(changed, keys(app)).outcome is not Outcome.GENUINE


@pytest.mark.in_turn
@pytest.mark.parametrize("text", ["", "#", "a.b", "1.2.3", "é.é.é", "#" * 9000, "x" * 99999])
def test_what_is_no_code_is_told(app: Flask, text: str) -> None:
    assert check(text, keys(app)).outcome in (Outcome.MALFORMED, Outcome.ALTERED)


def test_a_statement_signed_for_another_purpose_proves_nothing(app: Flask) -> None:
    ring = key_ring(app.config["SETTINGS"], KeyUse.CREDENTIALS)
    token = ring.sign(b"{}", purpose="register-checkpoint+jws", now=ISSUED, key_hint=KEY_HINT)
    assert check(token, keys(app)).outcome is Outcome.ALTERED


def test_the_command_checks_text_and_file_with_keys_kept_elsewhere(
    app: Flask, certificate: Certificate, tmp_path: Path
) -> None:
    good = statement(app, certificate)
    file, public = tmp_path / "code.txt", tmp_path / "keys.json"
    file.write_text(f"https://learn.example/verify/X#{good}\n", "utf-8")
    public.write_text(json.dumps(public_keys(app.config["SETTINGS"])), "utf-8")
    run = app.test_cli_runner().invoke
    for what in (good, str(file)):
        result = run(args=["verify", what, "--keys", str(public)])
        assert result.exit_code == 0
        assert result.output.startswith("genuine at issue: ")
    assert run(args=["verify", good[:-5] + "AAAAA"]).exit_code == 1
    assert run(args=["verify", "nonsense"]).exit_code == 2
    assert "There is no file absent.pdf" in run(args=["verify", "absent.pdf"]).output
    public.write_text('{"keys": []}', "utf-8")
    assert run(args=["verify", good, "--keys", str(public)]).exit_code == 2


def test_a_compromised_key_proves_nothing(app: Flask, certificate: Certificate) -> None:
    good = statement(app, certificate)
    ring = key_ring(app.config["SETTINGS"], KeyUse.CREDENTIALS)
    old = ring.all()[0].kid
    ring.make(ISSUED)
    assert check(good, keys(app)).outcome is Outcome.GENUINE
    ring.retire(old, compromised=True)
    assert check(good, keys(app)).outcome is Outcome.DISTRUSTED
