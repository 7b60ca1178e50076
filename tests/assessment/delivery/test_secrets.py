"""While an exam is sat, nothing a trainee can reach says what is right, nor anything of others."""

import html
import logging
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.assessment.kinds.shapes import Shape
from lms.assessment.kinds.values import (
    Area,
    AuthoredItem,
    Criterion,
    Entry,
    Gap,
    Option,
    Pair,
    Reply,
    Turn,
)
from lms.assessment.models import ItemKind
from lms.assessment.services import answering
from lms.core.database import db
from lms.learning.services import enrol
from tests.assessment.delivery.candidate import Candidate, Moment, send
from tests.builders.assessment import answer_event, both, make_exam, make_item
from tests.builders.catalog import make_course
from tests.builders.learning import course_of
from tests.builders.people import make_person

pytestmark = pytest.mark.in_turn

# Planted where delivery must not look. What candidates see has none of these words.
SECRETS = (
    "planted-why", "planted-note", "planted-pair", "planted-step", "planted-word", "planted-end",
    # Long enough not to stand in a random token by chance.
    "7319473194", "7,319,473,194", "0.0625",
    "613, 617", "613,617", "61.3 61.7",
)  # fmt: skip
# Names of the scoring key's parts and of what makes a paper.
NAMES = (
    '"areas"', '"numbers"', '"correct"', "accepted", "tolerance", '"explanations"',
    "token_nonce", "pass_percent", "digest",
)  # fmt: skip


def planted_items() -> list[AuthoredItem]:
    """One item of each kind with secrets in its key and its explanations."""
    options = tuple(
        Option(key, both(f"option {key}"), key == "b", both("planted-note")) for key in "abc"
    )
    pairs = tuple(Pair(f"p{n}", both(f"left {n}"), both(f"right {n}")) for n in "12")
    steps = tuple(Entry(f"planted-step-{n}", both(f"step {n}")) for n in "123")
    number = Decimal("7319473194.5")
    accepted = {"ru": ("planted-word-ru",), "en": ("planted-word-en",)}
    special: dict[ItemKind, dict[str, Any]] = {
        ItemKind.SINGLE_CHOICE: {"options": options},
        ItemKind.MULTIPLE_CHOICE: {"options": options},
        ItemKind.TRUE_FALSE: {},
        ItemKind.MATCHING: {
            "pairs": pairs, "distractors": (Entry("planted-pair-x", both("neither")),),
        },
        ItemKind.ORDERING: {"steps": steps},
        ItemKind.NUMERIC: {"value": number, "tolerance": Decimal("0.0625")},
        ItemKind.SHORT_TEXT: {"accepted": accepted},
        ItemKind.GAP_TEXT: {
            "text": both("A [[g1]] and a [[g2]]."),
            "gaps": (
                Gap("g1", accepted), Gap("g2", both_as_wordings("this"), both_as_wordings("that")),
            ),
        },
        ItemKind.DIALOGUE: {"turns": planted_turns()},
        ItemKind.HOTSPOT: {"areas": planted_areas()},
        ItemKind.FILE: {"rubric": (Criterion("planted-why", both("planted-note"), 3),)},
        ItemKind.ESSAY: {
            "rubric": (
                Criterion("planted-why", both("planted-note"), 3, (both("planted-note"),) * 4),
            )
        },
    }  # fmt: skip
    return [
        make_item(kind, explanation=both("planted-why"), **changed)
        for kind, changed in special.items()
    ]


def both_as_wordings(text: str) -> dict[str, tuple[str, ...]]:
    return {"ru": (text,), "en": (text,)}


def planted_areas() -> tuple[Area, ...]:
    """Areas that are neither named nor placed where a candidate could read it."""
    note = both("planted-note")
    return (
        Area("planted-pair-1", Shape.RECTANGLE, (613, 617, 127, 131), True, note),
        Area("planted-pair-2", Shape.POLYGON, (613, 0, 617, 0, 613, 131), False, note),
    )


def planted_turns() -> tuple[Turn, ...]:
    note = both("planted-note")
    replies = tuple(
        Reply(f"planted-step-{end}", both(f"say {end}"), f"planted-end-{end}", 1, 20, note)
        for end in (1, 2)
    )
    ends = tuple(
        Turn(f"planted-end-{end}", both(f"end {end}"), score=100 * (end - 1), debriefing=note)
        for end in (1, 2)
    )
    return Turn("open", both("Good day."), replies), *ends


class Searcher:
    """Opens addresses as the candidate and notes which hold a secret."""

    def __init__(self, candidate: Candidate, secrets: list[str]) -> None:
        self.candidate, self.secrets = candidate, secrets
        self.found: list[str] = []
        self.opened: set[str] = set()

    def search(self, where: str, text: str) -> None:
        plain = text + html.unescape(text)
        self.found += [f"{secret} in {where}" for secret in self.secrets if secret in plain]

    def open(self, path: str, **options: Any) -> Any:
        self.opened.add(path)
        answer = self.candidate.client._request(
            path, method=options.pop("method", "GET"), **options
        )
        text = answer.get_data(as_text=True) if "pdf" not in (answer.mimetype or "") else ""
        self.search(f"{answer.status_code} {path}", text + str(answer.headers))
        return answer

    def crawl(self, start: str) -> None:
        """Follow every link from ``start``."""
        waiting = [start]
        while waiting:
            path = waiting.pop()
            if path not in self.opened:
                waiting += list(links(self.open(path)))


