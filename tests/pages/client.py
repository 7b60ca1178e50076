"""The test client: signs in, follows CSRF, inspects every page."""

import secrets
from collections.abc import Callable
from contextvars import Context
from typing import Any, TypeVar

from flask import Flask, has_app_context
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from lms.core import clock
from lms.core.database import db
from lms.core.unit_of_work import unit_of_work
from lms.people import queries, services
from lms.people.passwords.hashing import passwords
from lms.people.views.devices import device_name
from tests.pages.page import Page

Result = TypeVar("Result")


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
        """Begin a session as the sign-in page does for a right password, without its two pages."""
        token = self._apart(self._opened_session, username, password)
        with self.browser.session_transaction() as session:
            session.clear()
            session.update({"_user_id": token, "_fresh": False})
        return self

    def _opened_session(self, username: str, password: str) -> str:
        with self.app.app_context(), unit_of_work():
            account = queries.account_named(username)
            assert account is not None, username
            assert account.suspended_at is None
            assert passwords().matches(account.password_hash, password)
            return services.open_session(now=clock.now(), account=account, device=device_name(""))

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
        return self._apart(self.browser.open, path, **options)

    def _apart(self, act: Callable[..., Result], *arguments: Any, **options: Any) -> Result:
        """Act as another process would: with a context and a session of its own.

        What the test made so far is committed first; what it holds is read anew afterwards.
        """
        if has_app_context():
            db.session.commit()
        result = Context().run(act, *arguments, **options)
        if has_app_context():
            db.session.expire_all()
        return result
