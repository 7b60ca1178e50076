"""What makes no sense is refused with a plain status, and nothing of it is written."""

import json
from typing import Any

import pytest

from lms.assessment.models import ItemKind
from tests.assessment.delivery.candidate import Candidate, send
from tests.builders.assessment import answer_event

pytestmark = pytest.mark.in_turn

FOREIGN: list[tuple[ItemKind, Any]] = [
    (ItemKind.SINGLE_CHOICE, {"choice": "z"}),
    (ItemKind.SINGLE_CHOICE, {"choice": ["a"]}),
    (ItemKind.SINGLE_CHOICE, "a"),
    (ItemKind.MULTIPLE_CHOICE, {"choices": ["a", "z"]}),
    (ItemKind.MULTIPLE_CHOICE, {"choices": "ab"}),
    (ItemKind.MULTIPLE_CHOICE, {"choice": "a"}),
    (ItemKind.TRUE_FALSE, {"value": "true"}),
    (ItemKind.TRUE_FALSE, {"value": 1}),
    (ItemKind.MATCHING, {"pairs": {"p9": "r1"}}),
    (ItemKind.MATCHING, {"pairs": {"p1": "zz"}}),
    (ItemKind.MATCHING, {"pairs": [["p1", "r1"]]}),
    (ItemKind.ORDERING, {"order": ["s1"]}),
    (ItemKind.ORDERING, {"order": ["zz"] * 4}),
    (ItemKind.NUMERIC, {"text": 12}),
    (ItemKind.SHORT_TEXT, {"text": "x" * 501}),
    (ItemKind.SHORT_TEXT, {"text": "\x00"}),
]

BODIES: list[tuple[str | bytes, int, str]] = [
    ("", 400, "unreadable"),
    ("{", 400, "unreadable"),
    ('{"events": [{"event_id": "0', 400, "unreadable"),  # cut off on its way
    (b"\xff\xfe", 400, "unreadable"),
    ("null", 422, "malformed"),
    ("[]", 422, "malformed"),
    ('"events"', 422, "malformed"),
    ("{}", 422, "malformed"),
    ('{"events": null}', 422, "malformed"),
    ('{"events": {}}', 422, "malformed"),
    ('{"events": [null]}', 422, "malformed"),
    ('{"events": [{"event_id": "1"}]}', 422, "malformed"),
    ("[" * 100_000 + "]" * 100_000, 422, "malformed"),
]

POSITIONS: list[Any] = [0, -1, 10, 1001, 10**30, "1", 1.5, None, True, [1]]
CHANGES: list[dict[str, Any]] = [
    {"kind": "submit"},
    {"kind": "close"},
    {"kind": "takeover"},
    {"kind": None},
    {"writer": 0},
    {"sequence": -1},
    {"sequence": 10**12},
    {"authored_ms_ago": "now"},
    {"kind": "flag", "flagged": 1},
    *({"position": position} for position in POSITIONS),
]


@pytest.fixture
def sitting(candidate: Candidate) -> Candidate:
    candidate.start()
    return candidate


def test_a_body_that_is_no_list_of_events_is_refused(sitting: Candidate) -> None:
    token = sitting.token
    for body, status, code in BODIES:
        page = send(sitting.app, sitting.path, body, token)
        assert (page.status, page.json["code"]) == (status, code), body[:40]
    assert sitting.log() == []


def test_a_body_of_another_type_is_refused(sitting: Candidate) -> None:
    body = json.dumps({"events": [sitting.choose()]})
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        page = send(sitting.app, sitting.path, body, sitting.token, kind)
        assert page.status == 400, kind
    assert sitting.log() == []


def test_a_body_far_larger_than_answers_are_is_refused(sitting: Candidate) -> None:
    sent = {**sitting.choose(), "more": "x" * 300_000}
    body, token = json.dumps({"events": [sent]}), sitting.token
    page = send(sitting.app, sitting.path, body, token)
    assert page.status == 413
    assert page.json["status"] == 413
    assert page.json["message"] == "The file is too large"
    assert sitting.log() == []
    sitting.send({**sent, "more": "x" * 1000}, token=token)


def test_what_fits_no_question_of_its_kind_is_refused_and_nothing_is_written(
    sitting: Candidate,
) -> None:
    token = sitting.token
    for kind, response in FOREIGN:
        sent = answer_event(sitting.position(kind), response)
        reply = sitting.send(sent, token=token, status=422)
        assert reply["code"] == "malformed", (kind, response)
    assert sitting.log() == []


def test_an_event_that_no_script_of_ours_sends_is_refused(sitting: Candidate) -> None:
    token, sent = sitting.token, sitting.choose()
    for change in CHANGES:
        reply = sitting.send({**sent, **change}, token=token, status=422)
        assert reply["code"] == "malformed", change
    assert sitting.log() == []


def test_a_hundred_and_one_events_at_once_are_refused(sitting: Candidate) -> None:
    sent = [sitting.choose(sequence=number) for number in range(1, 102)]
    token = sitting.token
    sitting.send(*sent, token=token, status=422)
    assert sitting.log() == []
    assert len(sitting.send(*sent[:100], token=token)["receipts"]) == 100


def test_the_endpoint_has_no_other_method(sitting: Candidate) -> None:
    for method in ("get", "put", "delete", "patch"):
        reply = getattr(sitting.app.test_client(), method)(f"{sitting.path}/answers")
        assert reply.status_code == 405
