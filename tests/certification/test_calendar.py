"""One's own dates as a calendar: its secret address, and what stands in it."""

from datetime import date, timedelta

import pytest
from flask import Flask
from icalendar import Calendar

from lms.certification.feeds.calendars import calendar
from lms.certification.feeds.dates import DateKind, OwnDate
from lms.core import clock
from lms.core.database import db
from lms.people.models import Account
from tests.builders.certification import make_certificate
from tests.builders.people import NOW, PASSWORD, make_account, make_person, reloaded
from tests.builders.schemes import award, make_rule, make_scheme
from tests.pages import PageClient

pytestmark = pytest.mark.in_turn


@pytest.fixture
def maria(app: Flask) -> Account:
    return make_account(person=make_person("Белова"))


@pytest.fixture
def client(app: Flask, maria: Account) -> PageClient:
    return PageClient(app).sign_in(maria.username, PASSWORD)


def made(client: PageClient) -> str:
    """Make an address; return its path."""
    page = client.follow(client.post("/calendar/renew"))
    address = str(page.select("#feed-address")[0].get("value"))
    return address.removeprefix("https://learn.example")


def read(app: Flask, path: str) -> Calendar:
    """Open the address as a calendar program does: without signing in."""
    answer = app.test_client().get(path)
    assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
    return Calendar.from_ical(answer.data)


def test_it_holds_one_s_own_terms_and_expiries_and_names_nobody(
    app: Flask, client: PageClient, maria: Account
) -> None:
    today = clock.now().date()
    person = reloaded(maria).person
    held, asked = make_scheme(), make_scheme()
    award(person, held, on=today)
    make_rule(asked, in_force_on=today, days=30, today=today, now=clock.now())
    make_certificate(person, valid_until_on=today + timedelta(days=90))
    make_certificate(make_person("Чужая"), valid_until_on=today + timedelta(days=9))
    path = made(client)
    events = read(app, path).walk("VEVENT")
    assert [event["SUMMARY"].partition(":")[0] for event in events] == [
        "Last day to get the certification",
        "Last day of the certificate",
        "Last day of the certification",
    ]
    assert events[1]["DTSTART"].dt == today + timedelta(days=90)
    assert events[1]["DTEND"].dt == today + timedelta(days=91)
    text = app.test_client().get(path).get_data(as_text=True)
    assert not {"Белова", "Чужая", "Мария"} & set(text.replace(":", " ").split())
    assert "Sincere service" in client.get("/calendar").text


def test_a_renewed_address_and_one_switched_off_answer_as_if_they_never_were(
    app: Flask, client: PageClient
) -> None:
    first = made(client)
    second = made(client)
    read(app, second)
    assert app.test_client().get(first).status_code == 404
    client.post("/calendar/off")
    assert app.test_client().get(second).status_code == 404


@pytest.mark.parametrize(
    "change", [lambda t: t[:-1], lambda t: t[:17] + "0" * 32, lambda t: "é-" + t]
)
def test_an_altered_address_opens_nothing(app: Flask, client: PageClient, change: object) -> None:
    token = made(client).removeprefix("/calendar/").removesuffix(".ics")
    assert app.test_client().get(f"/calendar/{change(token)}.ics").status_code == 404  # type: ignore[operator]


def test_the_address_of_a_shut_account_is_shut(
    app: Flask, client: PageClient, maria: Account
) -> None:
    path = made(client)
    db.session.get_one(Account, maria.id, populate_existing=True).suspended_at = clock.now()
    db.session.commit()
    assert app.test_client().get(path).status_code == 404


def test_hostile_titles_stay_in_their_line(app: Flask) -> None:
    title = "Hall\r\nBEGIN:VALARM\r\nATTENDEE:mailto:a@b.example;,\\"
    dates = [OwnDate(date(2026, 3, 2), DateKind.COURSE_DUE, title, "key")]
    content = calendar(
        dates, name="a\nb", owner="me", address="https://learn.example/", host="h", now=NOW
    )
    (event,) = Calendar.from_ical(content).walk("VEVENT")
    assert event.subcomponents == []
    assert "ATTENDEE" not in event
    assert str(event["SUMMARY"]).endswith("a@b.example;,\\")
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))


def test_the_last_day_that_can_be_written_is_a_day(app: Flask) -> None:
    dates = [OwnDate(date.max, DateKind.COURSE_DUE, "Hall", "key")]
    content = calendar(
        dates, name="a", owner="me", address="https://learn.example/", host="h", now=NOW
    )
    (event,) = Calendar.from_ical(content).walk("VEVENT")
    assert event["DTSTART"].dt == date.max
