"""What lists are narrowed to by their addresses: one rule, whatever the list."""

from datetime import date

import pytest
from flask import Flask, url_for

from lms.people.models import AccessRole
from lms.people.permissions import ROLE_PERMISSIONS
from lms.web.lists.asking import NotOffered, day_offered, offered
from lms.web.lists.tables import kinds
from tests.builders.people import PASSWORD, make_account
from tests.pages import PageClient

pytestmark = pytest.mark.in_turn


def test_a_value_is_what_it_stands_for_and_none_narrows_nothing() -> None:
    assert offered({"state": "b"}, "state", {"a": 1, "b": 2}) == 2
    assert offered({"state": ""}, "state", {"a": 1}) is offered({}, "state", {}) is None
    assert day_offered({"on": "2026-12-01"}, "on") == date(2026, 12, 1)
    assert day_offered({"on": ""}, "on") is None


@pytest.mark.parametrize("value", ["c", "a ", "\u0661", "9" * 30])
def test_what_is_not_offered_is_refused(value: str) -> None:
    with pytest.raises(NotOffered):
        offered({"state": value}, "state", {"a": 1})
    with pytest.raises(NotOffered):
        day_offered({"on": value}, "on")


@pytest.mark.parametrize("role", [AccessRole.HR, AccessRole.ADMINISTRATOR])
def test_every_list_refuses_what_it_does_not_offer_and_makes_no_file_of_it(
    app: Flask, role: AccessRole
) -> None:
    permissions = ROLE_PERMISSIONS[role]
    account = make_account(role)
    client = PageClient(app).sign_in(account.username, PASSWORD)
    asked = [
        (kind, name)
        for kind in kinds().values()
        for name in set(kind.fields) - kind.typed
        if not kind.needed and kind.permission in permissions
    ]
    assert asked
    for kind, name in asked:
        with app.test_request_context():
            address = url_for(kind.endpoint, **{name: "nothing"})
        page = client.get(address, status=422)
        assert "whole list" in page.text or page.select("[aria-invalid=true]"), address
        client.post(f"/lists/{kind.key}.csv", {name: "nothing"}, status=303)
