"""Issuing and revoking many: one asks, another agrees, then it is done; none twice."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from lms.audit.models import AuditEntry
from lms.catalog.models import Course
from lms.certification.batches import queries, services, working
from lms.certification.batches.models import BatchItem, BatchKind, CertificateBatch, Outcome
from lms.certification.models import Certificate, CertificateRevocation
from lms.certification.services import revoke
from lms.core import jobs
from lms.core.database import db
from lms.core.jobs import Job
from lms.learning.models import Enrolment
from lms.notifications.composing import bodies
from lms.notifications.kinds import kind_of
from lms.notifications.models import Message
from lms.people.models import AccessRole, Person
from lms.people.second_person.models import Answer, SecondPersonRequest
from tests.builders import erasure
from tests.builders.certification import (
    make_certificate,
    make_completed_enrolment,
    make_taught_course,
)
from tests.builders.merging import merge
from tests.builders.people import PASSWORD, make_account, make_person, make_unit, make_viewer
from tests.pages import PageClient

pytestmark = pytest.mark.in_turn

NOON = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
REASON = "Order No. 5 of 1 June"
AGREED = {"answer": "agreed"}


@pytest.fixture(autouse=True)
def noon() -> Any:
    with time_machine.travel(NOON, tick=True) as traveller:
        yield traveller


def hr(app: Flask, **options: Any) -> PageClient:
    account = make_account(AccessRole.HR, **options)
    return PageClient(app).sign_in(account.username, PASSWORD)


def ask_revocation(client: PageClient, **filters: str) -> str:
    fields = {"revocation-reason": REASON, **filters}
    return client.post("/hr/certificates/all/revocation", fields).location


def run_all() -> None:
    db.session.rollback()
    db.session.execute(sa.delete(Job).where(Job.name == "certification.make_document"))
    db.session.commit()
    jobs.run_due()
    while jobs.run_due():
        pass
    db.session.expire_all()


def outcomes() -> list[Outcome | None]:
    return list(db.session.scalars(sa.select(BatchItem.outcome).order_by(BatchItem.position)))


def revoked() -> int:
    return db.session.scalar(sa.select(sa.func.count(CertificateRevocation.id))) or 0


def test_nothing_is_revoked_before_another_person_agrees(app: Flask) -> None:
    for name in ("Anna", "Boris"):
        make_certificate(make_person(name))
    first, second = hr(app), hr(app)
    address = ask_revocation(first)
    run_all()
    assert revoked() == 0
    first.post(f"{address}/answer", AGREED, status=403)
    run_all()
    assert revoked() == 0
    assert "1 to decide" in second.get("/hr/certificates").text
    second.post(f"{address}/answer", AGREED)
    run_all()
    assert revoked() == 2
    assert outcomes() == [Outcome.REVOKED] * 2
    assert "Agreed to by" in first.get(address).text


def test_who_may_decide_is_told_and_then_who_asked(app: Flask) -> None:
    make_certificate()
    first, second = hr(app), hr(app)
    centre, trainee = (
        hr(app, over=make_unit()),
        PageClient(app).sign_in(make_account().username, PASSWORD),
    )
    address = ask_revocation(first)
    asked = second.get("/inbox").one("article.message")
    assert "Your agreement is asked for" in asked.text_content()
    assert REASON in asked.text_content()
    assert asked.cssselect("a")[0].get("href") == address
    assert not [c for c in (first, centre, trainee) if c.get("/inbox").select("article.message")]
    second.post(f"{address}/answer", {"answer": "refused", "word": "Not these"})
    told = first.get("/inbox").one("article.message").text_content()
    assert "Your request was refused" in told
    assert "Not these" in told


def test_a_request_that_is_withdrawn_is_no_news(app: Flask) -> None:
    make_certificate()
    first, second = hr(app), hr(app)
    first.post(f"{ask_revocation(first)}/withdraw")
    assert first.get("/inbox").select("article.message") == []
    assert "This has been decided." in second.get("/inbox").text


def test_the_mail_leads_to_the_request(app: Flask) -> None:
    make_certificate()
    first, _second = hr(app), hr(app)
    address = ask_revocation(first)
    message = db.session.scalars(sa.select(Message)).one()
    kind = kind_of(message.kind)
    (shown,) = kind.present([message.details])
    mail = bodies(kind, {**shown, "subject": "Asked"}, app.config["SETTINGS"], "en")
    assert [(address in body, REASON in body) for body in mail] == [(True, True)] * 2


def test_a_refusal_needs_a_word_and_changes_nothing(app: Flask) -> None:
    make_certificate()
    first, second = hr(app), hr(app)
    address = ask_revocation(first)
    second.post(f"{address}/answer", {"answer": "refused"}, status=422)
    first.post(f"{address}/answer", {}, status=422)
    second.post(f"{address}/answer", {"answer": "refused", "word": "Not these"})
    second.post(f"{address}/answer", AGREED, status=409)
    run_all()
    assert revoked() == 0
    assert "Not these" in first.get(address).text


def test_who_asked_can_withdraw_and_nobody_else(app: Flask) -> None:
    make_certificate()
    first, second = hr(app), hr(app)
    address = ask_revocation(first)
    second.post(f"{address}/withdraw", status=403)
    first.post(f"{address}/withdraw")
    second.post(f"{address}/answer", AGREED, status=409)
    request = db.session.scalars(sa.select(SecondPersonRequest)).one()
    assert request.answer is Answer.WITHDRAWN


def test_the_second_person_looks_after_all_of_them(app: Flask) -> None:
    centre = make_unit()
    make_certificate(make_person(unit=centre))
    address = ask_revocation(hr(app))
    of_the_centre = hr(app, over=centre)
    of_the_centre.get(address, status=404)
    of_the_centre.post(f"{address}/answer", AGREED, status=404)


def test_those_that_no_longer_count_are_left_out(app: Flask) -> None:
    certificate = make_certificate()
    first, second = hr(app), hr(app)
    address = ask_revocation(first)
    actor = db.session.scalars(sa.select(Person)).first()
    assert actor is not None
    stored = db.session.get_one(Certificate, certificate.id, populate_existing=True)
    certificate = db.session.scalars(
        sa.select(Certificate)
        .where(Certificate.id == stored.id)
        .options(
            sa.orm.joinedload(Certificate.revocation), sa.orm.joinedload(Certificate.replaced_by)
        )
    ).one()
    revoke(certificate=certificate, actor=actor, reason="By itself", now=NOON)
    second.post(f"{address}/answer", AGREED)
    run_all()
    assert outcomes() == [Outcome.LEFT_OUT]
    assert revoked() == 1


def test_a_worker_that_dies_between_portions_revokes_none_twice(
    app: Flask, monkeypatch: pytest.MonkeyPatch, noon: Any
) -> None:
    for name in ("Anna", "Boris", "Vera"):
        make_certificate(make_person(name))
    address = ask_revocation(hr(app))
    hr(app).post(f"{address}/answer", AGREED)
    monkeypatch.setattr(working, "DEEDS", 1)
    done = working.work

    def dying(batch: Any, portions: Any) -> None:
        done(batch, portions)
        raise SystemExit  # as a killed process: nothing after the commit runs

    monkeypatch.setattr(working, "work", dying)
    with pytest.raises(SystemExit):
        run_all()
    db.session.rollback()
    assert revoked() == 1
    monkeypatch.setattr(working, "work", done)
    noon.shift(timedelta(minutes=2))  # the lease of the dead worker's job is over
    run_all()
    assert revoked() == 3
    assert "3 of 3 done" in hr(app).get(address).text


def plan(client: PageClient, course: Course, status: int = 200, **fields: str) -> Any:
    given = {"course": course.slug, "way": "completed", "reason": REASON, **fields}
    return client.post("/hr/certificates/issue/plan", given, status=status)


def confirm(client: PageClient, page: Any) -> str:
    return client.post("/hr/certificates/issue", page.form_values()).location


def test_who_completed_and_has_none_gets_a_certificate(app: Flask) -> None:
    version = make_taught_course()
    course = db.session.get_one(Course, version.course_id)
    make_completed_enrolment(make_person("Anna"), version)
    make_certificate(make_person("Boris"), version=version)
    first, second = hr(app), hr(app)
    page = plan(first, course)
    assert "gets a certificate 1 has a valid certificate 1" in page.text
    address = confirm(first, page)
    assert len(db.session.scalars(sa.select(Certificate)).all()) == 1
    second.post(f"{address}/answer", AGREED)
    run_all()
    assert outcomes() == [Outcome.ISSUED]
    assert len(db.session.scalars(sa.select(Certificate)).all()) == 2


def test_evidence_from_outside_makes_a_completed_place_in_the_course(app: Flask) -> None:
    version = make_taught_course()
    course = db.session.get_one(Course, version.course_id)
    person = make_person("Anna", personnel_number="OUT-1")
    make_person("Gone", personnel_number="OUT-2", employed=False)
    first, second = hr(app), hr(app)
    page = plan(first, course, way="outside", numbers="out-1, OUT-2\nOUT-1;X-9")
    assert "no longer works here" in page.text
    assert "stands in the list twice" in page.text
    assert "nobody whom you look after has this number" in page.text
    address = confirm(first, page)
    second.post(f"{address}/answer", AGREED)
    run_all()
    enrolment = db.session.scalars(
        sa.select(Enrolment).where(Enrolment.learner_id == person.id)
    ).one()
    assert enrolment.completed_at is not None
    certificate = db.session.scalars(sa.select(Certificate)).one()
    assert certificate.snapshot["percent"] is None
    actions = set(db.session.scalars(sa.select(AuditEntry.action)))
    assert {"learning.recognised", "certification.issued", "people.second_person_asked"} <= actions


def test_a_former_number_in_either_case_names_the_record_that_stayed(app: Flask) -> None:
    course = db.session.get_one(Course, make_taught_course().course_id)
    stayed = make_person("Белова", personnel_number="new-1")
    merge(stayed, make_person("Белова", personnel_number="OLD-1", employed=False))
    page = plan(hr(app), course, way="outside", numbers="old-1")
    assert "gets a certificate 1" in page.text
    page = plan(hr(app), course, way="outside", numbers="NEW-1 OLD-1")
    assert "gets a certificate 1" in page.text
    assert "stands in the list twice" in page.text


def test_a_plan_that_changed_is_shown_again(app: Flask) -> None:
    version = make_taught_course()
    course = db.session.get_one(Course, version.course_id)
    make_completed_enrolment(make_person("Anna"), version)
    client = hr(app)
    page = plan(client, course)
    make_completed_enrolment(make_person("Boris"), version)
    again = client.post("/hr/certificates/issue", page.form_values(), status=409)
    assert "Meanwhile something changed" in again.text
    assert db.session.scalars(sa.select(CertificateBatch)).all() == []


@pytest.mark.in_turn
@pytest.mark.parametrize(
    "fields",
    [
        {"course": ""},
        {"course": "no-such-course"},
        {"reason": "x"},
        {"way": "outside", "numbers": " , ;"},
        {"way": "by-magic"},
    ],
)
def test_bad_input_is_refused_beside_the_field(app: Flask, fields: dict[str, str]) -> None:
    course = db.session.get_one(Course, make_taught_course().course_id)
    given = {"course": course.slug, "way": "completed", "reason": REASON, **fields}
    page = hr(app).post("/hr/certificates/issue/plan", given, status=422)
    assert page.select(".error-summary, [role=alert]")


def test_the_database_wants_two_people(app: Flask) -> None:
    make_certificate()
    ask_revocation(hr(app))
    request = db.session.scalars(sa.select(SecondPersonRequest)).one()
    request.answer, request.answered_at = Answer.AGREED, NOON
    request.answered_by_id = request.asked_by_id
    with pytest.raises(sa.exc.IntegrityError):
        db.session.flush()


def outside(course: Course, *people: Person) -> CertificateBatch:
    """A list of people who showed elsewhere what is taught, agreed to and not begun yet."""
    viewer = make_viewer(AccessRole.HR)
    batch = services.ask(
        kind=BatchKind.ISSUE,
        viewer=viewer,
        now=NOON,
        people=[person.id for person in people],
        reason=REASON,
        course=course,
        is_outside=True,
    )
    locked = queries.locked(batch.public_id)
    assert locked is not None
    services.decide(
        batch=locked,
        answer=Answer.AGREED,
        viewer=make_viewer(AccessRole.HR),
        word="",
        now=NOON,
    )
    db.session.commit()
    return batch


def test_who_is_merged_or_leaves_before_their_turn_gets_nothing_of_their_own(app: Flask) -> None:
    course = db.session.get_one(Course, make_taught_course().course_id)
    kept, ended, left = make_person("Anna"), make_person("Anna"), make_person("Boris")
    outside(course, ended, left, kept)
    merge(kept, ended)
    erasure.leave(left)
    db.session.commit()
    run_all()
    assert outcomes() == [Outcome.LEFT_OUT, Outcome.LEFT_OUT, Outcome.ISSUED]
    assert list(db.session.scalars(sa.select(Certificate.holder_id))) == [kept.id]
