"""An examiner at the desk, with a scope."""

from typing import Any

from flask import Flask

from lms.people.models import AccessRole, OrganisationUnit
from tests.builders.people import PASSWORD, make_account
from tests.pages import PageClient


def examiner(app: Flask, over: OrganisationUnit | None = None, **overrides: Any) -> PageClient:
    """An instructor signed in, over the whole network or one part of it."""
    account = make_account(AccessRole.INSTRUCTOR, over=over, **overrides)
    return PageClient(app).sign_in(account.username, PASSWORD)
