"""SCIM: an HR system keeps people and access in step; records stay."""

import json
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlencode

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.core import clock
from lms.core.database import db
from lms.notifications.models import OutgoingMail
from lms.people.models import AccessRole, Account, AccountSession, Employment, Person
from lms.people.services import end_employment
from lms.standards.api.tokens.scopes import Scope
from lms.standards.scim import groups, serving
from lms.standards.scim.attributes import attributes
from lms.standards.scim.models import ScimIdentity
from tests.builders.api import Caller
from tests.builders.certification import make_certificate
from tests.builders.merging import merge
from tests.builders.people import (
    NOW,
    PASSWORD,
    make_account,
    make_job_role,
    make_person,
    make_unit,
)
from tests.pages import PageClient
from tests.support.statements import counted_statements

pytestmark = pytest.mark.in_turn

CORE = "urn:ietf:params:scim:schemas:core:2.0:User"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"


class Hr(Caller):
    """An HR system that speaks SCIM."""

    def user(self, public_id: str) -> Any:
        return self.get(f"/scim/v2/Users/{public_id}")

    def find(self, wanted: str, kind: str = "Users") -> list[str]:
        return [
            one["id"] for one in self.get(f"/scim/v2/{kind}?filter={quote(wanted)}")["Resources"]
        ]

    def patch(self, path: str, *operations: dict[str, Any], **options: Any) -> Any:
        body = {"schemas": [PATCH], "Operations": list(operations)}
        return self.send("PATCH", f"/scim/v2/{path}", json=body, **options).json


@pytest.fixture
def hr(app: Flask) -> Hr:
    return Hr(app, Scope.SCIM)


def new_user(**changed: Any) -> dict[str, Any]:
    return {
        "schemas": [CORE, ENTERPRISE],
        "userName": "a.novikova",
        "externalId": "SAP-77",
        "name": {"familyName": "Новикова", "givenName": "Анна"},
        "title": make_job_role().code,
        "emails": [{"value": "anna@example.org", "primary": True}],
        ENTERPRISE: {"employeeNumber": "HR-1", "department": make_unit().code},
        **changed,
    }


def account_of(public_id: str) -> Account:
    statement = sa.select(Account).join(Account.person).where(Person.public_id == public_id)
    return db.session.scalars(statement).one()


def started_long_ago(public_id: str) -> None:
    for post in db.session.scalars(
        sa.select(Employment).join(Person).where(Person.public_id == public_id)
    ):
        post.started_on -= timedelta(days=100)


def test_a_user_is_created_read_and_found(hr: Hr) -> None:
    answer = hr.send("POST", "/scim/v2/Users", json=new_user(), status=201)
    made = answer.json
    assert answer.headers["Location"] == made["meta"]["location"]
    assert made["meta"]["location"] == f"https://learn.example/scim/v2/Users/{made['id']}"
    assert answer.mimetype == "application/scim+json"
    assert hr.user(made["id"]) == made
    assert made[ENTERPRISE]["employeeNumber"] == "HR-1"
    assert made["active"] is True
    assert made["externalId"] == "SAP-77"
    assert account_of(made["id"]).username == "a.novikova"


@pytest.mark.parametrize(
    "wanted",
    [
        'userName eq "A.Novikova"',
        'externalId eq "SAP-77"',
        'name.familyName eq "НОВИКОВА"',
        'name.familyName sw "Нов" and active eq true',
        'emails[value co "anna@"]',
        'emails[type eq "Work"].value eq "anna@example.org"',
        'emails[type eq "work" and primary eq true and value sw "anna"]',
        'not (userName ne "a.novikova")',
        f'{ENTERPRISE}:employeeNumber eq "HR-1"',
        "externalId pr",
        'meta.created gt "2020-01-01T00:00:00Z" and userName eq "a.novikova"',
        'meta.lastModified ge "2020-01-01T03:00:00+03:00" and userName eq "a.novikova"',
        'title eq "specialist" and (displayName co "анна" or id eq "x")',
        'displayName co "ВА АНН" and not (active eq false)',
    ],
)
def test_users_are_filtered(hr: Hr, wanted: str) -> None:
    made = hr.send("POST", "/scim/v2/Users", json=new_user(), status=201).json
    make_person("Кузнецов", "Олег", email="oleg@example.org")
    assert hr.find(wanted) == [made["id"]]


def test_users_come_by_display_name_whatever_its_case_and_by_the_index_of_names(hr: Hr) -> None:
    found = [make_person(name, "Яна") for name in ("ёлкина", "Жукова", "ЕЛИНА")]
    keys = [found[2].public_id, found[0].public_id, found[1].public_id]
    for order, wanted in (("ascending", keys), ("descending", keys[::-1])):
        answer = hr.get(f"/scim/v2/Users?sortBy=displayName&sortOrder={order}&count=200")
        assert [one["id"] for one in answer["Resources"] if one["id"] in keys] == wanted
    assert attributes()["displayname"].column is Person.sort_name  # no function hides its index


