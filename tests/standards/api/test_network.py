"""What the network is made of, by the API: as administrators keep it on its pages."""

from typing import Any

import pytest
from flask import Flask

from lms.people.models import AccessRole, UnitKind
from lms.standards.api.tokens.scopes import Scope
from tests.builders.api import Caller
from tests.builders.people import make_account, make_person, make_unit, network
from tests.builders.schemes import make_rule, make_scheme

pytestmark = pytest.mark.in_turn
NAME = {"ru": "Сокол", "en": "Sokol"}


@pytest.fixture
def caller(app: Flask) -> Caller:
    person = make_person(employed=False)
    return Caller(app, account=make_account(AccessRole.ADMINISTRATOR, person=person))


def codes(caller: Caller, asked: str = "") -> list[str]:
    return [one["code"] for one in caller.get(f"/units{asked}")["items"]]


def centre(**changed: Any) -> dict[str, Any]:
    return {
        "kind": "service_centre",
        "parent": network().public_id,
        "code": "sokol",
        "name": NAME,
        **changed,
    }


def test_a_unit_is_added_named_closed_and_opened_again(caller: Caller) -> None:
    north = caller.post("/units", centre(kind="district", code="north"))
    made = caller.send("POST", "/units", json=centre(parent=north["id"]), status=201)
    own, tag = made.headers["Location"], {"If-Match": made.headers["ETag"]}
    assert caller.get(own) == made.json
    assert (made.json["parent"], made.json["name"]) == (north["id"], NAME)
    named = {"name": {"ru": " Сокольники ", "en": "Sokolniki"}}
    assert caller.send("PATCH", own, json=named, headers=tag).json["name"]["ru"] == "Сокольники"
    caller.send("PATCH", own, json={"name": NAME}, headers=tag, status=412)
    above = f"/units/{north['id']}"
    caller.post(f"{above}/close", status=409)
    assert caller.post(f"{own}/close", status=200)["closed_on"]
    caller.post(f"{above}/close", status=200)
    assert codes(caller) == ["network"]
    assert codes(caller, "?closed=true") == ["network", "north", "sokol"]
    caller.post(f"{own}/reopen", status=409)
    caller.post("/units", centre(parent=north["id"], code="other"), status=422)
    caller.post(f"{above}/reopen", status=200)
    assert caller.post(f"{own}/reopen", status=200)["closed_on"] is None
    caller.post(f"/units/{network().public_id}/close", status=404)


def test_a_post_is_added_and_named(caller: Caller) -> None:
    wish = {"code": "guide", "name": NAME}
    made = caller.send("POST", "/posts", json=wish, status=201)
    own, tag = made.headers["Location"], {"If-Match": made.headers["ETag"]}
    assert caller.get(own) == made.json
    caller.send("PATCH", own, json={"name": NAME | {"en": "Guide"}}, headers=tag)
    caller.send("PATCH", own, json={"name": NAME}, headers=tag, status=412)
    assert "Guide" in [one["name"]["en"] for one in caller.get("/posts")["items"]]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"code": "Север"}, "body.code"),
        ({"code": "network"}, "body.code"),
        ({"name": {"ru": " ", "en": "N"}}, "body.name.ru"),
        ({"name": {"ru": "Н", "en": "N\u202ex"}}, "body.name.en"),
        ({"parent": "0" * 16}, "body.parent"),
        ({"kind": "network"}, "body.kind"),
    ],
)
def test_a_wrong_unit_is_refused_by_field(caller: Caller, changed: dict, field: str) -> None:
    problem = caller.post("/units", centre(**changed), status=422)
    assert [error["field"] for error in problem["errors"]] == [field]
    assert codes(caller, "?closed=true") == ["network"]


def test_where_a_unit_may_stand_is_told_as_on_the_page(caller: Caller) -> None:
    north = make_unit("north", kind=UnitKind.DISTRICT)
    wish = centre(kind="district", parent=north.public_id)
    [told] = caller.post("/units", wish, status=422)["errors"]
    words = "Districts are parts of the whole network."
    assert told == {"field": "body.parent", "message": words}
    sokol = make_unit("sokol")
    make_person(unit=sokol)
    refusal = caller.post(f"/units/{sokol.public_id}/close", status=409)
    assert "At work there: 1" in refusal["detail"]


def test_the_network_is_kept_as_a_whole_and_by_its_scope(app: Flask) -> None:
    here = make_unit()
    part = Caller(app, account=make_account(AccessRole.ADMINISTRATOR, over=here))
    hr, reading = Caller(app, account=make_account(AccessRole.HR)), Caller(app, Scope.PEOPLE_READ)
    for caller in (part, hr, reading):
        caller.post("/units", centre(), status=403)
        caller.post(f"/units/{here.public_id}/close", status=403)
        caller.post("/posts", {"code": "guide", "name": NAME}, status=403)
    assert codes(part) == [here.code]


def test_a_centre_is_moved_as_previewed(caller: Caller) -> None:
    north, south = (make_unit(code, kind=UnitKind.DISTRICT) for code in ("north", "south"))
    sokol = make_unit("sokol", parent=north)
    make_rule(make_scheme(), unit=south)
    make_person(unit=sokol)
    own, there = f"/units/{sokol.public_id}", {"parent": south.public_id}
    meant = caller.post(f"{own}/move/preview", there, status=200)
    assert [(one["people"], one["lacking"]) for one in meant["begin"]] == [(1, 1)]
    assert (meant["people"], meant["end"], meant["gain"]) == (1, [], [])
    tag = {"If-Match": caller.send("GET", own).headers["ETag"]}
    wish = there | {"reason": "new borders"}
    moved = caller.send("POST", f"{own}/move", json=wish, headers=tag)
    assert moved.json["parent"] == south.public_id
    caller.send("POST", f"{own}/move", json=wish, headers=tag, status=412)
    tag = {"If-Match": moved.headers["ETag"]}
    caller.send("POST", f"{own}/move", json=wish, headers=tag, status=409)
    wrong = wish | {"parent": sokol.public_id}
    caller.send("POST", f"{own}/move", json=wrong, headers=tag, status=422)
    caller.post(f"/units/{north.public_id}/move/preview", there, status=404)
