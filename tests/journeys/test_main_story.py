"""From enrolment to a revoked certificate: the whole story, in a real browser."""

import io
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pypdf
import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser, expect

from lms.app import create_app
from lms.catalog.models import Course
from lms.core.database import db
from lms.core.unit_of_work import unit_of_work
from lms.learning.models import Enrolment
from lms.people.models import Person
from tests.journeys.cast import DESK, PHONE, Paper, Specialist, Visitor
from tests.support.databases import SECRET, make_settings
from tests.support.pdfs import code_in, print_of
from tests.support.server import LiveServer

COURSE = "Sincere service"


def someone_new() -> Person:
    """A specialist of the demonstration who never was on the course."""
    with unit_of_work():
        course = db.session.scalars(sa.select(Course).filter_by(slug="sincere-service")).one()
        known = sa.select(Enrolment.learner_id).where(Enrolment.course_id == course.id)
        number = Person.personnel_number.like("МФЦ-%")
        return db.session.scalars(
            sa.select(Person).where(number, Person.id.not_in(known)).limit(1)
        ).one()


def read_code(document: bytes, folder: Path) -> str:
    """Read the QR code as print shows it."""
    file = folder / "certificate.pdf"
    file.write_bytes(document)
    return code_in(print_of(file))


@pytest.fixture
def installation(demonstration_data: Path, tmp_path: Path) -> Iterator[LiveServer]:
    server = LiveServer(shutil.copytree(demonstration_data, tmp_path / "var"), "", SECRET)
    server.start()
    yield server
    server.kill()


def hr_enrols(hr: Visitor, newcomer: Person) -> None:
    hr.signs_in("hr")
    hr.goes_to("/hr/enrol")
    hr.page.get_by_role("searchbox").fill(newcomer.personnel_number)
    hr.presses("Search")
    hr.page.get_by_label("Course").select_option(label=COURSE)
    hr.presses("Enrol those ticked")
    hr.sees("1 person")


def specialist_learns_on_a_phone(specialist: Specialist, newcomer: Person) -> None:
    specialist.signs_in(newcomer.personnel_number)
    specialist.sees(COURSE)
    specialist.goes_to("/courses")
    specialist.follows(COURSE)
    assert specialist.reads_all_lessons() >= 6


def specialist_loses_the_network_in_the_exam(specialist: Specialist, app: Flask) -> None:
    specialist.follows("To the exam")
    specialist.presses("Start the exam")
    expect(specialist.page.locator("#question-1")).to_be_visible()
    paper = Paper(app, specialist.page.url.rsplit("/", 1)[-1].split("#")[0])
    specialist.answers(range(1, 6), paper)
    specialist.sees_saved(range(1, 6))
    # The page says so, keeps the answers and never claims they are saved.
    specialist.context.set_offline(True)
    specialist.answers(range(6, len(paper.items) + 1), paper)
    offline = specialist.page.locator("#question-7 [data-question-state]")
    expect(offline).not_to_have_attribute("data-state", "saved")
    # It comes back; everything arrives.
    specialist.context.set_offline(False)
    specialist.sees_saved(range(1, len(paper.items) + 1))


def specialist_passes(specialist: Specialist) -> None:
    specialist.page.locator("[data-review]:visible, [data-open-sheet]:visible").first.click()
    if specialist.page.locator("dialog[open] [data-review]").count():
        specialist.page.locator("dialog[open] [data-review]").click()
    specialist.sees("20 of 20")
    specialist.presses("Hand in the exam")
    specialist.page.get_by_role("dialog").get_by_role("button", name="Hand in").click()
    specialist.page.wait_for_url("**/result")
    specialist.sees("100")


def specialist_downloads_the_certificate(specialist: Specialist) -> bytes:
    specialist.goes_to("/certificates")
    link = specialist.page.locator("main a[href*='.pdf']").first
    return specialist.page.request.get(f"{specialist.url}{link.get_attribute('href')}").body()


def anyone_sees_it_valid(anyone: Visitor, address: str, newcomer: Person) -> None:
    anyone.goes_to(address)
    anyone.sees("valid")
    assert newcomer.family_name not in anyone.page.content()


def hr_revokes(hr: Visitor, number: str) -> None:
    hr.goes_to(f"/hr/certificates/{number}")
    hr.page.get_by_label("Reason").first.fill("Issued by mistake")
    hr.presses("Revoke the certificate")
    hr.sees("Revoked")


def anyone_sees_it_revoked(anyone: Visitor) -> None:
    anyone.page.reload()
    anyone.sees("revoked")
    assert "mistake" not in anyone.page.content()


@pytest.mark.browser
@pytest.mark.timeout(420)
def test_a_specialist_earns_a_certificate_that_anyone_verifies_until_it_is_revoked(
    browser: Browser, installation: LiveServer, tmp_path: Path
) -> None:
    url = installation.url
    app = create_app(make_settings(installation.var, public_url=url))
    with app.app_context():
        newcomer = someone_new()
    hr = Visitor(browser, url, DESK)
    specialist = Specialist(browser, url, PHONE)
    anyone = Visitor(browser, url, PHONE)

    hr_enrols(hr, newcomer)
    specialist_learns_on_a_phone(specialist, newcomer)
    specialist_loses_the_network_in_the_exam(specialist, app)
    specialist_passes(specialist)
    document = specialist_downloads_the_certificate(specialist)

    text = pypdf.PdfReader(io.BytesIO(document)).pages[0].extract_text()
    assert newcomer.family_name in text
    address = read_code(document, tmp_path)
    assert address.startswith(f"{url}/verify/")

    anyone_sees_it_valid(anyone, address, newcomer)
    hr_revokes(hr, urlsplit(address).path.rsplit("/", 1)[-1])
    anyone_sees_it_revoked(anyone)
