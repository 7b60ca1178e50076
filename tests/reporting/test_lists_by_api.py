"""Saved lists by the API: kept, read, mailed and deleted as on their pages, by the same rights."""

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.audit.models import AuditEntry
from lms.core.database import db
from lms.people.models import AccessRole, Person
from lms.reporting.resources.shown import scope_of
from lms.standards.api.tokens.scopes import Scope
from lms.web.lists.tables import kinds
from tests.builders.api import Caller
from tests.builders.certification import make_certificate
from tests.builders.lists import make_saved_list, name_colleague
from tests.builders.people import make_account, make_person, make_unit

pytestmark = pytest.mark.in_turn

WISH = {
    "kind": "registry",
    "name": "Expiring  soon",
    "values": {"status": "expiring", "days": "60"},
}
WEEKLY = {"rhythm": "weekly", "weekday": 5, "hour": 7, "file": "csv"}


@pytest.fixture
def caller(app: Flask) -> Caller:
    return Caller(app, account=make_account(AccessRole.HR))


def tag_of(caller: Caller, path: str) -> dict[str, str]:
    return {"If-Match": caller.send("GET", path).headers["ETag"]}


def test_a_list_is_kept_renamed_and_deleted(caller: Caller) -> None:
    made = caller.send("POST", "/saved-lists", json=WISH, status=201)
    path, tag = made.headers["Location"], {"If-Match": made.headers["ETag"]}
    assert (made.json["name"], made.json["values"]) == ("Expiring soon", WISH["values"])
    caller.post("/saved-lists", WISH, status=409)
    caller.send("PATCH", path, json={"name": "Soon"}, status=428)
    caller.send("PATCH", path, json={"name": "Soon"}, headers=tag)
    caller.send("PATCH", path, json={"name": "Later"}, headers=tag, status=412)
    assert [one["name"] for one in caller.get("/saved-lists?kind=registry")["items"]] == ["Soon"]
    tag = tag_of(caller, path)
    wrong = caller.send("PATCH", path, json={"values": {"evil": "x"}}, headers=tag, status=422)
    assert [error["field"] for error in wrong.json["errors"]] == ["body.values.evil"]
    caller.send("PATCH", path, json={"values": {"status": "expired"}}, headers=tag)
    caller.send("PATCH", path, json={"values": {}}, headers=tag, status=412)
    shown = caller.get(path)
    assert (shown["name"], shown["values"]) == ("Soon", {"status": "expired"})
    caller.send("DELETE", path, status=204)
    caller.send("DELETE", path, status=404)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"kind": "lost"}, "body.kind"),
        ({"values": {"evil": "x"}}, "body.values.evil"),
        ({"kind": "staffing", "values": {}}, "body.values.unit_id"),
        ({"kind": "staffing", "values": {"unit_id": "0" * 16}}, "body.values"),
        ({"name": "  "}, "body.name"),
    ],
)
def test_a_wrong_list_is_refused_by_its_field(caller: Caller, changed: Any, field: str) -> None:
    problem = caller.post("/saved-lists", WISH | changed, status=422)
    assert [error["field"] for error in problem["errors"]] == [field]


def test_rows_are_those_that_the_owner_may_see_and_the_token_may_read(app: Flask) -> None:
    here = make_unit()
    for number in range(3):
        make_certificate(make_person(f"Здешний{number}", unit=here))
    make_certificate(make_person("Нездешний", unit=make_unit()))
    account = make_account(AccessRole.HR, unit=here, over=here)
    caller = Caller(app, Scope.LISTS_READ, Scope.CERTIFICATES_READ, account=account)
    bare = Caller(app, Scope.LISTS_READ, account=account)
    path = f"/saved-lists/{make_saved_list(account.person_id, values={}).public_id}"
    first = caller.get(f"{path}/rows?limit=2")
    rest = caller.get(f"{path}/rows?limit=2&cursor={first['next']}")
    assert rest["next"] is None
    rows = [str(row) for row in first["rows"] + rest["rows"]]
    assert len(rows) == 3
    assert all("Здешний" in row for row in rows)
    file = caller.send("GET", f"{path}/file").get_data(as_text=True)
    assert [f"Здешний{number}" in file for number in range(3)] == [True] * 3
    assert "Нездешний" not in file
    taken = sa.select(AuditEntry.actor_key).where(AuditEntry.action == "reporting.list_taken")
    assert list(db.session.scalars(taken)) == [caller.person_key]
    assert "certificates:read" in bare.get(f"{path}/rows", status=403)["detail"]
    bare.send("GET", f"{path}/file", status=403)


def test_every_kind_of_list_can_be_read_with_some_scope(app: Flask) -> None:
    assert [kind.key for kind in kinds().values() if scope_of(kind) is None] == []
    assert len(Caller(app).get("/saved-list-kinds")["kinds"]) == len(kinds())


def test_a_list_is_scheduled_paused_and_mailed_now(caller: Caller) -> None:
    colleague = make_account(AccessRole.HR).person
    path = caller.send("POST", "/saved-lists", json=WISH, status=201).headers["Location"]
    caller.post(f"{path}/runs", status=404)
    tag = tag_of(caller, path)
    wrong = WEEKLY | {"weekday": None, "month_day": 1}
    problem = caller.send("PUT", f"{path}/schedule", json=wrong, headers=tag, status=422).json
    assert {one["field"] for one in problem["errors"]} == {"body.weekday", "body.month_day"}
    caller.send("PUT", f"{path}/schedule", json=WEEKLY, headers=tag)
    caller.send("PUT", f"{path}/schedule", json=WEEKLY, headers=tag, status=412)
    assert caller.post(f"{path}/schedule/pause", status=200)["schedule"]["next_at"] is None
    assert caller.post(f"{path}/schedule/resume", status=200)["schedule"]["weekday"] == 5
    given = {"is_mailed": True, "is_shared": False}
    caller.send("PUT", f"{path}/people/{colleague.public_id}", json=given)
    key = {"Idempotency-Key": "once"}
    run = caller.post(f"{path}/runs", status=202, headers=key)
    assert caller.post(f"{path}/runs", status=202, headers=key) == run
    assert len(run["recipients"]) == 2
    assert [one["id"] for one in caller.get(f"{path}/runs")["items"]] == [run["id"]]


def test_a_colleagues_list_is_read_and_left_but_not_changed(app: Flask, caller: Caller) -> None:
    row = make_saved_list(make_account(AccessRole.HR).person_id)
    path, own = (
        f"/saved-lists/{row.public_id}",
        db.session.get_one(Person, caller.account.person_id),
    )
    caller.get(path, status=404)
    name_colleague(row, own)
    shown = caller.get(path)
    assert (shown["is_own"], shown["schedule"], shown["people"]) == (False, None, [])
    caller.get(f"{path}/rows")
    caller.send("DELETE", path, status=404)
    other = make_account(AccessRole.TRAINEE).person
    given = {"is_mailed": True, "is_shared": True}
    caller.send("PUT", f"{path}/people/{other.public_id}", json=given, status=404)
    mine = f"/saved-lists/{make_saved_list(own.id).public_id}/people/{other.public_id}"
    caller.send("PUT", mine, json=given, status=422)
    caller.send("DELETE", f"{path}/people/{own.public_id}", status=204)
    caller.get(path, status=404)
