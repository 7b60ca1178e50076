"""A regrade turns an exam that counts as evidence: HR decide whether it goes on counting."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask, current_app
from sqlalchemy.orm import joinedload

from lms.assessment import queries, services
from lms.assessment.models import Attempt, ItemKind
from lms.catalog.models import Course, CourseVersion
from lms.certification.lifecycle.facts import EvidenceAccepted
from lms.certification.models import Certificate
from lms.certification.reviews.models import CertificateReview, ReviewDecision
from lms.certification.schemes.definitions import EvidenceKind, Part
from lms.certification.schemes.models import CertificationScheme
from lms.certification.schemes.records.histories import history, schemes_by_id
from lms.core import clock
from lms.core.clock import local_date
from lms.core.database import db
from lms.learning.models import Enrolment
from tests.assessment.examining.examiner import examiner
from tests.assessment.examining.test_regrade_pages import confirm, correct, decide, hr
from tests.builders.assessment import (
    START,
    answer_event,
    make_attempt,
    make_exam,
    make_item,
    make_place,
    save,
    settings,
)
from tests.builders.schemes import VISIT, make_scheme

pytestmark = pytest.mark.in_turn
TITLE = {"ru": "Приём документов", "en": "Taking documents"}


def asked(version: CourseVersion, exam: str | None, **terms: Any) -> CertificationScheme:
    """A scheme that asks for this exam of the course (None: for the course), and for a visit."""
    slug = db.session.get_one(Course, version.course_id).slug
    kind = EvidenceKind.EXAM if exam else EvidenceKind.COURSE
    return make_scheme(parts=(Part("shown", kind, TITLE, slug, exam), VISIT), **terms)


def passed(version: CourseVersion, exam: str) -> Attempt:
    """A sitting of this exam with the answer b, which is right as yet."""
    return sat(make_place(version), exam, "b", START)


def sat(place: Enrolment, exam: str, choice: str, at: datetime) -> Attempt:
    """A sitting of this exam with one answer to all, handed in at an instant."""
    attempt = make_attempt(enrolment=place, exam=exam, at=at)
    for item in queries.paper(attempt):
        save(attempt, answer_event(item.position, {"choice": choice}, sequence=item.position))
    services.submit(attempt=attempt, now=at, settings=settings())
    return attempt


def course() -> CourseVersion:
    """A course with one question in its final exam and in a further one."""
    return make_exam([make_item(ItemKind.SINGLE_CHOICE)], further={"intake": {}})


def reviews() -> list[CertificateReview]:
    statement = (
        sa.select(CertificateReview)
        .where(CertificateReview.fact_id.is_not(None))
        .order_by(CertificateReview.id)
        .options(joinedload(CertificateReview.fact))
    )
    return list(db.session.scalars(statement.execution_options(populate_existing=True)))


def counts(attempt: Attempt, scheme: CertificationScheme) -> bool:
    """Whether the candidate's evidence for the scheme counts today."""
    return bool(evidence(attempt, scheme))


def evidence(attempt: Attempt, scheme: CertificationScheme) -> list[EvidenceAccepted]:
    """What counts today of the candidate's evidence for the scheme."""
    known = history(attempt.candidate_id, scheme.id, schemes_by_id([scheme.id])[scheme.id])
    return known.evidence(day_of(clock.now()))


def day_of(moment: datetime) -> date:
    """The network's day: for three hours of each it isn't that of Greenwich."""
    return local_date(moment, current_app.config["SETTINGS"].time_zone)


def test_hr_withdraw_what_an_exam_showed_that_is_no_longer_passed(app: Flask) -> None:
    version = course()
    scheme, other = asked(version, "intake"), asked(version, "exam")
    attempt = passed(version, "intake")
    assert counts(attempt, scheme)
    confirm((desk := examiner(app)), correct(desk, version))
    office = hr(app)
    page = office.get("/hr/regrades").text
    assert "To decide (1)" in page
    assert "Taking documents" in page
    assert "Final exam result" not in page
    (review,) = reviews()
    assert (review.exam_key, review.fact.scheme_id) == ("intake", scheme.id)
    decide(office, review, "revoked", status=422)
    assert counts(attempt, scheme)
    decide(office, review, "not_counted")
    assert not counts(attempt, scheme)
    decide(office, review, "counted", status=409)
    assert "Decided by the board." in office.get("/hr/regrades?decided=1").text
    assert not counts(attempt, other)  # the other exam was never sat