def test_each_change_of_what_is_shown_moves_the_last_change_by_which_users_are_found(
    hr: Hr,
) -> None:
    quiet, made = (
        make_person("Кузнецов", "Олег").public_id,
        hr.send("POST", "/scim/v2/Users", json=new_user(), status=201).json,
    )
    own, moments = f"Users/{made['id']}", [made["meta"]["lastModified"]]
    assert hr.user(quiet)["meta"]["lastModified"] == hr.user(quiet)["meta"]["created"]
    other = {"title": make_job_role("lead").code, "preferredLanguage": "en", "externalId": "X"}
    changes = {
        **other,
        "name.familyName": "Волкова",
        "emails": [{"value": "volkova@example.org"}],
        f"{ENTERPRISE}:department": make_unit().code,
        "active": False,
    }
    for path, value in changes.items():
        hr.patch(own, {"op": "replace", "path": path, "value": value})
        moments.append(hr.user(made["id"])["meta"]["lastModified"])
    assert moments == sorted(set(moments)), "a change didn't move the moment"
    hr.patch(own, {"op": "replace", "path": "externalId", "value": "X"})
    assert hr.user(made["id"])["meta"]["lastModified"] == moments[-1], "nothing changed"
    assert hr.find(f'meta.lastModified ge "{moments[-1]}"') == [made["id"]]
    assert hr.find(f'meta.lastModified gt "{moments[-1]}"') == []
    falling = hr.get("/scim/v2/Users?sortBy=meta.lastModified&sortOrder=descending")["Resources"]
    shown = [one["meta"]["lastModified"] for one in falling]
    assert (falling[0]["id"], shown) == (made["id"], sorted(shown, reverse=True))


@pytest.mark.parametrize(
    "wanted",
    [
        "userName",
        'nickName eq "x"',
        "active gt true",
        "userName eq 5",
        "((",
        "a[b[c eq 1]]",
        'meta.created gt "yesterday"',
        'meta.created lt "9999-12-31T23:59:59-14:00"',
        'meta.lastModified co "2026"',
    ],
)
def test_a_filter_that_means_nothing_is_refused_as_such(hr: Hr, wanted: str) -> None:
    error = hr.get(f"/scim/v2/Users?filter={quote(wanted)}", status=400)
    assert error["schemas"] == [ERROR]
    assert error["scimType"] in ("invalidFilter", "invalidValue")


def test_pages_are_counted_from_one(hr: Hr) -> None:
    for number in range(4):
        make_person(f"Фамилия{number}")
    page = hr.get("/scim/v2/Users?startIndex=2&count=2")
    assert (page["totalResults"], page["startIndex"], page["itemsPerPage"]) == (5, 2, 2)
    assert hr.get("/scim/v2/Users?count=0")["totalResults"] == 5
    rest = hr.get("/scim/v2/Users?startIndex=4&count=50")["Resources"]
    assert not {one["id"] for one in rest} & {one["id"] for one in page["Resources"]}
    assert hr.get(f"/scim/v2/Users?startIndex={10**20}")["Resources"] == []


def test_a_deactivated_user_is_out_at_once_and_records_stay(app: Flask, hr: Hr) -> None:
    account = make_account()
    key = account.person.public_id
    number = make_certificate(account.person).number
    browser = PageClient(app).sign_in(account.username, PASSWORD)
    changed = hr.patch(f"Users/{key}", {"op": "replace", "path": "active", "value": False})
    assert changed["active"] is False
    assert browser.browser.get("/courses").status_code in (302, 401)
    assert db.session.scalars(sa.select(AccountSession)).one().ended_at is not None
    assert browser.get(f"/verify/{number}").status == 200
    assert hr.patch(f"Users/{key}", {"op": "replace", "value": {"active": True}})["active"] is True


def test_a_deleted_user_has_left_and_is_gone_from_scim(hr: Hr) -> None:
    account = make_account()
    key = account.person.public_id
    hr.send("DELETE", f"/scim/v2/Users/{key}", status=204)
    hr.get(f"/scim/v2/Users/{key}", status=404)
    assert account_of(key).suspended_at is not None
    assert db.session.scalar(sa.select(Person.id).where(Person.public_id == key))
    hr.send("DELETE", f"/scim/v2/Users/{key}", status=404)


def left(number: str = "L-1") -> Person:
    """Somebody whose last day was long ago."""
    account = make_account(person=make_person(personnel_number=number))
    person = account.person
    end_employment(now=NOW, actor_key=None, person=person, on=NOW.date(), today=NOW.date())
    return person


