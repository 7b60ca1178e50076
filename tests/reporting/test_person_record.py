"""One person's whole record on one page: complete, within one's scope, at a fixed price."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from flask import Flask

from lms.assessment.services import submit
from lms.audit import services as audit
from lms.certification import services as certification
from lms.certification.models import Certificate
from lms.certification.numbers import group
from lms.certification.queries import certificate as certificate_numbered
from lms.core import clock
from lms.core.database import db
from lms.learning import services as learning
from lms.people.models import AccessRole, Person
from lms.people.services import end_employment, transfer
from tests.builders.assessment import answer_all_right, make_attempt, make_exam, make_place
from tests.builders.assessment import settings as app_settings
from tests.builders.certification import make_certificate
from tests.builders.learning import make_enrolment
from tests.builders.people import (
    PASSWORD,
    make_account,
    make_job_role,
    make_person,
    make_unit,
)
from tests.pages import Page, PageClient
from tests.support.statements import counted_statements

pytestmark = pytest.mark.in_turn

NOON = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
BOUND = 15  # statements of the page, at any number of rows; with names of the log’s details
SCRIPT = "<script>alert('planted')</script>"


@pytest.fixture(autouse=True)
def _noon() -> object:
    with time_machine.travel(NOON, tick=True) as traveller:
        yield traveller


def hr(app: Flask, **options: object) -> PageClient:
    account = make_account(AccessRole.HR, person=make_person("Кузнецова", "Ольга"), **options)
    return PageClient(app).sign_in(account.username, PASSWORD)


def path(person: Person) -> str:
    return f"/hr/people/{person.public_id}"


def section(page: Page, name: str) -> str:
    return " ".join(page.one(f"section[aria-labelledby='{name}']").text_content().split())


def earned(person: Person) -> Certificate:
    """A certificate of the person, loaded as views load it."""
    found = certificate_numbered(make_certificate(person).number)
    assert found is not None
    return found


def sit(person: Person, *, right: bool, at: datetime = NOON) -> None:
    """Sit and hand in the exam of a course of its own."""
    attempt = make_attempt(enrolment=make_place(make_exam(), person), at=at)
    if right:
        answer_all_right(attempt, at=at)
    submit(attempt=attempt, now=at + timedelta(minutes=5), settings=app_settings())


def test_the_record_holds_person_and_every_post(app: Flask) -> None:
    person = make_person("Белова", personnel_number="МФЦ-77", email="b@example.org")
    transfer(
        now=NOON,
        actor_key=None,
        person=person,
        unit=make_unit("second"),
        job_role=make_job_role("senior"),
        on=date(2026, 5, 1),
        today=date(2026, 6, 1),
    )
    page = hr(app).get(path(person))
    assert page.heading.startswith("Белова")
    for part in ("МФЦ-77", "Centre second", "b@example.org"):
        assert part in section(page, "person")
    posts = section(page, "posts")
    assert "15 January 2025 – 30 April 2026" in posts
    assert "1 May 2026 – today" in posts


def test_the_record_holds_every_enrolment_with_its_state(app: Flask) -> None:
    person = make_person()
    make_enrolment(person, due_on=date(2026, 7, 1))
    make_enrolment(person, completed_at=NOON)
    make_enrolment(person, withdrawn_at=NOON)
    page = hr(app).get(path(person))
    rows = page.select("section[aria-labelledby='courses'] tbody tr")
    assert len(rows) == 3
    text = section(page, "courses")
    for part in ("Not begun", "Completed", "Withdrawn", "1 July 2026"):
        assert part in text


def test_the_record_holds_every_attempt_with_its_result(app: Flask) -> None:
    person = make_person()
    sit(person, right=True)
    sit(person, right=False)
    make_attempt(enrolment=make_place(make_exam(), person), at=NOON)
    page = hr(app).get(path(person))
    assert len(page.select("section[aria-labelledby='attempts'] tbody tr")) == 3
    text = section(page, "attempts")
    for part in ("100%", "Passed", "0%", "Not passed", "Under way"):
        assert part in text


def test_the_record_holds_replaced_and_revoked_certificates_too(app: Flask) -> None:
    person, actor = make_person(), make_person("Отзывов")
    revoked, replaced = earned(person), earned(person)
    certification.revoke(certificate=revoked, actor=actor, reason="Issued in error", now=NOON)
    successor = certification.reissue(
        certificate=replaced, actor=actor, reason="New name", now=NOON, settings=app_settings()
    )
    page = hr(app).get(path(person))
    text = section(page, "certificates")
    for certificate in (revoked, replaced, successor):
        assert group(certificate.number) in text
    for status in ("Revoked", "Replaced", "Valid"):
        assert status in text


def test_the_history_says_who_did_what_when_and_why(app: Flask) -> None:
    person, actor = make_person(), make_person("Назначаева")
    enrolment = make_enrolment(person)
    learning.set_due(
        enrolment=enrolment, due_on=date(2026, 7, 1), row_version=1, actor=actor, now=NOON
    )
    learning.withdraw(
        enrolment=enrolment,
        reason="Moved to another city",
        row_version=enrolment.row_version,
        actor=actor,
        now=NOON + timedelta(minutes=1),
    )
    certification.revoke(certificate=earned(person), actor=actor, reason="A mistake", now=NOON)
    text = section(hr(app).get(path(person)), "history")
    for part in (
        "Withdrawn from a course",
        "Moved to another city",
        "Due date changed",
        "Due date: 1 July 2026",
        "Certificate revoked",
        "A mistake",
        "Назначаева Мария",
        "1 Jun 2026, 12:01",  # in the network's zone
        "the system",
    ):
        assert part in text


def test_a_history_of_any_length_is_paged_there_and_back(app: Flask) -> None:
    person = make_person()
    for number in range(70):
        audit.record(
            now=NOON,
            actor_key=None,
            action="learning.due_set",
            subject_kind="enrolment",
            subject_key="x",
            person_key=person.public_id,
            reason=f"change-{number:02}",
        )
    client, seen, address = hr(app), [], path(person)
    while address:
        page = client.get(address)
        reasons = [p.text for p in page.select("section[aria-labelledby='history'] td p")]
        seen += reasons
        forth = page.select("a[rel=next]")
        address = forth[0].get("href").partition("#")[0] if forth else ""
    assert seen == [f"change-{number:02}" for number in reversed(range(70))]
    back = client.get(page.one("a[rel=prev]").get("href").partition("#")[0])
    assert "change-35" in section(back, "history")


@pytest.mark.parametrize("cursor", ["x", "W10", "WzAsWyJ4Il1d", "%00", "🦉", "W" * 5000])
def test_a_hostile_cursor_is_refused_or_shows_the_first_page(app: Flask, cursor: str) -> None:
    status = 400 if cursor == "%00" else 200
    hr(app).get(f"{path(make_person())}?page={cursor}", status=status)


def test_another_centres_person_looks_like_a_missing_one(app: Flask) -> None:
    here, there = make_unit("here"), make_unit("there")
    own, foreign = make_person("Своя", unit=here), make_person("Чужая", unit=there)
    client = hr(app, over=here)
    client.get(path(own))
    refused = client.get(path(foreign), status=404)
    missing = client.get("/hr/people/0000000000000000", status=404)
    assert refused.response.data == missing.response.data
    assert "Чужая" not in refused.html


def test_someone_who_left_is_seen_over_the_whole_network_only(app: Flask) -> None:
    gone, never = make_person("Ушедшая"), make_person("Внешняя", employed=False)
    today = clock.now().date()
    end_employment(person=gone, on=today, today=today, now=clock.now(), actor_key=None)
    desk = hr(app)
    assert "No longer works here" in desk.get(path(gone)).text
    page = desk.get(path(never)).text
    assert "No post now" in page
    assert "No longer works here" not in page
    hr(app, over=make_unit("here")).get(path(gone), status=404)


@pytest.mark.parametrize("role", [AccessRole.TRAINEE, AccessRole.INSTRUCTOR])
def test_no_other_role_reads_records(app: Flask, role: AccessRole) -> None:
    account = make_account(role)
    client = PageClient(app).sign_in(account.username, PASSWORD)
    client.get(path(make_person()), status=403)


def test_the_page_costs_the_same_for_a_short_and_a_long_record(app: Flask) -> None:
    short, long = make_person(), make_person()
    client = hr(app)
    costs = []
    for person, times in ((short, 1), (long, 6)):
        for _ in range(times):
            make_certificate(person)
            sit(person, right=False)
    for address in (path(short), path(long)):
        with counted_statements() as statements:
            client.get(address)
        costs.append(len(statements))
    assert costs[0] == costs[1] <= BOUND


def test_what_people_wrote_is_shown_as_text(app: Flask) -> None:
    person = make_person(SCRIPT, SCRIPT, personnel_number=SCRIPT[:40], email=SCRIPT)
    actor = make_person(f"{SCRIPT}actor")
    certificate = earned(person)
    certification.revoke(certificate=certificate, actor=actor, reason=SCRIPT, now=NOON)
    enrolment = make_enrolment(person)
    learning.withdraw(enrolment=enrolment, reason=SCRIPT, row_version=1, actor=actor, now=NOON)
    db.session.flush()
    client = hr(app)
    for address in (
        path(person),
        f"/hr/certificates/{certificate.number}",
        f"/hr/enrolments/{enrolment.public_id}",
        "/hr/people",
        "/hr/certificates",
        "/hr/enrol?words=script",
    ):
        page = client.get(address)
        assert "<script>alert" not in page.html, address
        assert "alert('planted')" in page.text, address
