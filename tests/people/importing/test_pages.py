"""The pages of an import, from the file to what was done."""

import csv
import io
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from lms.core.database import db
from lms.people.importing.services import MAX_ROWS
from lms.people.models import AccessRole, Employment, Person
from lms.people.services import rename_person
from tests.builders.imports import AT, csv_file, xlsx_file
from tests.builders.people import (
    PASSWORD,
    make_account,
    make_job_role,
    make_person,
    make_unit,
    unit_coded,
)
from tests.pages import Page, PageClient

pytestmark = pytest.mark.in_turn

SCRIPT = "<script>alert(1)</script>"


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(AT, tick=True):
        yield


@pytest.fixture
def maria(app: Flask) -> Person:
    make_unit("b")
    make_job_role("head")
    return make_person(unit=make_unit("a"), personnel_number="M1")


@pytest.fixture
def hr(app: Flask, maria: Person) -> PageClient:
    return PageClient(app).sign_in(make_account(AccessRole.HR).username, PASSWORD)


def send(
    hr: PageClient, content: bytes, name: str = "staff.csv", status: int | None = None
) -> Page:
    data = {"file": (io.BytesIO(content), name)}
    page = hr.post("/hr/people/import", data, status=status)
    return page if status else hr.follow(page)


def checked(hr: PageClient, *lines: str) -> Page:
    """The dry run of these rows, columns as they were guessed."""
    page = send(hr, csv_file(*lines))
    action = page.select("main form")[0].get("action")
    return hr.follow(hr.post(action, page.form_values()))


def confirm(hr: PageClient, page: Page, **options: Any) -> Page:
    selector = "form[action$='/confirm']"
    action = page.select(selector)[0].get("action")
    return hr.post(action, page.form_values(selector), **options)


def name_of(number: str) -> str | None:
    statement = sa.select(Person.family_name).where(Person.personnel_number == number)
    return db.session.scalar(statement)


def test_a_file_goes_from_upload_to_done(hr: PageClient) -> None:
    page = checked(hr, "M1;Сидорова", "N1;Петров;Пётр;;b;head", "N2;Без центра")
    assert (name_of("M1"), name_of("N1")) == ("Иванова", None)
    confirm(hr, page)
    assert (name_of("M1"), name_of("N1"), name_of("N2")) == ("Сидорова", "Петров", None)


def test_a_workbook_does_as_well(hr: PageClient) -> None:
    page = send(hr, xlsx_file(["Employee ID", "Surname"], ["M1", "Smith"]), "staff.xlsx")
    assert [field.value for field in page.select("main select")] == ["number", "family_name"]


def test_the_dry_run_shows_each_row_with_its_reason(hr: PageClient) -> None:
    page = checked(hr, "M1;Сидорова", f"M1x;{SCRIPT}", "X9;A;B;;nowhere;head")
    assert "Иванова" in page.text
    assert "nowhere" in page.text
    assert page.select("script:not([src])") == []


def test_people_who_changed_meanwhile_are_shown_anew_and_nothing_is_done(
    hr: PageClient, maria: Person
) -> None:
    page = checked(hr, "M1;Сидорова", "N1;Петров;Пётр;;b;head")
    rename_person(
        now=AT, actor_key=None, person=maria,
        family_name="Иная", given_name="Мария", patronymic="",
    )  # fmt: skip
    db.session.commit()
    again = confirm(hr, page, status=409)
    assert (name_of("M1"), name_of("N1")) == ("Иная", None)
    confirm(hr, again)
    assert name_of("M1") == "Сидорова"


def test_confirming_twice_does_it_once(hr: PageClient) -> None:
    page = checked(hr, "M1;Сидорова")
    confirm(hr, page)
    confirm(hr, page)
    assert name_of("M1") == "Сидорова"


def test_the_missing_leave_only_when_they_are_ticked(hr: PageClient, maria: Person) -> None:
    other = make_person("Ушедшая", unit=unit_coded("a"))
    db.session.commit()
    page = checked(hr, "M1")
    action = page.select("form[action$='/missing']")[0].get("action")
    hr.post(action, {"person": other.public_id, "leaving_on": ""}, status=422)
    ticked = hr.post(action, {"person": other.public_id, "leaving_on": "01.03.2026"})
    confirm(hr, hr.follow(ticked))
    ended = sa.select(Employment.ended_on).where(Employment.person_id == other.id)
    assert db.session.scalar(ended) == date(2026, 3, 1)


def test_columns_that_cannot_be_read_together_are_refused(hr: PageClient) -> None:
    page = send(hr, csv_file("M1;Сидорова"))
    action = page.select("main form")[0].get("action")
    values = {**page.form_values(), "columns-0": ""}
    refused = hr.post(action, values, status=422)
    assert refused.select(".error-summary")


def test_thousands_of_bad_rows_are_a_page_and_a_download(hr: PageClient) -> None:
    page = checked(hr, *(f"=cmd{n};Петров" for n in range(3_000)))
    assert len(page.html) < 200_000
    address = page.select("main a[download]")[0].get("href")
    rows = list(csv.reader(io.StringIO(hr.get(address).text), delimiter=";"))
    assert len(rows) == 3_001
    assert rows[1][1] == "'=cmd0"


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04", csv_file(*["M1"] * (MAX_ROWS + 1)), b"\xd0\xcf\x11\xe0"]
)
def test_a_file_that_is_no_table_is_refused_beside_the_field(
    hr: PageClient, content: bytes
) -> None:
    page = send(hr, content, status=422)
    assert page.select(".field-error")


def test_an_upload_is_seen_by_its_uploader_alone(app: Flask, hr: PageClient) -> None:
    page = checked(hr, "M1;Сидорова")
    address = page.select("form[action$='/confirm']")[0].get("action").removesuffix("/confirm")
    other = PageClient(app).sign_in(make_account(AccessRole.HR).username, PASSWORD)
    other.get(address, status=404)
