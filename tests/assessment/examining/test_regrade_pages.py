"""The pages of a correction, and HR's decisions on the certificates it touches."""

import re
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.assessment.examining.keys import keys_in_force
from lms.assessment.models import Attempt, Item, ItemKind, ItemVersion
from lms.catalog.models import Course, CourseVersion
from lms.certification.models import Certificate, CertificateRevocation
from lms.certification.reviews.models import CertificateReview
from lms.core.database import db
from lms.core.jobs import run_due
from lms.learning.models import Enrolment
from lms.people.models import AccessRole, Person
from tests.assessment.delivery.candidate import Candidate, Moment
from tests.assessment.examining.examiner import examiner
from tests.assessment.examining.test_regrading import (
    choice_version,
    scores,
    sit,
    sit_at,
    two_questions,
)
from tests.builders.assessment import make_place, read_lessons
from tests.builders.people import PASSWORD, make_account, make_person, make_unit
from tests.pages import Page, PageClient

pytestmark = pytest.mark.in_turn

CORRECTING = "form[action*='/correction']"


def correction_path(version: CourseVersion) -> str:
    key = db.session.scalars(
        sa.select(Item.public_id)
        .join(ItemVersion, ItemVersion.item_id == Item.id)
        .where(ItemVersion.kind == ItemKind.SINGLE_CHOICE)
        .order_by(Item.id.desc())
    ).first()
    slug = db.session.get_one(Course, version.course_id).slug
    return f"/authoring/courses/{slug}/items/{key}/correction"


def correct(desk: PageClient, version: CourseVersion, **fields: Any) -> str:
    """Write a correction down (default: c is right); return its page."""
    values = {"kind": "new_key", "q1": "c", "reason": "The law has changed.", **fields}
    return desk.post(correction_path(version), values, status=303).location


def confirm(desk: PageClient, path: str, status: int = 303, **fields: str) -> Page:
    values = desk.get(path).form_values("form[action$='/apply']") | fields
    return desk.post(f"{path}/apply", values, status=status)


def test_an_instructor_corrects_a_key_and_sees_first_whose_result_changes(app: Flask) -> None:
    version = two_questions()
    gained = sit(version, "c", learner=make_person("Первая"))
    lost = sit(version, "b", learner=make_person("Вторая"))
    desk = examiner(app)
    path = correct(desk, version)
    page = desk.get(path)
    assert "Первая" in page.text
    assert "not passed → passed" in page.text
    assert (scores(gained), scores(lost)) == (1, 1)
    assert "Вторая" not in desk.get(f"{path}?show=gained").text
    confirm(desk, path)
    assert (scores(gained), scores(lost)) == (2, 2)
    assert "applied" in desk.get(path).text
    slug = db.session.get_one(Course, version.course_id).slug
    assert desk.get(f"/examining/courses/{slug}/regrades").select(f"a[href='{path}']")
    assert "option c" in desk.get(correction_path(version)).text


def test_a_correction_may_change_what_is_told_and_hides_notes_that_contradict_it(
    app: Flask,
) -> None:
    version = two_questions()
    sit(version, "c")
    desk, told = examiner(app), {"explanation-ru": "Закон изменился", "explanation-en": "A new law"}
    path = correction_path(version)
    form = desk.get(path).form_values(CORRECTING)
    assert form["explanation-en"], "what is told now stands in the fields"
    half = {**told, "explanation-ru": "", "kind": "new_key", "q1": "c", "reason": "x"}
    assert "A new law" in desk.post(path, half, status=422).html
    page = correct(desk, version, **told)
    assert "A new law" in desk.get(page).text
    item = choice_version(version)
    assert keys_in_force([item.id])[item.id].explanations["item"]["en"] == form["explanation-en"]
    confirm(desk, page)
    key = keys_in_force([item.id])[item.id]
    assert (key.explanations["item"]["en"], key.turned) == ("A new law", {"b", "c"})
    assert desk.get(path).form_values(CORRECTING)["explanation-en"] == "A new law"
    confirm(desk, correct(desk, version, kind="accept", q1="b"))
    key = keys_in_force([item.id])[item.id]
    assert (key.explanations["item"]["en"], key.turned) == ("A new law", {"c"})


def test_what_is_confirmed_is_what_was_shown(app: Flask) -> None:
    version = two_questions()
    first = sit(version, "c")
    desk = examiner(app)
    path = correct(desk, version)
    page = desk.get(path)
    values = page.form_values("form[action$='/apply']")
    desk.post(f"{path}/apply", {**values, "digest": "0" * 64}, status=409)
    sit(version, "b")
    desk.post(f"{path}/apply", values, status=409)
    assert scores(first) == 1
    assert "out of date" in desk.get(path).text
    desk.post(f"{path}/recount", status=303)
    confirm(desk, path)
    assert scores(first) == 2
    desk.post(f"{path}/apply", values, status=409)
    desk.post(f"{path}/discard", status=409)


