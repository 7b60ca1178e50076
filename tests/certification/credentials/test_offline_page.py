"""The page that checks codes by itself, in a browser: with a network, without one, as a file."""

import base64
import json
import re
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from lms.certification.documents import printable
from lms.core.unit_of_work import unit_of_work
from tests.builders.certification import make_certificate
from tests.support.server import LiveServer


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="en")
    yield context.new_page()
    context.close()


@pytest.fixture
def address(live_app: Flask) -> str:
    """What the code on a fresh certificate says."""
    with unit_of_work():
        wanted = printable(make_certificate(), "en", live_app.config["SETTINGS"])
    return str(wanted.document.data["code"])


def outcome(page: Page, name: str) -> None:
    expect(page.locator(f"[data-outcome='{name}']")).to_be_visible()
    expect(page.locator("[data-outcome]:visible")).to_have_count(1)


def ask(page: Page, text: str) -> None:
    page.get_by_role("textbox").fill(text)
    page.locator("[data-code-form] button").click()


def test_a_phone_that_opened_the_page_once_checks_codes_without_a_network(
    page: Page, live_server: LiveServer, address: str
) -> None:
    page.goto(f"{live_server.url}/verify/offline")
    page.evaluate("navigator.serviceWorker.ready")
    page.context.set_offline(True)
    page.goto(address)  # as the camera opens it
    outcome(page, "genuine")
    expect(page.locator("[data-fact='course']")).to_have_text("Sincere service")
    expect(page.locator("[data-fact='id']")).to_have_text(re.compile("^.{4}(-.{4}){5}-.{3}$"))
    page.goto(f"{live_server.url}/verify/offline")
    ask(page, address[:-9] + "AAAAAAAAA")
    outcome(page, "altered")
    ask(page, "nonsense")
    outcome(page, "malformed")
    ask(page, "bnVsbA.bnVsbA.AA")  # JSON, but no object
    outcome(page, "altered")
    page.goto(f"{live_server.url}/verify/offline#%E0%A4.a.b")
    outcome(page, "altered")


def test_online_the_code_is_checked_beside_the_status_and_never_sent(
    page: Page, live_server: LiveServer, address: str
) -> None:
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url + str(request.post_data)))
    page.goto(address)
    outcome(page, "genuine")
    statement = address.split("#")[1]
    assert not [text for text in sent if statement.split(".")[2] in text.split("#")[0]]
    payload = statement.split(".")[1]
    last_day = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["u"]
    for time, is_over in (("20:59", False), ("21:01", True)):  # Moscow's midnight is at 21:00
        page.clock.set_fixed_time(f"{last_day}T{time}:00Z")
        page.goto(f"{live_server.url}/verify/offline?{time}#{statement}")
        outcome(page, "genuine")
        expect(page.locator("[data-code-expired]")).to_be_visible(visible=is_over)
    page.get_by_role("link", name=re.compile("status|состояние")).click()
    expect(page.locator("header.verdict")).to_be_visible()


def test_a_browser_without_ed25519_says_so_and_claims_nothing(
    page: Page, live_server: LiveServer, address: str
) -> None:
    refuse = (
        "crypto.subtle.importKey = () => Promise.reject(new DOMException('', 'NotSupportedError'))"
    )
    page.add_init_script(refuse)
    page.goto(f"{live_server.url}/verify/offline")
    ask(page, address)
    outcome(page, "unsupported")
    expect(page.locator("[data-code-facts]")).to_be_hidden()
