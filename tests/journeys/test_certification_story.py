"""From a rule to an expired certification, over a year and a half, in a real browser.

The site is served by this process, so that its clock is the test's: time passes when the test says
so, and the jobs of that day are run. Mail goes to a real server on this machine.
"""

import io
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import openpyxl
import pytest
import time_machine
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from lms.assessment.services import submit
from lms.catalog.models import CourseVersion
from lms.certification.schemes.models import CertificationScheme
from lms.core import clock, jobs
from lms.core.database import db
from lms.core.unit_of_work import unit_of_work
from lms.people.demonstration import DEMONSTRATION_PASSWORD
from lms.people.models import AccessRole, Person
from tests.builders.assessment import answer_all_right, make_attempt, settings
from tests.builders.catalog import make_course
from tests.builders.learning import make_enrolment, read_lessons
from tests.builders.notifications import SENDER
from tests.builders.people import make_account, make_person, make_unit
from tests.builders.schemes import EXAM, VISIT, make_scheme
from tests.journeys.cast import DESK, PHONE, Visitor
from tests.support.applications import make_application, make_settings
from tests.support.databases import Sqlite
from tests.support.mail import Postbox, postbox
from tests.support.server import free_port

FIRST_DAY = date(2026, 3, 2)
DUE = FIRST_DAY + timedelta(days=30)
CERTIFIED = DUE - timedelta(days=7)
EXPIRY = date(2027, 3, 25)  # a year from CERTIFIED, the last day
DAILY = ("apply_rules", "open_renewals", "send_reminders")


class Site:
    """The served installation, its mail server and its clock."""

    def __init__(
        self, app: Flask, url: str, box: Postbox, traveller: time_machine.Traveller
    ) -> None:
        self.app, self.url, self.box, self._traveller = app, url, box, traveller

    def it_is(self, day: date) -> None:
        """Let time pass to noon of ``day`` and run what runs daily."""
        self._traveller.move_to(datetime.combine(day, time(9), UTC))
        self.box.envelopes.clear()
        with self.app.app_context():
            for name in (*(f"certification.{name}" for name in DAILY), "notifications.deliver"):
                jobs.registered()[name]()


