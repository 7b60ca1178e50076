"""A certification is recorded for many after a dry run and another person's agreement, once each."""

import io
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from lms.certification.batches.models import BatchItem, Outcome
from lms.certification.lifecycle.state import Label
from lms.certification.schemes.models import CertificationScheme
from lms.certification.schemes.records.decisions import Desk
from lms.core import jobs
from lms.core.database import db
from lms.people.models import AccessRole, Person
from tests.builders.people import PASSWORD, make_account, make_person, make_unit
from tests.builders.schemes import EXAM, TODAY, VISIT, at, award, make_scheme, stands
from tests.pages import PageClient

REASON = "Order No. 7 of 1 March"


@pytest.fixture(autouse=True)
def noon() -> Any:
    with time_machine.travel(at(TODAY), tick=True):
        yield


@pytest.fixture
def scheme(app: Flask) -> CertificationScheme:
    return make_scheme(parts=(EXAM, VISIT))


def hr(app: Flask, **options: Any) -> PageClient:
    return PageClient(app).sign_in(make_account(AccessRole.HR, **options).username, PASSWORD)


def fields(*people: Person, part: str = "visit", **more: Any) -> dict[str, Any]:
    numbers = "\n".join(person.personnel_number for person in people)
    return {"part": part, "numbers": numbers, "reason": REASON, **more}


def asked(client: PageClient, scheme: CertificationScheme, sent: dict[str, Any]) -> Any:
    """Look at the dry run and ask for what it shows."""
    address = f"/hr/certifications/{scheme.public_id}/many"
    page = client.post(f"{address}/plan", sent, status=200)
    return client.post(address, page.form_values())


def done() -> list[Outcome | None]:
    db.session.rollback()
    jobs.run_due()
    db.session.expire_all()
    return list(db.session.scalars(sa.select(BatchItem.outcome).order_by(BatchItem.position)))


def agree(app: Flask, address: str) -> None:
    hr(app).post(f"{address}/answer", {"answer": "agreed"})


def test_evidence_from_outside_is_recorded_once_another_person_agreed(
    app: Flask, scheme: Any
) -> None:
    people = [make_person(), make_person()]
    first = hr(app)
    address = asked(first, scheme, fields(*people, shown_on="2026-02-20")).location
    first.post(f"{address}/answer", {"answer": "agreed"}, status=403)
    assert done() == [None, None]
    agree(app, address)
    assert done() == [Outcome.RECORDED] * 2
    assert [stands(one, scheme).lacking for one in people] == [("exam",)] * 2
    assert "Agreed to by" in first.get(address).text


def test_an_award_for_many_certifies_each_and_leaves_out_who_holds_it(
    app: Flask, scheme: Any
) -> None:
    fresh, holder = make_person(), make_person()
    award(holder, scheme)
    address = asked(hr(app), scheme, fields(fresh, holder, part="")).location
    award(fresh, scheme)  # meanwhile
    agree(app, address)
    assert done() == [Outcome.LEFT_OUT]
    assert stands(fresh, scheme).label is Label.CERTIFIED


def test_the_dry_run_says_of_whom_nothing_is_recorded_and_why(app: Flask, scheme: Any) -> None:
    here = make_unit()
    fresh, holder, suspended = (make_person(unit=here) for _ in range(3))
    foreign = make_person()
    award(holder, scheme), award(suspended, scheme)
    desk = Desk(person=suspended, scheme_id=scheme.id, actor=holder, now=at(TODAY), today=TODAY)
    desk.suspend(on=TODAY, reason="complaint")
    sent = fields(fresh, fresh, holder, suspended, foreign)
    page = hr(app, over=here, unit=here).post(
        f"/hr/certifications/{scheme.public_id}/many/plan", sent, status=200
    )
    for words in ("is recorded", "list twice", "holds it", "is suspended", "nobody whom you"):
        assert words in page.text


@pytest.mark.parametrize(
    ("terms", "shown_on", "says"),
    [
        ({"valid_months": 12}, "2025-03-01", "what it leads to would be over already 1"),
        ({"valid_months": 12}, "2025-03-02", "is recorded 1"),  # today is its last day
        ({"look_back_days": 30}, "2026-01-30", "too old for the look-back 1"),
        ({"look_back_days": 30}, "2026-01-31", "is recorded 1"),
    ],
)
def test_the_dry_run_says_what_is_too_old_to_lead_to_anything(
    app: Flask, terms: Any, shown_on: str, says: str
) -> None:
    scheme, person = make_scheme(parts=(VISIT,), **terms), make_person()
    sent = fields(person, shown_on=shown_on)
    page = hr(app).post(f"/hr/certifications/{scheme.public_id}/many/plan", sent, status=200)
    assert says in page.text


def test_evidence_that_leads_to_nothing_any_more_is_left_out_at_its_turn(app: Flask) -> None:
    scheme, person = make_scheme(parts=(VISIT,)), make_person()
    address = asked(hr(app), scheme, fields(person, shown_on="2025-03-02")).location
    with time_machine.travel(at(TODAY + timedelta(days=1)), tick=True):
        agree(app, address)
        assert done() == [Outcome.LEFT_OUT]
    assert stands(person, scheme).label is Label.NONE


def test_numbers_come_from_a_table_too(app: Flask, scheme: Any) -> None:
    person = make_person()
    table = f"Name;Personnel number\nAnna;{person.personnel_number}\n".encode()
    sent = fields(file=(io.BytesIO(table), "people.csv"))
    address = asked(hr(app), scheme, sent).location
    agree(app, address)
    assert done() == [Outcome.RECORDED]


def test_bad_input_is_answered_beside_its_field(app: Flask, scheme: Any) -> None:
    client, address = hr(app), f"/hr/certifications/{scheme.public_id}/many/plan"
    person = make_person()
    assert "at least one" in client.post(address, fields(), status=422).text
    late = fields(person, shown_on="2027-01-01")
    assert "earlier day" in client.post(address, late, status=422).text
    broken = fields(file=(io.BytesIO(b"PK\x03\x04 no workbook"), "people.xlsx"))
    client.post(address, broken, status=422)
    client.post(address, fields(person, part="nothing"), status=422)
