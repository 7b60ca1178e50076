"""Answers that people judge: waiting, taking, grading, and what follows for the score."""

from datetime import timedelta
from fractions import Fraction
from threading import Barrier, Thread
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.assessment import queries, services
from lms.assessment.exam_rules import SectionRule
from lms.assessment.grading.agreement import agreed
from lms.assessment.grading.models import Grading, GradingTask
from lms.assessment.models import Attempt, ItemKind
from lms.certification.models import Certificate
from lms.core import clock
from lms.core.database import db
from lms.core.unit_of_work import unit_of_work
from lms.learning.models import Enrolment
from lms.people.models import AccessRole, Person
from tests.builders.assessment import (
    START,
    answer_event,
    make_attempt,
    make_exam,
    make_item,
    make_place,
    position_of,
    save,
    settings,
)
from tests.builders.people import PASSWORD, make_account
from tests.pages import PageClient

TEXT = "First I greet <b>the visitor</b>."


def essay_exam(examiners: int = 1, **rules: Any) -> Any:
    items = [
        make_item(ItemKind.ESSAY, examiners=examiners),
        make_item(ItemKind.TRUE_FALSE, points=1),
    ]
    return make_exam(items, **{"pass_percent": 75, "attempts": 2, **rules})


def handed_in(examiners: int = 1) -> Attempt:
    """An attempt with its essay written and the other question right."""
    attempt = make_attempt(essay_exam(examiners))
    essay, other = position_of(attempt, ItemKind.ESSAY), position_of(attempt, ItemKind.TRUE_FALSE)
    save(
        attempt,
        answer_event(essay, {"text": TEXT}, sequence=1),
        answer_event(other, {"value": True}, sequence=2),
    )
    services.submit(attempt=attempt, now=START + timedelta(minutes=5), settings=settings())
    return attempt


def examiner(app: Flask) -> PageClient:
    account = make_account(AccessRole.INSTRUCTOR)
    return PageClient(app).sign_in(account.username, PASSWORD)


def take(examiner: PageClient) -> str:
    return examiner.post("/grading/next").location


def marks(facts: int, tone: int, **more: str) -> dict[str, str]:
    return {"mark-facts": str(facts), "mark-tone": str(tone), **more}


def latest(attempt: Attempt) -> Any:
    db.session.expire_all()
    return queries.latest_score(attempt.id)


def test_an_essay_waits_and_nothing_is_passed_before_it_is_graded(app: Flask) -> None:
    attempt = handed_in()
    score = latest(attempt)
    assert (score.points, score.points_possible, score.passed, score.awaiting) == (1, 4, False, 1)
    assert db.session.scalar(sa.select(sa.func.count(GradingTask.id))) == 1
    assert db.session.scalar(sa.select(sa.func.count(Certificate.id))) == 0


def test_an_essay_left_empty_waits_for_nobody(app: Flask) -> None:
    attempt = make_attempt(essay_exam())
    services.submit(attempt=attempt, now=START, settings=settings())
    assert latest(attempt).awaiting == 0
    assert db.session.scalar(sa.select(sa.func.count(GradingTask.id))) == 0


def test_grading_makes_the_score_and_a_pass_completes_the_course(app: Flask) -> None:
    attempt = handed_in()
    client = examiner(app)
    address = take(client)
    page = client.get(address)
    assert TEXT in page.text
    assert not page.select(".essay-text b")
    assert "What a good answer shows" in page.text
    offered = {
        key: [" ".join(one.text_content().split()) for one in page.select(f"#mark-{key} label")]
        for key in ("facts", "tone")
    }
    assert offered["facts"] == ["0", "1"]  # nothing says what they mean
    assert offered["tone"] == ["0 It blames", "1 It is polite", "2 It cares"]
    assert page.select("#mark-tone em")
    client.post(address, marks(1, 2, comment="Well <i>said</i>."))
    score = latest(attempt)
    assert (score.points, score.percent, score.passed, score.awaiting) == (4, 100, True, 0)
    assert db.session.get_one(Enrolment, attempt.enrolment_id).completed_at is not None
    assert db.session.scalar(sa.select(sa.func.count(Certificate.id))) == 1


def test_a_weak_essay_fails_and_the_next_attempt_opens_only_then(app: Flask) -> None:
    attempt = handed_in()
    enrolment = db.session.get_one(Enrolment, attempt.enrolment_id)
    overview = queries.exam_overview(enrolment, START + timedelta(hours=1))
    assert overview is not None
    assert overview.locked_reason == "grading"
    client = examiner(app)
    client.post(take(client), marks(0, 1))
    assert latest(attempt).passed is False
    overview = queries.exam_overview(enrolment, START + timedelta(hours=1))
    assert overview is not None
    assert overview.locked_reason is None