def test_who_left_is_not_active_and_comes_back_with_it(hr: Hr) -> None:
    person, unit = left(), make_unit("new-centre")
    key = person.public_id
    gone = hr.user(key)
    assert (gone["active"], gone.get("groups")) == (False, None)
    assert hr.find(f'userName eq "{gone["userName"]}" and active eq false') == [key]
    hr.patch(f"Users/{key}", {"op": "replace", "path": "preferredLanguage", "value": "en"})
    assert hr.user(key)["active"] is False
    department = {"op": "replace", "path": f"{ENTERPRISE}:department", "value": "new-centre"}
    back = hr.patch(f"Users/{key}", department, {"op": "replace", "path": "active", "value": True})
    assert (back["active"], back["id"]) == (True, key)
    assert [group["value"] for group in back["groups"]] == [unit.public_id]
    assert account_of(key).suspended_at is None
    posts = sa.select(Employment.ended_on).where(Employment.person_id == person.id)
    assert db.session.scalars(posts.order_by(Employment.id)).all() == [NOW.date(), None]


def test_a_new_user_with_the_number_of_somebody_who_left_is_that_person(hr: Hr) -> None:
    person = left()
    name = account_of(person.public_id).username
    sent = new_user(userName=name)
    sent[ENTERPRISE]["employeeNumber"] = "l-1"
    other = {**sent, "userName": "somebody.else"}
    hr.send("POST", "/scim/v2/Users", json=other, status=400)
    made = hr.send("POST", "/scim/v2/Users", json=sent, status=201).json
    assert (made["id"], made["active"]) == (person.public_id, True)
    assert made["name"]["familyName"] == "Новикова"


def test_who_was_deleted_comes_back_by_being_taken_back_alone(hr: Hr) -> None:
    person = left()
    hr.send("DELETE", f"/scim/v2/Users/{person.public_id}", status=204)
    hr.get(f"/scim/v2/Users/{person.public_id}", status=404)
    sent = new_user(userName=account_of(person.public_id).username, active=False)
    sent[ENTERPRISE]["employeeNumber"] = "L-1"
    made = hr.send("POST", "/scim/v2/Users", json=sent, status=201).json
    assert (made["id"], made["active"]) == (person.public_id, False)
    assert hr.user(person.public_id)["active"] is False


def test_who_was_deleted_today_comes_back_today(hr: Hr) -> None:
    account, unit = make_account(), make_unit("new-centre")
    key, person_id = account.person.public_id, account.person_id
    today = clock.local_date(clock.now(), "Europe/Moscow")
    days = sa.select(Employment.started_on, Employment.ended_on).order_by(Employment.id)
    days = days.where(Employment.person_id == person_id)
    ((began_on, _open),) = db.session.execute(days)
    sent = hr.user(key)
    for code in (sent[ENTERPRISE]["department"], unit.code):
        hr.send("DELETE", f"/scim/v2/Users/{key}", status=204)
        sent[ENTERPRISE]["department"] = code
        made = hr.send("POST", "/scim/v2/Users", json=sent, status=201).json
        assert hr.user(key) == made
        assert (made["id"], made["active"], made[ENTERPRISE]["department"]) == (key, True, code)
        present = db.session.execute(days).all()
        assert present[0] == (began_on, None if len(present) == 1 else today - timedelta(days=1))
    assert present[1] == (today, None)


def test_a_group_keeps_what_the_client_calls_it(hr: Hr) -> None:
    unit, other = make_unit("hall"), make_unit()
    path = f"/scim/v2/Groups/{unit.public_id}"
    tag = hr.send("GET", path).headers["ETag"]
    assert "externalId" not in hr.get(path)
    name = {"op": "add", "path": "externalId", "value": "Entra-5"}
    changed = hr.patch(f"Groups/{unit.public_id}", name)
    assert (changed["externalId"], changed["meta"]["version"] != tag) == ("Entra-5", True)
    assert hr.find('externalId eq "Entra-5"', "Groups") == [unit.public_id]
    assert hr.find('externalId eq "entra-5"', "Groups") == []
    refused = hr.patch(f"Groups/{other.public_id}", name, status=409)
    assert refused["scimType"] == "uniqueness"
    unit.closed_on = NOW.date()
    assert hr.patch(f"Groups/{other.public_id}", name)["externalId"] == "Entra-5"
    body = hr.get(f"/scim/v2/Groups/{other.public_id}")
    del body["externalId"]
    path = f"/scim/v2/Groups/{other.public_id}"
    assert "externalId" not in hr.send("PUT", path, json=body, status=200).json


