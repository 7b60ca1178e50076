"""Several SCIM operations in one request: each by itself, in one transaction."""

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.core.database import db
from lms.people.models import Person
from lms.standards.api.tokens.scopes import Scope
from tests.builders.people import make_account, make_person, make_unit
from tests.standards.scim.test_scim import ENTERPRISE, ERROR, PATCH, Hr, new_user

pytestmark = pytest.mark.in_turn

BULK = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"


@pytest.fixture
def hr(app: Flask) -> Hr:
    return Hr(app, Scope.SCIM)


def bulk(hr: Hr, *operations: dict[str, Any], status: int = 200, **options: Any) -> Any:
    body = {"schemas": [BULK], "Operations": list(operations), **options}
    return hr.send("POST", "/scim/v2/Bulk", json=body, status=status).json


def post(bulk_id: str, **changed: Any) -> dict[str, Any]:
    data = new_user(userName=bulk_id, externalId=bulk_id, emails=[], **changed)
    number = data[ENTERPRISE] | {"employeeNumber": bulk_id}
    data[ENTERPRISE] = number
    return {"method": "POST", "path": "/Users", "bulkId": bulk_id, "data": data}


def patch(path: str, /, **operation: Any) -> dict[str, Any]:
    data = {"schemas": [PATCH], "Operations": [operation]}
    return {"method": "PATCH", "path": path, "data": data}


def statuses(answer: Any) -> list[str]:
    return [one["status"] for one in answer["Operations"]]


def numbers() -> set[str]:
    return set(db.session.scalars(sa.select(Person.personnel_number)))


def test_each_operation_has_its_answer_and_what_fails_hinders_no_other(hr: Hr) -> None:
    gone = make_person().public_id
    answer = bulk(
        hr,
        post("N1"),
        post("N2", title="king"),
        {"method": "DELETE", "path": f"/Users/{gone}"},
        {"method": "DELETE", "path": "/Users/nobody"},
        post("N3"),
    )
    assert statuses(answer) == ["201", "400", "204", "404", "201"]
    assert [one.get("bulkId") for one in answer["Operations"]][:2] == ["N1", "N2"]
    assert "king" in answer["Operations"][1]["response"]["detail"]
    made = answer["Operations"][0]["location"].rpartition("/")[2]
    assert hr.user(made)["userName"] == "n1"
    assert {"N1", "N3"} <= numbers()
    assert "N2" not in numbers()
    assert hr.user(made)["active"] is True


def test_what_is_made_in_the_request_is_referred_to_by_its_bulk_id(hr: Hr) -> None:
    unit = make_unit()
    joins = patch(
        f"/Groups/{unit.public_id}", op="add", path="members", value=[{"value": "bulkId:N1"}]
    )
    joins["bulkId"] = "joins"
    renames = patch("/Users/bulkId:N1", op="replace", path="name.givenName", value="Инна")
    answer = bulk(hr, renames, post("N1"), joins)
    assert statuses(answer)[:2] == ["200", "201"]
    person = db.session.scalars(sa.select(Person).where(Person.personnel_number == "N1")).one()
    assert person.given_name == "Инна"


def test_a_refused_operation_leaves_nothing_of_itself(hr: Hr) -> None:
    person = make_person()
    key, before = person.public_id, person.family_name
    user = hr.user(key)
    user["name"]["familyName"], user["title"] = "Иванова", "king"
    answer = bulk(hr, {"method": "PUT", "path": f"/Users/{key}", "data": user}, post("N1"))
    assert statuses(answer) == ["400", "201"]
    assert hr.user(key)["name"]["familyName"] == before


def test_what_the_records_refuse_is_the_answer_of_one_operation(hr: Hr) -> None:
    person = make_person(personnel_number="TAKEN-1")
    make_account(username="taken-1")
    shuts = patch(f"/Users/{person.public_id}", op="replace", path="active", value=False)
    answer = bulk(hr, shuts, post("N1"))
    assert statuses(answer) == ["409", "201"]
    assert answer["Operations"][0]["response"]["schemas"] == [ERROR]


def test_after_so_many_errors_nothing_more_is_done(hr: Hr) -> None:
    answer = bulk(hr, post("N1"), post("N2", title="king"), post("N3"), failOnErrors=1)
    assert statuses(answer) == ["201", "400"]
    assert "N3" not in numbers()


def test_the_bounds_are_those_that_the_server_tells(hr: Hr) -> None:
    told = hr.get("/scim/v2/ServiceProviderConfig")["bulk"]
    assert told == {"supported": True, "maxOperations": 20, "maxPayloadSize": 2**20}
    drop = {"method": "DELETE", "path": "/Users/nobody"}
    assert len(statuses(bulk(hr, *[drop] * 20))) == 20
    bulk(hr, *[drop] * 21, status=413)
    bulk(hr, {**drop, "path": "/Users/" + "x" * 2**20}, status=413)


@pytest.mark.parametrize("data", [None, "text", [1], 5, True])
def test_data_that_is_no_record_is_refused_by_itself(hr: Hr, data: Any) -> None:
    first, second = bulk(hr, {**post("b1"), "data": data}, post("b2"))["Operations"]
    assert (first["status"], second["status"]) == ("400", "201")
