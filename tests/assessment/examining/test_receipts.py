"""The receipt: what it says, what it never says, and how it is checked."""

import io
import json
import math
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms.assessment.examining.receipts import sealing
from lms.assessment.examining.receipts.sealing import Outcome, Verdict, check, file_of, seal
from lms.assessment.examining.views import receipts as receipt_views
from lms.assessment.models import ExplanationPolicy, ItemKind
from lms.assessment.scoring import GRADED_BY_HAND
from lms.core.signing import KeyRing, checked_keys, key_ring
from lms.people.models import AccessRole
from tests.assessment.delivery.candidate import DEADLINE, OVER, SETTLED, Candidate, Moment, run_job
from tests.builders.assessment import START, answer_event, make_exam
from tests.builders.people import PASSWORD, make_account
from tests.pages import PageClient
from tests.support.pdfs import faults, text_of

pytestmark = pytest.mark.in_turn

KEY_WORDS = ('"correct"', "accepted", "tolerance", "explanation", "Because", "about ")


def handed_in(candidate: Candidate) -> Candidate:
    """A sitting, all right but for one answer that was changed, handed in."""
    candidate.start()
    candidate.send_rightly()
    candidate.send(candidate.choose("a", sequence=50))
    candidate.hand_in()
    return candidate


def issued(candidate: Candidate) -> dict[str, Any]:
    """The candidate's file."""
    candidate.client.post(f"{candidate.path}/receipt", status=303)
    page = candidate.client.get(f"{candidate.path}/receipt.json")
    document: dict[str, Any] = json.loads(page.response.get_data(as_text=True))
    return document


def keys(app: Flask) -> Any:
    return checked_keys(PageClient(app).get("/.well-known/jwks.json").json)


def verdict(app: Flask, document: Any) -> Verdict:
    return check(json.dumps(document).encode(), keys(app))


def test_the_receipt_says_what_was_asked_answered_and_scored(candidate: Candidate) -> None:
    handed_in(candidate)
    content = issued(candidate)["receipt"]
    log = candidate.log()
    assert content["log"]["head"] == log[-1].hash
    assert content["log"]["entries"] == len(log)
    assert content["candidate"]["personnel_number"] == candidate.person.personnel_number
    single = content["questions"][candidate.position() - 1]
    assert (single["answer"], single["answer_in_words"]) == ({"choice": "a"}, "option a")
    assert single["changes"] == 2
    assert single["received_at"] == START.isoformat()
    assert single["version"] == 1
    assert content["rule"]["pass_percent"] == 80
    assert content["rule"]["kinds"]["multiple_choice"] == "right_minus_wrong"
    assert content["score"]["passed"] is True
    assert len(content["questions"]) == len(set(ItemKind) - GRADED_BY_HAND - {ItemKind.HOTSPOT})


def test_the_receipt_shows_the_same_percentage_as_the_result(candidate: Candidate) -> None:
    handed_in(candidate)
    exact = issued(candidate)["receipt"]["score"]["percent"]
    shown = f"{math.floor(exact * 10) / 10:g}%"
    assert shown != f"{exact:.1f}%", "rounded down or not must make a difference here"
    assert shown in candidate.result().text
    assert shown in candidate.client.get(f"{candidate.path}/receipt").text


def test_answers_are_told_in_the_language_of_the_exam(candidate: Candidate) -> None:
    candidate.start("ru")
    candidate.send(answer_event(candidate.position(ItemKind.TRUE_FALSE), {"value": True}))
    candidate.hand_in()
    asked = issued(candidate)["receipt"]["questions"]
    told = asked[candidate.position(ItemKind.TRUE_FALSE) - 1]["answer_in_words"]
    assert told == "Верно"


def test_asking_again_gives_the_same_receipt(candidate: Candidate, moment: Moment) -> None:
    handed_in(candidate)
    first = issued(candidate)
    moment.after_start(DEADLINE * 3)
    assert issued(candidate) == first