@pytest.fixture
def site(sqlite: Sqlite, tmp_path: Path) -> Iterator[Site]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    noon = datetime.combine(FIRST_DAY, time(9), UTC)
    with postbox() as box, time_machine.travel(noon, tick=True) as traveller:
        given = {"public_url": url, "smtp_url": box.url, "mail_from": SENDER}
        app = make_application(make_settings(tmp_path, sqlite.url(tmp_path), **given))
        server = make_server("127.0.0.1", port, app, threaded=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield Site(app, url, box, traveller)
        server.shutdown()
        thread.join()
        server.server_close()
        with app.app_context():
            db.engine.dispose()


@pytest.fixture
def scheme(site: Site) -> CertificationScheme:
    """A certification of a course and an observation, renewed by the observation alone; its people."""
    with site.app.app_context(), unit_of_work():
        centre = make_unit()
        for name in ("maria", "boris"):
            person = make_person(name.title(), unit=centre, email=f"{name}@people.example")
            make_account(person=person, username=name, password=DEMONSTRATION_PASSWORD)
        clerk = make_person("Olga", employed=False)
        make_account(AccessRole.HR, person=clerk, username="hr", password=DEMONSTRATION_PASSWORD)
        make_course(EXAM.course)
        return make_scheme(parts=(VISIT, EXAM))


def signs_in_anew(visitor: Visitor, username: str) -> None:
    """Sign in after a time in which the session may have ended."""
    visitor.context.clear_cookies(name="lms_session")
    visitor.signs_in(username)


def hr_makes_a_rule(hr: Visitor, scheme: CertificationScheme) -> None:
    hr.signs_in("hr")
    hr.goes_to(f"/hr/certifications/{scheme.public_id}/rules/new")
    hr.presses("Show what it means")
    hr.sees("people touched")
    hr.presses("Save the rule")
    hr.sees("The rule is saved and in force.")


def maria_is_reminded(maria: Visitor, site: Site, words: str, unread: int) -> None:
    """The mail server has it, and so has her inbox."""
    assert "maria@people.example" in site.box.addresses
    place = site.box.addresses.index("maria@people.example")
    body = site.box.message(place).get_body(("plain",))
    assert body is not None
    assert words in body.get_content()
    signs_in_anew(maria, "maria")
    expect(maria.page.locator(".bell-count")).to_have_text(str(unread))
    maria.page.locator(".header-bell").click()
    maria.sees(words)


def she_passes_the_course(app: Flask) -> None:
    """As the main story shows in a browser."""
    with app.app_context(), unit_of_work():
        maria = db.session.query(Person).filter_by(family_name="Maria").one()
        version = db.session.query(CourseVersion).one()
        enrolment = make_enrolment(maria, version, now=clock.now())
        read_lessons(enrolment, now=clock.now())
        attempt = make_attempt(enrolment=enrolment, at=clock.now())
        answer_all_right(attempt)
        submit(attempt=attempt, now=clock.now(), settings=settings())


def hr_sees_the_window_open(hr: Visitor) -> None:
    signs_in_anew(hr, "hr")
    hr.goes_to("/hr/board/people")
    hr.follows("Maria")
    hr.sees("For the short renewal is lacking: “Observation”.")


def hr_decides(hr: Visitor, name: str, decision: str, part: str = "") -> None:
    """Record a decision on the person's page, found by way of the board's list."""
    signs_in_anew(hr, "hr")
    hr.goes_to("/hr/board/people")
    hr.follows(name)
    hr.page.locator("summary", has_text="Decide").first.click()
    hr.page.locator("[name$='-decision']").select_option(label=decision)
    if part:
        hr.page.locator("[name$='-part']").select_option(label=part)
    hr.page.locator("[name$='-reason']").fill("seen at the window")
    hr.presses("Record the decision")
    hr.sees("The decision is recorded.")


def listed(page: Page) -> list[list[str]]:
    """The rows of the list on the page: person, certification, state."""
    return [
        [row.locator("th a").inner_text(), *row.locator("td").all_inner_texts()[1:3]]
        for row in page.locator("main tbody tr").all()
    ]


def hr_finds_the_overdue_and_takes_the_list_along(hr: Visitor) -> None:
    signs_in_anew(hr, "hr")
    hr.goes_to("/hr/board")
    expect(hr.page.locator(".stat", has_text="are overdue")).to_contain_text("1")
    hr.follows("are overdue")
    hr.sees("No longer valid")
    shown = listed(hr.page)
    assert [row[0].split()[0] for row in shown] == ["Boris"]
    with hr.page.expect_download() as download:
        hr.presses("Export to XLSX")
    content = io.BytesIO(Path(download.value.path()).read_bytes())
    sheet = openpyxl.load_workbook(content).active
    assert sheet is not None
    rows = [[str(row[0]), str(row[4]), str(row[5])] for row in sheet.iter_rows(2, values_only=True)]
    assert rows == shown


@pytest.mark.browser
@pytest.mark.timeout(240)
def test_a_rule_is_kept_through_a_renewal_and_broken_by_an_expiry(
    browser: Browser, site: Site, scheme: CertificationScheme
) -> None:
    hr, maria = Visitor(browser, site.url, DESK), Visitor(browser, site.url, PHONE)
    hr_makes_a_rule(hr, scheme)

    site.it_is(CERTIFIED)
    maria_is_reminded(maria, site, "to be met by 1 April 2026", unread=1)
    assert set(site.box.addresses) == {"maria@people.example", "boris@people.example"}
    she_passes_the_course(site.app)
    hr_decides(hr, "Maria", "Accept evidence", "Observation")
    hr.sees("Held, the last day is 25 March 2027.")
    hr_decides(hr, "Boris", "Award today")

    site.it_is(EXPIRY - timedelta(days=30))
    maria_is_reminded(maria, site, "valid until 25 March 2027", unread=2)
    hr_sees_the_window_open(hr)
    hr_decides(hr, "Maria", "Accept evidence", "Observation")
    hr.sees("Held, the last day is 23 February 2028.")

    site.it_is(EXPIRY + timedelta(days=1))
    assert site.box.addresses == ["boris@people.example"]
    hr_finds_the_overdue_and_takes_the_list_along(hr)
