"""Whatever goes wrong beneath /api is a problem in JSON; elsewhere it stays a page."""

import io

import pytest
from flask import Flask

from lms.standards.api.tokens.scopes import Scope
from tests.builders.api import Caller
from tests.builders.people import make_person
from tests.pages import PageClient

pytestmark = pytest.mark.in_turn


@pytest.mark.parametrize(
    ("method", "path", "options", "status"),
    [
        ("GET", "/api/nothing", {}, 404),
        ("GET", "/api/v1/people/0000000000000000", {}, 404),
        ("GET", "/api/v1/people/%00", {}, 400),
        ("GET", "/api/v1/token", {"headers": {"If-Match": '"other"'}}, 412),
        ("DELETE", "/api/v1/people", {}, 405),
        ("POST", "/api/v1/enrolments", {"data": "x", "content_type": "text/plain"}, 415),
        ("POST", "/api/v1/enrolments", {"data": "{", "content_type": "application/json"}, 400),
        ("POST", "/api/v1/enrolments", {"data": "[1]", "content_type": "application/json"}, 422),
        ("POST", "/api/v1/enrolments", {"json": {"person": "a\0b"}}, 422),
        ("POST", "/api/v1/people", {"json": {"given_name": "x" * 6_000_000}}, 413),
    ],
)
def test_each_refusal_is_a_problem(
    app: Flask, method: str, path: str, options: dict, status: int
) -> None:
    answer = Caller(app).send(method, path, status=status, **options)
    assert answer.mimetype == "application/problem+json"
    assert answer.json["status"] == status
    assert answer.json["title"]


def test_any_state_is_read_where_any_is_asked_for(app: Flask) -> None:
    caller = Caller(app)
    read = caller.send("GET", "/token", headers={"If-Match": "*"})
    caller.send("GET", "/token", headers={"If-None-Match": read.headers["ETag"]}, status=304)


def test_a_body_in_chunks_has_the_same_limit(app: Flask) -> None:
    chunks = {
        "input_stream": io.BytesIO(b" " * 6_000_000),
        "content_type": "application/json",
        "environ_overrides": {"wsgi.input_terminated": True},
        "headers": {"Transfer-Encoding": "chunked"},
    }
    answer = Caller(app).send("POST", "/people", status=413, **chunks)
    assert answer.mimetype == "application/problem+json"


def test_a_fault_of_ours_is_a_problem_without_a_trace(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lms.standards.api.frame.serving._call", lambda *_: 1 / 0)
    answer = Caller(app).send("GET", "/token", status=500)
    assert answer.json == {
        "type": "about:blank",
        "title": "Internal Server Error",
        "status": 500,
    }


def test_the_rest_of_the_site_keeps_its_pages(app: Flask) -> None:
    page = PageClient(app).get("/nothing", status=404)
    assert page.select("h1")


def test_a_token_beyond_its_rate_is_told_when_to_come_back(app: Flask, make_app) -> None:
    limited = make_app(api_limit="3 per minute")
    with limited.app_context():
        caller = Caller(limited)
        for _ in range(3):
            caller.get("/token")
        answer = caller.send("GET", "/token", status=429)
        assert int(answer.headers["Retry-After"]) > 0
        Caller(limited).get("/token")


def test_no_origin_is_let_in_from_a_browser(app: Flask) -> None:
    answer = Caller(app).send("GET", "/token", headers={"Origin": "https://elsewhere.example"})
    assert not [name for name, _ in answer.headers if name.startswith("Access-Control")]
    assert answer.headers["Cache-Control"] == "no-store"


def test_sentences_come_in_the_language_asked_for(app: Flask) -> None:
    caller = Caller(app, Scope.PEOPLE_READ)
    person = make_person()
    answer = caller.get(
        f"/people/{person.public_id}/standings",
        headers={"Accept-Language": "ru"},
        status=403,
    )
    assert answer["detail"] == "У токена нет права standings:read."


@pytest.mark.parametrize(
    ("body", "field", "english", "russian"),
    [
        ({}, "person", "Field required", "Обязательное поле"),
        ({"due_on": "soon"}, "due_on", "must be a date of 1900", "должна быть дата с 1900"),
        ({"colour": "red"}, "colour", "There is no such field", "Такого поля нет"),
        ({"person": 1}, "person", "Input should be a valid string", "Нужна строка"),
        ({"person": "x"}, "person", "Input should match the pattern", "Не подходит под образец"),
    ],
)
def test_what_is_wrong_with_a_field_is_said_in_the_language_asked_for(
    app: Flask, body: dict, field: str, english: str, russian: str
) -> None:
    caller, sent = Caller(app), {"person": "0" * 16, "course": "no-such", **body}
    if not body:
        del sent["person"]
    for language, words in (("en", english), ("ru", russian)):
        headers = {"Accept-Language": f"de,{language}-XX;q=0.9,en;q=0.5,ru;q=0"}
        answer = caller.send("POST", "/enrolments", json=sent, headers=headers, status=422)
        (error,) = answer.json["errors"]
        assert error["field"] == f"body.{field}"
        assert error["message"].startswith(words)
        assert answer.headers["Content-Language"] == language
        assert "Accept-Language" in answer.headers["Vary"]
