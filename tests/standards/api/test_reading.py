"""Reading by the API: the same records in the same scope as the pages show."""

from base64 import b64encode
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from lms.core import clock
from lms.people.models import AccessRole
from lms.reporting.resources import OPERATIONS
from lms.standards.api.frame.operations import Operation
from lms.standards.api.tokens.scopes import Scope
from tests.architecture.world import addresses, make_world
from tests.builders.api import Caller
from tests.builders.batches import make_batches
from tests.builders.certification import make_certificate
from tests.builders.erasure import erase, leave
from tests.builders.learning import make_enrolment
from tests.builders.lists import make_saved_list
from tests.builders.notifications import make_message
from tests.builders.people import make_account, make_person, make_unit
from tests.builders.planned import plan_end, plan_post
from tests.builders.schemes import award, make_rule, make_scheme
from tests.support.statements import counted_statements

READING = [one for one in OPERATIONS if not one.is_writing]


def filled(operation: Operation, values: dict[str, Any]) -> str:
    return operation.path.format(**values)


def test_each_reading_operation_answers_what_it_documents(app: Flask) -> None:
    world, caller, leaving = make_world(app), Caller(app), make_person()
    given, gone = addresses(world), {"person_id": world.keys["gone"]}
    own = make_batches(caller.account, world.keys["certificate"])
    given["api.get_batch_file"] = {"batch_id": own["download"]}
    plan_end(leaving, on=clock.now().date() + timedelta(days=30))
    plan_post(leaving, make_unit())
    given["api.get_dismissal"] = given["api.get_transfer"] = {"person_id": leaving.public_id}
    given |= dict.fromkeys(("api.get_record", "api.get_record_paper", "api.get_erasure_plan"), gone)
    table = {"file_name": "people.csv", "content": b64encode(b"Number\n1\n").decode()}
    sent = caller.post("/people-imports", table)
    for name in ("get_people_import", "list_import_rows", "list_import_missing"):
        given[f"api.{name}"] = {"import_id": sent["id"]}
    own_list = {"list_id": make_saved_list(caller.account.person_id).public_id}
    for name in ("get_saved_list", "list_saved_rows", "get_saved_file", "list_saved_runs"):
        given[f"api.{name}"] = own_list
    given["api.get_erasure_act"] = {"erasure_id": erase(leave(make_person())).public_id}
    for operation in READING:
        answer = caller.send("GET", filled(operation, given.get(f"api.{operation.name}", {})))
        if operation.answer is None:
            assert answer.mimetype in operation.files
            assert answer.get_data()
        else:
            operation.answer.model_validate_json(answer.get_data())


def test_a_token_of_one_centre_sees_that_centre_alone(app: Flask) -> None:
    here, there = make_unit(), make_unit()
    own, foreign = make_person("Орлова", unit=here), make_person("Петров", unit=there)
    make_enrolment(own), make_enrolment(foreign)
    make_certificate(own), make_certificate(foreign)
    make_message(own), make_message(foreign)
    caller = Caller(
        app,
        Scope.PEOPLE_READ, Scope.ENROLMENTS_READ, Scope.CERTIFICATES_READ, Scope.MAIL_READ,
        account=make_account(AccessRole.HR, unit=here, over=here),
    )  # fmt: skip
    names = [item["family_name"] for item in caller.get("/people")["items"]]
    assert "Орлова" in names
    assert "Петров" not in names
    assert {one["person"]["id"] for one in caller.get("/enrolments")["items"]} == {own.public_id}
    holders = {one["holder"]["id"] for one in caller.get("/certificates")["items"]}
    assert holders == {own.public_id}
    caller.get(f"/people/{foreign.public_id}", status=404)
    caller.get(f"/people/{foreign.public_id}/standings", status=403)
    assert [one["code"] for one in caller.get("/units")["items"]] == [here.code]
    assert {one["recipient"]["id"] for one in caller.get("/mail")["items"]} == {own.public_id}
    caller.get(f"/enrolments?person={foreign.public_id}", status=422)


