"""What HR and heads say of a centre: groups, windows, hours and needs, who works when."""

from datetime import date, time
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.certification.staffing import services
from lms.certification.staffing.loading import load_setup
from lms.certification.staffing.models import ServiceGroup, WorkException, WorkPattern
from lms.certification.staffing.seating.shifts import EVERY, Shift, pattern_of
from lms.core.database import db
from lms.people.models import AccessRole, OrganisationUnit
from tests.builders.people import NOW, PASSWORD, make_account, make_person, make_unit
from tests.builders.schemes import make_scheme
from tests.builders.staffing import make_centre, make_group, make_head
from tests.pages import Page, PageClient

pytestmark = pytest.mark.in_turn


@pytest.fixture
def hr(app: Flask) -> PageClient:
    return PageClient(app).sign_in(make_account(AccessRole.HR).username, PASSWORD)


def head(app: Flask, unit: OrganisationUnit) -> PageClient:
    return PageClient(app).sign_in(make_account(person=make_head(unit)).username, PASSWORD)


def test_hr_of_the_network_defines_a_service_group(hr: PageClient) -> None:
    scheme = make_scheme()
    sent = {"key": "passports", "name_ru": "Паспорта", "name_en": "Passports", "row_version": "0"}
    hr.post("/hr/service-groups/new", {**sent, "schemes": scheme.public_id}, status=303)
    assert "Universal specialist" in hr.get("/hr/service-groups").text
    assert "short name already" in hr.post("/hr/service-groups/new", sent, status=409).text
    wrong = {**sent, "key": "No Key"}
    assert "small letters" in hr.post("/hr/service-groups/new", wrong, status=422).text


def test_hr_of_one_centre_defines_none(app: Flask) -> None:
    account = make_account(AccessRole.HR, over=make_unit())
    client = PageClient(app).sign_in(account.username, PASSWORD)
    client.get("/hr/service-groups")
    client.get("/hr/service-groups/new", status=404)


def test_a_group_changed_by_somebody_else_shows_both(hr: PageClient) -> None:
    group = make_group()
    address = f"/hr/service-groups/{group.public_id}"
    stale = {"key": group.key, "name_ru": "Моё имя", "name_en": "Mine", "row_version": "77"}
    page = hr.post(address, stale, status=409)
    assert "Mine" in page.html
    assert group.name_en in page.text
    again = {**stale, "row_version": page.one("input[name=row_version]").get("value")}
    hr.post(address, {**again, "retired": "y"}, status=303)
    assert db.session.get_one(ServiceGroup, group.id).retired_at is not None


def windows(version: int, **rows: Any) -> dict[str, Any]:
    return {
        "row_version": str(version),
        **{key.replace("_", "-"): one for key, one in rows.items()},
    }


def test_the_head_of_a_centre_numbers_its_windows(app: Flask) -> None:
    group, unit = make_group(), make_unit()
    client, address = head(app, unit), f"/hr/staffing/{unit.public_id}/windows"
    assert len(client.get(address).select("fieldset.window-row")) == 3
    sent = windows(0, windows_0_number="7", windows_0_offers=group.key, windows_1_number="")
    client.post(address, sent, status=303)
    assert load_setup(unit).windows == {7: frozenset({group.id})}


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ({"windows_0_number": "1", "windows_1_number": "1"}, "same number"),
        ({"windows_0_number": "0"}, "from 1 to 999"),
        ({"windows_0_number": "many"}, "from 1 to 999"),
        ({"windows_0_number": "", "windows_0_offers": "KEY"}, "number it"),
        ({"windows_0_number": "1", "windows_0_offers": "nothing-known"}, "not a valid choice"),
    ],
)
def test_windows_with_a_mistake_are_not_saved(
    hr: PageClient, rows: dict[str, str], message: str
) -> None:
    group, unit = make_group(), make_unit()
    rows = {name: group.key if value == "KEY" else value for name, value in rows.items()}
    page = hr.post(f"/hr/staffing/{unit.public_id}/windows", windows(0, **rows), status=422)
    assert message in page.text
    assert load_setup(unit).windows == {}


def test_windows_changed_by_somebody_else_show_both(hr: PageClient) -> None:
    group = make_group()
    unit = make_centre(group, windows=1)
    sent = windows(0, windows_0_number="9", windows_0_offers=group.key)
    page = hr.post(f"/hr/staffing/{unit.public_id}/windows", sent, status=409)
    assert "Window 1" in page.text
    assert page.one("#windows-0-number").get("value") == "9"
    version = int(page.one("input[name=row_version]").get("value", ""))
    sent = windows(version, windows_0_number="9", windows_0_offers=group.key)
    hr.post(f"/hr/staffing/{unit.public_id}/windows", sent, status=303)
    assert set(load_setup(unit).windows) == {9}


def hours(**changes: str) -> dict[str, str]:
    times = {"opens": "08:00", "changes": "14:00", "closes": "20:00"}
    every = {f"{name}-{day}": one for day in range(7) for name, one in times.items()}
    return {"row_version": "0", **every, **{key.replace("_", "-"): v for key, v in changes.items()}}


