"""Windows, hours, needs and who works when, by the API: as the pages of staffing set them."""

from base64 import b64encode
from typing import Any

import pytest
from flask import Flask

from lms.people.models import AccessRole, OrganisationUnit
from lms.standards.api.tokens.scopes import Scope
from tests.builders.api import Caller
from tests.builders.certification import make_taught_course
from tests.builders.people import make_account, make_person, make_unit
from tests.builders.schemes import make_scheme
from tests.builders.staffing import make_centre, make_group, make_head, plan_centre

pytestmark = pytest.mark.in_turn
FIRST = {"weekday": 1, "shift": "first"}
NAME = {"ru": "Паспорта", "en": "Passports"}
AWAY = {"first_on": "2099-12-01", "last_on": "2099-12-14", "shifts": []}


@pytest.fixture
def here() -> OrganisationUnit:
    return make_unit()


@pytest.fixture
def head(app: Flask, here: OrganisationUnit) -> Caller:
    return Caller(app, account=make_account(person=make_head(here)))


def places(problem: Any) -> list[str]:
    return [one["field"] for one in problem["errors"]]


def test_a_service_group_is_made_changed_and_retired(app: Flask) -> None:
    caller, scheme = Caller(app), make_scheme()
    wish = {"key": "passports", "name": NAME, "certifications": [scheme.public_id]}
    made = caller.send("POST", "/service-groups", json=wish, status=201)
    own, tag = made.headers["Location"], {"If-Match": made.headers["ETag"]}
    assert caller.get(own) == made.json
    assert caller.get("/service-groups")["items"] == [made.json]
    changed = caller.send("PATCH", own, json={"certifications": []}, headers=tag)
    assert (changed.json["certifications"], changed.json["name"]) == ([], NAME)
    caller.send("PATCH", own, json={"is_retired": True}, headers=tag, status=412)
    tag = {"If-Match": changed.headers["ETag"]}
    assert caller.send("PATCH", own, json={"is_retired": True}, headers=tag).json["retired_at"]
    assert caller.get("/service-groups")["items"] == []
    assert len(caller.get("/service-groups?retired=true")["items"]) == 1
    for wrong, field in (
        ({"key": "passports"}, "body.key"),
        ({"key": "Паспорта"}, "body.key"),
        ({"key": "land", "certifications": ["0" * 16]}, "body.certifications.0"),
        ({"key": "land", "name": NAME | {"ru": " "}}, "body.name.ru"),
    ):
        assert places(caller.post("/service-groups", wish | wrong, status=422)) == [field]


def test_a_centre_is_set_up_and_its_week_follows(head: Caller, here: OrganisationUnit) -> None:
    group, path = make_group(), f"/staffing/{here.public_id}/setup"
    read = head.send("GET", path)
    assert [one["opens"] for one in read.json["hours"]] == ["08:00"] * 7
    need = {**FIRST, "group": group.public_id, "windows": 1}
    wish: dict[str, Any] = {
        "windows": [{"number": 7, "offers": [group.public_id]}],
        "hours": [{"weekday": 1, "opens": "09:00", "changes": "13:00", "closes": "18:00"}],
        "needs": [need],
        "pattern": [FIRST],
    }
    tag = {"If-Match": read.headers["ETag"]}
    head.send("PATCH", path, json=wish, status=428)
    saved = head.send("PATCH", path, json=wish, headers=tag)
    assert {name: saved.json[name] for name in ("windows", "needs", "pattern")} == {
        name: wish[name] for name in ("windows", "needs", "pattern")
    }
    assert [one["opens"] for one in saved.json["hours"]] == ["09:00", *["08:00"] * 6]
    head.send("PATCH", path, json=wish, headers=tag, status=412)
    week = head.get(f"/staffing/{here.public_id}?week=2026-03-02")
    assert (week["required"], week["staffed"], week["parts"][0]["closes"]) == (1, 1, "13:00")
    tag = {"If-Match": saved.headers["ETag"]}
    closed = head.send("PATCH", path, json={"hours": [{"weekday": 1}]}, headers=tag)
    assert closed.json["needs"] == [need]
    assert head.get(f"/staffing/{here.public_id}?week=2026-03-02")["required"] == 0


def test_a_wrong_setup_is_refused_by_place_and_changes_nothing(
    head: Caller, here: OrganisationUnit
) -> None:
    group, path = make_group().public_id, f"/staffing/{here.public_id}/setup"
    read = head.send("GET", path)
    tag, window = {"If-Match": read.headers["ETag"]}, {"number": 1, "offers": []}
    need = {**FIRST, "group": group, "windows": 1}
    for wrong, field in (
        ({"windows": [window, window]}, "body.windows"),
        ({"windows": [{"number": 1000, "offers": []}]}, "body.windows.0.number"),
        ({"windows": [window | {"offers": [group, "0" * 16]}]}, "body.windows.0.offers.1"),
        ({"windows": [window], "hours": [{"weekday": 1, "opens": "08:00"}]}, "body.hours.0.opens"),
        ({"hours": [{"weekday": 7}, {"weekday": 7}]}, "body.hours.1"),
        ({"needs": [need, {**need, "windows": 2}]}, "body.needs.1"),
        ({"windows": [window], "needs": [need | {"group": "0" * 16}]}, "body.needs.0.group"),
        ({"pattern": [{"weekday": 0, "shift": "first"}]}, "body.pattern.0.weekday"),
    ):
        problem = head.send("PATCH", path, json=wrong, headers=tag, status=422).json
        assert places(problem) == [field]
    assert head.get(path) == read.json


