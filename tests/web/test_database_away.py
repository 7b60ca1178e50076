"""A database that can't be worked with now is told as that, and a wrong statement as a fault."""

import logging
import sqlite3

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.web import access
from tests.pages import PageClient

pytestmark = pytest.mark.in_turn


def failing(code: int | None, *, bare: bool = False) -> Exception:
    said = sqlite3.OperationalError("planted") if code is not None else Exception("planted")
    if code is not None:
        said.sqlite_errorcode = code  # type: ignore[attr-defined]
    return said if bare else sa.exc.OperationalError("SELECT 1", {}, said)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (failing(sqlite3.SQLITE_BUSY), 503),
        (failing(sqlite3.SQLITE_IOERR_WRITE), 503),
        (failing(sqlite3.SQLITE_FULL, bare=True), 503),
        (failing(None), 503),  # PostgreSQL's has no such code: the server is gone
        (failing(sqlite3.SQLITE_ERROR), 500),
    ],
)
def test_a_request_that_the_database_could_not_serve(
    app: Flask,
    client: PageClient,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
    status: int,
) -> None:
    def fails() -> None:
        raise error

    monkeypatch.setitem(app.view_functions, "certification.verify", access.public(fails))
    with caplog.at_level(logging.ERROR):
        page = client.get("/verify", status=status)
    assert "planted" not in page.text
    assert page.headers.get("Retry-After") == ("5" if status == 503 else None)
    assert "/verify" in caplog.text
    data = app.test_client().get("/verify", headers={"Accept": "application/json"})
    assert data.get_json()["status"] == status
