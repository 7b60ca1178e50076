"""An exam stays passed with another score: HR decide on the certificate that states the old one."""

from datetime import timedelta
from itertools import starmap
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.assessment import queries, services
from lms.assessment.models import Attempt, ItemKind, ItemVersion, Score
from lms.catalog.models import CourseVersion
from lms.certification.models import Certificate
from lms.certification.queries.certificates import FACTS
from lms.certification.reviews.models import CertificateReview
from lms.certification.reviews.stated import Given, due_percent
from lms.certification.services import revoke
from lms.core.clock import local_date, now
from lms.core.database import db
from lms.people.models import Person
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
from tests.builders.people import make_person

pytestmark = pytest.mark.in_turn


def course() -> CourseVersion:
    """An exam of a single choice (right: b) and a true-false question; half is enough to pass."""
    kinds = (ItemKind.SINGLE_CHOICE, ItemKind.TRUE_FALSE)
    return make_exam([make_item(kind) for kind in kinds], pass_percent=50)


def sit(version: CourseVersion, *, truth: bool = True, learner: Person | None = None) -> Attempt:
    """A handed-in sitting: the choice right, the other one when ``truth``."""
    attempt = make_attempt(enrolment=make_place(version, learner))
    for item in queries.paper(attempt):
        is_choice = item.item_version.kind is ItemKind.SINGLE_CHOICE
        response = {"choice": "b"} if is_choice else {"value": truth}
        save(attempt, answer_event(item.position, response, sequence=item.position))
    services.submit(attempt=attempt, now=START, settings=settings())
    return attempt


def listed() -> list[tuple[str, float, float, str | None]]:
    statement = sa.select(CertificateReview).order_by(CertificateReview.id)
    rows = db.session.scalars(statement.execution_options(populate_existing=True))
    return [
        (
            row.kind.value,
            row.percent_before,
            row.percent_after,
            row.decision.value if row.decision else None,
        )
        for row in rows
    ]


def last() -> CertificateReview:
    statement = sa.select(CertificateReview).order_by(CertificateReview.id.desc()).limit(1)
    return db.session.scalars(statement.execution_options(populate_existing=True)).one()


def certificates(attempt: Attempt) -> list[Certificate]:
    """All certificates of the enrolment, the oldest first."""
    statement = (
        sa.select(Certificate)
        .where(Certificate.enrolment_id == attempt.enrolment_id)
        .order_by(Certificate.id)
        .options(*FACTS)
        .execution_options(populate_existing=True)
    )
    return list(db.session.scalars(statement))


def test_hr_reissue_a_certificate_with_the_score_as_corrected(app: Flask) -> None:
    version = course()
    attempt, other = sit(version), sit(version, truth=False)
    assert [one.snapshot["percent"] for one in certificates(attempt)] == [100]
    desk, office = examiner(app), hr(app)
    path = correct(desk, version)
    assert "1 certificate would go on stating the score of before" in desk.get(path).text
    confirm(desk, path)
    page = office.get("/hr/regrades").text
    assert "To decide (2)" in page  # the other one no longer passes
    assert "passed, another score" in page
    assert listed() == [("lost", 50, 0, None), ("changed", 100, 50, None)]
    review = last()
    assert (review.enrolment_id, review.holder_id) == (attempt.enrolment_id, attempt.candidate_id)
    decide(office, review, "revoked", status=422)
    key = review.public_id
    office.post(f"/hr/regrades/{key}", {f"{key}-decision": "reissued"}, status=422)  # no reason
    decide(office, review, "reissued")
    old, new = certificates(attempt)
    assert (old.snapshot["percent"], new.snapshot["percent"]) == (100, 50)
    assert (new.replaces_id, new.valid_until_on) == (old.id, old.valid_until_on)
    assert "50%" in office.get(f"/hr/certificates/{new.number}").text
    decide(office, review, "kept", status=409)
    assert "certificate reissued with the new score" in office.get("/hr/regrades?decided=1").text
    assert len(certificates(other)) == 1


def test_an_expired_certificate_is_not_offered_to_be_reissued(app: Flask) -> None:
    version = course()
    attempt = sit(version)
    confirm(examiner(app), correct(examiner(app), version))
    review, office = last(), hr(app)
    key = review.public_id
    offered = f"input[name='{key}-decision']"
    assert len(office.get("/hr/regrades").select(offered)) == 2
    holder = db.session.get_one(Person, review.holder_id)
    for erased_at, choices in ((now(), 1), (None, 2)):  # nothing is made out to nobody
        holder.erased_at = erased_at
        db.session.commit()
        assert len(office.get("/hr/regrades").select(offered)) == choices
    (certificate,) = certificates(attempt)
    yesterday = local_date(now(), "Europe/Moscow") - timedelta(days=1)
    certificate.valid_until_on = certificate.sort_until_on = yesterday
    db.session.commit()
    page = office.get("/hr/regrades")
    assert [one.get("value") for one in page.select(offered)] == ["kept"]
    assert "A new one needs a new enrolment" in page.text
    decide(office, review, "reissued", status=422)
    decide(office, review, "kept")
    assert len(certificates(attempt)) == 1


def test_what_hr_leave_as_it_is_stands_until_the_score_changes_again(app: Flask) -> None:
    version = course()
    attempt = sit(version)
    desk, office = examiner(app), hr(app)
    confirm(desk, correct(desk, version))
    decide(office, last(), "kept")
    assert len(certificates(attempt)) == 1
    confirm(desk, correct(desk, version, q1="b"))  # worth what is stated: nothing to decide
    assert listed() == [("changed", 100, 50, "kept")]
    confirm(desk, correct(desk, version))
    assert listed()[1:] == [("changed", 100, 50, None)]