def test_hours_and_needs_are_said_by_day_and_half_day(hr: PageClient) -> None:
    group, unit = make_group(), make_unit()
    sent = hours(opens_6="", changes_6="", closes_6="", opens_0="09:00")
    sent[f"need-0-first-{group.key}"] = "2"
    hr.post(f"/hr/staffing/{unit.public_id}/needs", sent, status=303)
    setup = load_setup(unit)
    assert setup.hours[0] == (time(9), time(14), time(20))
    assert setup.hours[6] is None
    assert setup.needs == {(0, Shift.FIRST): {group.id: 2}}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"opens_0": "15:00"}, "in their order"),
        ({"opens_0": ""}, "in their order"),
        ({"opens_0": "25:00"}, "Not a valid time"),
    ],
)
def test_hours_out_of_order_are_refused(
    hr: PageClient, changes: dict[str, str], message: str
) -> None:
    unit = make_unit()
    page = hr.post(f"/hr/staffing/{unit.public_id}/needs", hours(**changes), status=422)
    assert message in page.text


def test_a_need_beyond_reason_is_refused_and_kept(hr: PageClient) -> None:
    group, unit = make_group(), make_unit()
    name = f"need-0-first-{group.key}"
    page = hr.post(f"/hr/staffing/{unit.public_id}/needs", {**hours(), name: "100"}, status=422)
    assert page.one(f"#{name}").get("value") == "100"
    assert load_setup(unit).needs == {}


def test_who_works_when_is_said_of_a_centre_and_of_one_person(hr: PageClient) -> None:
    unit = make_centre(make_group())
    person = make_person(unit=unit)
    address = f"/hr/staffing/{unit.public_id}/people"
    version = str(load_setup(unit).row_version)
    hr.post(address, {"parts": ["0-first", "6-second"], "row_version": version}, status=303)
    assert load_setup(unit).pattern == pattern_of([(0, Shift.FIRST), (6, Shift.SECOND)])
    hr.post(address, {"parts": ["0-first"], "row_version": version}, status=409)
    own = {"own": "yes", "parts": ["1-first"], "row_version": "0"}
    hr.post(f"{address}/{person.public_id}", own, status=303)
    assert db.session.get_one(WorkPattern, person.id).pattern == pattern_of([(1, Shift.FIRST)])
    hr.post(f"{address}/{person.public_id}", own, status=409)
    hr.post(f"{address}/{person.public_id}", {**own, "own": "no", "row_version": "1"}, status=303)
    assert db.session.get(WorkPattern, person.id) is None


def people_listed(page: Page) -> list[str]:
    return [link.text_content() for link in page.select("main section tbody th a")]


def test_people_of_a_large_centre_are_paged_by_name_and_found(hr: PageClient) -> None:
    unit = make_unit()
    for number in range(51):
        make_person(f"Иванов{number:02}", unit=unit)
    make_person("Иванов")  # of another centre
    address = f"/hr/staffing/{unit.public_id}/people"
    first = hr.get(address)
    assert (first.one("main [role=status]").text, len(people_listed(first))) == ("51", 50)
    second = hr.get(first.one("main a[rel=next]").get("href"))
    assert [name[:8] for name in people_listed(second)] == ["Иванов50"]
    found = hr.get(f"{address}?words=иванов3")
    assert (found.one("main [role=status]").text, len(people_listed(found))) == ("10", 10)
    assert people_listed(hr.get(f"{address}?words=кузнецов")) == []


def test_days_that_differ_are_noted_and_removed(hr: PageClient) -> None:
    unit = make_centre(make_group())
    address = f"/hr/staffing/{unit.public_id}/people/{make_person(unit=unit).public_id}"
    days = {"first_on": "2100-01-04", "last_on": "2100-01-03", "shifts": "0"}
    assert "before the first" in hr.post(f"{address}/days", days, status=422).text
    unread = hr.post(f"{address}/days", {**days, "last_on": "never"}, status=422)
    assert unread.form_values()["last_on"] == "never"
    hr.post(f"{address}/days", {**days, "last_on": "2100-01-08"}, status=303)
    row = db.session.scalars(sa.select(WorkException)).one()
    assert (row.first_on, row.last_on, row.shifts) == (date(2100, 1, 4), date(2100, 1, 8), 0)
    assert "Away all day" in hr.get(address).text
    hr.post(f"{address}/days/{row.public_id}/remove", status=303)
    assert db.session.scalar(sa.select(sa.func.count(WorkException.id))) == 0


def test_a_person_of_another_centre_is_missing(hr: PageClient) -> None:
    unit = make_centre(make_group())
    hr.get(f"/hr/staffing/{unit.public_id}/people/{make_person().public_id}", status=404)


def test_saving_windows_again_keeps_their_needs(app: Flask) -> None:
    group = make_group()
    unit = make_centre(group)
    services.save_windows(unit=unit, windows={2: [group.id], 3: []}, now=NOW, actor=None)
    setup = load_setup(unit)
    assert setup.windows == {2: frozenset({group.id}), 3: frozenset()}
    assert setup.needs == {(0, Shift.FIRST): {group.id: 1}}
    assert setup.pattern == EVERY
