"""Signs that nobody sees are refused at every door that a name comes in by."""

import time
from typing import Any

import pytest
from flask import Flask

from lms.core.tables import Row
from lms.core.tables.texts import has_hidden, trimmed
from lms.people.importing.rules.fields import Field
from lms.people.importing.rules.reading import read_entries
from lms.people.importing.rules.refusals import Reason
from lms.people.models import AccessRole
from lms.standards.api.tokens.scopes import Scope
from tests.builders.api import Caller
from tests.builders.people import PASSWORD, make_account, make_job_role, make_unit
from tests.pages import PageClient
from tests.standards.scim.test_scim import new_user

pytestmark = pytest.mark.in_turn
TURNED = "Нови\u202eкова"
SIGNS = "\u202e\u2066\u200b\u200d\u061c\u00ad\ufeff\u2028\x07\x85"


@pytest.mark.parametrize("sign", SIGNS, ids=ascii)
def test_a_sign_is_found_inside_and_taken_away_around(sign: str) -> None:
    assert has_hidden(f"Нови{sign}кова")
    assert trimmed(f"{sign} Анна{sign}\n") == "Анна"


def test_long_runs_of_spaces_inside_a_text_are_no_work() -> None:
    text, begun = f"a{' ' * 50_000}b", time.process_time()
    assert trimmed(text) == text
    assert time.process_time() - begun < 1  # trying each place anew takes many


def test_what_is_seen_is_taken() -> None:
    assert not has_hidden("О’Нил-Ёжикова née d'Ærø 李 (мл.), окно № 7 – «МФЦ»")


def test_the_import_refuses_it_at_its_field() -> None:
    entry = read_entries([Row(1, ("7", TURNED))], [Field.NUMBER, Field.FAMILY_NAME])[0]
    assert [(one.reason, one.field) for one in entry.faults] == [
        (Reason.BAD_NAME, Field.FAMILY_NAME)
    ]


@pytest.mark.parametrize("field", ["family_name", "given_name", "patronymic", "personnel_number"])
def test_the_api_refuses_it_at_its_field(app: Flask, field: str) -> None:
    caller = Caller(app)
    wish: dict[str, Any] = {
        "personnel_number": "HR-1",
        "family_name": "Новикова",
        "given_name": "Анна",
        "unit": make_unit().public_id,
        "post": make_job_role().public_id,
        "started_on": "2026-01-12",
        # To the library that reads patterns, U+200D is a letter.
        field: "H\u200d1" if field == "personnel_number" else TURNED,
    }
    answer = caller.post("/people", wish, status=422)
    assert [error["field"] for error in answer["errors"]] == [f"body.{field}"]


def test_scim_refuses_it(app: Flask) -> None:
    caller = Caller(app, Scope.SCIM)
    for changed in (
        {"name": {"familyName": TURNED, "givenName": "Анна"}},
        {"userName": "a\u202enovikova"},
    ):
        answer = caller.post("/scim/v2/Users", new_user(**changed), status=400)
        assert "visible" in answer["detail"]
        assert "\u202e" not in answer["detail"]


def test_a_form_refuses_it_at_its_field_and_a_search_takes_it(app: Flask) -> None:
    client = PageClient(app).sign_in(make_account(AccessRole.HR).username, PASSWORD)
    wish = {
        "name": TURNED,
        "address": "https://hr.example/hook",
        "happenings": ["certificate.issued"],
    }
    page = client.post("/webhooks/new", wish, status=422)
    assert "invisible" in page.one("#name-error").text_content()
    client.get("/hr/mail", query_string={"q": TURNED})