def test_users_and_groups_are_sorted(hr: Hr) -> None:
    for name, number in (("Яшина", "S-1"), ("Алова", "S-3"), ("ёлкина", "S-2")):
        make_person(
            name, personnel_number=number, email=None if number == "S-1" else f"{number}@x.example"
        )

    def order(**asked: str) -> list[str]:
        query = urlencode({"filter": f'{ENTERPRISE}:employeeNumber sw "S-"', **asked})
        found = hr.get(f"/scim/v2/Users?{query}")["Resources"]
        return [one[ENTERPRISE]["employeeNumber"] for one in found]

    assert order(sortBy="name.familyName") == ["S-3", "S-2", "S-1"]
    assert order(sortBy=f"{ENTERPRISE}:employeeNumber", sortOrder="descending") == [
        "S-3", "S-2", "S-1",
    ]  # fmt: skip
    assert order(sortBy="emails") == ["S-2", "S-3", "S-1"]
    assert order(sortBy="emails", sortOrder="descending") == ["S-1", "S-3", "S-2"]
    hr.get("/scim/v2/Users?sortBy=nickName", status=400)
    hr.get("/scim/v2/Groups?sortBy=members.value", status=400)
    names = hr.get("/scim/v2/Groups?sortBy=displayName&sortOrder=descending")["Resources"]
    assert names
    assert hr.get("/scim/v2/ServiceProviderConfig")["sort"] == {"supported": True}


def test_another_department_is_a_transfer(hr: Hr) -> None:
    person, unit = make_person(), make_unit("new-centre")
    changed = hr.patch(
        f"Users/{person.public_id}",
        {"op": "replace", "path": f"{ENTERPRISE}:department", "value": "new-centre"},
    )
    assert changed[ENTERPRISE]["department"] == "new-centre"
    assert [group["value"] for group in changed["groups"]] == [unit.public_id]
    posts = db.session.scalars(sa.select(Employment).where(Employment.person_id == person.id)).all()
    assert len(posts) == 2


def test_directories_are_understood_in_the_words_they_use(hr: Hr) -> None:
    """As Microsoft Entra ID and Okta send it, with attributes of the standard not kept here."""
    sent = new_user(
        roles=[],
        locale="ru-RU",
        password="x",
        groups=[],
        phoneNumbers=[{"type": "work", "value": "+7"}],
        emails=[{"primary": True, "type": "work", "value": "a@example.org", "display": "A"}],
    )
    sent[ENTERPRISE] = {**sent[ENTERPRISE], "costCenter": "7", "manager": {"value": "x"}}
    key = hr.send("POST", "/scim/v2/Users", json=sent, status=201).json["id"]
    user, work = f"Users/{key}", 'emails[type eq "work"].value'
    mails = [{"value": "b@example.org", "type": "work", "primary": True}]
    changes: list[dict[str, Any]] = [
        {"op": "Replace", "path": work, "value": "b@example.org"},
        {"op": "Add", "path": "displayName", "value": "Somebody"},
        {"op": "Add", "path": 'roles[primary eq "True"].value', "value": "x"},
        {"op": "Replace", "path": f"{ENTERPRISE}:manager", "value": "x"},
        {"op": "Replace", "path": "active", "value": "False"},
    ]
    changed = hr.patch(user, *changes)
    assert (changed["emails"], changed["active"]) == (mails, False)
    assert "emails" not in hr.patch(user, {"op": "Remove", "path": 'emails[type eq "work"]'})
    for absent in ({"path": work, "value": "b@example.org"}, {"value": {work: "b@example.org"}}):
        assert hr.patch(user, {"op": "Replace", **absent})["emails"] == mails
    assert hr.patch(user, {"op": "replace", "path": "nickName", "value": "x"})["id"] == key
    hr.patch(user, {"op": "replace", "path": "shoeSize", "value": 44}, status=400)
    own = "urn:ietf:params:scim:schemas:extension:OurFields:2.0:User"
    for foreign in ({"path": f"{own}:tag", "value": "7"}, {"value": {own: {"tag": "7"}}}):
        assert hr.patch(user, {"op": "Add", **foreign})["id"] == key
    whole = {**hr.user(key), own: {"tag": "7"}}
    whole["schemas"] = [*whole["schemas"], own]
    assert hr.send("PUT", f"/scim/v2/{user}", json=whole).json["schemas"] == [CORE, ENTERPRISE]
    group = f"Groups/{make_unit().public_id}"
    other = make_account().person.public_id
    members = [{"value": other, "display": "Somebody"}]
    seen = hr.patch(group, {"op": "replace", "path": "members", "value": members})
    assert [one["value"] for one in seen["members"]] == [other]
    hr.patch(group, {"op": "Remove", "path": "members", "value": [{"value": key}]})  # isn't there
    hr.patch(group, {"op": "Remove", "path": "members", "value": members}, status=400)


def test_a_replaced_user_is_what_was_sent(hr: Hr) -> None:
    key = hr.send("POST", "/scim/v2/Users", json=new_user(), status=201).json["id"]
    body = {**hr.user(key), "name": {"familyName": "Белова", "givenName": "Анна"}}
    del body["emails"], body["externalId"]
    changed = hr.send("PUT", f"/scim/v2/Users/{key}", json=body).json
    assert changed["name"]["familyName"] == "Белова"
    assert "emails" not in changed
    assert "externalId" not in changed
    assert "Белова" in changed["displayName"]


