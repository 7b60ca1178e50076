"""What the personnel department keeps, by the API: as its pages, over the same people."""

from base64 import b64encode
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.audit.models import AuditEntry
from lms.core import clock
from lms.core.database import db
from lms.people.models import AccessRole, Account, AccountSession, Person
from lms.standards.api.tokens.scopes import Scope
from tests.builders.api import Caller
from tests.builders.erasure import leave as has_left
from tests.builders.imports import csv_file
from tests.builders.people import make_account, make_job_role, make_person, make_unit, make_viewer
from tests.builders.planned import plan_end, plan_post

pytestmark = pytest.mark.in_turn


@pytest.fixture
def caller(app: Flask) -> Caller:
    return Caller(app)


def leave(first_on: str = "2026-03-02", last_on: str | None = None) -> dict[str, Any]:
    return {"first_on": first_on, "last_on": last_on, "reason": "An order of leave"}


def test_a_leave_is_entered_ended_and_struck(caller: Caller) -> None:
    path = f"/people/{make_person().public_id}/leaves"
    made = caller.send("POST", path, json=leave(), status=201)
    tag = {"If-Match": made.headers["ETag"]}
    assert caller.get(made.headers["Location"]) == {"first_on": "2026-03-02", "last_on": None}
    caller.post(path, leave("2026-03-10", "2026-03-11"), status=409)
    one = f"{path}/2026-03-02"
    ended = caller.send("PATCH", one, json=leave(last_on="2026-03-14"), headers=tag)
    assert ended.json["last_on"] == "2026-03-14"
    caller.send("PATCH", one, json=leave(), headers=tag, status=412)
    tag = {"If-Match": ended.headers["ETag"]}
    why = {"reason": "Entered for another person"}
    assert caller.post(f"{one}/strike", why, headers=tag, status=200) == {"leaves": []}
    caller.get(one, status=404)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"last_on": "2026-03-01"}, "body.last_on"),
        ({"first_on": "1926-03-02"}, "body.first_on"),
        ({"reason": "\0 never"}, "body.reason"),
    ],
)
def test_a_wrong_leave_is_refused_by_its_field(caller: Caller, changed: Any, field: str) -> None:
    path = f"/people/{make_person().public_id}/leaves"
    problem = caller.post(path, leave() | changed, status=422)
    assert [error["field"] for error in problem["errors"]] == [field]
    assert caller.get(path) == {"leaves": []}


def test_the_whole_record_is_given_in_both_forms_and_noted(caller: Caller) -> None:
    person = make_person()
    record = caller.get(f"/people/{person.public_id}/record")
    assert record["parts"]["person"][0]["personnel_number"] == person.personnel_number
    paper = caller.send("GET", f"/people/{person.public_id}/record.pdf")
    assert paper.data.startswith(b"%PDF-")
    assert person.public_id in paper.headers["Content-Disposition"]
    taken = sa.select(AuditEntry.details, AuditEntry.actor_key).where(
        AuditEntry.action == "people.record_taken", AuditEntry.person_key == person.public_id
    )
    noted = [(row.details["kind"], row.actor_key) for row in db.session.execute(taken)]
    assert noted == [("json", caller.person_key), ("pdf", caller.person_key)]


