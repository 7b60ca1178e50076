"""Allowances for one person and more time for all: appended, audited, in the right scope."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.assessment import queries
from lms.assessment.deadlines import deadline
from lms.assessment.models import Assessment, Attempt
from lms.assessment.rules.allowances import entries, extensions_of, grants_of, more_time
from lms.assessment.rules.granting import grant_allowance
from lms.assessment.rules.models import AllowanceKind, ExamAllowance
from lms.audit.models import AuditEntry
from lms.catalog.models import Course
from lms.core.database import db
from lms.core.identifiers import public_id
from lms.learning.models import Enrolment
from lms.people.models import AccessRole, Person
from tests.assessment.delivery.candidate import OVER, Candidate, Moment, run_job
from tests.builders.assessment import START, make_attempt, make_exam, make_place, settings
from tests.builders.people import PASSWORD, make_account, make_person, make_unit
from tests.pages import Page, PageClient
from tests.support.threads import at_once

pytestmark = pytest.mark.in_turn

MINUTE = timedelta(minutes=1)


@pytest.fixture
def moment(monkeypatch: pytest.MonkeyPatch) -> Moment:
    return Moment(monkeypatch)


@pytest.fixture
def candidate(app: Flask, moment: Moment) -> Candidate:
    return Candidate(app, make_exam(attempts=1))


def desk(app: Flask, role: AccessRole = AccessRole.HR, **options: Any) -> PageClient:
    account = make_account(role, **options)
    return PageClient(app).sign_in(account.username, PASSWORD)


def person_path(candidate: Candidate) -> str:
    return f"/exam-desk/enrolments/{candidate.place.public_id}"


def grant(client: PageClient, candidate: Candidate, status: int = 303, **fields: str) -> Page:
    path = person_path(candidate)
    values = client.get(path).form_values("form[action$='/grant']")
    sent = {**values, "kind": "minutes", "amount": "15", "reason": "Broken arm", **fields}
    return client.post(f"{path}/grant", sent, status=status)


def course_path(candidate: Candidate) -> str:
    return f"/exam-desk/{db.session.get_one(Course, candidate.place.course_id).slug}"


def derived(attempt: Attempt) -> Any:
    """The deadline as the function of all that was recorded."""
    exam = db.session.get_one(Assessment, attempt.assessment_id)
    return deadline(
        attempt.started_at,
        exam.minutes,
        more_time(
            grants_of(entries(attempt.enrolment_id)),
            extensions_of([attempt.id]).get(attempt.id, ()),
        ),
        grace_seconds=settings().exam_grace_seconds,
        closes_at=exam.closes_at,
    )


def test_more_time_granted_before_the_start_is_told_and_held(
    app: Flask, candidate: Candidate
) -> None:
    grant(desk(app), candidate)
    grant(desk(app), candidate, kind="percent", amount="50")
    page = candidate.exam()
    for text in ("60 minutes", "You are allowed 15 minutes more.", "You are allowed 50% more"):
        assert text in page.text, text
    candidate.start()
    assert candidate.attempt.deadline_at == START + 60 * MINUTE == derived(candidate.attempt)


def test_more_time_granted_meanwhile_reaches_the_browser_with_its_next_reply(
    app: Flask, candidate: Candidate, moment: Moment
) -> None:
    candidate.start()
    token = candidate.token
    moment.after_start(10 * MINUTE)
    grant(desk(app), candidate)
    reply = candidate.send(token=token)  # a heartbeat
    assert reply["deadline_at"] == (START + 45 * MINUTE).isoformat()
    moment.after_start(40 * MINUTE)
    run_job()
    assert not candidate.send(candidate.choose(), token=token)["closed"]
    moment.after_start(15 * MINUTE + OVER)
    run_job()
    assert candidate.attempt.closed_at == moment.now


def test_nothing_opens_an_attempt_that_is_over(
    app: Flask, candidate: Candidate, moment: Moment
) -> None:
    candidate.start()
    before = candidate.attempt.deadline_at
    moment.after_start(OVER)  # the job has not come yet
    grant(desk(app), candidate)
    assert candidate.attempt.deadline_at == before == derived(candidate.attempt)


def test_withdrawing_is_a_further_entry_and_leaves_a_running_clock_alone(
    app: Flask, candidate: Candidate, moment: Moment
) -> None:
    hr = desk(app)
    grant(hr, candidate)
    candidate.start()
    moment.after_start(MINUTE)
    page = hr.get(person_path(candidate))
    form = page.one("form[action$='/withdraw']")
    field = page.one("form[action$='/withdraw'] input[maxlength]").get("name")
    hr.post(form.get("action"), {field: ""}, status=422)
    hr.post(form.get("action"), {field: "Granted by mistake"}, status=303)
    hr.post(form.get("action"), {field: "Again"}, status=303)  # nothing happens
    rows = db.session.scalars(sa.select(ExamAllowance).order_by(ExamAllowance.id)).all()
    assert [(row.kind, row.amount, row.reason) for row in rows] == [
        (AllowanceKind.MINUTES, 15, "Broken arm"),
        (AllowanceKind.WITHDRAWAL, 0, "Granted by mistake"),
    ]
    assert candidate.attempt.deadline_at == START + 45 * MINUTE == derived(candidate.attempt)
    text = hr.get(person_path(candidate)).text
    assert "Granted by mistake" in text
    actions = db.session.scalars(sa.select(AuditEntry.action)).all()
    assert "assessment.allowance_granted" in actions
    assert "assessment.allowance_withdrawn" in actions


def test_one_more_attempt(app: Flask, candidate: Candidate, moment: Moment) -> None:
    candidate.start()
    candidate.hand_in()
    assert "No attempts left" in candidate.exam().text
    grant(desk(app), candidate, kind="attempts", amount="1")
    assert "1 of 2" in candidate.exam().text
    moment.after_start(MINUTE)
    candidate.start()
    candidate.hand_in()
    candidate.start(status=409)


def test_the_same_form_sent_twice_is_one_entry(app: Flask, candidate: Candidate) -> None:
    hr = desk(app)
    path = person_path(candidate)
    values = hr.get(path).form_values("form[action$='/grant']")
    sent = {**values, "kind": "minutes", "amount": "15", "reason": "Broken arm"}
    hr.post(f"{path}/grant", sent, status=303)
    hr.post(f"{path}/grant", sent, status=303)
    assert len(entries(candidate.place.id)) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"amount": "0"},
        {"amount": "481"},
        {"amount": "x"},
        {"amount": ""},
        {"kind": "attempts", "amount": "11"},
        {"kind": "withdrawal", "amount": "5"},
        {"reason": ""},
        {"reason": "x" * 501},
    ],
)
def test_senseless_allowances_are_refused_beside_their_field(
    app: Flask, candidate: Candidate, fields: dict[str, str]
) -> None:
    page = grant(desk(app), candidate, 422, **fields)
    assert page.select(".error-summary")
    assert entries(candidate.place.id) == []


def test_nobody_decides_about_their_own_exam(app: Flask, moment: Moment) -> None:
    person = make_person()
    account = make_account(AccessRole.HR, person=person)
    place = make_place(make_exam(), person)
    client = PageClient(app).sign_in(account.username, PASSWORD)
    path = f"/exam-desk/enrolments/{place.public_id}"
    assert not client.get(path).select("form[action$='/grant']")
    sent = {"kind": "minutes", "amount": "15", "reason": "Me", "key": "0" * 16}
    client.post(f"{path}/grant", sent, status=403)
    assert entries(place.id) == []


def test_the_desk_reaches_its_own_people_alone(app: Flask, moment: Moment) -> None:
    here, there = make_unit(), make_unit()
    version = make_exam()
    mine = Candidate(app, version, person=make_person(unit=here))
    other = Candidate(app, version, person=make_person(unit=there))
    hr = desk(app, unit=here, over=here)
    hr.get(person_path(other), status=404)
    sent = {"kind": "minutes", "amount": "15", "reason": "No", "key": "0" * 16}
    hr.post(f"{person_path(other)}/grant", sent, status=404)
    mine.start()
    other.start()
    page = hr.get(course_path(mine))
    assert page.select(f"a[href='{person_path(mine)}']")
    assert not page.select(f"a[href='{person_path(other)}']")
    hr.post(
        f"{course_path(mine)}/extend", {"more-minutes": "10", "more-reason": "Power"}, status=303
    )
    assert mine.attempt.deadline_at == START + 40 * MINUTE == derived(mine.attempt)
    assert other.attempt.deadline_at == START + 30 * MINUTE


def test_another_persons_entry_is_no_entry_of_this_one(
    app: Flask, candidate: Candidate, moment: Moment
) -> None:
    other = Candidate(app, candidate.version)
    hr = desk(app)
    grant(hr, other)
    [entry] = entries(other.place.id)
    path = f"{person_path(candidate)}/allowances/{entry.public_id}/withdraw"
    hr.post(path, {f"{entry.public_id}-reason": "x"}, status=404)


def test_an_incident_gives_all_open_attempts_more_time_and_leaves_a_trace_for_each(
    app: Flask, moment: Moment
) -> None:
    version = make_exam(closes_at=START + 50 * MINUTE)
    first, second, done = (Candidate(app, version) for _ in range(3))
    for one in (first, second, done):
        one.start()
    done.hand_in()
    moment.after_start(5 * MINUTE)
    hr = desk(app)
    page = hr.post(f"{course_path(first)}/extend", {"more-minutes": "10"}, status=422)
    assert page.select("[name=more-reason][aria-invalid=true]")
    page = hr.follow(
        hr.post(
            f"{course_path(first)}/extend",
            {"more-minutes": "15", "more-reason": "Power cut"},
            status=303,
        )
    )
    assert "2 people have more time." in page.text
    examiner = desk(app, AccessRole.INSTRUCTOR)
    header = examiner.get(course_path(first)).one(
        "section[aria-labelledby=sitting-title] a[href*='/live']"
    )
    assert first.person.full_name in examiner.get(str(header.get("href"))).text
    assert "Power cut" in page.text
    for one in (first, second):
        assert one.attempt.deadline_at == START + 45 * MINUTE == derived(one.attempt)
    assert done.attempt.deadline_at == START + 30 * MINUTE
    traces = sa.select(AuditEntry.person_key).where(
        AuditEntry.action == "assessment.attempt_extended"
    )
    assert set(db.session.scalars(traces)) == {first.person.public_id, second.person.public_id}
    hr.post(
        f"{course_path(first)}/extend",
        {"more-minutes": "60", "more-reason": "Again"},
        status=303,
    )
    assert first.attempt.deadline_at == START + 50 * MINUTE  # the closing holds


def test_when_nobody_sits_it_there_is_nothing_to_extend(app: Flask, candidate: Candidate) -> None:
    page = desk(app).post(
        f"{course_path(candidate)}/extend",
        {"more-minutes": "10", "more-reason": "Power"},
        status=409,
    )
    assert "Nobody is sitting this exam now." in page.text


def test_waiting_counts_from_the_lengthened_deadline(app: Flask, moment: Moment) -> None:
    candidate = Candidate(app, make_exam(wait_hours=1))
    grant(desk(app), candidate)
    candidate.start()
    moment.after_start(46 * MINUTE)
    run_job()
    overview = queries.exam_overview(candidate.place, moment.now)
    assert overview is not None
    assert overview.opens_at == START + timedelta(minutes=45, hours=1)


def test_a_start_and_a_grant_at_once_give_the_deadline_that_both_make(
    app: Flask, moment: Moment
) -> None:
    for _ in range(3):
        place = make_place(make_exam())
        examiner, identifier = make_person(), place.id
        db.session.commit()

        def start(identifier: int = identifier) -> int:
            return make_attempt(enrolment=db.session.get_one(Enrolment, identifier)).id

        def allow(identifier: int = identifier, examiner: int = examiner.id) -> None:
            grant_allowance(
                enrolment=db.session.get_one(Enrolment, identifier),
                kind=AllowanceKind.MINUTES,
                amount=15,
                reason="Broken arm",
                key=public_id(),
                actor=db.session.get_one(Person, examiner),
                now=START,
                settings=settings(),
            )

        attempt_id, nothing = at_once(app, start, allow)
        assert nothing is None
        attempt = db.session.get_one(Attempt, attempt_id, populate_existing=True)
        assert attempt.deadline_at == START + 45 * MINUTE == derived(attempt)


def test_the_list_finds_people_by_name_and_number(app: Flask, moment: Moment) -> None:
    version = make_exam()
    first, second = Candidate(app, version), Candidate(app, version)
    path, number = course_path(first), first.person.personnel_number
    page = desk(app).get(f"{path}?words={number}")
    assert len(page.select(f"a[href$='{first.place.public_id}']")) == 1
    assert not page.select(f"a[href$='{second.place.public_id}']")
    assert isinstance(second.person, Person)
