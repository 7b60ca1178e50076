"""Builders of tokens, and a caller of the API who holds one."""

from contextvars import Context
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from lms.core import clock
from lms.core.database import db
from lms.people.models import AccessRole, Account, OrganisationUnit
from lms.standards.api.tokens import services
from lms.standards.api.tokens.models import ApiToken
from lms.standards.api.tokens.scopes import Scope
from lms.standards.webhooks import services as hooks
from lms.standards.webhooks.models import Happening, Webhook
from tests.builders.people import make_account


def make_token(account: Account, *scopes: Scope, days: int = 30) -> tuple[ApiToken, str]:
    """A token of ``account`` (default: with every scope) and its secret."""
    return services.make_token(
        account=account,
        name="HR system",
        scopes=scopes or tuple(Scope),
        days=days,
        actor_key=None,
        now=clock.now(),
    )


def make_hook(
    address: str = "https://hr.example/hook",
    over: OrganisationUnit | None = None,
    account: Account | None = None,
) -> Webhook:
    """A hook that is told of everything; its owner is HR over ``over`` (default: all)."""
    return hooks.make_hook(
        account=account or make_account(AccessRole.HR, over=over),
        name="Payroll",
        address=address,
        happenings=set(Happening),
        now=clock.now(),
    )


class Caller:
    """Another system with a token."""

    def __init__(self, app: Flask, *scopes: Scope, account: Account | None = None) -> None:
        self.account = account or make_account(AccessRole.ADMINISTRATOR)
        self.token, self.secret = make_token(self.account, *scopes)
        self.person_key = self.account.person.public_id
        self.browser = app.test_client(use_cookies=False)

    def send(
        self,
        method: str,
        path: str,
        *,
        status: int | None = 200,
        headers: Any = None,
        **options: Any,
    ) -> TestResponse:
        """Send a request beneath ``/api/v1``; assert the answer's status, if one is given."""
        db.session.commit()
        given = {"Authorization": f"Bearer {self.secret}", **(headers or {})}
        address = path if path.startswith(("/scim", "/api")) else f"/api/v1{path}"
        answer = Context().run(
            self.browser.open, address, method=method, headers=given, buffered=True, **options
        )
        db.session.expire_all()
        assert status in (None, answer.status_code), (
            f"{method} {path}: {answer.get_data(as_text=True)}"
        )
        return answer

    def get(self, path: str, **options: Any) -> Any:
        """Read; return the JSON."""
        return self.send("GET", path, **options).json

    def post(self, path: str, body: Any = None, *, status: int = 201, **options: Any) -> Any:
        """Send ``body`` as JSON; return the JSON."""
        return self.send("POST", path, json=body, status=status, **options).json