def test_the_file_is_genuine_on_the_public_page_and_without_the_site(
    candidate: Candidate, tmp_path: Path
) -> None:
    app = candidate.app
    document = issued(handed_in(candidate))
    page = uploaded(app, json.dumps(document, ensure_ascii=False).encode())
    assert "The receipt is genuine" in page.text
    assert candidate.person.full_name in page.text
    file, public = tmp_path / "receipt.json", tmp_path / "keys.json"
    file.write_text(json.dumps(document), "utf-8")
    public.write_text(json.dumps(PageClient(app).get("/.well-known/jwks.json").json), "utf-8")
    assert verify(app, file)[0] == 0
    assert verify(app, file, "--keys", str(public))[0] == 0
    document["receipt"]["score"]["percent"] = 100
    file.write_text(json.dumps(document), "utf-8")
    assert verify(app, file, "--keys", str(public)) == (1, "altered: score\n")
    file.write_text("{}", "utf-8")
    assert verify(app, file)[0] == 2


def uploaded(app: Flask, content: bytes, status: int = 200) -> Any:
    data = {"file": (io.BytesIO(content), "receipt.json")}
    options = {"content_type": "multipart/form-data", "csrf": False}  # cookies are off
    return PageClient(app).post("/receipts/verify", data, status=status, **options)


def verify(app: Flask, file: Path, *more: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["receipts", "verify", str(file), *more])
    return result.exit_code, result.output


def test_each_alteration_is_named_by_its_place(candidate: Candidate) -> None:
    document = issued(handed_in(candidate))
    app = candidate.app

    def altered(change: Any) -> tuple[str, ...]:
        copy = json.loads(json.dumps(document))
        change(copy["receipt"])
        found = verdict(app, copy)
        assert found.outcome is Outcome.ALTERED
        return found.places

    assert altered(lambda r: r["candidate"].update(name="Someone Else")) == ("candidate",)
    assert altered(lambda r: r["questions"][2].update(answer=None)) == ("questions/3",)
    assert altered(lambda r: r["log"].update(head="0" * 64)) == ("log",)
    assert altered(lambda r: r["questions"].pop()) == ("questions", "questions/9")
    assert altered(lambda r: r.update(extra="words")) == ("extra",)
    assert altered(lambda r: r.pop("rule")) == ("rule",)
    hidden = {"questions/1": document["receipt"]["questions"][0]}
    assert altered(lambda r: r.update(hidden)) == ("questions~1",)
    swapped = ("questions/1", "questions/2")
    assert altered(lambda r: r["questions"].insert(0, r["questions"].pop(1))) == swapped
    copy = {**document, "seal": document["seal"][:-4] + "AAAA"}
    assert verdict(app, copy) == Verdict(Outcome.ALTERED, ("seal",))
    assert verdict(app, document).outcome is Outcome.GENUINE


def test_a_seal_of_one_receipt_fits_no_other(candidate: Candidate) -> None:
    mine = issued(handed_in(candidate))
    other = issued(handed_in(Candidate(candidate.app)))
    found = verdict(candidate.app, {"receipt": mine["receipt"], "seal": other["seal"]})
    assert found.outcome is Outcome.ALTERED
    assert {"id", "candidate", "log"} <= set(found.places)


def test_what_others_signed_is_not_ours(candidate: Candidate, tmp_path: Path) -> None:
    document = issued(handed_in(candidate))
    theirs = KeyRing(tmp_path / "theirs")
    token = seal(document["receipt"], ring=theirs, now=START)
    assert verdict(candidate.app, {**document, "seal": token}).outcome is Outcome.FOREIGN
    # Under our key's name, too.
    ours = key_ring(candidate.app.config["SETTINGS"]).all()[0]
    key = checked_keys(theirs.public_keys())[theirs.all()[0].kid]
    forged = check(
        json.dumps({**document, "seal": token}).encode(), {theirs.all()[0].kid: ours.public}
    )
    assert key["x"] != ours.public["x"]
    assert forged.outcome is Outcome.ALTERED