def test_a_table_of_people_is_tried_mended_and_applied_once(caller: Caller) -> None:
    unit, post = make_unit(), make_job_role()
    row = f"T-1;Титова;Анна;{unit.code};{post.code};01.02.2026"
    wish = {"file_name": "people.csv", "content": in_base64(row, "T-2;;;никуда;;")}
    key = {"Idempotency-Key": "table-1"}
    caller.post("/people-imports", wish | {"columns": [None]}, headers=key, status=422)
    tried = caller.post("/people-imports", wish, headers=key)
    assert tried["columns"][-1] == "since"
    own = f"/people-imports/{tried['id']}"
    page = caller.get(f"{own}/rows?limit=1")
    [new], [refused] = page["items"], caller.get(f"{own}/rows?cursor={page['next']}")["items"]
    assert (new["outcome"], refused["line"]) == ("new", 3)
    assert caller.get(f"{own}/rows?outcome=refused") == {"items": [refused], "next": None}
    assert "unknown_unit" in {one["reason"] for one in refused["refusals"]}
    path = f"{own}/confirmation"
    caller.post(path, {"digest": "0" * 64}, status=409)
    caller.post(path, {"digest": tried["dry_run"]["digest"]}, status=200)
    caller.post(path, {"digest": tried["dry_run"]["digest"]}, status=409)
    caller.get(f"{own}/rows", status=409)
    assert len(caller.get("/people?q=T-1")["items"]) == 1
    broken = wish | {"content": in_base64("a")[:-3]}
    caller.post("/people-imports", broken, status=422)


def in_base64(*lines: str) -> str:
    headings = "Табельный номер;Фамилия;Имя;Центр;Должность;С какого дня"
    return b64encode(csv_file(*lines, headings=headings)).decode()


def keeper_of(app: Flask, *scopes: Scope) -> tuple[Caller, Person]:
    """A caller for HR of one centre, and somebody of another one."""
    here = make_unit()
    account = make_account(AccessRole.HR, unit=here, over=here)
    return Caller(app, *scopes, account=account), make_person()


def test_nobody_elses_people_are_kept_or_disclosed(app: Flask) -> None:
    caller, foreign = keeper_of(app, Scope.LEAVES_WRITE, Scope.PEOPLE_DISCLOSE)
    path = f"/people/{foreign.public_id}"
    caller.post(f"{path}/leaves", leave(), status=404)
    caller.get(f"{path}/record", status=404)
    own = f"/people/{caller.person_key}"
    caller.get(f"{own}/leaves", status=403)  # another scope
    caller.post(f"{own}/leaves", leave())


def test_duplicates_are_found_planned_merged_by_two(app: Flask) -> None:
    one, two = (make_person("Повторова", personnel_number=key) for key in ("00-417", "417"))
    caller, second = Caller(app), Caller(app)
    pairs = [one for one in caller.get("/duplicates")["items"] if "number" in one["reasons"]]
    assert [[person["id"] for person in pair["people"]] for pair in pairs] == [
        [one.public_id, two.public_id]
    ]
    wish = {"kept": one.public_id, "ended": two.public_id, "take": ["number"]}
    plan = caller.post("/merges/dry-run", wish, status=200)
    assert plan["personnel_number"] == "417"
    wish |= {"digest": plan["digest"], "reason": "Hired twice"}
    caller.post("/merges", wish | {"digest": "0" * 64}, status=409)
    made = caller.send("POST", "/merges", json=wish, status=201)
    assert made.json["state"] == "waiting"
    answer = f"{made.headers['Location']}/answer"
    caller.post(answer, {"answer": "agreed"}, status=403)
    second.post(answer, {"answer": "refused"}, status=422)
    done = second.post(answer, {"answer": "agreed"}, status=200)
    assert (done["state"], done["take"]) == ("done", ["number"])
    assert done["request"]["answered_by"]["id"] == second.person_key
    assert caller.get("/merges")["items"] == [done]
    assert caller.get(f"/people/{one.public_id}")["personnel_number"] == "417"
    caller.get(f"/people/{two.public_id}", status=404)
    second.post(answer, {"answer": "agreed"}, status=409)


def test_who_was_told_apart_is_offered_again_once_it_is_taken_back(caller: Caller) -> None:
    people = [make_person("Белова", personnel_number=number) for number in ("0-9", "9")]
    one, other = (person.public_id for person in people)
    wish = {"one": one, "other": other, "reason": "Two employment cards"}
    caller.post("/different-people", wish | {"reason": "Белову зовут так"}, status=422)
    caller.post("/different-people", wish | {"other": one}, status=422)
    mark = caller.post("/different-people", wish)
    assert caller.get("/duplicates")["items"] == []
    assert caller.get("/different-people")["items"] == [mark]
    back = f"/different-people/{mark['id']}/take-back"
    caller.post(back, {"reason": "It was a slip"}, status=200)
    assert len(caller.get("/duplicates")["items"]) == 1


