"""What was typed into a form stays: in another language or look, and when it isn't taken."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Route, expect

from lms.core.unit_of_work import unit_of_work
from lms.people.models import AccessRole
from tests.builders.assessment import make_exam
from tests.builders.people import PASSWORD, make_account
from tests.journeys.cast import DESK, Visitor
from tests.support.server import LiveServer

pytestmark = pytest.mark.browser


@pytest.fixture
def hr(browser: Browser, live_server: LiveServer, live_app: Flask) -> Iterator[Visitor]:
    """HR at the sign-in page, with the name typed."""
    with unit_of_work():
        make_exam()
        username = make_account(AccessRole.HR).username
    visitor = Visitor(browser, live_server.url, DESK)
    visitor.goes_to("/sign-in")
    visitor.page.get_by_label("Sign-in name").fill(username)
    yield visitor
    visitor.context.close()


def signs_in(visitor: Visitor, username: str) -> None:
    visitor.page.locator("#username").fill(username)
    visitor.page.locator("#password").fill(PASSWORD)
    visitor.page.locator("#password").press("Enter")
    visitor.page.wait_for_url(lambda address: "sign-in" not in address)


def switches(visitor: Visitor, value: str) -> None:
    visitor.page.locator(f"button[value={value}]").click()


def test_what_is_typed_goes_along_or_is_asked_about(hr: Visitor) -> None:
    page = hr.page
    username = page.get_by_label("Sign-in name").input_value()
    page.get_by_label("Password", exact=True).fill("secret")
    switches(hr, "ru")
    expect(page.locator("html")).to_have_attribute("lang", "ru")
    expect(page.locator("#username")).to_have_value(username)
    expect(page.locator("#password")).to_have_value("")
    signs_in(hr, username)

    hr.goes_to("/hr/enrol?by=list")
    page.locator("[name=numbers]").fill("A-1\nA-2")
    page.locator("[name=course]").select_option(index=1)
    page.locator("[name=due_on]").fill("2031-05-04")
    course = page.locator("[name=course]").input_value()
    page.locator(".person-summary").click()
    switches(hr, "en")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("[name=numbers]")).to_have_value("A-1\nA-2")
    expect(page.locator("[name=course]")).to_have_value(course)
    expect(page.locator("[name=due_on]")).to_have_value("2031-05-04")
    page.reload()  # once: it isn't the form's own memory
    expect(page.locator("[name=numbers]")).to_have_value("")

    # A browser sends half a date as none: there would be no due date.
    page.locator("[name=due_on]").focus()
    page.keyboard.type("12")
    page.locator("main .form-actions button").first.click()
    expect(page.locator("[name=due_on]")).to_have_accessible_description(re.compile("unfinished"))
    expect(page.locator("[name=due_on]")).to_be_focused()

    hr.goes_to("/hr/enrol?by=file")
    file = {"name": "a.csv", "mimeType": "text/csv", "buffer": b"A-1"}
    page.locator("[type=file]").set_input_files([file])  # type: ignore[arg-type]
    page.locator(".person-summary").click()
    switches(hr, "dark")
    expect(page.locator("#confirm-dialog")).to_contain_text("would be lost")
    page.locator("#confirm-dialog [value=no]").click()
    assert page.locator("[type=file]").evaluate("input => input.files.length") == 1


def test_what_was_refused_as_the_sign_in_had_ended_stands_in_the_form_again(hr: Visitor) -> None:
    page = hr.page
    username = page.get_by_label("Sign-in name").input_value()
    signs_in(hr, username)
    hr.goes_to("/hr/enrol?by=list")
    page.locator("[name=numbers]").fill("A-1")
    page.locator("[name=course]").select_option(index=1)
    hr.context.clear_cookies(name="lms_session")
    held: list[Route] = []
    page.route(lambda url: "enrol" in url, lambda route: held.append(route))  # noqa: PLW0108
    page.locator("main .form-actions button").first.evaluate(
        "button => { button.click(); setTimeout(() => button.click(), 200); }"
    )
    page.wait_for_timeout(500)
    assert len(held) == 1  # a second click sends nothing twice
    held[0].continue_()
    page.unroute_all()
    expect(page.locator("[data-kept]")).to_be_visible()
    page.locator("main .button").first.click()
    signs_in(hr, username)
    expect(page.locator("[name=numbers]")).to_have_value("A-1")
    page.locator("[name=due_on]").fill("2001-01-01")
    page.locator("main .form-actions button").first.click()  # refused: the day has passed
    page.locator("[name=due_on]").fill("2031-05-04")
    page.locator("main .form-actions button").first.click()
    expect(page.locator(".plan-actions")).to_be_visible()
    page.go_back()  # from the dry run, to correct what is wrong
    expect(page.locator("[name=numbers]")).to_have_value("A-1")
    expect(page.locator("[name=due_on]")).to_have_value("2031-05-04")