def test_a_change_from_an_old_state_is_refused(hr: Hr) -> None:
    path = f"/scim/v2/Users/{make_person().public_id}"
    tag = hr.send("GET", path).headers["ETag"]
    hr.send("GET", path, headers={"If-None-Match": tag}, status=304)
    rename = {"op": "replace", "path": "name.givenName", "value": "Ольга"}
    short = path.removeprefix("/scim/v2/")
    hr.patch(short, rename, headers={"If-Match": tag})
    hr.patch(short, {**rename, "value": "Ада"}, headers={"If-Match": tag}, status=412)


@pytest.mark.in_turn
@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"userName": None}, 400),
        ({"title": "no-such-post"}, 400),
        ({"name": {"familyName": "  ", "givenName": "x"}}, 400),
        ({"name": {"familyName": "a\x01b", "givenName": "x"}}, 400),
        ({ENTERPRISE: {"department": "nowhere"}}, 400),
        ({"emails": [{"value": "not an address"}]}, 400),
        ({"userName": "x" * 200, ENTERPRISE: {"department": "network"}}, 400),
    ],
)
def test_a_wrong_user_is_refused_and_nothing_is_kept(
    hr: Hr, changed: dict[str, Any], status: int
) -> None:
    error = hr.send("POST", "/scim/v2/Users", json=new_user(**changed), status=status).json
    assert error["schemas"] == [ERROR]
    assert error["status"] == str(status)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Person)) == 1


def test_a_name_or_number_twice_is_a_conflict(hr: Hr) -> None:
    hr.send("POST", "/scim/v2/Users", json=new_user(), status=201)
    again = hr.send("POST", "/scim/v2/Users", json=new_user(), status=409).json
    assert again["scimType"] == "uniqueness"
    other = new_user(**{ENTERPRISE: {"employeeNumber": "HR-2", "department": "network"}})
    hr.send("POST", "/scim/v2/Users", json=other, status=409)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Person)) == 2


def test_what_names_a_user_stays(hr: Hr) -> None:
    key = make_account().person.public_id
    for path, value in (("userName", "another"), (f"{ENTERPRISE}:employeeNumber", "N9")):
        error = hr.patch(
            f"Users/{key}", {"op": "replace", "path": path, "value": value}, status=400
        )
        assert error["scimType"] == "mutability"


def test_units_are_groups_of_those_who_work_there(hr: Hr) -> None:
    unit = make_unit("hall")
    person, other = make_person(unit=unit), make_person()
    group = hr.get(f"/scim/v2/Groups/{unit.public_id}")
    assert [member["value"] for member in group["members"]] == [person.public_id]
    assert hr.find(f'members.value eq "{person.public_id}"', "Groups") == [unit.public_id]
    add = {"op": "add", "path": "members", "value": [{"value": other.public_id}]}
    changed = hr.patch(f"Groups/{unit.public_id}", add)
    assert {member["value"] for member in changed["members"]} == {person.public_id, other.public_id}
    selected = f'members[value eq "{person.public_id}"]'
    gone = hr.patch(f"Groups/{unit.public_id}", {"op": "remove", "path": selected}, status=400)
    assert gone["scimType"] == "mutability"
    hr.send("DELETE", f"/scim/v2/Groups/{unit.public_id}", status=403)


def test_who_is_made_today_is_put_into_a_group_at_once(hr: Hr) -> None:
    """So do identity providers: the user first, then each of the groups."""
    unit = make_unit("hall")
    made = hr.send("POST", "/scim/v2/Users", json=new_user(), status=201).json
    add = {"op": "add", "path": "members", "value": [{"value": made["id"]}]}
    group = hr.patch(f"Groups/{unit.public_id}", add)
    assert [member["value"] for member in group["members"]] == [made["id"]]
    assert hr.user(made["id"])[ENTERPRISE]["department"] == unit.code


def test_a_token_of_one_centre_keeps_that_centre_alone(app: Flask) -> None:
    here, there = make_unit(), make_unit()
    foreign = make_person(unit=there)
    account = make_account(AccessRole.ADMINISTRATOR, unit=here, over=here)
    hr = Hr(app, Scope.SCIM, account=account)
    assert [one["id"] for one in hr.get("/scim/v2/Users")["Resources"]] == [hr.person_key]
    hr.get(f"/scim/v2/Users/{foreign.public_id}", status=404)
    hr.patch(f"Users/{foreign.public_id}", {"op": "remove", "path": "emails"}, status=404)
    elsewhere = new_user(**{ENTERPRISE: {"department": there.code}})
    hr.send("POST", "/scim/v2/Users", json=elsewhere, status=400)