def test_a_signature_made_for_another_purpose_is_no_seal(candidate: Candidate) -> None:
    document = issued(handed_in(candidate))
    ring = key_ring(candidate.app.config["SETTINGS"])
    token = ring.sign(b"{}", purpose="certificate+jws", now=START)
    assert verdict(candidate.app, {**document, "seal": token}).places == ("seal",)


def test_old_receipts_stay_genuine_after_a_rotation_and_a_retirement(candidate: Candidate) -> None:
    app = candidate.app
    document = issued(handed_in(candidate))
    run = app.test_cli_runner().invoke
    [old] = [key["kid"] for key in PageClient(app).get("/.well-known/jwks.json").json["keys"]]
    assert run(args=["keys", "make"]).exit_code == 1
    assert run(args=["keys", "retire", old]).exit_code == 1, "it is the one that signs"
    rotated = run(args=["keys", "rotate"]).output.split()
    assert rotated[1::2] == ["receipts", "register", "credentials", "documents"]
    listed = run(args=["keys", "list"]).output.splitlines()
    assert {line.split()[0] for line in listed if line.endswith("  signs")} == set(rotated[::2])
    assert issued(handed_in(Candidate(app)))["seal"] != document["seal"]
    assert verdict(app, document).outcome is Outcome.GENUINE
    assert run(args=["keys", "retire", old]).exit_code == 0
    assert verdict(app, document).outcome is Outcome.GENUINE
    assert run(args=["keys", "retire", old, "--compromised"]).exit_code == 0
    like_an_option = run(args=["keys", "retire", "-Kz5yryizsF13", "--compromised"])
    assert "no such key" in like_an_option.output
    assert verdict(app, document).outcome is Outcome.DISTRUSTED
    listed = run(args=["keys", "list"]).output.splitlines()
    assert [line.split()[1] for line in listed].count("receipts") == 2
    assert "compromised" in listed[1]


def test_only_the_service_can_read_the_private_keys(candidate: Candidate) -> None:
    issued(handed_in(candidate))
    folder = key_ring(candidate.app.config["SETTINGS"]).folder
    assert folder.stat().st_mode & 0o777 == 0o700
    [file] = folder.glob("*")
    assert file.stat().st_mode & 0o777 == 0o600
    private = json.loads(file.read_text())["jwk"]["d"]
    published = PageClient(candidate.app).get("/.well-known/jwks.json")
    assert private not in published.response.get_data(as_text=True)


@pytest.mark.in_turn
@pytest.mark.parametrize(
    "content",
    [
        b"", b"{", b"null", b"[]", b"{}", b'{"receipt": 1, "seal": 2}', b"\xff\xfe", b"[" * 100_000,
        b'{"receipt": {}, "seal": "a.b.c"}', b'{"receipt": {}, "seal": ""}',
        b'{"receipt": {"a": NaN}, "seal": "x"}', b'{"a": 1, "a": 2}', b"9" * 100_000,
    ],
)  # fmt: skip
def test_nonsense_is_refused_calmly(app: Flask, content: bytes) -> None:
    page = uploaded(app, content)
    assert "genuine:" not in page.text
    assert "Not ours" in page.text or "Altered" in page.text


def test_a_file_over_the_limit_is_not_read(
    candidate: Candidate, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = json.dumps(issued(handed_in(candidate))).encode()
    for module in (sealing, receipt_views):
        monkeypatch.setattr(module, "FILE_LIMIT", len(file))
    assert "is genuine" in uploaded(candidate.app, file).text
    assert "Not ours" in uploaded(candidate.app, file + b" ").text


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(content=st.dictionaries(st.text(), values), token=st.text())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_content_breaks_the_check(content: dict[str, Any], token: str) -> None:
    raw = json.dumps({"receipt": content, "seal": token}).encode("utf-8", "surrogatepass")
    assert check(raw, {}).outcome in (Outcome.FOREIGN, Outcome.ALTERED)


@given(content=st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), values))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_sealed_content_is_genuine_however_it_is_written(
    tmp_path_factory: pytest.TempPathFactory, content: dict[str, Any]
) -> None:
    ring = KeyRing(tmp_path_factory.mktemp("ring"))
    content["id"] = "one"
    try:
        token = seal(content, ring=ring, now=START)
    except ValueError:  # what no canonical form has: infinities, half characters
        return
    public = checked_keys(ring.public_keys())
    assert check(file_of(content, token).encode(), public).outcome is Outcome.GENUINE
    compact = json.dumps({"seal": token, "receipt": dict(reversed(content.items()))})
    assert check(compact.encode(), public).outcome is Outcome.GENUINE


