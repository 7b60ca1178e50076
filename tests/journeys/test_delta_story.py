"""A term changes: an author sees whom it touches and sends five minutes; a trainee does them on a phone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect

from lms.app import create_app
from lms.core import clock, jobs
from lms.core.unit_of_work import unit_of_work
from lms.people.demonstration import DEMONSTRATION_PASSWORD
from lms.people.models import AccessRole
from tests.builders.deltas import make_citing_course, make_fresh_fact
from tests.builders.learning import make_enrolment
from tests.builders.people import make_account
from tests.journeys.cast import DESK, PHONE, Author, Visitor
from tests.support.databases import SECRET, Sqlite, make_settings
from tests.support.server import LiveServer


@pytest.fixture
def network(sqlite: Sqlite, tmp_path: Path) -> Iterator[tuple[LiveServer, Flask]]:
    """A served installation where maria is on a course that cites a fact, and pavel is an author."""
    var = tmp_path / "live"
    sqlite.url(var)
    server = LiveServer(var, "", SECRET)
    app = create_app(make_settings(var, public_url=server.url))
    with app.app_context(), unit_of_work():
        make_fresh_fact()
        maria = make_account(username="maria", password=DEMONSTRATION_PASSWORD)
        make_account(AccessRole.INSTRUCTOR, username="pavel", password=DEMONSTRATION_PASSWORD)
        make_enrolment(maria.person, make_citing_course(now=clock.now()), now=clock.now())
    server.start()
    yield server, app
    server.stop()


def pavel_changes_the_term(pavel: Author) -> None:
    pavel.goes_to("/authoring/facts/queue-limit/change")
    pavel.page.fill("#value_ru", "10 минут")
    pavel.page.fill("#value_en", "10 minutes")
    pavel.fills("What changed and why, in Russian", "Предел снизили.")
    pavel.fills("What changed and why, in English", "The limit was lowered.")
    pavel.presses("Save")
    pavel.sees("Whom the last change touches")
    expect(pavel.page.locator("section:has(#touched) .card-header")).to_contain_text("1 person")


def he_sends_a_delta_training(pavel: Author) -> None:
    pavel.follows("Make a delta training")
    texts = {"prompt": "How long?", "option1": "15", "option2": "10", "explanation": "Lowered."}
    for stem, text in texts.items():
        for code in ("ru", "en"):
            pavel.page.locator(f"[name=questions-0-{stem}_{code}]").fill(text)
    pavel.page.locator("[name=questions-0-right][value='2']").check()
    pavel.presses("Save")
    pavel.presses("Publish and send")
    pavel.sees("Who has done it")


def maria_does_it_on_her_phone(maria: Visitor) -> None:
    maria.goes_to("/")
    maria.sees("1 rule has changed")
    maria.follows("The queue waits no longer")
    maria.page.get_by_label("15", exact=True).check()
    maria.presses("Check")
    maria.sees("Not everything is right yet")
    expect(maria.page.locator("[data-focus]")).to_be_focused()
    assert maria.page.evaluate("document.documentElement.scrollWidth") <= 390
    maria.page.get_by_label("10", exact=True).check()
    maria.presses("Check")
    maria.sees("It stands in your record.")


def test_a_changed_term_reaches_whom_it_touches(
    browser: Browser, network: tuple[LiveServer, Flask]
) -> None:
    server, app = network
    pavel, maria = Author(browser, server.url, DESK), Visitor(browser, server.url, PHONE)
    pavel.signs_in("pavel")
    pavel_changes_the_term(pavel)
    he_sends_a_delta_training(pavel)
    with app.app_context():
        jobs.run_due()
    maria.signs_in("maria")
    maria_does_it_on_her_phone(maria)
    pavel.page.reload()
    expect(pavel.page.locator("table")).to_contain_text("Done")
