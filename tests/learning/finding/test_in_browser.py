"""In the hall, on a phone: a word in another form leads to the place in the lesson."""

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect

from lms.core.unit_of_work import unit_of_work
from lms.people.demonstration import DEMONSTRATION_PASSWORD
from tests.builders.learning import make_enrolment
from tests.builders.lessons import make_texts
from tests.builders.people import make_account
from tests.journeys.cast import PHONE, Visitor
from tests.support.server import LiveServer

pytestmark = pytest.mark.browser

FILLER = "Здесь речь о другом, и текст долгий.\n\n" * 30
LESSON = f"{FILLER}## Предварительная запись\n\nЗаписавшихся зовут вовремя.\n\n{FILLER}"


def test_a_trainee_on_a_phone_finds_the_place_by_a_word_in_another_form(
    live_app: Flask, live_server: LiveServer, browser: Browser
) -> None:
    with unit_of_work():
        account = make_account(username="maria", password=DEMONSTRATION_PASSWORD)
        make_enrolment(account.person, make_texts(LESSON))
    maria = Visitor(browser, live_server.url, PHONE)
    maria.signs_in("maria")
    maria.reads("ru")
    field = maria.page.locator("main").get_by_label("Поиск по занятиям")
    field.fill("предварительной записью")
    field.press("Enter")
    maria.follows("Предварительная запись")
    heading = maria.page.get_by_role("heading", name="Предварительная запись")
    expect(heading).to_be_in_viewport()
    assert "/lessons/" in maria.page.url
    maria.context.close()