def test_what_completed_the_course_is_listed_beside_its_certificate(app: Flask) -> None:
    version = make_exam([make_item(ItemKind.SINGLE_CHOICE)])
    by_exam, by_course = asked(version, "exam"), asked(version, None)
    attempt = passed(version, "exam")
    confirm((desk := examiner(app)), correct(desk, version))
    office = hr(app)
    assert "To decide (3)" in office.get("/hr/regrades").text
    found = {review.fact.scheme_id: review for review in reviews()}
    decide(office, found[by_course.id], "counted")
    decide(office, found[by_exam.id], "not_counted")
    assert counts(attempt, by_course)
    assert not counts(attempt, by_exam)


def test_evidence_that_was_withdrawn_can_count_again_when_the_pass_is_given_back(
    app: Flask,
) -> None:
    version = course()
    scheme = asked(version, "intake")
    attempt = passed(version, "intake")
    desk, office = examiner(app), hr(app)
    for choice in ("c", "b", "c"):  # lost, given back, and lost again
        confirm(desk, correct(desk, version, q1=choice))
        decide(office, reviews()[-1], "counted" if choice == "b" else "not_counted")
        assert counts(attempt, scheme) is (choice == "b")
    assert [review.kind.value for review in reviews()] == ["lost", "gained", "lost"]
    for choice in "bc":  # given back and lost again before anybody has decided
        confirm(desk, correct(desk, version, q1=choice))
    decide(office, reviews()[-1], "counted", status=409)
    assert not counts(attempt, scheme)


def test_evidence_counts_on_when_the_pass_is_given_back_before_hr_decide(app: Flask) -> None:
    version = course()
    scheme = asked(version, "intake")
    attempt = passed(version, "intake")
    desk, office = examiner(app), hr(app)
    for choice in "cb":
        confirm(desk, correct(desk, version, q1=choice))
    (review,) = reviews()
    assert review.decision is ReviewDecision.COUNTED
    decide(office, review, "not_counted", status=409)
    assert counts(attempt, scheme)
    assert "gave the pass back" in office.get("/hr/regrades?decided=1").text


def test_a_new_sitting_counts_where_the_evidence_of_the_last_was_withdrawn(app: Flask) -> None:
    version = course()
    scheme = asked(version, "intake")
    attempt = passed(version, "intake")
    place = db.session.get_one(Enrolment, attempt.enrolment_id)
    confirm((desk := examiner(app)), correct(desk, version))
    decide(hr(app), reviews()[0], "not_counted")
    assert not counts(attempt, scheme)
    for hours in (1, 2):  # passed once more, and again: counts once
        later = clock.now() + timedelta(hours=hours)
        sat(place, "intake", "c", later)
        known = history(attempt.candidate_id, scheme.id, schemes_by_id([scheme.id])[scheme.id])
        assert len(known.evidence(day_of(later))) == 1


def test_evidence_goes_with_a_revoked_certificate_and_comes_back_with_another(app: Flask) -> None:
    version = make_exam([make_item(ItemKind.SINGLE_CHOICE)])
    by_exam, by_course = asked(version, "exam"), asked(version, None)
    attempt = passed(version, "exam")
    shown_on = {fact.effective_on for fact in evidence(attempt, by_course)}
    certificate = db.session.scalars(sa.select(Certificate)).one()
    office, entry = hr(app), f"/hr/certificates/{certificate.number}"
    assert "With a revoked certificate it counts no more" in office.get(entry).text
    office.post(f"{entry}/revoke", {"revoke-reason": "somebody else sat it"}, status=302)
    assert not counts(attempt, by_exam)
    assert not counts(attempt, by_course)
    assert "It counts no more." in office.get(entry).text
    office.post(f"{entry}/reissue", {"reissue-reason": "it was them after all"}, status=302)
    assert counts(attempt, by_exam)
    assert {fact.effective_on for fact in evidence(attempt, by_course)} == shown_on