def test_an_erasure_is_planned_asked_for_and_begun_by_two(app: Flask) -> None:
    caller, second, person = Caller(app), Caller(app), make_person("Шестопалкин")
    path = f"/people/{person.public_id}/erasure"
    caller.get(path, status=409)
    has_left(person)
    plan = caller.get(path)
    stays = [one for one in plan["records"] if one["fate"] == "keep"]
    classes = caller.get("/retention-classes")["classes"]
    assert {one["retention_class"] for one in stays} <= {one["key"] for one in classes}
    assert stays
    wish = {"digest": plan["digest"], "reason": "Asked for it in writing"}
    caller.post(path, wish | {"reason": "Шестопалкина просит"}, status=422)
    caller.post(path, wish | {"digest": "0" * 64}, status=409)
    asked = caller.post(path, wish)
    assert [one["id"] for one in caller.get("/erasures")["items"]] == [asked["id"]]
    own = f"/erasures/{asked['id']}"
    caller.get(f"{own}/act.pdf", status=409)
    caller.post(f"{own}/answer", {"answer": "agreed"}, status=403)
    refused = {"answer": "refused", "word": "Not yet"}
    assert second.post(f"{own}/answer", refused, status=200)["state"] == "refused"
    again = caller.post(path, wish)["id"]
    assert caller.post(f"/erasures/{again}/withdrawal", status=200)["state"] == "withdrawn"
    last = caller.post(path, wish)["id"]
    begun = second.post(f"/erasures/{last}/answer", {"answer": "agreed"}, status=200)
    assert begun["state"] == "running"


def test_a_class_of_retention_is_changed_and_another_takes_records(app: Flask) -> None:
    caller, path = Caller(app), "/retention-classes/messages"
    read = caller.send("GET", path)
    tag, basis = {"If-Match": read.headers["ETag"]}, {"ru": "Правило 7", "en": "Rule 7"}
    changed = caller.send("PATCH", path, json={"months": 60, "basis": basis}, headers=tag).json
    assert changed == read.json | {"months": 60, "basis": basis}
    caller.send("PATCH", path, json={"months": 0}, headers=tag, status=412)
    wish = {
        "name": {"ru": "Переписка", "en": "Letters"}, "basis": basis, "start": "leaving",
        "months": 60, "fate": "delete", "records": ["messages"], "is_early": False,
    }  # fmt: skip
    for wrong, field in (
        ({"fate": "anonymise"}, "body.fate"),
        ({"records": ["messages", "nothing"]}, "body.records.1"),
        ({"records": ["gradings"]}, "body.records"),  # they point to the tasks
        ({"months": 1201}, "body.months"),
        ({"basis": basis | {"ru": " "}}, "body.basis.ru"),
    ):
        problem = caller.post("/retention-classes", wish | wrong, status=422)
        assert [error["field"] for error in problem["errors"]] == [field]
    own = caller.send("POST", "/retention-classes", json=wish, status=201)
    assert caller.get(own.headers["Location"]) == own.json
    assert "messages" not in [one["key"] for one in caller.get(path)["records"]]
    hr = Caller(app, account=make_account(AccessRole.HR))
    hr.get(path)
    hr.send("PATCH", path, json={"months": 0}, headers=tag, status=403)


