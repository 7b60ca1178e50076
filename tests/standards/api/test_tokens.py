"""Tokens: made by page and command, shown once, kept as a hash, ended in every way."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.audit.models import AuditEntry
from lms.core import clock
from lms.core.database import db
from lms.core.errors import Invalid
from lms.people import services as people
from lms.people.models import AccessRole, Person, RoleGrant
from lms.standards.api.tokens import services
from lms.standards.api.tokens.models import ApiToken
from lms.standards.api.tokens.scopes import Scope
from lms.standards.api.tokens.words import SCOPE_GROUPS
from tests.builders.api import Caller, make_token
from tests.builders.people import (
    NOW,
    PASSWORD,
    make_account,
    make_head,
    make_job_role,
    make_person,
    make_unit,
)
from tests.pages import PageClient

pytestmark = pytest.mark.in_turn

FORM = {"name": "Payroll", "scopes": ["people:read", "standings:read"], "days": "30"}


def hr(app: Flask) -> PageClient:
    account = make_account(AccessRole.HR)
    return PageClient(app).sign_in(account.username, PASSWORD)


def test_the_secret_is_shown_once_and_opens_the_api(app: Flask) -> None:
    client = hr(app)
    place = client.post("/tokens/new", FORM, status=303).location
    made = client.get(place)
    secret = made.select(".token-secret")[0].text_content()
    assert secret not in client.follow(client.get(place, status=303)).text  # a reload
    answer = app.test_client().get("/api/v1/token", headers={"Authorization": f"Bearer {secret}"})
    assert answer.json["scopes"] == ["people:read", "standings:read"]
    assert secret not in client.get("/tokens").text
    stored = db.session.scalars(sa.select(ApiToken)).one()
    assert secret not in str(vars(stored))


def test_hr_can_give_no_more_than_it_has(app: Flask) -> None:
    client = hr(app)
    offered = {field.get("value") for field in client.get("/tokens/new").select("[name=scopes]")}
    assert "enrolments:write" in offered
    assert not offered & {"people:write", "audit:read"}
    page = client.post("/tokens/new", {**FORM, "scopes": ["audit:read"]}, status=422)
    assert "Choose among what is offered." in page.text


@pytest.mark.parametrize("field", ["name", "scopes"])
def test_a_form_that_lacks_something_is_shown_again(app: Flask, field: str) -> None:
    page = hr(app).post("/tokens/new", {k: v for k, v in FORM.items() if k != field}, status=422)
    assert page.select(".field-error")
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ApiToken)) == 0


def test_a_revoked_token_opens_nothing(app: Flask) -> None:
    caller = Caller(app)
    administrator = PageClient(app).sign_in(caller.account.username, PASSWORD)
    administrator.post(f"/tokens/{caller.token.public_id}/revoke")
    assert "Revoked" in administrator.get("/tokens").text
    caller.send("GET", "/token", status=401)


def test_a_heads_token_reaches_their_centre_for_as_long_as_they_head_it(app: Flask) -> None:
    centre = make_unit()
    head = make_head(centre)
    make_person("Петров", unit=make_unit())
    account = make_account(person=head)
    client = PageClient(app).sign_in(account.username, PASSWORD)
    offered = {field.get("value") for field in client.get("/tokens/new").select("[name=scopes]")}
    assert {"people:read", "enrolments:write", "staffing:read", "lists:read"} <= offered
    assert not offered & {"people:write", "leaves:read", "certificates:write", "mail:read"}
    caller = Caller(app, account=account)
    assert [one["id"] for one in caller.get("/people")["items"]] == [head.public_id]
    caller.get("/mail", status=403)
    people.transfer(
        now=NOW,
        actor_key=None,
        person=db.session.get_one(Person, account.person_id),
        unit=centre,
        job_role=make_job_role(),
        on=NOW.date(),
        today=NOW.date(),
    )
    caller.get("/people", status=403)


def test_each_scope_stands_once_in_the_form() -> None:
    listed = [one for _title, rows in SCOPE_GROUPS for row in rows for one in row if one]
    assert sorted(listed, key=list(Scope).index) == list(Scope)


def test_an_expired_token_opens_nothing(app: Flask) -> None:
    caller = Caller(app)
    caller.token.made_at = clock.now() - timedelta(days=2)
    caller.token.expires_at = clock.now() - timedelta(seconds=1)
    caller.send("GET", "/token", status=401)


def test_a_token_ends_itself(app: Flask) -> None:
    caller = Caller(app, Scope.PEOPLE_READ)
    caller.send("DELETE", "/token", status=204)
    caller.send("GET", "/token", status=401)


def test_a_token_dies_with_its_owners_account(app: Flask) -> None:
    caller = Caller(app)
    people.suspend(now=NOW, actor_key=None, account=caller.account)
    caller.send("GET", "/token", status=401)


def test_a_token_loses_what_its_owner_loses(app: Flask) -> None:
    caller = Caller(app)
    for grant in db.session.scalars(sa.select(RoleGrant)):
        grant.ended_at = NOW
    caller.send("GET", "/people", status=403)


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer x", "Bearer lms_x", "Basic lms_x", "Bearer lms_\x80"]
)
def test_what_is_no_token_is_told_how_to_bring_one(app: Flask, header: str) -> None:
    answer = app.test_client().get("/api/v1/people", headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="api"'
    assert answer.mimetype == "application/problem+json"


def test_a_scope_that_is_lacking_is_named(app: Flask) -> None:
    problem = Caller(app, Scope.COURSES_READ).get("/people", status=403)
    assert "people:read" in problem["detail"]


def test_a_session_opens_no_operation(app: Flask) -> None:
    client = hr(app)
    assert client.browser.get("/api/v1/people").status_code == 401


def test_the_last_use_is_noted_also_by_reading(app: Flask) -> None:
    caller = Caller(app)
    caller.get("/token")
    assert db.session.get_one(ApiToken, caller.token.id).last_used_at is not None


@pytest.mark.parametrize("days", [0, -1, 367])
def test_a_term_is_never_left_open(app: Flask, days: int) -> None:
    with pytest.raises(Invalid):
        make_token(make_account(AccessRole.HR), Scope.PEOPLE_READ, days=days)


def test_another_ones_token_looks_missing_to_hr(app: Flask) -> None:
    token, _secret = make_token(make_account(AccessRole.HR), Scope.PEOPLE_READ)
    hr(app).post(f"/tokens/{token.public_id}/revoke", status=404)


def test_the_command_makes_lists_and_revokes(app: Flask) -> None:
    account = make_account(AccessRole.HR, over=make_unit())
    db.session.commit()
    run = app.test_cli_runner().invoke
    made = run(args=["tokens", "make", account.username, "--name", "X", "--scope", "people:read"])
    assert made.output.startswith(services.PREFIX), made.output
    listed = run(args=["tokens", "list"]).output
    assert made.output.strip()[-4:] not in listed
    key = listed.split("\t")[0]
    ends = datetime(2026, 12, 1, 21, 0, tzinfo=UTC)  # Moscow's midnight
    assert services.last_day(ApiToken(expires_at=ends)) == date(2026, 12, 2)
    assert run(args=["tokens", "revoke", key]).exit_code == 0
    assert listed.strip() + "\trevoked" == run(args=["tokens", "list"]).output.strip()
    asked = ["--scope", "people:read", "--scope", "people:write", "--scope", "scim"]
    refused = run(args=["tokens", "make", account.username, "--name", "Y", *asked])
    assert refused.exit_code == 1
    assert "people:write, scim" in refused.output
    assert "Y" not in run(args=["tokens", "list"]).output


def test_a_token_is_revoked_with_a_word_why(app: Flask) -> None:
    caller = Caller(app)
    administrator = PageClient(app).sign_in(caller.account.username, PASSWORD)
    address = f"/tokens/{caller.token.public_id}/revoke"
    administrator.post(address, {"reason": "x" * 301}, status=422)
    assert administrator.get("/tokens").select("form[data-confirm]")
    administrator.post(address, {"reason": "Lost"}, status=303)
    told = sa.select(AuditEntry.reason).where(AuditEntry.action == "standards.token_revoked")
    assert db.session.scalars(told).all() == ["Lost"]


def test_an_auditor_reads_all_tokens_and_is_offered_nothing(app: Flask) -> None:
    caller = Caller(app)
    auditor = make_account(AccessRole.AUDITOR)
    page = PageClient(app).sign_in(auditor.username, PASSWORD).get("/tokens")
    assert caller.token.name in page.text
    assert page.select("main form, main a[href$='/new']") == []
