"""Results from before a certification asked for them count once two people let them, and once each."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from lms.assessment import services as exams
from lms.assessment.models import ItemKind, Score
from lms.catalog.models import Course, CourseVersion
from lms.certification import queries
from lms.certification import services as certificates
from lms.certification.batches.certifying import EarlierPlan, plan_earlier
from lms.certification.batches.issuing import Verdict
from lms.certification.batches.models import BatchItem, Outcome
from lms.certification.lifecycle.facts import FactKind
from lms.certification.lifecycle.state import Holding
from lms.certification.lifecycle.terms import Anchor
from lms.certification.schemes.definitions import EvidenceKind, Part
from lms.certification.schemes.models import CertificationFact, CertificationScheme
from lms.certification.schemes.queries import scheme_for
from lms.certification.schemes.records.decisions import Desk
from lms.certification.schemes.records.earlier import results_of
from lms.certification.schemes.records.evidence import accept, accept_completion
from lms.core import jobs
from lms.core.database import db
from lms.learning.models import Enrolment
from lms.people.models import AccessRole, Person
from tests.builders.assessment import (
    START,
    answer_all_right,
    make_attempt,
    make_exam,
    make_item,
    make_place,
    settings,
)
from tests.builders.certification import (
    make_certificate,
    make_completed_enrolment,
    make_taught_course,
)
from tests.builders.people import PASSWORD, make_account, make_person, make_unit, make_viewer
from tests.builders.schemes import (
    EXAM,
    TODAY,
    VISIT,
    at,
    award,
    make_equivalent,
    make_scheme,
    stands,
)
from tests.pages import PageClient
from tests.support.statements import counted_statements

DAY = timedelta(days=1)
DONE = TODAY - 100 * DAY
REASON = "Order No. 7 of 1 March"
SCORED = (
    "attempt_id",
    "scored_at",
    "log_number",
    "points",
    "points_possible",
    "percent",
    "topics",
    "items",
)
ASKING = "form[action$='/earlier'][method=post]"


@pytest.fixture(autouse=True)
def noon() -> Any:
    with time_machine.travel(at(TODAY), tick=True):
        yield


@pytest.fixture
def taught(app: Flask) -> CourseVersion:
    return make_taught_course("taught")


def completed(taught: CourseVersion, on: date = DONE, **whose: Any) -> Person:
    person = make_person(**whose)
    make_completed_enrolment(person, taught, at(on))
    return person


def plan(scheme: CertificationScheme, **options: Any) -> EarlierPlan:
    viewer = make_viewer(AccessRole.HR, **options)
    found = scheme_for(scheme.public_id)
    assert found
    return plan_earlier(viewer, found, now=at(TODAY), today=TODAY)


def verdicts(scheme: CertificationScheme) -> dict[int, Verdict]:
    return {row.person.id: row.verdict for row in plan(scheme).rows if row.person}


def desk(person: Person, scheme: CertificationScheme, on: date = TODAY) -> Desk:
    return Desk(person=person, scheme_id=scheme.id, actor=person, now=at(on), today=on)


def hr(app: Flask, **options: Any) -> PageClient:
    return PageClient(app).sign_in(make_account(AccessRole.HR, **options).username, PASSWORD)


def agreed(app: Flask, scheme: CertificationScheme) -> list[Outcome | None]:
    """Ask for what the page shows, let another person agree, and work it off."""
    page_address = f"/hr/certifications/{scheme.public_id}/earlier"
    first = hr(app)
    sent = first.get(page_address).form_values(ASKING) | {"reason": REASON}
    address = first.post(page_address, sent, status=303).location
    hr(app).post(f"{address}/answer", {"answer": "agreed"})
    db.session.rollback()
    jobs.run_due()
    db.session.expire_all()
    return list(db.session.scalars(sa.select(BatchItem.outcome).order_by(BatchItem.position)))


def test_they_count_from_their_own_day_as_of_today(app: Flask, taught: CourseVersion) -> None:
    person, scheme = completed(taught), make_scheme()
    assert agreed(app, scheme) == [Outcome.AWARDED]
    before, now = stands(person, scheme, TODAY - DAY), stands(person, scheme)
    assert (before.may_serve, now.may_serve) == (False, True)
    assert now.period
    assert (now.period.from_on, now.period.until_on) == (DONE, date(2026, 11, 22))
    evidence, granted = db.session.scalars(
        sa.select(CertificationFact).order_by(CertificationFact.id)
    )
    assert (evidence.effective_on, granted.effective_on) == (DONE, TODAY)
    assert evidence.recorded_at > at(TODAY - DAY)
    assert (evidence.reason, evidence.actor_id is None) == (REASON, False)
    assert plan(scheme).people == []
    assert verdicts(scheme) == {}  # there is nothing left to count


def test_a_result_that_is_noticed_by_itself_counts_no_second_time(
    app: Flask, taught: CourseVersion
) -> None:
    person, scheme = completed(taught), make_scheme(parts=(EXAM, VISIT))
    assert agreed(app, scheme) == [Outcome.RECORDED]
    place = make_completed_enrolment(late := make_person(), taught, at(TODAY))
    for enrolment in (place, db.session.get_one(type(place), place.id - 1)):
        accept_completion(enrolment=enrolment, now=at(TODAY), today=TODAY)
    kinds = sa.select(CertificationFact.person_id).where(
        CertificationFact.kind == FactKind.EVIDENCE_ACCEPTED
    )
    assert sorted(db.session.scalars(kinds)) == sorted([person.id, late.id])
    assert verdicts(scheme) == {}


def test_a_result_counts_until_it_is_accepted_for_each_part_that_it_shows(
    app: Flask, taught: CourseVersion
) -> None:
    person, parts = completed(taught), (EXAM, replace(EXAM, key="again"))
    source = f"enrolment:{db.session.scalars(sa.select(Enrolment.public_id)).one()}"
    scheme = make_scheme(parts=parts)
    shown = []
    for part in parts:
        found = results_of(parts, [person.id], "Europe/Moscow", accepted_for=scheme.id)
        shown.append([one.source for one in found[person.id]])
        assert verdicts(scheme) == {person.id: Verdict.ISSUE}
        accept(person=person, scheme_id=scheme.id, part=part.key, source=source, on=DONE,
               now=at(TODAY), today=TODAY, actor=person)  # fmt: skip
    assert shown == [[source] * 2] * 2
    assert results_of(parts, [person.id], "Europe/Moscow", accepted_for=scheme.id) == {}
    assert len(results_of(parts, [person.id], "Europe/Moscow")[person.id]) == 2
    assert verdicts(scheme) == {}


def test_whose_results_are_left_out_and_why(app: Flask, taught: CourseVersion) -> None:
    scheme = make_scheme(look_back_days=200)
    counts, holder, suspended, revoked = (completed(taught) for _ in range(4))
    award(holder, scheme, DONE)
    award(suspended, scheme, DONE), desk(suspended, scheme).suspend(on=TODAY, reason="complaint")
    award(revoked, scheme), desk(revoked, scheme).revoke(reason="fraud")
    old = completed(taught, TODAY - 201 * DAY)
    required = completed(taught, TODAY - 201 * DAY)
    desk(required, scheme, TODAY - 2 * DAY).require(due_on=TODAY, reason="for a test")
    left = completed(taught, employed=False)
    void = make_certificate(version=taught, issued_at=at(DONE))
    certificates.revoke(
        certificate=queries.certificate(void.number), reason="mix-up", now=at(TODAY), actor=holder
    )
    assert verdicts(scheme) == {
        counts.id: Verdict.ISSUE,
        required.id: Verdict.ISSUE,
        holder.id: Verdict.HOLDS,
        suspended.id: Verdict.SUSPENDED,
        revoked.id: Verdict.USED,
        old.id: Verdict.TOO_OLD,
        left.id: Verdict.LEFT,
    }


def test_what_would_be_over_already_is_left_out_and_what_is_valid_ends_by_the_anchor(
    app: Flask, taught: CourseVersion
) -> None:
    early, late = completed(taught, TODAY - 400 * DAY), completed(taught)
    yearly = make_scheme(anchor=Anchor.CALENDAR, calendar_month=7, calendar_day=1)
    endless = make_scheme(valid_months=None)
    assert verdicts(make_scheme()) == {early.id: Verdict.OVER, late.id: Verdict.ISSUE}
    ends = {
        row.person.id: row.earlier.award.until_on
        for scheme in (endless, yearly)
        for row in plan(scheme).rows
        if row.person and row.earlier.award
    }
    assert ends == {early.id: None, late.id: date(2026, 7, 1)}


def test_a_passed_exam_counts_while_its_score_stands(app: Flask) -> None:
    course = make_exam([make_item(ItemKind.SINGLE_CHOICE)], further={"intake": {}})
    place = make_place(course)
    attempt = make_attempt(enrolment=place, exam="intake")
    answer_all_right(attempt)
    exams.submit(attempt=attempt, now=START, settings=settings())
    slug = db.session.get_one(Course, course.course_id).slug
    part = Part("exam", EvidenceKind.EXAM, {"ru": "Экзамен", "en": "Exam"}, slug, "intake")
    scheme = make_scheme(parts=(part,), valid_months=None)
    assert verdicts(scheme) == {place.learner_id: Verdict.ISSUE}
    score = db.session.scalars(sa.select(Score).where(Score.attempt_id == attempt.id)).one()
    columns = {name: getattr(score, name) for name in SCORED}
    db.session.add(Score(**columns, number=score.number + 1, passed=False))
    db.session.flush()
    assert verdicts(scheme) == {}


def test_who_is_in_the_window_is_renewed_from_the_end_of_the_period(
    app: Flask, taught: CourseVersion
) -> None:
    person, scheme = completed(taught, TODAY - 10 * DAY), make_scheme(anchor=Anchor.PREVIOUS_EXPIRY)
    award(person, scheme, TODAY - 350 * DAY)
    assert agreed(app, scheme) == [Outcome.AWARDED]
    renewed = stands(person, scheme).period
    assert renewed
    assert renewed.until_on == date(2027, 3, 17)
    assert stands(person, scheme).holding is Holding.VALID


def test_who_holds_it_by_an_equivalent_alone_gets_their_own(
    app: Flask, taught: CourseVersion
) -> None:
    person, scheme, old = completed(taught), make_scheme(), make_scheme(parts=(VISIT,))
    award(person, old)
    make_equivalent(scheme, old)
    assert stands(person, scheme).holding is Holding.VALID
    (row,) = plan(scheme).rows
    assert (row.verdict, row.earlier.award is None) == (Verdict.ISSUE, False)


def test_evidence_from_outside_that_is_recorded_late_counts_the_same_way(app: Flask) -> None:
    person, late, scheme = make_person(), make_person(), make_scheme()
    for shown, day in ((person, DONE), (late, TODAY - 400 * DAY)):
        accept(
            person=shown, scheme_id=scheme.id, part="exam", source="paper", on=day, now=at(TODAY),
            today=TODAY, actor=person,
        )  # fmt: skip
    period = stands(person, scheme).period
    assert period
    assert (period.from_on, period.until_on) == (DONE, date(2026, 11, 22))
    assert not stands(person, scheme, TODAY - DAY).may_serve
    assert stands(late, scheme).holding is Holding.EXPIRED


def test_the_page_lists_exports_and_refuses_what_has_changed(
    app: Flask, taught: CourseVersion
) -> None:
    here, there = make_unit(), make_unit()
    mine, foreign = completed(taught, unit=here), completed(taught, unit=there)
    scheme = make_scheme(parts=(EXAM, VISIT))
    address = f"/hr/certifications/{scheme.public_id}/earlier"
    client = hr(app, over=here, unit=here)
    page = client.get(address)
    assert mine.full_name in page.text
    assert "Still lacking: “Observation”" in page.text
    assert foreign.personnel_number not in page.text
    client.get(f"{address}?unit={there.public_id}", status=422)
    sent = page.form_values(ASKING)
    assert "between 5 and 1000" in client.post(address, sent | {"reason": "x"}, status=422).text
    changed = client.post(address, sent | {"reason": REASON, "shown": "0"}, status=409)
    assert "Look at the list again" in changed.text
    form = page.form_values("form[action='/lists/earlier.csv']")
    table = client.post("/lists/earlier.csv", form, status=200).text
    assert mine.personnel_number in table
    assert "22 November 2025" in table


def test_the_plan_asks_the_same_of_the_database_for_any_number_of_people(
    app: Flask, taught: CourseVersion
) -> None:
    scheme, counts = make_scheme(), []
    viewer = make_viewer(AccessRole.HR)
    for more in (2, 20):
        for _ in range(more):
            completed(taught)
        loaded = scheme_for(scheme.public_id)
        assert loaded
        with counted_statements() as found:
            plan_earlier(viewer, loaded, now=at(TODAY), today=TODAY)
        counts.append(len(found))
    assert counts[0] == counts[1] <= 12


def test_a_day_is_that_of_the_networks_time_zone(app: Flask, taught: CourseVersion) -> None:
    late = datetime.combine(DONE, time(22), UTC)  # past midnight in Moscow
    make_completed_enrolment(make_person(), taught, late)
    (row,) = plan(make_scheme()).rows
    assert row.earlier.results[0].on == DONE + DAY
