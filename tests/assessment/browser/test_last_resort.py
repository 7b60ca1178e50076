"""The exam page's file of answers: sealed in the browser, read by the server; and the journal."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Route, expect

from lms.assessment.examining.journals.files import AlteredJournal, read_journal
from lms.catalog.models import Course
from lms.core.database import db
from lms.core.unit_of_work import unit_of_work
from lms.learning.models import Enrolment
from lms.people.models import AccessRole
from tests.assessment.browser.taker import Sitting, Taker
from tests.builders.assessment import settings
from tests.builders.people import PASSWORD, make_account
from tests.journeys.cast import DESK, Visitor
from tests.support.server import LiveServer

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def _patience() -> Iterator[None]:
    """The machine may be busy."""
    expect.set_options(timeout=20_000)
    yield
    expect.set_options(timeout=5_000)


@pytest.fixture
def sitting(live_app: Flask) -> Sitting:
    return Sitting()


@pytest.fixture
def taker(browser: Browser, live_server: LiveServer, sitting: Sitting) -> Iterator[Taker]:
    taker = Taker(browser, live_server, sitting)
    yield taker
    taker.context.close()


FULL = """
IDBObjectStore.prototype.put = () => { throw new DOMException("full", "QuotaExceededError"); };
"""
SILENT = "IDBFactory.prototype.open = () => ({});"
BLOCKED = """
for (const name of ["indexedDB", "sessionStorage"]) {
  Object.defineProperty(window, name, { get() { throw new DOMException("no", "SecurityError"); } });
}
"""
HMAC = "async ([key, text]) => (await import('/static/js/exam-seal.js')).hmac(key, text)"


def saved_file(taker: Taker) -> bytes:
    """What the page offers once sending has failed for long; the wait is cut short."""
    taker.page.evaluate("document.querySelector('[data-notice=\"trouble\"]').hidden = false")
    with taker.page.expect_download() as download:
        taker.page.locator("[data-notice='trouble'] [data-download]").click()
    return download.value.path().read_bytes()


def test_the_seal_is_an_hmac_and_the_server_reads_the_file(taker: Taker, sitting: Sitting) -> None:
    taker.starts()
    for key, text in (("", ""), ("key", "a" * 55), ("k" * 200, "ё" * 1000), ("t", "x" * 119)):
        made = taker.page.evaluate(HMAC, [key, text])
        assert made == hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()
    taker.loses_the_server()
    taker.chooses(1, "b")
    taker.sees_state(1, "waiting")
    file = saved_file(taker)
    journal = read_journal(file, sitting.attempt, settings().secret_key)
    assert [event["response"] for event in journal.events] == [{"choice": "b"}]
    document = json.loads(file)
    altered = json.dumps(document | {"body": document["body"].replace('"b"', '"c"')}).encode()
    with pytest.raises(AlteredJournal):
        read_journal(altered, sitting.attempt, settings().secret_key)


@pytest.mark.parametrize("storage", [FULL, SILENT, BLOCKED], ids=["full", "silent", "blocked"])
def test_what_the_browser_cannot_keep_is_told_and_goes_into_the_file(
    taker: Taker, sitting: Sitting, storage: str
) -> None:
    taker.context.add_init_script(storage)
    taker.starts()
    taker.context.set_offline(True)
    taker.chooses(1, "b")
    taker.sees_state(1, "waiting")
    taker.sees_notice("volatile")
    expect(taker.page.locator("[data-live]")).to_contain_text("Keep this page open.")
    journal = read_journal(saved_file(taker), sitting.attempt, settings().secret_key)
    assert [event["response"] for event in journal.events] == [{"choice": "b"}]
    taker.context.set_offline(False)
    taker.sees_state(1, "saved")
    assert sitting.answers() == {1: "b"}


@pytest.mark.parametrize("drops_early", [False, True])
def test_a_journal_that_forgets_before_the_receipt_is_found_out(
    taker: Taker, sitting: Sitting, drops_early: bool
) -> None:
    """The planted fault is in the page's own script: the answer is gone after a reload."""
    if drops_early:
        taker.context.route("**/js/exam-sender.js*", forgetful)
    taker.starts()
    taker.loses_the_server()
    taker.chooses(1, "b")
    taker.sees_state(1, "waiting")
    taker.page.reload()
    taker.finds_the_server()
    taker.page.reload()
    taker.page.wait_for_timeout(2500)
    assert sitting.answers() == ({} if drops_early else {1: "b"})


def forgetful(route: Route) -> None:
    source = route.fetch().text()
    keeps = "await this.journal.add(event);"
    assert keeps in source
    forgets = f"{keeps} await this.journal.remove([event.event_id]);"
    route.fulfill(body=source.replace(keeps, forgets), content_type="text/javascript")


def test_the_invigilator_takes_the_file(
    browser: Browser, live_server: LiveServer, taker: Taker, sitting: Sitting
) -> None:

    with unit_of_work():
        account = make_account(AccessRole.INSTRUCTOR)
        username = account.username
    taker.starts()
    taker.loses_the_server()
    taker.chooses(1, "b")
    taker.sees_state(1, "waiting")
    file = saved_file(taker)
    desk = Visitor(browser, live_server.url, DESK)
    signs_in(desk, username)
    desk.goes_to(f"/examining/attempts/{sitting.attempt.public_id}/journal")
    payload = {"name": "answers.json", "mimeType": "application/json", "buffer": file}
    desk.page.locator("input[type=file]").set_input_files(payload)  # type: ignore[arg-type]
    desk.presses("Show what it would bring")
    desk.page.get_by_label("Reason").fill("The network was down.")
    desk.presses("Take these answers")
    assert sitting.answers() == {1: "b"}
    taker.finds_the_server()
    taker.page.wait_for_timeout(3000)
    taker.sees_state(1, "saved")
    assert len(sitting.log()) == 1
    desk.context.close()


def test_the_live_view_refreshes_itself_and_keeps_the_focus(
    browser: Browser, live_server: LiveServer, sitting: Sitting
) -> None:

    with unit_of_work():
        username = make_account(AccessRole.INSTRUCTOR).username
        course_id = db.session.get_one(Enrolment, sitting.place_id).course_id
        slug = db.session.get_one(Course, course_id).slug
    desk = Visitor(browser, live_server.url, DESK)
    signs_in(desk, username)
    desk.goes_to(f"/examining/courses/{slug}/live")
    desk.page.evaluate("window.stays = true")
    taker = Taker(browser, live_server, sitting)
    taker.starts()
    expect(desk.page.locator("[data-live-board] tbody tr")).to_have_count(1, timeout=15_000)
    link = desk.page.locator("[data-live-board] tbody a").first
    link.focus()
    before = desk.page.locator("[data-live-time]").inner_text()
    expect(desk.page.locator("[data-live-time]")).not_to_have_text(before, timeout=15_000)
    expect(link).to_be_focused()
    assert desk.page.evaluate("window.stays"), "the page was loaded anew"
    for visitor in (desk, taker):
        visitor.context.close()


def signs_in(visitor: Any, username: str) -> None:
    visitor.goes_to("/sign-in")
    visitor.page.get_by_label("Sign-in name").fill(username)
    visitor.page.get_by_label("Password", exact=True).fill(PASSWORD)
    visitor.page.get_by_label("Password", exact=True).press("Enter")
    visitor.page.wait_for_url(lambda address: "sign-in" not in address)
