"""The registry under hostile input, and its export under every filter and order."""

import base64
import csv
import io
import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask

from lms.certification.queries.registry import Order
from lms.people.models import AccessRole
from tests.builders.certification import make_certificate, make_taught_course
from tests.builders.people import PASSWORD, make_account, make_person, make_unit
from tests.pages import PageClient

pytestmark = pytest.mark.in_turn

NOON = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
SCRIPT = "<script>alert('planted')</script>"


@pytest.fixture(autouse=True)
def _noon() -> Any:
    with time_machine.travel(NOON, tick=True) as traveller:
        yield traveller


@pytest.fixture
def hr(app: Flask) -> PageClient:
    account = make_account(AccessRole.HR)
    return PageClient(app).sign_in(account.username, PASSWORD)


def cursor(values: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode()


@pytest.mark.parametrize("order", [order.value for order in Order])
@pytest.mark.parametrize(
    "values",
    [
        [0, ["x", 10**30]],
        [0, ["x", -(10**30)]],
        [0, ["x", float("inf")]],
        [0, ["2026-01-01", 10**30]],
        [0, ["a\0b", 1]],
        [0, ["\ud800", 1]],
        [0, [None, None]],
        [0, [{}, []]],
        [0, {"x": 1, "y": 2}],
        [7, ["x", True]],
    ],
)
def test_a_forged_cursor_shows_a_page(hr: PageClient, order: str, values: Any) -> None:
    make_certificate(make_person("First"))
    hr.get("/hr/certificates", query_string={"order": order, "page": cursor(values)})


@pytest.mark.parametrize("text", ["a\0b", "\ud800", "%", "_", "'; --", SCRIPT, "я" * 200])
def test_an_export_of_hostile_text_breaks_nothing(hr: PageClient, text: str) -> None:
    make_certificate(make_person("First"))
    data = {"text": text.encode("utf-8", "surrogatepass")}
    page = hr.post("/lists/registry.csv", data, status=200)
    assert page.response.get_data().count(b"\r\n") == 1  # the headings alone
    page.response.close()


def test_a_reason_is_kept_without_what_no_database_takes(hr: PageClient) -> None:
    certificate = make_certificate()
    address = f"/hr/certificates/{certificate.number}"
    hr.post(f"{address}/revoke", {"revoke-reason": "Forged\0 papers"})
    assert "Forged papers" in hr.get(address).text
    hr.post(f"/verify/{certificate.number}", {"full_name": "Ива\0нова"}, status=200)


def exported(client: PageClient, query: dict[str, str]) -> list[str]:
    page = client.post("/lists/registry.csv", query, status=200)
    text = page.response.get_data().decode("utf-8-sig")
    page.response.close()
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
    return [row[0].replace("-", "") for row in rows[1:]]


def shown(client: PageClient, query: dict[str, str]) -> list[str]:
    """The numbers on all pages, from the first to the last."""
    found, page = [], client.get("/hr/certificates", query_string=query)
    while True:
        links = page.select("tbody th a")
        found += [link.get("href").rpartition("/")[2] for link in links]
        forth = page.select("a[rel=next]")
        if not forth:
            return found
        page = client.get(forth[0].get("href"))


@pytest.mark.parametrize("order", [order.value for order in Order])
def test_the_export_holds_all_pages_in_the_order_shown(hr: PageClient, order: str) -> None:
    version, unit = make_taught_course("lean"), make_unit("here")
    for number in range(60):
        make_certificate(
            make_person(f"Same-{number % 7}", unit=unit),
            version=version,
            issued_at=NOON - timedelta(days=number % 5),
            valid_until_on=date(2026, 6, 10) + timedelta(days=number % 9),
        )
    make_certificate(make_person("Elsewhere"))
    query = {
        "order": order,
        "course": "lean",
        "unit": unit.public_id,
        "status": "expiring",
        "days": "16",
        "text": "same",
    }
    numbers = shown(hr, query)
    assert 50 < len(numbers) < 60
    assert exported(hr, query) == numbers


def test_what_people_wrote_is_text_on_every_page(hr: PageClient) -> None:
    holder = make_person(SCRIPT, SCRIPT, personnel_number=SCRIPT[:40])
    certificate = make_certificate(holder)
    for address in ("/hr/certificates", f"/hr/certificates/{certificate.number}"):
        page = hr.get(address)
        assert "<script>alert" not in page.html
        assert "alert('planted')" in page.text
    public = hr.get(f"/verify/{certificate.number}")
    assert "planted" not in public.html