def test_when_somebody_works_is_said_and_taken_back(head: Caller, here: OrganisationUnit) -> None:
    person = make_person("Абрамова", unit=here)
    staff = f"/staffing/{here.public_id}/people"
    own = f"{staff}/{person.public_id}"
    read = head.send("GET", own)
    tag = {"If-Match": read.headers["ETag"]}
    set_to = head.send("PUT", f"{own}/pattern", json={"pattern": [FIRST]}, headers=tag)
    assert set_to.json["pattern"] == [FIRST]
    head.send("PUT", f"{own}/pattern", json={"pattern": []}, headers=tag, status=412)
    noted = head.post(f"{own}/days", AWAY | {"shifts": ["second"]})
    listed = head.get(f"{staff}?q=Абрамова&limit=1")["items"]
    assert listed == [set_to.json | {"days": [noted]}]
    head.send("DELETE", f"{own}/days/{noted['id']}", status=204)
    head.send("DELETE", f"{own}/days/{noted['id']}", status=404)
    tag = {"If-Match": head.send("GET", own).headers["ETag"]}
    left = head.send("PUT", f"{own}/pattern", json={"pattern": None}, headers=tag)
    assert left.json == read.json
    for wrong in ({"last_on": "2099-11-30"}, {"last_on": "2101-01-01"}):
        assert places(head.post(f"{own}/days", AWAY | wrong, status=422)) == ["body.last_on"]


def table(text: str, kind: str = "windows") -> dict[str, str]:
    return {"kind": kind, "content": b64encode(text.encode()).decode()}


def test_a_table_is_checked_and_taken_as_a_whole(head: Caller, here: OrganisationUnit) -> None:
    group, other = make_group(), make_centre()
    checking, path = "/staffing-imports/dry-run", f"/staffing/{here.public_id}/setup"
    row = f"{here.code};7;{group.key}"
    wrong = head.post(checking, table(f"{row}\n{other.code};1;"), status=200)
    assert wrong["checked"] is None
    assert [(one["line"], one["flaw"]) for one in wrong["flaws"]] == [(2, "no_centre")]
    right = head.post(checking, table(row), status=200)
    assert head.get(path)["windows"] == []
    assert head.post("/staffing-imports", {"checked": right["checked"]}, status=200) == {"rows": 1}
    assert head.get(path)["windows"] == [{"number": 7, "offers": [group.public_id]}]
    head.post("/staffing-imports", {"checked": right["checked"][:-1]}, status=409)
    for content in (b64encode(b"centre;window\na;1").decode(), "AAAAA"):
        problem = head.post(checking, table("") | {"content": content}, status=422)
        assert places(problem) == ["body.content"]


def test_training_that_closes_the_gap_is_named_and_enrolled_in(
    app: Flask, head: Caller, here: OrganisationUnit
) -> None:
    narrow = Caller(app, Scope.ENROLMENTS_WRITE, account=head.account)
    make_taught_course("taught")
    group, person = make_group(make_scheme()), make_person("Кандидатова", unit=here)
    plan_centre(here, group)
    path, due_on = f"/staffing/{here.public_id}/training", "2099-12-01"
    found = head.get(path)
    [short] = found["groups"]
    assert (found["won"], short["group"]["id"], short["number"]) == (1, group.public_id, 2)
    assert [one["is_chosen"] for one in short["candidates"]].count(True) == 1
    chosen = {"person": person.public_id, "group": group.public_id}
    wish = {"week": found["monday"], "candidates": [chosen], "reason": "Окна пустуют"}
    stranger = chosen | {"person": make_person().public_id}
    for wrong, field in (
        ({"candidates": [chosen, stranger]}, "body.candidates.1"),
        ({"due_on": "2020-01-01"}, "body.due_on"),
        ({"week": "1999-01-01"}, "body.week"),
    ):
        assert places(head.post(path, wish | wrong, status=422)) == [field]
    narrow.post(path, wish, status=404)  # the centre's week isn't its to see
    assert head.post(path, wish | {"due_on": due_on}, status=200) == {"enrolments": 1}
    assert head.post(path, wish, status=422)
    assert [one["due_on"] for one in head.get("/enrolments")["items"]] == [due_on]


def test_staffing_is_set_by_who_plans_a_centre_and_nobody_else(app: Flask, head: Caller) -> None:
    there = make_centre()
    auditor = Caller(app, account=make_account(AccessRole.AUDITOR))
    reading = Caller(app, Scope.STAFFING_READ, account=head.account)
    setup, person = f"/staffing/{there.public_id}/setup", make_person(unit=there)
    own = f"/staffing/{there.public_id}/people/{person.public_id}"
    wish = {"key": "land", "name": NAME, "certifications": []}
    head.get(setup, status=404)
    head.post(f"{own}/days", AWAY, status=404)
    head.post("/service-groups", wish, status=403)
    auditor.get(f"/staffing/{there.public_id}")
    auditor.get(setup, status=404)
    for caller in (auditor, reading):
        caller.send("PATCH", setup, json={}, status=403)
        caller.post(f"{own}/days", AWAY, status=403)
        caller.post("/staffing-imports/dry-run", table("a;b;c"), status=403)
    assert reading.get("/service-groups")["items"] == []