def test_a_token_cannot_shut_its_owners_account(hr: Hr) -> None:
    shut = {"op": "replace", "path": "active", "value": False}
    hr.patch(f"Users/{hr.person_key}", shut, status=400)
    refused = hr.send("DELETE", f"/scim/v2/Users/{hr.person_key}", status=409).json
    assert refused["schemas"] == [ERROR]
    assert hr.user(hr.person_key)["active"] is True


def test_the_server_describes_itself(hr: Hr) -> None:
    config = hr.get("/scim/v2/ServiceProviderConfig")
    assert config["patch"]["supported"]
    assert config["filter"] == {"supported": True, "maxResults": 200}
    types = {one["name"] for one in hr.get("/scim/v2/ResourceTypes")["Resources"]}
    assert types == {"User", "Group"}
    schemas = {one["id"]: one["attributes"] for one in hr.get("/scim/v2/Schemas")["Resources"]}
    assert {CORE, ENTERPRISE} <= set(schemas)
    every = [one for attributes in schemas.values() for one in attributes]
    stays = {one["name"] for one in every if one["mutability"] == "immutable"}
    assert stays == {"userName", "employeeNumber"}
    user = hr.get("/scim/v2/ResourceTypes/User")
    assert user["schemaExtensions"] == [{"schema": ENTERPRISE, "required": True}]


@pytest.mark.in_turn
def test_what_takes_too_long_to_read_is_refused_at_once(hr: Hr) -> None:
    long = " or ".join(['id ne ""'] * 500)
    refused = hr.send("POST", "/scim/v2/Users/.search", json={"filter": long}, status=400).json
    assert refused["scimType"] == "invalidFilter"
    longest = " or ".join(['id ne ""'] * 300)
    assert hr.send("POST", "/scim/v2/Users/.search", json={"filter": longest}).json["Resources"]
    end = {"op": "remove", "path": f"members[{long}]"}
    assert hr.patch("Groups/x", end, status=400)["scimType"] == "invalidPath"
    change = {"op": "replace", "path": "active", "value": True}
    hr.patch(f"Users/{hr.person_key}", *[change] * 1001, status=400)


@pytest.mark.in_turn
def test_an_empty_address_is_none(hr: Hr) -> None:
    sent = new_user(emails=[{"value": "", "type": "work"}])
    user = hr.send("POST", "/scim/v2/Users", json=sent, status=201).json
    assert "emails" not in user
    for address in ("ann@example.org", ""):
        change = {"op": "Replace", "path": 'emails[type eq "work"].value', "value": address}
        kept = hr.patch(f"Users/{user['id']}", change).get("emails", [{"value": ""}])
        assert kept[0]["value"] == address


@pytest.mark.in_turn
def test_a_refusal_names_what_is_wrong(hr: Hr) -> None:
    sent = new_user(name={"familyName": "Petrova", "givenName": " "})
    refused = hr.send("POST", "/scim/v2/Users", json=sent, status=400).json
    assert refused["detail"].startswith("name.givenName: ")
    unclear = {"op": "replace", "path": "active", "value": "perhaps"}
    told = hr.patch(f"Users/{hr.person_key}", unclear, status=400)["detail"]
    assert "active" in told
    assert "pydantic" not in told


def test_refusals_are_in_the_callers_language(hr: Hr) -> None:
    taken = new_user()
    hr.send("POST", "/scim/v2/Users", json=taken, status=201)
    refused = [
        hr.send("POST", "/scim/v2/Users", json=taken, headers=headers, status=409).json["detail"]
        for headers in ({}, {"Accept-Language": "ru"})
    ]
    assert [one.isascii() for one in refused] == [True, False]


@pytest.mark.in_turn
@pytest.mark.parametrize(
    ("method", "path", "options", "status"),
    [
        ("GET", "/scim/v2/Nothing", {}, 404),
        ("GET", "/scim", {}, 404),
        ("PUT", "/scim/v2/Users", {"json": {}}, 405),
        ("POST", "/scim/v2/Users", {"data": "x", "content_type": "text/plain"}, 415),
        ("POST", "/scim/v2/Users", {"data": "{", "content_type": "application/json"}, 400),
        ("POST", "/scim/v2/Bulk", {"json": {}}, 400),
    ],
)
def test_what_goes_wrong_is_a_scim_error(
    hr: Hr, method: str, path: str, options: dict[str, Any], status: int
) -> None:
    answer = hr.send(method, path, status=status, **options)
    if path != "/scim":
        assert answer.json["schemas"] == [ERROR]


def test_without_the_scope_nothing_is_served(app: Flask) -> None:
    assert Hr(app, Scope.PEOPLE_READ).get("/scim/v2/Users", status=403)["schemas"] == [ERROR]
    stranger = app.test_client().get("/scim/v2/Users")
    assert stranger.status_code == 401
    assert stranger.json["schemas"] == [ERROR]