def test_a_correction_says_why_and_gives_a_whole_answer(app: Flask) -> None:
    version = two_questions()
    sit(version, "c")
    desk, path = examiner(app), correction_path(version)
    for fields in (
        {"kind": "new_key", "q1": "c"},
        {"kind": "new_key", "reason": "x"},
        {"kind": "new_key", "q1": "zz", "reason": "x"},
        {"kind": "new_key", "q1": "b", "reason": "it is b already"},
        {"kind": "nonsense", "q1": "c", "reason": "x"},
        {"q1": "c", "reason": "x"},
        {"kind": "accept", "q1": "c", "reason": "x" * 2001},
    ):
        desk.post(path, fields, status=422)
    desk.post(f"{path}?version=99", {"kind": "full_points", "reason": "x"}, status=404)
    correct(desk, version, kind="full_points", q1="")
    desk.post(path, {"kind": "not_counted", "reason": "x"}, status=422)


def test_names_out_of_scope_are_not_shown_and_one_centre_corrects_nothing(app: Flask) -> None:
    version = two_questions()
    sit(version, "c", learner=make_person("Скрытная"))
    path = correct(examiner(app), version)
    elsewhere = examiner(app, over=make_unit())
    elsewhere.get(path, status=403)
    elsewhere.get(correction_path(version), status=403)
    elsewhere.post(f"{path}/apply", {"digest": ""}, status=403)


def test_the_trainee_sees_the_new_result_and_that_a_question_was_dropped(
    app: Flask, moment: Moment
) -> None:
    candidate = Candidate(app, two_questions())
    candidate.start()
    candidate.send(candidate.choose("a"))
    candidate.hand_in()
    assert "Not passed this time" in candidate.result().text
    moment.after_start(timedelta(hours=1))
    desk = examiner(app)
    confirm(desk, correct(desk, candidate.version, kind="full_points"))
    page = candidate.result()
    assert "You have passed the exam" in page.text
    assert "scored anew" in page.text
    assert "Everyone gets the points of this question." in page.text
    candidate.client.get("/certificates")


def hr(app: Flask, **overrides: Any) -> PageClient:
    account = make_account(AccessRole.HR, **overrides)
    return PageClient(app).sign_in(account.username, PASSWORD)


def turned(app: Flask) -> tuple[Attempt, Attempt]:
    """One who passes now and one who no longer does, after an applied correction."""
    version = two_questions()
    gained, lost = sit(version, "c"), sit(version, "b")
    desk = examiner(app)
    confirm(desk, correct(desk, version))
    while run_due():
        pass
    db.session.expire_all()
    return gained, lost


def review_of(attempt: Attempt) -> CertificateReview:
    statement = sa.select(CertificateReview).filter_by(enrolment_id=attempt.enrolment_id)
    return db.session.scalars(statement.execution_options(populate_existing=True)).one()


def decide(desk: PageClient, review: CertificateReview, decision: str, status: int = 303) -> None:
    key = review.public_id
    fields = {f"{key}-decision": decision, f"{key}-reason": "Decided by the board."}
    desk.post(f"/hr/regrades/{key}", fields, status=status)


def revoked(attempt: Attempt) -> bool:
    statement = (
        sa.select(CertificateRevocation.id)
        .join(Certificate)
        .where(Certificate.enrolment_id == attempt.enrolment_id)
    )
    return db.session.scalar(statement) is not None


def test_nothing_is_revoked_before_hr_decides(app: Flask) -> None:
    gained, lost = turned(app)
    desk = hr(app)
    page = desk.get("/hr/regrades")
    name = db.session.get_one(Person, lost.candidate_id).personnel_number
    assert name in page.text
    assert "To decide (1)" in page.text
    assert not revoked(lost)
    assert review_of(gained).decision is not None
    assert "by the rules" in desk.get("/hr/regrades?decided=1").text
    decide(desk, review_of(lost), "revoked")
    assert revoked(lost)
    decide(desk, review_of(lost), "kept", status=409)


def test_hr_keeps_a_certificate_with_a_reason(app: Flask) -> None:
    _gained, lost = turned(app)
    desk, review = hr(app), review_of(lost)
    key = review.public_id
    desk.post(f"/hr/regrades/{key}", {f"{key}-decision": "kept"}, status=422)
    decide(desk, review, "issued", status=422)
    decide(desk, review, "kept")
    assert not revoked(lost)
    assert "Decided by the board." in desk.get("/hr/regrades?decided=1").text


