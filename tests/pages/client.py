"""The test client: signs in, follows CSRF, inspects every page."""

import secrets
from contextvars import Context
from typing import Any

from flask import Flask, has_app_context
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from lms.core.database import db
from tests.pages.page import Page


class PageClient:
    """A browser of one visitor, without JavaScript."""

    def __init__(self, app: Flask, language: str = "en") -> None:
        self.app = app
        self.browser = app.test_client()
        self.browser.set_cookie("language", language)

    def get(self, path: str, *, status: int = 200, **options: Any) -> Page:
        """Open ``path``; assert its status and inspect it."""
        return self._open("GET", path, status=status, **options)

    def post(
        self,
        path: str,
        data: dict[str, Any] | None = None,
        *,
        status: int | None = None,
        csrf: bool = True,
        **options: Any,
    ) -> Page:
        """Send a form (with a valid CSRF token unless ``csrf`` is False). Default status: 302 or 303."""
        data = dict(data or {})
        if csrf and "json" not in options:
            data.setdefault("csrf_token", self.csrf_token())
        if "json" not in options:
            options["data"] = data
        return self._open("POST", path, status=status, **options)

    def follow(self, page: Page) -> Page:
        """Open where ``page`` redirects to."""
        assert page.status in (301, 302, 303), f"no redirect: {page.status}"
        return self.get(page.location)

    def csrf_token(self) -> str:
        """Return a token valid for this browser's session, as any page with a form would hold it."""
        with self.browser.session_transaction() as session:
            secret = session.setdefault("csrf_token", secrets.token_hex(20))
        serializer = URLSafeTimedSerializer(self.app.secret_key, salt="wtf-csrf-token")
        return str(serializer.dumps(secret))

    def sign_in(self, username: str, password: str) -> "PageClient":
        """Sign in through the page."""
        self.post("/sign-in", {"username": username, "password": password})
        return self

    def _open(self, method: str, path: str, *, status: int | None, **options: Any) -> Page:
        options.setdefault("buffered", True)  # a file is read to its end, as a browser does
        options.setdefault("headers", {}).setdefault(
            "Accept", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.5"
        )
        page = Page(self._request(path, method=method, **options))
        expected = {status} if status is not None else {302, 303}
        assert page.status in expected, (
            f"{method} {path}: {page.status}, not {expected}\n{page.text[:2000]}"
        )
        page.inspect()
        return page

    def _request(self, path: str, **options: Any) -> TestResponse:
        """Send one request as another process would: with a context and a session of its own.

        What the test made so far is committed first; what it holds is read anew afterwards.
        """
        if has_app_context():
            db.session.commit()
        answer = Context().run(self.browser.open, path, **options)
        if has_app_context():
            db.session.expire_all()
        return answer