def test_an_account_is_shut_and_given_roles(app: Flask) -> None:
    own = make_account(AccessRole.ADMINISTRATOR)
    caller, narrow = Caller(app, account=own), Caller(app, Scope.ACCOUNTS_WRITE, account=own)
    account, unit = make_viewer().account, make_unit()
    path = f"/accounts/{account.public_id}"
    role = {"role": "instructor", "unit": unit.public_id}
    given = narrow.post(f"{path}/roles", role)
    caller.post(f"{path}/roles", role, status=409)
    caller.post(f"{path}/roles", role | {"unit": "0" * 16}, status=422)
    held = next(one for one in given["roles"] if one["role"] == "instructor")
    left = caller.post(f"{path}/roles/{held['id']}/end", status=200)
    assert "instructor" not in {one["role"] for one in left["roles"]}
    assert caller.post(f"{path}/suspension", status=200)["suspended_at"] is not None
    sessions = sa.select(AccountSession).where(AccountSession.account_id == account.id)
    assert all(one.ended_at for one in db.session.scalars(sessions))
    shut = caller.get("/accounts?state=suspended")["items"]
    assert [one["id"] for one in shut] == [account.public_id]
    assert caller.post(f"{path}/reinstatement", status=200)["suspended_at"] is None
    caller.post(f"/accounts/{own.public_id}/suspension", status=403)


def test_a_person_gets_an_account_that_nobody_signs_in_with_yet(caller: Caller) -> None:
    person, unit = make_person(), make_unit()
    wish = {"person": person.public_id, "username": "New.One", "role": "trainee"}
    wish["unit"] = unit.public_id
    for field, value in (("username", "a b"), ("person", "0" * 16), ("unit", "0" * 16)):
        problem = caller.post("/accounts", wish | {field: value}, status=422)
        assert [one["field"] for one in problem["errors"]] == [f"body.{field}"]
    made = caller.send("POST", "/accounts", json=wish, status=201)
    assert caller.get(made.headers["Location"]) == made.json
    assert (made.json["username"], len(made.json["roles"])) == ("new.one", 1)
    kept = sa.select(Account.password_hash).where(Account.public_id == made.json["id"])
    assert db.session.scalar(kept) is None
    caller.post("/accounts", wish, status=409)
    taken = wish | {"person": make_person().public_id}
    caller.post("/accounts", taken, status=409)


def test_who_keeps_one_centre_neither_erases_nor_merges_beyond_it(app: Flask) -> None:
    caller, foreign = keeper_of(app, Scope.ERASURES_WRITE, Scope.ERASURES_READ, Scope.MERGES_READ)
    caller.get("/erasures", status=404)
    caller.get("/retention-classes", status=404)
    caller.get(f"/people/{foreign.public_id}/erasure", status=404)
    wish = {"kept": caller.person_key, "ended": foreign.public_id}
    problem = caller.post("/merges/dry-run", wish, status=422)
    assert [error["field"] for error in problem["errors"]] == ["body.ended"]
    caller.get("/accounts", status=403)


def test_an_address_is_corrected_and_both_are_told(caller: Caller) -> None:
    person, other = make_person(email="old@people.example"), make_person(email="her@people.example")
    path, body = (
        f"/people/{person.public_id}",
        {"email": "new@people.example", "reason": "Misspelt"},
    )
    caller.post(f"{path}/email", body, status=428)
    headers = {"If-Match": caller.send("GET", path).headers["ETag"]}
    taken = caller.post(
        f"{path}/email", {**body, "email": other.email}, headers=headers, status=422
    )
    assert taken["errors"][0]["field"] == "body.email"
    assert caller.post(f"{path}/email", body, headers=headers, status=200)["email"] == body["email"]
    caller.post(f"{path}/email", body, headers=headers, status=412)
    told = {one["address"] for one in caller.get("/mail")["items"]}
    assert told == {"old@people.example", "new@people.example"}


def test_what_is_planned_is_listed_by_its_day(caller: Caller) -> None:
    leaving, moving, today = make_person(), make_person(), clock.now().date()
    plan_end(leaving, on=today + timedelta(days=30))
    plan_post(moving, make_unit("there"))
    listed = {one["person"]["id"]: one for one in caller.get("/planned-posts")["items"]}
    end = listed[leaving.public_id]
    assert (end["unit"], end["on"]) == (None, (today + timedelta(days=30)).isoformat())
    assert listed[moving.public_id]["unit"]["code"] == "there"