def test_a_place_that_was_withdrawn_waits_for_hr_to_issue(app: Flask) -> None:
    version = two_questions()
    attempt = sit(version, "c")
    place = db.session.get_one(Enrolment, attempt.enrolment_id)
    place.withdrawn_at = attempt.started_at
    db.session.commit()
    desk = examiner(app)
    confirm(desk, correct(desk, version))
    review = review_of(attempt)
    assert review.decision is None
    statement = sa.select(sa.func.count(Certificate.id))
    assert db.session.scalar(statement) == 0
    decide(hr(app), review, "issued")
    assert db.session.scalar(statement) == 1


def test_a_revoked_certificate_is_issued_anew_when_a_second_correction_gives_the_pass_back(
    app: Flask,
) -> None:
    version = two_questions()
    attempt = sit(version, "b")
    desk, office = examiner(app), hr(app)
    confirm(desk, correct(desk, version))
    decide(office, review_of(attempt), "revoked")
    confirm(desk, correct(desk, version, q1="b"))
    reviews = db.session.scalars(sa.select(CertificateReview).order_by(CertificateReview.id)).all()
    assert [one.kind.value for one in reviews] == ["lost", "gained"]
    confirm(desk, correct(desk, version))  # and takes it away before anybody has decided
    decide(office, reviews[1], "issued", status=409)
    confirm(desk, correct(desk, version, q1="b"))
    last = sa.select(CertificateReview).order_by(CertificateReview.id.desc())
    decide(office, db.session.scalars(last).first(), "issued")
    numbers = db.session.scalars(sa.select(Certificate.number)).all()
    assert len(numbers) == 2


def test_what_hr_did_in_the_registry_leaves_nothing_to_decide(app: Flask) -> None:
    version = two_questions()
    attempt = sit(version, "b")
    desk, office = examiner(app), hr(app)
    confirm(desk, correct(desk, version))
    number = db.session.scalars(sa.select(Certificate.number)).one()
    why = {"revoke-reason": "It isn’t passed.", "reissue-reason": "It is passed after all."}
    assert "still to be decided" in office.get(f"/hr/certificates/{number}").text
    office.post(f"/hr/certificates/{number}/revoke", why, status=302)
    assert "still to be decided" not in office.get(f"/hr/certificates/{number}").text
    decide(office, review_of(attempt), "kept", status=409)
    confirm(desk, correct(desk, version, q1="b"))
    assert "To decide (1)" in office.get("/hr/regrades").text
    office.post(f"/hr/certificates/{number}/reissue", why, status=302)
    assert "To decide (0)" in office.get("/hr/regrades").text


def test_a_pass_brings_no_certificate_before_the_other_parts_of_the_course_are_done(
    app: Flask,
) -> None:
    version = two_questions(further={"intake": {}}, final_after=["lesson-1"], lessons=1)
    place = make_place(version)
    read_lessons(place)
    attempt = sit_at(place, "c")
    desk = examiner(app)
    confirm(desk, correct(desk, version))
    assert scores(attempt) == 2
    assert "Nothing to decide" in hr(app).get("/hr/regrades").text


def test_hr_of_another_centre_decides_nothing(app: Flask) -> None:
    _gained, lost = turned(app)
    other = make_unit()
    desk = hr(app, unit=other, over=other)
    assert "Nothing to decide" in desk.get("/hr/regrades").text
    decide(desk, review_of(lost), "revoked", status=404)
    assert not revoked(lost)


def test_the_reason_of_a_correction_is_shown_as_text(app: Flask) -> None:
    version = two_questions()
    sit(version, "c")
    desk = examiner(app)
    page = desk.get(correct(desk, version, reason="<img src=x onerror=alert(1)> wrong"))
    assert re.search(r"<img src=x onerror=alert\(1\)> wrong", page.text)
    assert not page.select("main img")


def test_a_job_that_has_given_up_is_started_again(app: Flask, monkeypatch: Any) -> None:
    from lms.assessment.examining.regrades import applying, jobs

    monkeypatch.setattr(applying, "APPLIED_AT_ONCE", 1)
    version = two_questions()
    sat = [sit(version, "c") for _ in range(4)]
    desk = examiner(app)
    path = correct(desk, version)
    with monkeypatch.context() as patch:
        patch.setattr(jobs, "go_on", lambda _key: False)  # nobody does the work
        confirm(desk, path)
        while run_due():
            pass
    assert [scores(one) for one in sat] == [1] * 4
    desk.post(f"{path}/resume", status=303)
    while run_due():
        pass
    assert [scores(one) for one in sat] == [2] * 4
    desk.post(f"{path}/resume", status=409)