def test_a_group_is_another_when_a_member_has_a_new_name(hr: Hr) -> None:
    unit = make_unit("hall")
    person = make_person(unit=unit)
    path = f"/scim/v2/Groups/{unit.public_id}"
    tag = hr.send("GET", path).headers["ETag"]
    assert hr.send("GET", f"{path}?excludedAttributes=members").headers["ETag"] == tag
    rename = {"op": "replace", "path": "name.givenName", "value": "Ольга"}
    hr.patch(f"Users/{person.public_id}", rename)
    answer = hr.send("GET", path, headers={"If-None-Match": tag})
    assert "Ольга" in answer.json["members"][0]["display"]
    assert answer.json["meta"]["version"] == answer.headers["ETag"] != tag
    (listed,) = hr.get("/scim/v2/Groups?filter=" + quote('displayName eq "Центр hall"'))[
        "Resources"
    ]
    assert listed == answer.json


def test_members_are_read_when_they_are_sent(hr: Hr) -> None:
    unit = make_unit("hall")
    path, key = f"/scim/v2/Groups/{unit.public_id}", make_person(unit=unit).public_id
    kept, ended = make_person(unit=unit), make_person()
    merge(kept, ended)
    with counted_statements() as read:
        full = hr.get(path)
    assert [one for one in read if "FROM employment JOIN organisation_unit" in one]
    assert {one["value"] for one in full["members"]} == {key, kept.public_id}
    assert full["members"][0] == {
        "value": full["members"][0]["value"],
        "$ref": hr.user(full["members"][0]["value"])["meta"]["location"],
        "type": "User",
        "display": hr.user(full["members"][0]["value"])["displayName"],
    }
    listed = hr.get("/scim/v2/Groups?filter=" + quote('displayName eq "Центр hall"'))["Resources"]
    assert listed == [full]
    with counted_statements() as statements:
        bare = hr.get(f"{path}?excludedAttributes=members")
    assert not [one for one in statements if "FROM employment JOIN organisation_unit" in one]
    assert bare == {name: value for name, value in full.items() if name != "members"}
    values = hr.get(f"{path}?attributes=members.value")["members"]
    assert sorted(one["value"] for one in values) == sorted([key, kept.public_id])
    assert {name for one in values for name in one} == {"value"}
    make_person(unit=unit)
    assert hr.get(path)["meta"]["version"] != full["meta"]["version"]


