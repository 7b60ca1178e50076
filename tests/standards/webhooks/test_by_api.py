"""Webhooks by the API: what their pages do, by the same rules."""

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask, current_app

from lms.audit.models import AuditEntry
from lms.core.database import db
from lms.people.models import AccessRole
from lms.standards.api.tokens.models import ApiAnswer
from lms.standards.api.tokens.scopes import Scope
from lms.standards.webhooks import services
from lms.standards.webhooks.models import DeliveryState, Webhook, WebhookDelivery
from lms.standards.webhooks.sending import secret_of
from tests.builders.api import Caller, make_hook
from tests.builders.certification import make_certificate
from tests.builders.people import PASSWORD, make_account, make_job_role, make_person, make_unit
from tests.pages import PageClient

pytestmark = pytest.mark.in_turn
WISH = {
    "name": "Payroll",
    "address": "https://hr.example.org/hook",
    "happenings": ["certificate.issued"],
}


@pytest.fixture
def caller(app: Flask) -> Caller:
    return Caller(app)


def tag(caller: Caller, path: str) -> dict[str, str]:
    return {"If-Match": caller.send("GET", path).headers["ETag"]}


def test_a_secret_is_told_once_and_kept_nowhere(caller: Caller) -> None:
    again = {"Idempotency-Key": "hook-1"}
    made = caller.send("POST", "/webhooks", json=WISH, headers=again, status=201)
    settings = current_app.config["SETTINGS"]
    assert made.json["secret"] == secret_of(made.json["id"], settings)
    repeated = caller.send("POST", "/webhooks", json=WISH, headers=again, status=201)
    read = caller.send("GET", made.headers["Location"])
    assert repeated.json == read.json == {**made.json, "secret": None}
    assert made.headers["ETag"] == repeated.headers["ETag"] == read.headers["ETag"]
    assert "whsec_" not in db.session.scalars(sa.select(ApiAnswer.body)).one()
    path = f"{made.headers['Location']}/secret"
    second = caller.post(path, {"secret_number": 1}, status=200)["secret"]
    assert second == secret_of(made.json["id"], settings, 2)
    caller.post(path, {"secret_number": 1}, status=409)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"address": "https://10.0.0.1/"}, "body.address"),
        ({"address": "http://hr.example.org/"}, "body.address"),
        ({"address": "https://u:p@hr.example.org/"}, "body.address"),
        ({"happenings": ["test"]}, "body.happenings.0"),
        ({"happenings": []}, "body.happenings"),
        ({"name": " "}, "body.name"),
    ],
)
def test_a_wrong_field_is_named(caller: Caller, changed: dict[str, Any], field: str) -> None:
    problem = caller.post("/webhooks", {**WISH, **changed}, status=422)
    assert [one["field"] for one in problem["errors"]] == [field]
    path = f"/webhooks/{make_hook(account=caller.account).public_id}"
    caller.send("PATCH", path, json=changed, headers=tag(caller, path), status=422)
    assert db.session.scalars(sa.select(Webhook.name)).one() == "Payroll"


def test_a_hook_is_changed_disabled_and_deleted(caller: Caller) -> None:
    path = f"/webhooks/{make_hook(account=caller.account).public_id}"
    caller.post(f"{path}/tests")
    change = {"address": "https://new.example.org/", "happenings": ["standing.changed"]}
    caller.send("PATCH", path, json=change, status=428)
    changed = caller.send("PATCH", path, json=change, headers=tag(caller, path)).json
    assert changed.items() >= {**change, "name": "Payroll", "disabled_at": None}.items()
    off = caller.send("PATCH", path, json={"disabled": True}, headers=tag(caller, path)).json
    assert off["disabled_at"]
    assert [one["state"] for one in caller.get(f"{path}/deliveries")["items"]] == ["failed"]
    on = caller.send("PATCH", path, json={"disabled": False}, headers=tag(caller, path)).json
    assert on["disabled_at"] is None
    caller.send("DELETE", path, status=204)
    caller.get(path, status=404)
    assert db.session.scalars(sa.select(WebhookDelivery)).all() == []
    actions = sa.select(AuditEntry.action).where(AuditEntry.subject_kind == "webhook")
    assert db.session.scalars(actions.order_by(AuditEntry.id)).all() == [
        f"standards.webhook_{word}"
        for word in ("made", "changed", "disabled", "enabled", "deleted")
    ]