def test_the_examiner_sees_no_name(app: Flask) -> None:
    attempt = handed_in()
    client = examiner(app)
    person = db.session.get_one(Person, attempt.candidate_id)
    for page in (client.get("/grading"), client.get(take(client))):
        main = page.one("main").text_content()
        assert person.full_name not in main
        assert person.public_id not in str(page.one("main").attrib) + main


def test_the_candidate_sees_that_it_waits_and_then_points_and_comment(app: Flask) -> None:
    account = make_account()
    place = make_place(essay_exam(), account.person)
    attempt = make_attempt(enrolment=place)
    essay = position_of(attempt, ItemKind.ESSAY)
    save(attempt, answer_event(essay, {"text": TEXT}))
    services.submit(attempt=attempt, now=START, settings=settings())
    candidate = PageClient(app).sign_in(account.username, PASSWORD)
    page = candidate.get(f"/attempts/{attempt.public_id}/result")
    assert page.heading == "Handed in: an examiner reads it"
    assert "An examiner reads it" in page.one(f"#question-{essay}").text_content()
    client = examiner(app)
    client.post(take(client), marks(1, 0, comment="Kinder, <script>please</script>."))
    page = candidate.get(f"/attempts/{attempt.public_id}/result")
    assert page.heading == "Not passed this time"
    shown = page.one(f"#question-{essay}").text_content()
    assert "Kinder, <script>please</script>." in shown
    assert "1 of 3" in shown
    assert "It blames" in shown
    assert "It is polite" not in shown


@pytest.mark.in_turn
@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({}, "Choose the points."),
        ({"mark-facts": "1"}, "Choose the points."),
        (marks(2, 0), "Choose the points."),
        (marks(-1, 0), "Choose the points."),
        ({"mark-facts": "one", "mark-tone": "2"}, "Choose the points."),
        (marks(1, 1, comment="x" * 2001), "at most 2000 characters"),
    ],
)
def test_points_the_rubric_doesnt_have_are_refused_and_what_was_given_stays(
    app: Flask, fields: dict[str, str], told: str
) -> None:
    handed_in()
    client = examiner(app)
    page = client.post(take(client), fields, status=422)
    assert told in page.one(".error-summary").text_content()
    shown = page.form_values("main form.form")
    kept = {n: v for n, v in fields.items() if n == "comment" or v in ("0", "1", "2")}
    assert {name: shown.get(name) for name in kept} == kept or told == "Choose the points."
    assert db.session.scalar(sa.select(sa.func.count(Grading.id))) == 0


def test_two_examiners_dont_get_the_same_answer(app: Flask) -> None:
    handed_in()
    first, second = examiner(app), examiner(app)
    address = take(first)
    assert address != "/grading"
    assert take(second) == "/grading"
    assert take(first) == address