def test_a_page_of_groups_ends_before_too_many_members(
    hr: Hr, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(groups, "MOST_MEMBERS", 2)
    for code, people in (("hall-a", 3), ("hall-b", 1), ("hall-c", 1), ("hall-d", 1)):
        unit = make_unit(code)
        for _ in range(people):
            make_person(unit=unit)
    wanted = quote('displayName sw "Центр hall-"')
    pages, start = [], 1
    while start <= 4:
        page = hr.get(f"/scim/v2/Groups?filter={wanted}&sortBy=displayName&startIndex={start}")
        assert (page["totalResults"], page["itemsPerPage"]) == (4, len(page["Resources"]))
        pages.append([one["displayName"][-6:] for one in page["Resources"]])
        start += page["itemsPerPage"]
    assert pages == [["hall-a"], ["hall-b", "hall-c"], ["hall-d"]]
    for asked, number in (("count=4", 1), ("count=4&excludedAttributes=members", 4)):
        page = hr.get(f"/scim/v2/Groups?filter={wanted}&sortBy=displayName&{asked}")
        assert (page["totalResults"], page["itemsPerPage"]) == (4, number)


def test_users_are_counted_as_they_are_listed(hr: Hr, monkeypatch: pytest.MonkeyPatch) -> None:
    gone, deleted, kept, ended = left("L-1"), left("L-2"), make_person(), make_person()
    hr.send("DELETE", f"/scim/v2/Users/{deleted.public_id}", status=204)
    merge(kept, ended)
    page = hr.get("/scim/v2/Users")
    keys = {one["id"] for one in page["Resources"]}
    assert keys >= {hr.person_key, gone.public_id, kept.public_id}
    assert not keys & {deleted.public_id, ended.public_id}
    assert page["totalResults"] == page["itemsPerPage"] == len(keys)
    for wanted in ("active eq true or active eq false", "userName pr", "title pr"):
        assert set(hr.find(wanted)) == keys
    monkeypatch.setattr(serving, "USUAL", 2)
    assert hr.get("/scim/v2/Users")["itemsPerPage"] == 2
    assert hr.get("/scim/v2/Users?count=3")["itemsPerPage"] == 3


def test_a_list_costs_as_many_statements_at_any_length(hr: Hr) -> None:
    def costs() -> list[int]:
        found = []
        for path in ("/scim/v2/Users", "/scim/v2/Groups"):
            hr.get(path)
            with counted_statements() as statements:
                hr.get(path)
            found.append(len(statements))
        return found

    few = costs()
    for _ in range(12):
        make_account()
    assert costs() == few
    assert max(few) <= 5


def test_the_keys_of_a_merged_record_find_the_one_that_stayed(hr: Hr) -> None:
    kept, ended = make_person(), make_person()
    db.session.add(ScimIdentity(person_id=kept.id, external_id="one"))
    db.session.add(ScimIdentity(person_id=ended.id, external_id="two"))
    merge(kept, ended)
    db.session.commit()
    assert hr.user(ended.public_id)["id"] == kept.public_id
    for wanted in ('externalId eq "two"', f'userName eq "{ended.personnel_number}"'):
        assert hr.find(wanted) == [kept.public_id]
    hr.send("DELETE", f"/scim/v2/Users/{ended.public_id}", status=400)
    assert hr.user(kept.public_id)["id"] == kept.public_id
    for name in ("two", "one"):  # a directory that still knows both sends each in turn
        hr.patch(f"Users/{kept.public_id}", {"op": "replace", "path": "externalId", "value": name})
        assert hr.user(kept.public_id)["externalId"] == name
        assert hr.find('externalId eq "one"') == hr.find('externalId eq "two"') == [kept.public_id]


def test_two_users_are_never_called_the_same(hr: Hr) -> None:
    made = hr.send("POST", "/scim/v2/Users", json=new_user(), status=201).json
    other = new_user(userName="b", **{ENTERPRISE: made[ENTERPRISE] | {"employeeNumber": "HR-2"}})
    answer = hr.send("POST", "/scim/v2/Users", json=other, status=409).json
    assert answer["scimType"] == "uniqueness"
    assert hr.find('externalId eq "SAP-77"') == [made["id"]]
    assert hr.find('userName eq "b"') == []
    second = hr.send("POST", "/scim/v2/Users", json=other | {"externalId": "X"}, status=201).json
    again = {"op": "replace", "path": "externalId", "value": "SAP-77"}
    assert hr.patch(f"Users/{second['id']}", again, status=409)["scimType"] == "uniqueness"
    assert hr.user(second["id"]) == second


def test_both_addresses_are_told_of_a_change(hr: Hr) -> None:
    person = make_person(email="old@example.org")
    new = {"op": "replace", "path": "emails[primary eq true].value", "value": "new@example.org"}
    hr.patch(f"Users/{person.public_id}", new)
    told = set(db.session.scalars(sa.select(OutgoingMail.address)))
    assert told == {"old@example.org", "new@example.org"}


@pytest.mark.parametrize(
    "change",
    [
        {"path": "emails[primary eq true].value", "value": "new@example.org"},
        {"path": "active", "value": False},
    ],
)
def test_accounts_that_reach_beyond_the_tokens_owner_are_left_alone(
    app: Flask, change: dict[str, Any]
) -> None:
    unit = make_unit()
    clerk = Hr(app, Scope.SCIM, account=make_account(AccessRole.ADMINISTRATOR, over=unit))
    known: dict[str, Any] = {"email": "old@example.org", "unit": unit}
    colleague, wider = make_person(**known), make_person(**known)
    make_account(AccessRole.HR, person=colleague, over=unit)
    make_account(AccessRole.HR, person=wider)
    db.session.commit()
    clerk.patch(f"Users/{colleague.public_id}", {"op": "replace", **change})
    clerk.patch(f"Users/{wider.public_id}", {"op": "replace", **change}, status=403)
    assert clerk.user(wider.public_id)["emails"][0]["value"] == "old@example.org"
    assert clerk.user(wider.public_id)["active"]


def test_the_address_of_a_demonstration_stays(hr: Hr) -> None:
    shared = make_account(is_demonstration=True, person=make_person(email="old@example.org"))
    db.session.commit()
    new = {"op": "replace", "path": "emails[primary eq true].value", "value": "new@example.org"}
    hr.patch(f"Users/{shared.person.public_id}", new, status=403)


@pytest.mark.parametrize("sign", ["\0", "\ud800"])
def test_what_no_text_holds_is_refused_wherever_it_is_looked_for(hr: Hr, sign: str) -> None:
    person = make_person(email="a@example.org")
    for name in ("userName", "externalId", "emails.value", "name.familyName"):
        wanted = quote(f"{name} eq {json.dumps(sign)}")
        assert hr.get(f"/scim/v2/Users?filter={wanted}", status=400)["scimType"] == "invalidFilter"
    for path in (f'emails[value eq "{sign}"].value', f"name.{sign}", "externalId"):
        change = {"op": "replace", "path": path, "value": sign}
        body = json.dumps({"schemas": [PATCH], "Operations": [change]})
        sent: dict[str, Any] = {"data": body, "content_type": "application/scim+json"}
        answer = hr.send("PATCH", f"/scim/v2/Users/{person.public_id}", status=400, **sent)
        assert answer.json["schemas"] == [ERROR]