@pytest.mark.parametrize("policy", [ExplanationPolicy.NEVER, ExplanationPolicy.AFTER_PASS])
def test_what_a_question_earned_stays_hidden_where_the_policy_hides_it(
    app: Flask, moment: Moment, policy: ExplanationPolicy
) -> None:
    candidate = Candidate(app, make_exam(explanations=policy))
    candidate.start()
    candidate.hand_in()
    document = issued(candidate)
    assert not any("earned" in question for question in document["receipt"]["questions"])
    text = json.dumps(document)
    for secret in (*KEY_WORDS, "token", "seed"):
        assert secret not in text


def test_no_receipt_holds_a_key_even_where_explanations_are_shown(candidate: Candidate) -> None:
    candidate.start()
    candidate.hand_in()
    document = issued(candidate)
    assert document["receipt"]["questions"][0]["earned"] == 0
    text = json.dumps(document, ensure_ascii=False)
    for secret in (*KEY_WORDS, "fir tree", "1920.5"):
        assert secret not in text


def test_no_receipt_before_the_result_is_final_nor_during_another_attempt(
    candidate: Candidate, moment: Moment
) -> None:
    candidate.start()
    for path in ("receipt", "receipt.json", "receipt.pdf"):
        candidate.client.get(f"{candidate.path}/{path}", status=409)
    moment.after_start(OVER)
    run_job()
    candidate.client.post(f"{candidate.path}/receipt", status=409)
    moment.after_start(SETTLED)
    run_job()
    issued(candidate)
    first = candidate.path
    candidate.start()
    for path in ("receipt", "receipt.json", "receipt.pdf"):
        candidate.client.get(f"{first}/{path}", status=409)


def test_nobody_else_gets_it(candidate: Candidate) -> None:
    handed_in(candidate)
    issued(candidate)
    for role in (AccessRole.TRAINEE, AccessRole.INSTRUCTOR):
        stranger = PageClient(candidate.app).sign_in(make_account(role).username, PASSWORD)
        stranger.post(f"{candidate.path}/receipt", status=404)
        for path in ("receipt", "receipt.json", "receipt.pdf"):
            stranger.get(f"{candidate.path}/{path}", status=404)


@pytest.mark.in_turn
def test_the_document_for_people_reads_like_the_file(candidate: Candidate, tmp_path: Path) -> None:
    candidate.start("ru")
    candidate.send(answer_event(candidate.position(ItemKind.SHORT_TEXT), {"text": "<b>ёлка</b>"}))
    candidate.hand_in()
    content = issued(candidate)["receipt"]
    page = candidate.client.get(f"{candidate.path}/receipt.pdf?language=ru")
    file = tmp_path / "receipt.pdf"
    file.write_bytes(page.response.get_data())
    assert faults(file, "3a") + faults(file, "ua1") == []
    text = " ".join(text_of(file).split())
    assert "Квитанция об экзамене" in text
    assert "2 мар" in text  # though the browser's language is another
    assert candidate.person.full_name in text
    assert "<b>ёлка</b>" in text
    assert content["log"]["head"][:32] in text.replace(" ", "")
    shown = candidate.client.get(f"{candidate.path}/receipt")
    assert "<b>ёлка</b>" in shown.text
    assert not shown.select("main b")
