"""A candidate objects to a question; an examiner who doesn't know the name answers."""

import re
from datetime import timedelta

import pytest
from flask import Flask

from lms.assessment.examining.appeals import services
from lms.assessment.examining.errors import AppealOpen
from lms.assessment.queries import attempt_for
from lms.core.database import db
from lms.people.models import Person
from tests.assessment.delivery.candidate import OVER, Candidate, Moment, run_job
from tests.assessment.examining.examiner import examiner
from tests.assessment.examining.test_replay import slug_of
from tests.builders.assessment import settings
from tests.builders.people import make_person, make_unit
from tests.pages import PageClient
from tests.support.threads import at_once

HOSTILE = "<script>alert(1)</script> both answers are right"


@pytest.fixture
def candidate(app: Flask, moment: Moment) -> Candidate:
    """A sitting handed in by someone with a name to look for."""
    candidate = Candidate(app, person=make_person("Незабудкина", "Ариадна"))
    candidate.start()
    candidate.send(candidate.choose("a"))
    candidate.hand_in()
    return candidate


def appeal(candidate: Candidate, reason: str = HOSTILE, status: int = 303, **fields: str) -> None:
    values = {"question": str(candidate.position()), "reason": reason, **fields}
    candidate.client.post(f"{candidate.path}/appeals", values, status=status)


def waiting(desk: PageClient, candidate: Candidate) -> list[str]:
    page = desk.get(f"/examining/courses/{slug_of(candidate)}/appeals")
    links = page.select("main a[href^='/examining/appeals/']")
    return [str(link.get("href")) for link in links]


def offered(candidate: Candidate) -> list[str | None]:
    page = candidate.client.get(f"{candidate.path}/appeals")
    return [option.get("value") for option in page.select("#question option")]


def test_the_examiner_sees_no_name_before_answering_and_the_candidate_sees_the_answer(
    candidate: Candidate,
) -> None:
    choices = candidate.client.get(f"{candidate.path}/appeals").select("#question option")
    numbered = [option.text_content() for option in choices]
    assert numbered[0] == "Choose the question"
    assert re.fullmatch(r"Question 1: Question \d+\?", numbered[1])  # not by its number alone
    appeal(candidate)
    desk = examiner(candidate.app)
    [path] = waiting(desk, candidate)
    page = desk.get(path)
    secrets = (
        "Незабудкина",
        "Ариадна",
        candidate.person.personnel_number,
        candidate.attempt.public_id,
    )
    for secret in (*secrets, candidate.person.public_id, candidate.place.public_id):
        assert secret not in page.html
        assert secret not in desk.get(f"/examining/courses/{slug_of(candidate)}/appeals").html
    assert HOSTILE in page.text
    assert "genuine, agrees with the log" in page.text
    assert not page.select("main script")
    desk.post(path, {"verdict": "upheld", "answer": "You are right: <b>c</b>."}, status=303)
    assert "Незабудкина" in desk.get(path).text
    assert desk.get(path).select("a[href*='/correction?version=1']")
    assert waiting(desk, candidate) == []
    own = candidate.client.get(f"{candidate.path}/appeals")
    assert "You are right: <b>c</b>." in own.text
    assert "upheld" in own.text
    assert not own.select("main blockquote b")


def test_an_appeal_is_answered_once(candidate: Candidate) -> None:
    appeal(candidate)
    desk = examiner(candidate.app)
    [path] = waiting(desk, candidate)
    desk.post(path, {"verdict": "open", "answer": "?"}, status=422)
    desk.post(path, {"verdict": "rejected"}, status=422)
    desk.post(path, {"verdict": "rejected", "answer": "No."}, status=303)
    desk.post(path, {"verdict": "upheld", "answer": "Yes."}, status=303)
    page = candidate.client.get(f"{candidate.path}/appeals").text
    assert "No." in page
    assert "Yes." not in page


def test_a_question_has_one_open_appeal_and_two_at_most(candidate: Candidate) -> None:
    desk, number = examiner(candidate.app), str(candidate.position())
    appeal(candidate, status=422, question="")
    for may_again in (True, False):
        assert number in offered(candidate)
        appeal(candidate)
        assert number not in offered(candidate)
        appeal(candidate, status=409)
        [path] = waiting(desk, candidate)
        desk.post(path, {"verdict": "partly", "answer": "In part."}, status=303)
        assert (number in offered(candidate)) is may_again
    appeal(candidate, status=409)
    other = str(candidate.position() % 9 + 1)
    appeal(candidate, question=other)


def test_of_two_appeals_at_once_one_is_made(candidate: Candidate) -> None:
    key, person_id = candidate.attempt.public_id, candidate.person.id

    def make() -> None:
        attempt = attempt_for(db.session.get_one(Person, person_id), key)
        assert attempt is not None
        services.make_appeal(
            attempt=attempt,
            position=1,
            reason="It is wrong.",
            now=attempt.started_at,
            settings=settings(),
        )

    db.session.commit()
    outcomes = at_once(candidate.app, make, make)
    assert [type(one) for one in outcomes if one is not None] == [AppealOpen]


@pytest.mark.in_turn
@pytest.mark.parametrize(
    ("reason", "question"), [("", "1"), ("short", "1"), ("x" * 1001, "1"), ("long enough", "99"),
                             ("long enough", ""), ("long enough", "1; drop")],
)  # fmt: skip
def test_senseless_appeals_are_refused(candidate: Candidate, reason: str, question: str) -> None:
    appeal(candidate, reason, 422, question=question)
    assert waiting(examiner(candidate.app), candidate) == []


def test_appeals_have_their_time(app: Flask, moment: Moment) -> None:
    candidate = Candidate(app)
    candidate.start()
    appeal(candidate, status=409)
    moment.after_start(OVER)
    run_job()
    appeal(candidate, status=409)
    candidate.hand_in()
    moment.after_start(OVER + timedelta(days=services.DAYS, seconds=1))
    candidate.sign_in()
    appeal(candidate, status=409)
    moment.after_start(OVER + timedelta(days=services.DAYS))
    appeal(candidate)


def test_no_appeals_page_while_another_attempt_is_under_way(candidate: Candidate) -> None:
    first = candidate.path
    candidate.start()
    candidate.client.get(f"{first}/appeals", status=409)
    candidate.client.post(f"{first}/appeals", {"question": "1", "reason": HOSTILE}, status=409)


def test_an_appeal_out_of_scope_is_like_a_missing_one(candidate: Candidate) -> None:
    appeal(candidate)
    [path] = waiting(examiner(candidate.app), candidate)
    elsewhere = examiner(candidate.app, over=make_unit())
    missing = elsewhere.get("/examining/appeals/0000000000000000", status=404)
    assert elsewhere.get(path, status=404).text == missing.text
    elsewhere.post(path, {"verdict": "upheld", "answer": "x"}, status=404)
    assert waiting(elsewhere, candidate) == []
