"""Staffing data from tables: checked first, imported whole or not at all."""

import io
from datetime import date, time

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.certification.staffing.importing.tables import COLUMNS, KIND_NAMES, TableKind
from lms.certification.staffing.loading import load_setup
from lms.certification.staffing.models import WorkException, WorkPattern
from lms.certification.staffing.seating.shifts import Shift, pattern_of
from lms.core.database import db
from lms.people.models import AccessRole
from tests.builders.merging import merge
from tests.builders.people import PASSWORD, make_account, make_person, make_unit
from tests.builders.staffing import make_centre, make_group
from tests.pages import Page, PageClient

pytestmark = pytest.mark.in_turn

ADDRESS = "/hr/staffing/import"


@pytest.fixture
def hr(app: Flask) -> PageClient:
    return PageClient(app).sign_in(make_account(AccessRole.HR).username, PASSWORD)


def check(client: PageClient, kind: TableKind, text: str, status: int = 200) -> Page:
    file = (io.BytesIO(text.encode()), "table.csv")
    sent = {"kind": kind.value, "file": file}
    return client.post(ADDRESS, sent, status=status, content_type="multipart/form-data")


def confirm(client: PageClient, page: Page, status: int = 303) -> Page:
    plan = page.one("input[name=plan]").get("value")
    return client.post(f"{ADDRESS}/confirm", {"plan": plan}, status=status)


def test_windows_hours_and_needs_of_a_centre_are_imported(hr: PageClient) -> None:
    group = make_group()
    unit = make_centre(group, windows=5)
    page = check(hr, TableKind.WINDOWS, f"centre;window;offers\n{unit.code};7;{group.key}")
    assert set(load_setup(unit).windows) == {1, 2, 3, 4, 5}  # nothing yet
    confirm(hr, page)
    confirm(hr, check(hr, TableKind.HOURS, f"{unit.code};7;;;\n{unit.code};1;9:00;14:00;20:00"))
    confirm(hr, check(hr, TableKind.NEEDS, f"{unit.code};2;1;{group.key};3"))
    setup = load_setup(unit)
    assert setup.windows == {7: frozenset({group.id})}
    assert (setup.hours[0], setup.hours[6]) == ((time(9), time(14), time(20)), None)
    assert setup.needs == {(1, Shift.FIRST): {group.id: 3}}


def test_patterns_and_days_of_people_are_imported(hr: PageClient) -> None:
    person = make_person()
    number = person.personnel_number
    confirm(hr, check(hr, TableKind.WORK, f"{number};1/1 7/2"))
    pattern = db.session.get_one(WorkPattern, person.id).pattern
    assert pattern == pattern_of([(0, Shift.FIRST), (6, Shift.SECOND)])
    confirm(hr, check(hr, TableKind.DAYS, f"{number};01.12.2026;2026-12-14;0"))
    row = db.session.scalars(sa.select(WorkException)).one()
    assert (row.first_on, row.last_on, row.shifts) == (date(2026, 12, 1), date(2026, 12, 14), 0)


def test_a_former_number_names_the_record_that_stayed(hr: PageClient) -> None:
    stayed = make_person("Белова", personnel_number="NEW-1")
    merge(stayed, make_person("Белова", personnel_number="OLD-1", employed=False))
    confirm(hr, check(hr, TableKind.WORK, "old-1;1/1 7/2"))
    pattern = db.session.scalars(sa.select(WorkPattern)).one()
    assert pattern.person_id == stayed.id


def test_a_title_may_stand_above_the_headings_and_no_column_may_lack(hr: PageClient) -> None:
    number = make_person().personnel_number
    page = check(
        hr, TableKind.WORK, f'Graph\nPersonnel number*;Parts of the week\n="{number.lower()}";1/1'
    )
    confirm(hr, page)
    page = check(hr, TableKind.WORK, f"Personnel number;Shifts\n{number};1/1", status=422)
    assert "no column called: Parts of the week" in page.text


@pytest.mark.parametrize(
    ("kind", "row", "message"),
    [
        (TableKind.WINDOWS, "nowhere;1;GROUP", "No such centre"),
        (TableKind.WINDOWS, "UNIT;0;GROUP", "too small or large"),
        (TableKind.WINDOWS, "UNIT;1;nothing", "No such service group"),
        (TableKind.WINDOWS, "UNIT;1;GROUP\nUNIT;1;GROUP", "An earlier row"),
        (TableKind.NEEDS, "UNIT;8;1;GROUP;1", "from 1 (Monday) to 7"),
        (TableKind.NEEDS, "UNIT;1;3;GROUP;1", "is 1 or 2"),
        (TableKind.HOURS, "UNIT;1;20:00;14:00;8:00", "in their order"),
        (TableKind.WORK, "nobody;1/1", "No such number"),
        (TableKind.WORK, "NUMBER;1/3", "such as 1/1"),
        (TableKind.DAYS, "NUMBER;2026-12-14;2026-12-01;0", "the first not after the last"),
    ],
)
def test_a_table_with_a_mistake_says_where_and_cannot_be_imported(
    hr: PageClient, kind: TableKind, row: str, message: str
) -> None:
    names = {"GROUP": make_group().key, "UNIT": make_unit().code}
    names["NUMBER"] = make_person().personnel_number
    for name, value in names.items():
        row = row.replace(name, value)
    page = check(hr, kind, row)
    assert message in page.text
    assert page.select("input[name=plan]") == []


def test_what_is_no_table_is_refused_beside_the_field(hr: PageClient) -> None:
    assert "nothing in the table" in check(hr, TableKind.WORK, "", status=422).text
    hr.post(ADDRESS, {"kind": "nothing"}, status=422)


def test_others_centres_and_people_are_unknown_and_a_foreign_check_counts_for_nothing(
    app: Flask, hr: PageClient
) -> None:
    unit, person = make_unit(), make_person()
    account = make_account(AccessRole.HR, over=unit)
    client = PageClient(app).sign_in(account.username, PASSWORD)
    page = check(client, TableKind.WORK, f"{person.personnel_number};1/1")
    assert "No such number" in page.text
    foreign = check(hr, TableKind.WORK, f"{person.personnel_number};1/1")
    confirm(client, foreign, status=409)
    assert db.session.get(WorkPattern, person.id) is None


@pytest.mark.parametrize("kind", list(TableKind))
def test_each_kind_of_table_has_a_name_and_an_example_that_can_be_imported_as_it_is(
    hr: PageClient, kind: TableKind
) -> None:
    make_centre(make_group())
    make_person()
    assert kind in KIND_NAMES
    sample = hr.get(f"{ADDRESS}/{kind.value}.csv").html
    assert sample.count(";") % (len(COLUMNS[kind]) - 1) == 0
    confirm(hr, check(hr, kind, sample))


def test_an_example_can_be_had_where_there_is_nothing_to_name(hr: PageClient) -> None:
    assert "documents" in hr.get(f"{ADDRESS}/needs.csv").html