def test_a_correction_that_is_taken_back_drops_the_open_question(app: Flask) -> None:
    version = course()
    sit(version)
    desk, office = examiner(app), hr(app)
    confirm(desk, correct(desk, version))
    review = last()
    confirm(desk, correct(desk, version, q1="b"))
    assert listed() == [("changed", 100, 50, "dropped")]
    decide(office, review, "reissued", status=409)
    assert "left nothing to decide" in office.get("/hr/regrades?decided=1").text


def test_the_last_of_several_corrections_counts_and_a_lost_pass_goes_before(app: Flask) -> None:
    version = make_exam(
        [make_item(kind) for kind in (ItemKind.SINGLE_CHOICE, ItemKind.TRUE_FALSE)], pass_percent=40
    )
    attempt = sit(version)
    desk, office = examiner(app), hr(app)
    confirm(desk, correct(desk, version))  # 50
    put_wrong(desk, version)  # 0: lost
    assert listed() == [("changed", 100, 50, "dropped"), ("lost", 50, 0, None)]
    confirm(desk, correct(desk, version, q1="b"))  # 50 again
    assert listed()[1:] == [
        ("lost", 50, 0, "dropped"),
        ("gained", 0, 50, "issued"),
        ("changed", 100, 50, None),
    ]
    decide(office, last(), "reissued")
    assert [one.snapshot["percent"] for one in certificates(attempt)] == [100, 50]


def put_wrong(desk: Any, version: CourseVersion) -> None:
    """Let the other answer to the true-false question be the right one."""
    item = db.session.scalars(
        sa.select(ItemVersion)
        .where(ItemVersion.kind == ItemKind.TRUE_FALSE)
        .options(sa.orm.joinedload(ItemVersion.item))
        .order_by(ItemVersion.id.desc())
    ).first()
    assert item is not None
    slug = db.session.scalar(sa.text("SELECT slug FROM course ORDER BY id DESC"))
    path = f"/authoring/courses/{slug}/items/{item.item.public_id}/correction"
    values = {"kind": "new_key", "q1": "false", "reason": "The law has changed."}
    confirm(desk, desk.post(path, values, status=303).location)


@pytest.mark.parametrize("end", ["revoked", "expired", "without a score"])
def test_a_certificate_that_counts_no_more_or_states_no_score_is_not_listed(
    app: Flask, end: str
) -> None:
    version = course()
    attempt = sit(version)
    [certificate] = certificates(attempt)
    if end == "revoked":
        revoke(certificate=certificate, actor=make_person(), reason="lost", now=now())
    if end == "expired":
        certificate.issued_on = certificate.valid_until_on = certificate.sort_until_on = (
            now() - timedelta(days=3)
        ).date()
    if end == "without a score":
        certificate.snapshot = {**certificate.snapshot, "percent": None}
    db.session.commit()
    desk = examiner(app)
    path = correct(desk, version)
    assert "stating the score" not in desk.get(path).text
    confirm(desk, path)
    assert listed() == []


def test_a_certificate_revoked_meanwhile_leaves_nothing_to_decide(app: Flask) -> None:
    version = course()
    attempt = sit(version)
    desk = examiner(app)
    confirm(desk, correct(desk, version))
    [certificate] = certificates(attempt)
    revoke(certificate=certificate, actor=make_person(), reason="lost", now=now())
    db.session.commit()
    assert listed() == [("changed", 100, 50, "dropped")]
    decide(hr(app), last(), "reissued", status=409)


def test_an_answer_that_is_counted_after_the_certificate_lists_it_too(app: Flask) -> None:
    version = course()
    attempt = make_attempt(enrolment=make_place(version))
    places = {item.item_version.kind: item.position for item in queries.paper(attempt)}
    choice = answer_event(places[ItemKind.SINGLE_CHOICE], {"choice": "b"}, sequence=1)
    save(attempt, choice)
    over = START + timedelta(minutes=31)
    services.close_if_overdue(attempt=attempt, now=over, settings=settings())
    assert [one.snapshot["percent"] for one in certificates(attempt)] == [50]
    late = answer_event(
        places[ItemKind.TRUE_FALSE], {"value": True}, sequence=2, authored_ms_ago=120_000
    )
    save(attempt, late, at=over)
    services.close_if_overdue(attempt=attempt, now=START + timedelta(hours=2), settings=settings())
    db.session.commit()
    assert listed() == [("changed", 50, 100, None)]
    assert last().regrade_key is None
    assert "Answer counted since" in hr(app).get("/hr/regrades").text
    assert db.session.scalar(sa.select(sa.func.count(Score.id))) == 2


@pytest.mark.parametrize(
    ("scores", "due"),
    [
        ([(1, 100, True)], 100),
        ([(1, 100, True), (1, 95, True)], 95),
        ([(1, 100, True), (1, 95, True), (2, 100, True)], 100),  # another sitting bears it out
        ([(1, 100, True), (2, 80, True), (1, 95, True)], 95),  # its own sitting's, not the other's
        ([(1, 100, True), (2, 80, True), (1, 40, False)], 80),  # the other one gives the pass now
        ([(1, 100, True), (1, 40, False)], None),
        ([(1, 100, False), (2, 80, True)], None),  # it never was a pass: nobody knows whose it is
        ([], None),
    ],
)
def test_what_a_certificate_should_state_follows_from_its_own_sitting(
    scores: list[tuple[int, float, bool]], due: float | None
) -> None:
    assert due_percent(100, starmap(Given, scores)) == due