def links(answer: Any) -> Iterator[str]:
    """The addresses on this site that a page leads to."""
    import lxml.html

    if answer.mimetype != "text/html" or answer.status_code != 200:
        if "Location" in answer.headers:
            yield urlsplit(answer.headers["Location"]).path
        return
    for _element, name, link, _pos in lxml.html.fromstring(answer.get_data()).iterlinks():
        address = urlsplit(link)
        if name == "href" and not address.netloc and not address.path.startswith("/static"):
            yield address.path or "/"


@pytest.fixture
def sat(app: Flask, moment: Moment) -> Candidate:
    """An exam under way; another person sits the same one."""
    version = make_exam(planted_items(), lessons=0, attempts=3)
    other = Candidate(app, version, person=make_person("Тайнова", "Секретина"))
    other.start()
    other.send(answer_event(other.position(ItemKind.SHORT_TEXT), {"text": "planted-others-answer"}))
    candidate = Candidate(app, version)
    taught = course_of(make_course())
    enrol(learner=candidate.person, course=taught, due_on=None, actor=None, now=moment.now)
    candidate.start()
    candidate.client.post(f"{candidate.path}/submit")
    candidate.start()
    return candidate


def secrets_of(sat: Candidate) -> list[str]:
    """All that the candidate must not read: keys, the paper's seed, and another's sitting."""
    rows = db.session.execute(
        sa.text("SELECT public_id, seed, token_nonce FROM attempt ORDER BY id")
    ).all()
    own = sat.attempt.public_id
    made = [value for _, seed, nonce in rows for value in (seed, nonce)]
    others = [rows[0].public_id, "Тайнова", "Секретина", "planted-others-answer"]
    assert own != rows[0].public_id
    return [*SECRETS, *NAMES, *made, *others, sat.app.config["SECRET_KEY"]]


def test_nothing_a_trainee_reaches_during_the_exam_tells_a_secret(
    sat: Candidate, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    searcher = Searcher(sat, secrets_of(sat))
    searcher.crawl("/")
    for rule in sat.app.url_map.iter_rules():
        if "GET" in (rule.methods or set()) and not rule.arguments:
            searcher.open(rule.rule)
    for path in ("", "/review", "/result"):
        searcher.open(sat.path + path)
    searcher.crawl(sat.exam_path)
    assert {"/", "/courses", sat.exam_path, sat.path, f"{sat.path}/review"} <= searcher.opened
    assert len(searcher.opened) > 20, searcher.opened
    searcher.search("the log", caplog.text)
    # The same for everybody, and about no exam: what the API's fields are called.
    described = {
        f"{name} in 200 /api/{page}" for name in NAMES for page in ("docs", "openapi.json")
    }
    assert set(searcher.found) - described == set()


def test_no_reply_to_what_a_trainee_sends_tells_a_secret(
    sat: Candidate, caplog: pytest.LogCaptureFixture
) -> None:
    """Saved, refused, broken; by the script and by the form; and every error page."""
    caplog.set_level(logging.DEBUG)
    searcher, token = Searcher(sat, secrets_of(sat)), sat.token
    numbers = [*range(1, 8)]
    bodies = [
        *({"events": [answer_event(n, {"choice": "b"}, sequence=n)]} for n in numbers),
        *({"events": [answer_event(n, {"text": "x"}, sequence=9)]} for n in numbers),
        {"events": [sat.choose(writer=9)]},
        {"events": "no"},
    ]
    for body in bodies:
        page = send(sat.app, sat.path, sat.app.json.dumps(body), token)
        searcher.search(f"the reply to {body}", page.response.get_data(as_text=True))
    for bearer in ("", "x" * 64):
        page = send(sat.app, sat.path, '{"events": []}', bearer)
        searcher.search("the refusal of a token", page.response.get_data(as_text=True))
    forms: list[dict[str, Any]] = [{f"q{n}": "zz"} for n in numbers]
    for values in [*forms, {}, {"then": "review"}]:
        searcher.open(f"{sat.path}/form", method="POST", data={**values, "token": token})
    for method, path in (
        ("POST", f"{sat.path}/take-over"),
        ("POST", f"{sat.path}/form"),
        ("DELETE", sat.path),
        ("GET", "/attempts/x"),
        ("POST", f"{sat.exam_path}/start"),
    ):
        searcher.open(path, method=method)
    searcher.search("the log", caplog.text)
    assert searcher.found == []


def test_a_fault_of_the_server_tells_neither_page_nor_log_what_was_answered(
    sat: Candidate, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    token, text = sat.token, sat.position(ItemKind.SHORT_TEXT)
    sat.send(answer_event(text, {"text": "my own words"}), token=token)
    monkeypatch.setattr(answering, "_log", lambda *_: answering.Log(0, "0" * 64))
    sent = answer_event(text, {"text": "my other words"}, sequence=2)
    reply = sat.send(sent, token=token, status=500)
    searcher = Searcher(sat, [*secrets_of(sat), "my other words", token])
    searcher.search("the reply", str(reply))
    searcher.search("the log", caplog.text)
    assert "IntegrityError" in caplog.text
    assert searcher.found == []


def test_the_search_finds_what_is_shown_after_the_exam(sat: Candidate) -> None:
    """Otherwise the tests above would prove nothing."""
    sat.hand_in()
    searcher = Searcher(sat, list(SECRETS[:9]))
    searcher.open(f"{sat.path}/result")
    found = {line.split(" in ")[0] for line in searcher.found}
    assert found == {"planted-why", "planted-note", "planted-word", "7,319,473,194", "0.0625"}