def test_what_was_sent_is_sent_again_under_its_id(caller: Caller) -> None:
    path = f"/webhooks/{make_hook(account=caller.account).public_id}"
    sent = caller.send("POST", f"{path}/tests", status=201)
    place = sent.headers["Location"]
    assert caller.get(place) == sent.json
    caller.post(f"{place}/resend", status=409)
    row = db.session.scalars(sa.select(WebhookDelivery)).one()
    row.state, row.tries, row.status = DeliveryState.FAILED, 7, 500
    again = caller.post(f"{place}/resend", status=200)
    assert again.items() >= {"id": sent.json["id"], "state": "waiting", "tries": 0}.items()
    assert caller.get(f"{path}/deliveries?state=failed")["items"] == []
    hook = db.session.scalars(sa.select(Webhook)).one()
    row.state, hook.disabled_at = DeliveryState.DELIVERED, hook.made_at
    caller.post(f"{place}/resend", status=409)


def test_what_the_owner_may_no_longer_know_is_not_sent_again(app: Flask) -> None:
    here = make_unit()
    person, caller = (
        make_person(unit=here),
        Caller(app, account=make_account(AccessRole.HR, over=here)),
    )
    path = f"/webhooks/{make_hook(account=caller.account).public_id}/deliveries"
    make_certificate(person)
    row = db.session.scalars(sa.select(WebhookDelivery)).one()
    row.state = DeliveryState.FAILED
    caller.post(f"{path}/{row.public_id}/resend", status=200)
    row.state = DeliveryState.FAILED
    there = {"unit": make_unit().public_id, "post": make_job_role().public_id, "on": "2026-02-01"}
    Caller(app).post(
        f"/people/{person.public_id}/transfer", there, headers={"If-Match": "*"}, status=200
    )
    caller.post(f"{path}/{row.public_id}/resend", status=409)


def test_an_account_has_so_many_hooks_at_most(
    caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "MOST", 1)
    caller.post("/webhooks", WISH)
    caller.post("/webhooks", WISH, status=409)
    page = PageClient(caller.browser.application).sign_in(caller.account.username, PASSWORD)
    assert page.post("/webhooks/new", WISH, status=409).select("#name-error")


def test_a_token_makes_nobody_hear_of_more_than_it_reads(app: Flask) -> None:
    caller = Caller(app, Scope.WEBHOOKS_READ, Scope.WEBHOOKS_WRITE, Scope.CERTIFICATES_READ)
    path = f"/webhooks/{caller.post('/webhooks', WISH)['id']}"
    more = {"happenings": ["standing.changed"]}
    caller.post("/webhooks", {**WISH, **more}, status=403)
    caller.send("PATCH", path, json=more, headers=tag(caller, path), status=403)
    wide = f"/webhooks/{make_hook(account=caller.account).public_id}"
    elsewhere = {"address": "https://other.example.org/"}
    caller.send("PATCH", wide, json=elsewhere, headers=tag(caller, wide), status=403)


def test_others_hooks_are_read_by_who_sees_accounts_and_changed_by_none(app: Flask) -> None:
    hook = make_hook("https://hr.example/hook?key=1")
    path = f"/webhooks/{hook.public_id}"
    administrator, hr = Caller(app), Caller(app, account=make_account(AccessRole.HR))
    read = administrator.get(path)
    assert (read["address"], read["is_own"]) == ("https://hr.example/hook?…", False)
    for caller in (administrator, hr):
        caller.send("DELETE", path, status=404)
        caller.send("PATCH", path, json={"disabled": True}, headers={"If-Match": "*"}, status=404)
        caller.post(f"{path}/tests", status=404)
        caller.post(f"{path}/secret", {"secret_number": 1}, status=404)
    hr.get(path, status=404)
    assert hr.get("/webhooks")["items"] == []