def test_two_who_ask_in_the_same_moment_get_different_answers(app: Flask) -> None:
    for _ in range(2):
        handed_in()
    clients, taken, together = [examiner(app), examiner(app)], [], Barrier(2)
    db.session.commit()

    def ask(client: PageClient) -> None:
        together.wait()
        taken.append(take(client))

    threads = [Thread(target=ask, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(taken)) == 2
    assert "/grading" not in taken


def test_a_second_examiner_grades_independently_and_a_third_one_where_they_lie_apart(
    app: Flask,
) -> None:
    attempt = handed_in(examiners=2)
    first, second, third = examiner(app), examiner(app), examiner(app)
    first.post(take(first), marks(0, 0, comment="weak"))
    assert take(first) == "/grading"
    assert latest(attempt).awaiting == 1
    address = take(second)
    assert "weak" not in second.get(address).text
    second.post(address, marks(1, 2))
    assert latest(attempt).awaiting == 1
    third.post(take(third), marks(1, 1))
    score = latest(attempt)
    assert (score.awaiting, score.points) == (0, 3)  # the median of 0, 2, 3, and the other question
    person = db.session.get_one(Person, attempt.candidate_id)
    candidate = PageClient(app).sign_in(make_account(person=person).username, PASSWORD)
    lines = candidate.get(f"/attempts/{attempt.public_id}/result").select(".rubric-line .nowrap")
    # What the median was made of, not the average of three: the lines add up to the points.
    assert [line.text_content() for line in lines] == ["1 of 1", "1 of 2"]


def test_an_examiner_chooses_the_question_and_stays_with_it(app: Flask) -> None:
    handed_in()
    chosen = [handed_in() for _ in range(2)]
    client = examiner(app)
    rows = client.get("/grading").select("main tbody tr")
    assert len(rows) == 3
    asked = {
        a.public_id: queries.paper(a)[position_of(a, ItemKind.ESSAY) - 1].item_version.public_id
        for a in chosen
    }
    for attempt in reversed(chosen):  # not the one that has waited longest
        taken = client.post("/grading/next", {"question": asked[attempt.public_id]}).location
        task = db.session.scalars(sa.select(GradingTask).filter_by(attempt_id=attempt.id)).one()
        assert taken == f"/grading/{task.public_id}"
    assert take(client) != "/grading"  # a question that nobody knows is none
    assert client.post("/grading/next", {"question": "unknown"}).location != "/grading"


def test_an_answer_that_was_graded_isnt_graded_again(app: Flask) -> None:
    attempt = handed_in()
    client = examiner(app)
    address = take(client)
    client.post(address, marks(1, 2))
    client.post(address, marks(0, 0), status=404)
    assert latest(attempt).points == 4


def test_nobody_grades_their_own_answer(app: Flask) -> None:
    account = make_account(AccessRole.INSTRUCTOR)
    attempt = make_attempt(enrolment=make_place(essay_exam(), account.person))
    essay = position_of(attempt, ItemKind.ESSAY)
    save(attempt, answer_event(essay, {"text": TEXT}))
    services.submit(attempt=attempt, now=START, settings=settings())
    client = PageClient(app).sign_in(account.username, PASSWORD)
    assert "Nothing waits" in client.get("/grading").text
    task = db.session.scalars(sa.select(GradingTask)).one()
    client.get(f"/grading/{task.public_id}", status=404)


def test_a_late_answer_is_graded_once_the_attempt_is_settled(app: Flask) -> None:
    with unit_of_work():
        attempt = make_attempt(essay_exam())
        save(attempt, answer_event(position_of(attempt, ItemKind.ESSAY), {"text": TEXT}))
    over = attempt.deadline_at + timedelta(minutes=2)
    services.close_if_overdue(attempt=attempt, now=over, settings=settings())
    assert latest(attempt).awaiting == 1
    assert db.session.scalar(sa.select(sa.func.count(GradingTask.id))) == 0
    services.close_if_overdue(attempt=attempt, now=over + timedelta(days=1), settings=settings())
    assert db.session.scalar(sa.select(sa.func.count(GradingTask.id))) == 1


@pytest.mark.parametrize(
    ("points", "examiners", "result"),
    [
        ([], 1, None),
        ([3], 1, Fraction(3)),
        ([3], 2, None),
        ([3, 4], 2, Fraction(7, 2)),
        ([1, 3], 2, Fraction(2)),  # a quarter of eight apart: near enough
        ([1, 4], 2, None),
        ([1, 8, 6], 2, Fraction(6)),
    ],
)
def test_examiners_agree_on_the_mean_or_a_third_one_decides(
    points: list[int], examiners: int, result: Fraction | None
) -> None:
    assert agreed(points, examiners=examiners, possible=8) == result


def test_a_grade_is_no_correction_and_what_waits_is_nothing_to_look_at_again(app: Flask) -> None:
    attempt = handed_in()
    person = db.session.get_one(Person, attempt.candidate_id)
    candidate = PageClient(app).sign_in(make_account(person=person).username, PASSWORD)
    path = f"/attempts/{attempt.public_id}/result"
    assert "Look at these again" not in candidate.get(path).text
    desk = examiner(app)
    desk.post(take(desk), marks(1, 0))
    page = candidate.get(path)
    assert "scored anew" not in page.text
    assert "Look at these again" in page.text


@pytest.mark.parametrize(
    ("kind", "beside", "told"),
    [
        (ItemKind.ESSAY, ItemKind.TRUE_FALSE, "examiner"),
        (ItemKind.TRUE_FALSE, ItemKind.ESSAY, ""),  # the bank has one, this exam asks none
    ],
)
def test_before_and_at_the_end_it_is_told_when_the_result_comes(
    app: Flask, kind: ItemKind, beside: ItemKind, told: str
) -> None:
    bank = [make_item(kind), make_item(beside)]
    attempt = make_attempt(
        make_exam(bank, sections=(SectionRule("rules", 1, kind=kind),)), at=clock.now()
    )
    person = db.session.get_one(Person, attempt.candidate_id)
    client = PageClient(app).sign_in(make_account(person=person).username, PASSWORD)
    enrolment = db.session.get_one(Enrolment, attempt.enrolment_id)
    for path in (f"/courses/{enrolment.public_id}/exam", f"/attempts/{attempt.public_id}/review"):
        text = client.get(path).text
        assert ("An examiner reads what is written at length" in text) == bool(told)
        assert ("The result is there at once" in text) == (not told)
