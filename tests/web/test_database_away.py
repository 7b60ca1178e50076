"""A database that can't be worked with now is told as that, and a wrong statement as a fault."""

import logging
import os
import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm.exc import StaleDataError

from lms.core.database import db
from lms.people.models import AccessRole
from lms.web import access
from tests.builders.people import PASSWORD, make_account
from tests.pages import PageClient
from tests.support.applications import make_application, make_settings
from tests.support.databases import Postgres, Sqlite

pytestmark = pytest.mark.in_turn


CUT = "cut off"  # of PostgreSQL, whose errors have no code


def failing(code: int | str | None, *, bare: bool = False) -> Exception:
    if not isinstance(code, int):
        cut = code == CUT
        said = Exception("planted")
        return sa.exc.OperationalError("SELECT 1", {}, said, connection_invalidated=cut)
    error = sqlite3.OperationalError("planted")
    error.sqlite_errorcode = code
    return error if bare else sa.exc.OperationalError("SELECT 1", {}, error)


@pytest.mark.parametrize(
    ("error", "status", "is_traced"),
    [
        (failing(sqlite3.SQLITE_BUSY), 503, False),
        (failing(sqlite3.SQLITE_IOERR_WRITE), 503, False),
        (failing(sqlite3.SQLITE_FULL, bare=True), 503, False),
        (failing(CUT), 503, False),
        (failing(None), 503, True),  # such as a deadlock: worth looking at
        (failing(sqlite3.SQLITE_ERROR), 500, True),
    ],
)
def test_a_request_that_the_database_could_not_serve(
    app: Flask,
    client: PageClient,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
    status: int,
    is_traced: bool,
) -> None:
    def fails() -> None:
        raise error

    monkeypatch.setitem(app.view_functions, "certification.verify", access.public(fails))
    with caplog.at_level(logging.WARNING):
        page = client.get("/verify", status=status)
    assert "planted" not in page.text
    assert page.headers.get("Retry-After") == ("5" if status == 503 else None)
    assert "/verify" in caplog.text
    assert ("Traceback" in caplog.text) == is_traced
    data = app.test_client().get("/verify", headers={"Accept": "application/json"})
    assert data.get_json()["status"] == status


@pytest.mark.parametrize(
    ("error", "status"), [(failing(sqlite3.SQLITE_BUSY), 503), (StaleDataError(), 409)]
)
def test_what_was_sent_in_vain_is_kept_for_another_time(
    app: Flask, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int
) -> None:
    def fails() -> None:
        raise error

    client = PageClient(app).sign_in(make_account(AccessRole.HR).username, PASSWORD)
    monkeypatch.setitem(app.view_functions, "learning.plan_list", access.public(fails))
    headers = {"Origin": "http://localhost", "Referer": "http://localhost/hr/enrol?by=list"}
    page = client.post("/hr/enrol/list", {"numbers": "1\n2"}, status=status, headers=headers)
    assert page.one(".error-page .button-primary").get("href") == "/hr/enrol?by=list"
    assert page.one("[data-written] textarea").text.strip() == "1\n2"


def test_a_server_that_only_answers_questions_is_told_by_health_and_when_something_is_sent(
    postgres: Postgres, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with postgres.fresh_app().app_context():
        name, address = make_account(AccessRole.TRAINEE).username, postgres.address
        db.session.commit()
    options = f"{'&' if '?' in address else '?'}options=-c%20default_transaction_read_only%3Don"
    app = make_application(make_settings(tmp_path, f"{address}{options}"))
    client = PageClient(app)
    health = client.get("/health", status=503).json
    assert (health["database"], "takes no changes" in caplog.text) == ("failing", True)
    client.get("/sign-in")
    form = {"username": name, "password": PASSWORD, "csrf_token": client.csrf_token()}
    assert client.post("/sign-in", form, status=503).headers["Retry-After"] == "5"
    assert "read-only transaction" in caplog.text
    assert "Traceback" not in caplog.text
    with app.app_context():
        db.engine.dispose()


def test_a_file_that_was_read_only_when_it_was_opened_is_told_until_a_restart(
    sqlite: Sqlite, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    app = sqlite.fresh_app()
    with app.app_context():
        db.engine.dispose()
    monkeypatch.setattr(os, "access", lambda _path, mode: mode != os.W_OK)
    PageClient(app).get("/health", status=503)
    monkeypatch.undo()
    health = PageClient(app).get("/health", status=503).json
    assert (health["database"], "a restart helps" in caplog.text) == ("failing", True)
    with app.app_context():
        db.engine.dispose()
    PageClient(app).get("/health")