def test_pages_together_hold_each_item_once(app: Flask) -> None:
    for number in range(7):
        make_person(f"Фамилия{number}")
    caller, found, cursor = Caller(app), [], ""
    while cursor is not None:
        page = caller.get(f"/people?limit=3{cursor and f'&cursor={cursor}'}")
        found, cursor = found + [item["id"] for item in page["items"]], page["next"]
    assert len(found) == len(set(found)) == 8


def test_a_standing_is_read_for_any_date_and_as_known_on_any(app: Flask) -> None:
    scheme, person = make_scheme(), make_person()
    make_rule(scheme)
    award(person, scheme)
    caller = Caller(app)
    listed = caller.get(f"/standings?certification={scheme.public_id}&measure=serving")["items"]
    assert [one["person"]["id"] for one in listed] == [person.public_id]
    path = f"/people/{person.public_id}/standings"
    assert caller.get(path)["standings"][0]["may_serve"] is True
    assert caller.get(f"{path}?known_on=2020-01-01")["standings"] == []
    later = (clock.now() + timedelta(days=4000)).date().isoformat()
    assert caller.get(f"{path}?on={later}")["standings"][0]["may_serve"] is False


def test_the_board_counts_what_its_list_holds(app: Flask) -> None:
    scheme = make_scheme()
    person = make_person()
    make_rule(scheme)
    award(person, scheme)
    caller = Caller(app)
    total = caller.get("/board")["rows"][-1]["total"]
    listed = caller.get("/standings?measure=required&limit=200")["items"]
    assert total["required"] == len(listed)


def test_the_audit_log_is_read_newest_first(app: Flask) -> None:
    caller = Caller(app)
    entries = caller.get("/audit-entries?domain=standards")["items"]
    assert [entry["action"] for entry in entries] == ["standards.token_made"]
    assert entries[0]["person"] == caller.person_key


@pytest.mark.in_turn
@pytest.mark.parametrize(
    ("address", "field"),
    [
        ("/people?limit=0", "query.limit"),
        ("/people?limit=2&limit=3", "query.limit"),
        ("/people?colour=red", "query.colour"),
        ("/people?cursor=AAAA", "query.cursor"),
        ("/people?unit=0000000000000000", "query.unit"),
        ("/standings?on=2026-02-30", "query.on"),
        ("/standings?on=0", "query.on"),
        ("/certificates?status=lost", "query.status"),
        ("/audit-entries?since=yesterday", "query.since"),
        ("/audit-entries?since=20260331", "query.since"),
        ("/audit-entries?before=0.5", "query.before"),
        ("/mail?state=lost", "query.state"),
    ],
)
def test_a_wrong_parameter_is_named(app: Flask, address: str, field: str) -> None:
    problem = Caller(app).get(address, status=422)
    assert [error["field"] for error in problem["errors"]] == [field]


def test_an_unchanged_record_is_not_sent_again(app: Flask) -> None:
    caller = Caller(app)
    path = f"/people/{caller.person_key}"
    tag = caller.send("GET", path).headers["ETag"]
    caller.send("GET", path, headers={"If-None-Match": tag}, status=304)


@pytest.mark.parametrize("many", [30])
def test_a_list_costs_as_many_statements_at_any_length(app: Flask, many: int) -> None:
    caller = Caller(app)
    paths = (
        "/people", "/enrolments", "/certificates", "/standings", "/duplicates", "/saved-lists", "/units",
    )  # fmt: skip
    owner = caller.account.person_id

    def costs() -> list[int]:
        found = []
        for path in paths:
            caller.get(f"{path}?limit=100")
            with counted_statements() as statements:
                caller.get(f"{path}?limit=100")
            found.append(len(statements))
        return found

    make_certificate(), make_saved_list(owner)
    few = costs()
    for number in range(many):
        make_certificate(), make_saved_list(owner, name=f"List {number}")
    assert costs() == few
    assert max(few) <= 4
