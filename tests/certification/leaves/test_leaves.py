"""HR enters, corrects and ends one person's leaves; what is required follows."""

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.certification.errors import LeaveChanged, LeaveOverlaps
from lms.certification.schemes.models import CertificationFact
from lms.certification.schemes.records.leaves import DAY, LeaveDesk, leaves_of
from lms.core.database import db
from lms.people.models import AccessRole, Person
from tests.builders.people import NOW, PASSWORD, make_account, make_person, make_unit
from tests.builders.schemes import TODAY, make_rule, make_scheme, stands
from tests.pages import PageClient

JULY, AUGUST = (date(2026, 7, 1), date(2026, 7, 14)), (date(2026, 8, 3), None)


@pytest.fixture
def person(app: Flask) -> Person:
    return make_person()


def desk(person: Person) -> LeaveDesk:
    return LeaveDesk(person=person, actor=person, now=NOW, reason="Order 12")


def days(person: Person) -> list[tuple[date, date | None]]:
    return [(one.began_on, one.last_on) for one in leaves_of([person.id]).get(person.id, [])]


def test_what_is_entered_is_on_record(person: Person) -> None:
    desk(person).enter(*JULY)
    desk(person).enter(*AUGUST)
    assert days(person) == [JULY, AUGUST]


@pytest.mark.parametrize(
    "other",
    [
        JULY,
        (date(2026, 6, 1), date(2026, 7, 1)),
        (date(2026, 7, 14), None),
        (date(2026, 6, 1), None),
    ],
)
def test_leaves_dont_overlap(person: Person, other: tuple[date, date | None]) -> None:
    desk(person).enter(*JULY)
    with pytest.raises(LeaveOverlaps):
        desk(person).enter(*other)


@pytest.mark.parametrize(
    "right",
    [
        (date(2026, 7, 1), date(2026, 7, 10)),
        (date(2026, 7, 1), date(2026, 7, 31)),
        (date(2026, 7, 1), None),
        (date(2026, 6, 20), date(2026, 7, 2)),
    ],
)
def test_a_correction_holds_and_the_facts_stay(
    person: Person, right: tuple[date, date | None]
) -> None:
    desk(person).enter(*JULY)
    (leave,) = leaves_of([person.id])[person.id]
    desk(person).correct(leave.key, *right)
    assert days(person) == [right]
    facts = sa.select(CertificationFact.effective_on).where(
        CertificationFact.person_id == person.id
    )
    assert set(db.session.scalars(facts)) >= {JULY[0]}


def test_a_leave_that_never_was_can_be_entered_again(person: Person) -> None:
    desk(person).enter(*JULY)
    (leave,) = leaves_of([person.id])[person.id]
    desk(person).strike(leave.key)
    assert days(person) == []
    desk(person).enter(*JULY)
    assert days(person) == [JULY]
    with pytest.raises(LeaveChanged):
        desk(person).strike(leave.key)


def test_days_on_leave_dont_count_towards_a_term(app: Flask) -> None:
    unit = make_unit()
    scheme = make_scheme()
    make_rule(scheme, unit=unit, days=10, in_force_on=TODAY)
    person = make_person(unit=unit, started_on=TODAY)
    before = stands(person, scheme, TODAY).due_on
    desk(person).enter(TODAY + DAY, None)
    (leave,) = leaves_of([person.id])[person.id]
    desk(person).correct(leave.key, TODAY + DAY, TODAY + 5 * DAY)
    after = stands(person, scheme, TODAY + 6 * DAY).due_on
    assert before is not None
    assert after == before + 5 * DAY


def hr(client: PageClient) -> PageClient:
    account = make_account(AccessRole.HR)
    db.session.commit()
    return client.sign_in(account.username, PASSWORD)


def form(first: str, last: str = "", **more: Any) -> dict[str, Any]:
    return {"first_on": first, "last_on": last, "reason": "Order 12", **more}


def test_hr_enters_corrects_and_sees_it_in_a_sentence(client: PageClient, person: Person) -> None:
    address = f"/hr/people/{person.public_id}/leave"
    hr(client).post(address, form("2026-03-02"), status=303)
    assert "On leave from" in client.get(f"/hr/people/{person.public_id}").text
    page = client.get(f"{address}/2026-03-02")
    ended = page.form_values() | {"last_on": "2026-03-09", "reason": "Came back"}
    client.post(f"{address}/2026-03-02", ended, status=303)
    assert days(person) == [(date(2026, 3, 2), date(2026, 3, 9))]


@pytest.mark.in_turn
@pytest.mark.parametrize(
    ("given", "words"),
    [
        (form("2026-07-10"), "overlap"),
        (form("2026-09-10", "2026-09-01"), "before the first"),
        (form("26-09-10"), "date"),
        (form("2026-09-10", reason=""), "reason"),
        (form("1026-09-10"), "year"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(
    client: PageClient, person: Person, given: dict[str, Any], words: str
) -> None:
    desk(person).enter(*JULY)
    page = hr(client).post(f"/hr/people/{person.public_id}/leave", given, status=422)
    assert words in page.one(".field-error").text_content()
    assert days(person) == [JULY]
