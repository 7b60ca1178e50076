"""Saved lists: kept from the list's page, the owner's alone, opened with what may be seen then."""

from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.audit.models import AuditEntry
from lms.core.database import db
from lms.people.models import AccessRole
from lms.reporting.saved.models import SavedList
from lms.reporting.saved.services import MOST
from tests.builders.people import NOW, PASSWORD, make_account
from tests.pages import PageClient

pytestmark = pytest.mark.in_turn

SAVE = "/hr/lists/new/registry"


def hr(app: Flask, role: AccessRole = AccessRole.HR) -> PageClient:
    return PageClient(app).sign_in(make_account(role).username, PASSWORD)


def kept() -> list[SavedList]:
    return list(db.session.scalars(sa.select(SavedList).order_by(SavedList.id)))


def save(client: PageClient, name: str = "Expiring", answer: int = 303, **values: str) -> object:
    return client.post(SAVE, {"name": name, **values}, status=answer)


def test_a_list_is_saved_on_its_page_and_opened_from_there(app: Flask) -> None:
    client = hr(app)
    client.get("/hr/certificates?status=expiring&days=30")
    save(client, "Ends  in spring", status="expiring", days="30", page="x", evil="y")
    page = client.get("/hr/certificates")
    (link,) = [one for one in page.select("a") if one.text_content().strip() == "Ends in spring"]
    assert parse_qs(urlsplit(str(link.get("href"))).query) == {
        "status": ["expiring"],
        "days": ["30"],
    }


@pytest.mark.parametrize(
    "address", ["/hr/certificates?text=a", "/hr/board/people?measure=overdue", "/hr/people?words=a"]
)
def test_each_list_offers_to_save_what_it_is_narrowed_to(app: Flask, address: str) -> None:
    page = hr(app).get(address)
    form = page.one("form[action^='/hr/lists/new/']")
    hidden = {one.get("name"): one.get("value") for one in form.cssselect("input[type=hidden]")}
    name, value = urlsplit(address).query.split("=")
    assert hidden[name] == value


def test_the_owner_narrows_a_list_to_what_a_page_shows(app: Flask) -> None:
    client = hr(app)
    save(client, status="expiring", days="30", text="Иванова")
    (row,) = kept()
    page = client.get("/hr/certificates?status=revoked&text=Петрова")
    form = page.one(f"form:has(option[value='{row.public_id}'])")
    sent = {one.get("name"): one.get("value", "") for one in form.cssselect("input[type=hidden]")}
    client.post(str(form.get("action")), sent | {"into": row.public_id}, status=303)
    db.session.expire_all()
    assert (row.values["status"], row.values["text"]) == ("revoked", "Петрова")
    entry = db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    assert entry.details["previous"] == "days=30, status=expiring, text=…"
    assert "status=revoked" in entry.details["filters"]


@pytest.mark.parametrize("into", ["", "0" * 16, "other"])
def test_what_is_no_list_of_ones_own_takes_no_filters(app: Flask, into: str) -> None:
    save(hr(app))
    (row,) = kept()
    chosen = row.public_id if into == "other" else into
    values = {"into": chosen, "text": "Иванова"}
    page = hr(app).post("/hr/lists/narrowed/registry", values, status=422)
    assert page.one("input[type=hidden][name=text]").get("value") == "Иванова"
    db.session.expire_all()
    assert row.values == {}


@pytest.mark.parametrize("name", ["", "   ", "x" * 81])
def test_a_name_that_is_none_is_refused_and_what_was_chosen_stays(app: Flask, name: str) -> None:
    page = hr(app).post(SAVE, {"name": name, "text": "Иванова"}, status=422)
    assert page.one("input[type=hidden][name=text]").get("value") == "Иванова"
    assert kept() == []


def test_a_name_is_given_once_by_each_owner(app: Flask) -> None:
    client = hr(app)
    save(client)
    save(client, answer=409)
    save(hr(app))
    assert [row.name for row in kept()] == ["Expiring", "Expiring"]


def test_a_list_is_renamed_and_deleted(app: Flask) -> None:
    client = hr(app)
    save(client)
    (row,) = kept()
    client.post(f"/hr/lists/{row.public_id}/name", {"name": "Soon"}, status=303)
    assert "Soon" in client.get("/hr/lists").text
    client.post(f"/hr/lists/{row.public_id}/delete", status=303)
    assert kept() == []


@pytest.mark.parametrize("what", ["name", "delete"])
def test_a_list_of_someone_else_is_as_one_that_is_not_there(app: Flask, what: str) -> None:
    save(hr(app))
    (row,) = kept()
    other = hr(app)
    assert row.name not in other.get("/hr/lists").text
    other.post(f"/hr/lists/{row.public_id}/{what}", {"name": "Mine"}, status=404)
    db.session.expire_all()
    assert [one.name for one in kept()] == ["Expiring"]


def test_there_is_an_end_to_how_many_are_kept(app: Flask) -> None:
    client = hr(app)
    save(client)
    owner, kind = kept()[0].owner_id, "registry"
    db.session.add_all(
        SavedList(owner_id=owner, kind=kind, name=f"n{n}", values={}, saved_at=NOW)
        for n in range(MOST - 1)
    )
    db.session.commit()
    save(client, "One more", answer=409)


def test_an_unknown_kind_of_list_is_not_there(app: Flask) -> None:
    hr(app).post("/hr/lists/new/accounts", {"name": "All"}, status=404)
