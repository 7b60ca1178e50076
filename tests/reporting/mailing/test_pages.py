"""A saved list's page: its schedule, its colleagues, sending it now, what was sent."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from lms.core.database import db
from lms.people.models import AccessRole, Account, Person, UnitKind
from lms.reporting.mailing.models import ListRun, ListSchedule
from lms.reporting.mailing.times import Rhythm
from lms.reporting.saved.models import SavedList, SavedListPerson
from tests.builders.lists import make_saved_list, make_schedule, name_colleague
from tests.builders.notifications import make_file, make_message
from tests.builders.people import NOW, PASSWORD, make_account, make_person, make_unit
from tests.pages import PageClient

pytestmark = pytest.mark.in_turn

WEEKLY = {
    "version": "0",
    "rhythm": "weekly",
    "weekday": "4",
    "month_day": "1",
    "hour": "7",
    "file_kind": "csv",
    "condition": "changes",
    "to_owner": "y",
}


@pytest.fixture(autouse=True)
def time() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=True) as traveller:
        yield traveller


@pytest.fixture
def owner(app: Flask) -> Account:
    return make_account(AccessRole.HR)


@pytest.fixture
def row(owner: Account) -> SavedList:
    return make_saved_list(owner.person_id)


@pytest.fixture
def client(app: Flask, owner: Account) -> PageClient:
    return signed_in(app, owner)


def signed_in(app: Flask, account: Account) -> PageClient:
    return PageClient(app).sign_in(account.username, PASSWORD)


def at(row: SavedList, what: str = "") -> str:
    return f"/hr/lists/{row.public_id}{what}"


def schedule() -> ListSchedule:
    return db.session.scalars(sa.select(ListSchedule)).one()


def named() -> list[tuple[int, bool, bool]]:
    one = SavedListPerson
    return [
        tuple(x) for x in db.session.execute(sa.select(one.person_id, one.is_mailed, one.is_shared))
    ]


def test_a_schedule_is_set_shown_and_changed_in_one_window_only(
    client: PageClient, row: SavedList
) -> None:
    client.post(at(row, "/schedule"), WEEKLY, status=303)
    shown = client.get(at(row)).text
    assert "6 Mar 2026, 07:00" in shown
    assert "Once a week at 07:00, on: Friday" in client.get("/hr/lists").text
    page = client.post(at(row, "/schedule"), {**WEEKLY, "hour": "9"}, status=409)
    assert "changed meanwhile" in page.text
    version = page.one("input[name=version]").get("value")
    client.post(at(row, "/schedule"), {**WEEKLY, "hour": "9", "version": version}, status=303)
    assert schedule().hour == 9


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("rhythm", "hourly"),
        ("hour", "24"),
        ("weekday", "7"),
        ("month_day", "32"),
        ("file_kind", ""),
    ],
)
def test_a_schedule_that_is_none_is_refused(
    client: PageClient, row: SavedList, field: str, value: str
) -> None:
    client.post(at(row, "/schedule"), {**WEEKLY, field: value}, status=422)
    assert db.session.scalars(sa.select(ListSchedule)).all() == []


def test_a_pause_lasts_until_it_is_resumed(client: PageClient, row: SavedList) -> None:
    make_schedule(row)
    client.post(at(row, "/pause"), status=303)
    assert (schedule().due_at, "Paused" in client.get(at(row)).text) == (None, True)
    client.post(at(row, "/resume"), status=303)
    due_at = schedule().due_at
    assert due_at is not None
    assert due_at > NOW


def test_send_now_is_one_run_however_often_the_button_is_pressed(
    client: PageClient, row: SavedList
) -> None:
    make_schedule(row, rhythm=Rhythm.ON_REQUEST, due_at=None)
    key = client.get(at(row)).one("input[name=key]").get("value")
    for _ in range(2):
        client.post(at(row, "/send"), {"key": key}, status=303)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ListRun)) == 1
    assert "Waiting" in client.get(at(row)).text


def test_a_list_of_what_is_no_longer_there_is_not_said_to_have_everything(
    client: PageClient, row: SavedList
) -> None:
    row.values = {"unit": "0" * 16}
    db.session.commit()
    text = client.get(f"/hr/lists/{row.public_id}").text
    assert "no longer there" in text
    assert "Everything" not in text


def test_nobody_to_send_to_is_said(client: PageClient, row: SavedList) -> None:
    make_schedule(row, to_owner=False)
    page = client.post(at(row, "/send"), {"key": "k1"}, status=422)
    assert "Nobody gets this list yet" in page.text


def test_one_of_several_colleagues_is_chosen_and_taken_off_again(
    client: PageClient, row: SavedList
) -> None:
    person, other = colleague("Орлова"), colleague("Орлова")
    make_account(AccessRole.HR, person=person)
    make_account(AccessRole.HR, person=other)
    asked = {"words": "Орлова", "is_mailed": "y"}
    page = client.post(at(row, "/people"), asked, status=422)
    assert len(page.select("input[name=person][type=radio]")) == 2
    client.post(at(row, "/people"), {**asked, "person": person.public_id}, status=303)
    assert named() == [(person.id, True, False)]
    client.post(at(row, f"/people/{person.public_id}/remove"), status=303)
    assert named() == []


def colleague(family_name: str, **overrides: Any) -> Person:
    return make_person(family_name, **overrides)


def test_one_who_may_not_see_such_lists_is_not_found(client: PageClient, row: SavedList) -> None:
    make_account(person=colleague("Орлова"))
    page = client.post(at(row, "/people"), {"words": "Орлова", "is_mailed": "y"}, status=422)
    assert "may see such lists" in page.text


def test_a_list_is_shared_downwards_and_opened_with_the_colleague_s_own_rights(
    app: Flask,
) -> None:
    district = make_unit(kind=UnitKind.DISTRICT)
    centre = make_unit(parent=district)
    above = make_account(AccessRole.HR, person=colleague("Верхова"))
    owner = make_account(AccessRole.HR, over=district)
    below = make_account(AccessRole.HR, person=colleague("Низова"), over=centre)
    row, client = make_saved_list(owner.person_id, name="Ours"), signed_in(app, owner)
    asked = {"words": "Верхова", "is_shared": "y"}
    assert "more of the network" in client.post(at(row, "/people"), asked, status=422).text
    client.post(at(row, "/people"), {**asked, "words": "Низова"}, status=303)
    assert "Ours" in signed_in(app, below).get("/hr/certificates").text
    assert "Ours" not in signed_in(app, above).get("/hr/certificates").text
    signed_in(app, below).get(at(row), status=404)


def test_a_colleague_leaves_a_list(app: Flask, row: SavedList) -> None:
    other = make_account(AccessRole.HR)
    name_colleague(row, other.person)
    client = signed_in(app, other)
    assert row.name in client.get("/hr/lists").text
    client.post(at(row, "/leave"), status=303)
    assert named() == []
    client.post(at(row, "/leave"), status=404)


def test_dates_of_a_list_move_along_and_the_address_has_those_of_today(
    app: Flask, owner: Account, time: time_machine.Traveller
) -> None:
    client = signed_in(app, owner)
    values = {"measure": "serving", "from": "2026-03-09", "to": "2026-03-15"}
    client.post("/hr/lists/new/standings", {"name": "Moves", **values}, status=303)
    client.post("/hr/lists/new/standings", {"name": "Stays", "dates": "stay", **values}, status=303)
    time.shift(timedelta(hours=13))  # past midnight in the network's zone
    shown = signed_in(app, owner).get("/hr/lists")
    links = {a.text_content(): str(a.get("href")) for a in shown.select("h2 a")}
    assert "from=2026-03-10" in links["Moves"]
    assert "from=2026-03-09" in links["Stays"]


@pytest.mark.parametrize("address", ["/hr/board", "/hr/board?on=2026-01-01"])
def test_the_board_is_saved_too(client: PageClient, address: str) -> None:
    page = client.get(address)
    assert page.select("form[action='/hr/lists/new/board']") or "No certification" in page.text


def test_a_week_without_its_centre_is_no_list(client: PageClient) -> None:
    client.post("/hr/lists/new/staffing", {"name": "Week"}, status=404)


def test_a_file_of_a_message_is_taken_from_its_page_by_its_reader_alone(app: Flask) -> None:
    reader = make_account(AccessRole.HR)
    file = make_file(b"number\r\n")
    message = make_message(reader.person, files=[file])
    address = f"/inbox/{message.public_id}/files/{file.public_id}"
    client = signed_in(app, reader)
    assert "list.csv" in client.get("/inbox").text
    assert "list.csv" in client.get("/hr/mail").text
    client.get(address)
    assert client.post(address, status=200).response.get_data() == b"number\r\n"
    signed_in(app, make_account(AccessRole.HR)).get(address, status=404)
