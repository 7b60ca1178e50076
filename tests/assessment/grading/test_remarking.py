"""An answer that was graded is judged anew: foreseen, applied or given up; nobody else is touched."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.assessment.examining.appeals.services import make_appeal
from lms.assessment.examining.keys import keys_in_force
from lms.assessment.examining.models import Regrade
from lms.assessment.grading.models import Grading, GradingTask
from lms.assessment.models import Attempt, ItemKind
from lms.assessment.queries import attempt_for
from lms.audit.chain import check_chain
from lms.certification.models import Certificate
from lms.certification.reviews.models import CertificateReview
from lms.core.database import db
from lms.notifications.models import Message, OutgoingMail
from lms.people.models import AccessRole, Person
from tests.assessment.grading.test_grading import examiner, handed_in, latest, marks, take
from tests.builders.assessment import START, position_of, settings
from tests.builders.people import PASSWORD, make_account
from tests.pages import PageClient

REASON = "The facts are all there: they were overlooked."


def graded(desk: PageClient, facts: int, tone: int) -> tuple[Attempt, str]:
    """An attempt whose essay got these points, and the page that judges it anew."""
    attempt = handed_in()
    desk.post(take(desk), marks(facts, tone, comment="First reading."))
    key = db.session.scalars(
        sa.select(GradingTask.public_id).where(GradingTask.attempt_id == attempt.id)
    ).one()
    return attempt, f"/examining/answers/{key}"


def judge(desk: PageClient, path: str, facts: int, tone: int, **more: str) -> str:
    """Give new points; return the address of the preview."""
    fields = marks(facts, tone, reason=REASON, **more)
    return desk.post(path, fields, status=303).location


def apply(desk: PageClient, preview: str) -> None:
    digest = desk.get(preview).one("input[name=digest]").get("value")
    desk.post(f"{preview}/apply", {"digest": digest}, status=303)


def count(model: Any) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def candidate_of(app: Flask, attempt: Attempt) -> PageClient:
    person = db.session.get_one(Person, attempt.candidate_id)
    return PageClient(app).sign_in(make_account(person=person).username, PASSWORD)


def test_what_is_foreseen_happens_when_it_is_applied_and_not_before(app: Flask) -> None:
    desk = examiner(app)
    attempt, path = graded(desk, 0, 1)
    assert path in {link.get("href") for link in desk.get("/grading").select("main a")}
    preview = judge(desk, path, 1, 2, comment="Read again: well said.")
    assert (latest(attempt).percent, latest(attempt).passed) == (50, False)
    candidate, result = candidate_of(app, attempt), f"/attempts/{attempt.public_id}/result"
    before = candidate.get(result).text
    assert "1 of 3" in before
    assert "Read again" not in before
    page = desk.get(preview).text
    assert all(part in page for part in ("50% · not passed", "100% · passed", REASON))
    apply(desk, preview)
    assert (latest(attempt).percent, latest(attempt).passed) == (100, True)
    assert count(Certificate) == 1
    after = candidate.get(result).text
    assert all(part in after for part in ("1 of 1", "2 of 2", "Read again: well said."))
    [first, second] = db.session.scalars(sa.select(Grading).order_by(Grading.id))
    assert (first.points, second.points) == (1, 3)
    assert check_chain().first_broken_id is None


def test_a_pass_that_is_lost_leaves_the_certificate_to_hr(app: Flask) -> None:
    desk = examiner(app)
    attempt, path = graded(desk, 1, 2)
    assert count(Certificate) == 1
    apply(desk, judge(desk, path, 0, 0))
    assert (latest(attempt).percent, latest(attempt).passed) == (25, False)
    assert count(Certificate) == 1
    assert count(CertificateReview) == 1


def test_the_last_judgement_counts_and_touches_no_other_answer(app: Flask) -> None:
    desk = examiner(app)
    attempt, path = graded(desk, 0, 1)
    other, _ = graded(desk, 0, 1)
    apply(desk, judge(desk, path, 1, 2))
    apply(desk, judge(desk, path, 1, 1))
    assert latest(attempt).points == 3  # of the essay and of the other question
    assert latest(other).points == 2
    version = db.session.scalars(
        sa.select(GradingTask.item_version_id).where(GradingTask.attempt_id == attempt.id)
    ).one()
    assert keys_in_force([version])[version].correction is None
    assert "1 of 1" in candidate_of(app, attempt).get(f"/attempts/{attempt.public_id}/result").text


def test_given_up_it_leaves_nothing_and_two_at_once_are_refused(app: Flask) -> None:
    desk = examiner(app)
    attempt, path = graded(desk, 0, 1)
    preview = judge(desk, path, 1, 2)
    assert desk.get(path).select(f"main a[href='{preview}']")
    refused = desk.post(path, marks(1, 1, reason=REASON), status=409)
    assert refused.one("textarea[name=reason]").text_content().strip() == REASON
    desk.post(f"{preview}/discard", {}, status=303)
    assert count(Grading) == 1
    assert "discarded" in desk.get(preview).text
    assert latest(attempt).number == 2
    judge(desk, path, 1, 2)


@pytest.mark.in_turn
@pytest.mark.parametrize(
    ("fields", "status", "told"),
    [
        (marks(1, 2), 422, "Give the reason"),
        ({"reason": REASON, "mark-facts": "1"}, 422, "Choose the points."),
        (marks(2, 2, reason=REASON), 422, "Choose the points."),
        (marks(0, 1, reason=REASON), 422, "has already"),
    ],
)
def test_what_makes_no_judgement_is_refused_beside_its_field(
    app: Flask, fields: dict[str, str], status: int, told: str
) -> None:
    desk = examiner(app)
    _attempt, path = graded(desk, 0, 1)
    assert told in desk.post(path, fields, status=status).text
    assert count(Regrade) == 0
    assert count(Grading) == 1


def test_only_graded_answers_of_others_are_judged_anew(app: Flask) -> None:
    attempt = handed_in()
    key = db.session.scalars(sa.select(GradingTask.public_id)).one()
    desk = examiner(app)
    desk.get(f"/examining/answers/{key}", status=404)  # waits for its first examiner
    desk.post(take(desk), marks(1, 0))
    person = db.session.get_one(Person, attempt.candidate_id)
    own = make_account(AccessRole.INSTRUCTOR, person=person)
    PageClient(app).sign_in(own.username, PASSWORD).get(f"/examining/answers/{key}", status=404)
    page = desk.get(f"/examining/answers/{key}")
    main = page.one("main").text_content()
    assert person.full_name not in main
    assert person.personnel_number not in main
    assert main.count("It blames") == 2  # what was given, and what may be chosen


def test_an_answer_that_was_erased_meanwhile_keeps_its_points(app: Flask) -> None:
    desk = examiner(app)
    attempt, path = graded(desk, 0, 1)
    preview = judge(desk, path, 1, 2)
    digest = desk.get(preview).one("input[name=digest]").get("value")
    db.session.execute(sa.delete(Grading).where(Grading.regrade_id.is_not(None)))
    db.session.commit()
    desk.post(f"{preview}/apply", {"digest": digest}, status=409)
    assert latest(attempt).percent == 50


def test_an_appeal_against_the_points_of_an_essay_leads_to_a_new_judgement(app: Flask) -> None:
    desk = examiner(app)
    attempt, path = graded(desk, 0, 1)
    sat = attempt_for(db.session.get_one(Person, attempt.candidate_id), attempt.public_id)
    assert sat is not None
    appeal = make_appeal(
        attempt=sat,
        position=position_of(attempt, ItemKind.ESSAY),
        reason=REASON,
        now=START + timedelta(hours=1),
        settings=settings(),
    )
    address = f"/examining/appeals/{appeal.public_id}"
    db.session.commit()
    page = desk.get(address)
    assert "1 of 2" in page.text  # the tone, as it was judged
    assert not page.select(f"a[href='{path}']")
    home = desk.get("/")
    assert "1 appeal:" in home.text
    assert "to grade" not in home.text
    desk.post(address, {"verdict": "upheld", "answer": "It is read again."}, status=303)
    assert desk.get(address).select(f"a[href='{path}']")
    assert "Waits for you" not in desk.get("/").text
    assert "Your appeal has been answered" in candidate_of(app, attempt).get("/inbox").text


def test_a_candidate_is_told_when_the_result_is_there_and_when_it_changes(app: Flask) -> None:
    desk = examiner(app)
    first, second = handed_in(examiners=2), handed_in()
    assert "2 answers to grade" in desk.get("/").text
    desk.post(take(desk), marks(0, 1))
    assert count(Message) == 0  # another examiner reads it first
    desk.post(take(desk), marks(0, 1))
    [told] = db.session.scalars(sa.select(Message))
    assert told.recipient_id == second.candidate_id != first.candidate_id
    key = db.session.scalars(
        sa.select(GradingTask.public_id).where(GradingTask.attempt_id == second.id)
    ).one()
    apply(desk, judge(desk, f"/examining/answers/{key}", 1, 2))
    subjects = [mail.subject for mail in db.session.scalars(sa.select(OutgoingMail))]
    assert subjects == ["Your exam has been graded", "The result of your exam has changed"]
    inbox = candidate_of(app, second).get("/inbox")
    assert "Before: 50%. Result: 100%, passed." in inbox.text
    assert inbox.select(f"a[href='/attempts/{second.public_id}/result']")
