"""Practice and mastery: feedback at once, an answer final, one door, no leak beside an exam."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from lms.assessment import queries
from lms.assessment.exam_rules import SectionRule
from lms.assessment.models import Assessment, Behaviour, ItemKind
from lms.assessment.rules.mastery import IN_A_ROW, Asked, next_position, topic_states
from lms.assessment.tokens import attempt_token
from lms.core.database import db
from tests.assessment.delivery.candidate import OVER, Candidate, Moment, run_job, send
from tests.builders.assessment import (
    START,
    answer_event,
    make_exam,
    make_item,
    make_place,
    right_responses,
)
from tests.pages import Page

pytestmark = pytest.mark.in_turn

PAPERS = st.lists(st.sampled_from("abc"), min_size=1, max_size=12).map(
    lambda topics: list(enumerate(topics, start=1))
)


@pytest.fixture
def moment(monkeypatch: pytest.MonkeyPatch) -> Moment:
    return Moment(monkeypatch)


@pytest.fixture
def practice(app: Flask, moment: Moment) -> Candidate:
    items = [
        make_item(ItemKind.SINGLE_CHOICE, explanation={"ru": "П", "en": f"Because of {n}."})
        for n in range(3)
    ]
    candidate = Candidate(app, make_exam(items, behaviour=Behaviour.PRACTICE, pass_percent=60))
    candidate.start()
    return candidate


@given(PAPERS, st.lists(st.booleans(), max_size=60), st.text("0123456789", max_size=5))
def test_mastery_asks_each_topic_until_two_in_a_row_are_right(
    paper: list[tuple[int, str]], luck: list[bool], seed: str
) -> None:
    turns: list[Asked] = []
    topics = dict(paper)
    for right in luck:
        position = next_position(paper, turns, seed)
        states = {state.topic: state for state in topic_states(paper, turns)}
        if position is None:
            assert all(state.mastered for state in states.values())
            break
        assert not states[topics[position]].mastered
        assert next_position(paper, list(turns), seed) == position  # the log is the truth
        turns.append(Asked(position, right))
    for state in topic_states(paper, turns):
        own = [turn.right for turn in turns if topics[turn.position] == state.topic]
        row = any(all(own[n : n + IN_A_ROW]) for n in range(len(own) - IN_A_ROW + 1))
        assert state.mastered == row
        assert state.asked == len(own)


@given(PAPERS, st.text("0123456789", max_size=5))
def test_whoever_is_always_right_is_asked_two_of_each_topic(
    paper: list[tuple[int, str]], seed: str
) -> None:
    turns: list[Asked] = []
    while (position := next_position(paper, turns, seed)) is not None:
        turns.append(Asked(position, right=True))
    assert len(turns) == IN_A_ROW * len({topic for _, topic in paper})


def test_a_topic_begins_again_with_another_question_than_the_last() -> None:
    paper = [(1, "a"), (2, "a"), (3, "a")]
    for seed in map(str, range(20)):
        turns: list[Asked] = []
        for _ in range(30):
            position = next_position(paper, turns, seed)
            assert position is not None
            turns.append(Asked(position, right=False))
        asked = [turn.position for turn in turns]
        assert all(one != other for one, other in pairwise(asked))
        assert {asked.count(position) for position in (1, 2, 3)} == {10}


def form(page: Page) -> dict[str, Any]:
    return dict(page.form_values("form.exam-practice"))


def check(candidate: Candidate, fields: dict[str, Any], status: int = 303) -> Page:
    return candidate.client.post(f"{candidate.path}/check", fields, status=status)


def answer(candidate: Candidate, *, right: bool = True) -> Page:
    """Answer the question that is asked, as a browser without scripts; return what is told."""
    fields = form(candidate.paper())
    position = int(fields["position"])
    key = right_responses(candidate.attempt)[position]["choice"]
    chosen = key if right else next(k for k in "abcd" if k != key)
    return candidate.client.follow(check(candidate, {**fields, f"q{position}": chosen}))


def test_each_answer_is_told_at_once_with_its_explanation(practice: Candidate) -> None:
    page = practice.paper()
    assert "Because of" not in page.html
    assert not page.select("#exam-data")  # no token, no script
    page = answer(practice, right=False)
    assert page.one("#told-title").text_content() == "Answer 1"
    assert "Wrong" in page.text
    assert "Because of" in page.text
    assert page.select(".option.is-right")
    page = answer(practice)
    assert "Right" in page.one("[role=status]").text_content()
    answer(practice)
    assert not practice.paper().select("form.exam-practice")
    practice.hand_in()
    result = practice.result()
    assert "You have passed the exam" in result.text
    assert "66.6%" in result.text


def test_an_answer_once_told_can_not_be_changed_by_any_door(
    app: Flask, practice: Candidate
) -> None:
    first = form(practice.paper())
    answer(practice, right=False)
    before = practice.answers()
    position = int(first["position"])
    again = {**first, f"q{position}": "b"}
    page = check(practice, again, 409)
    assert "can’t be changed" in page.text
    check(practice, {**again, "turn": "2"}, 409)
    token = attempt_token(practice.attempt, app.config["SECRET_KEY"])
    plain = {f"q{position}": "b", "seen": "0", "token": token}
    practice.client.post(f"{practice.path}/form", plain)
    body = app.json.dumps({"events": [answer_event(position, {"choice": "b"}, sequence=9)]})
    assert send(app, practice.path, body, token).status == 422
    other = app.json.dumps({"events": [answer_event(3, {"choice": "b"}, sequence=9)]})
    assert send(app, practice.path, other, token).status == 422
    assert practice.answers() == before
    assert len(practice.log()) == 1


def test_a_question_may_be_given_up_and_nothing_answered_is_asked_for_again(
    practice: Candidate,
) -> None:
    fields = form(practice.paper())
    page = check(practice, fields, 422)
    assert "Answer the question, or choose to see the answer." in page.text
    assert practice.log() == []
    check(practice, {**fields, f"q{fields['position']}": "zz"}, 422)
    page = practice.client.follow(check(practice, {**fields, "then": "skip"}))
    assert "No answer" in page.text
    assert practice.answers() == {int(fields["position"]): None}


def test_words_where_a_number_is_asked_for_are_told_and_cost_no_answer(
    app: Flask, moment: Moment
) -> None:
    exam = make_exam([make_item(ItemKind.NUMERIC)], behaviour=Behaviour.PRACTICE)
    candidate = Candidate(app, exam)
    candidate.start()
    fields = form(candidate.paper())
    page = check(candidate, {**fields, "q1": "fifteen"}, 422)
    assert "This doesn’t read as a number." in page.text
    assert page.one("#q1").get("value") == "fifteen"
    assert candidate.log() == []


def test_no_feedback_of_a_question_that_was_not_answered(practice: Candidate) -> None:
    for turn in ("1", "2", "-1", "x", "99999999999999999999"):
        page = practice.client.get(f"{practice.path}?turn={turn}")
        assert "Because of" not in page.html
        assert not page.select(".is-right")


def test_the_clock_ends_practice_too(practice: Candidate, moment: Moment) -> None:
    answer(practice)
    fields = form(practice.paper())
    moment.after_start(OVER)
    run_job()
    page = check(practice, {**fields, f"q{fields['position']}": "b"})
    assert page.location.endswith("/result")
    score = queries.latest_score(practice.attempt.id)
    assert score is not None
    assert score.percent == 33.33


def test_practice_tells_nothing_while_an_exam_on_the_same_questions_is_open(
    app: Flask, moment: Moment
) -> None:
    """An enrolment ended with its exam open; the renewal's version is for practice."""
    version = make_exam([make_item(ItemKind.SINGLE_CHOICE) for _ in range(3)])
    candidate = Candidate(app, version)
    candidate.start()
    candidate.place.withdrawn_at = START
    db.session.flush()
    exam = queries.assessment_of(version.id)
    assert exam is not None
    db.session.get_one(Assessment, exam.id).behaviour = Behaviour.PRACTICE
    candidate.place = make_place(version, candidate.person)
    candidate.exam_path = f"/courses/{candidate.place.public_id}/exam"
    db.session.commit()
    page = candidate.start(status=409)
    assert "Another attempt on the same questions is under way." in page.text
    moment.after_start(OVER)
    run_job()
    candidate.start(status=409)  # late answers may still arrive
    moment.after_start(timedelta(hours=1))
    run_job()
    candidate.sign_in()
    candidate.start()


def test_an_exam_begun_beside_practice_silences_it(app: Flask, practice: Candidate) -> None:
    answer(practice)
    fields = form(practice.paper())
    practice.place.withdrawn_at = START
    exam = queries.assessment_of(practice.version.id)
    assert exam is not None
    db.session.get_one(Assessment, exam.id).behaviour = Behaviour.EXAM
    place = make_place(practice.version, practice.person)
    db.session.commit()
    practice.client.post(f"/courses/{place.public_id}/exam/start", {"language": "en"}, status=303)
    page = practice.client.get(f"{practice.path}?turn=1")
    assert "Because of" not in page.html
    assert "Practice goes on when it is over" in page.text
    check(practice, {**fields, f"q{fields['position']}": "b"}, 409)


def test_practice_may_ask_for_certainty(app: Flask, moment: Moment) -> None:
    items = [make_item(ItemKind.TRUE_FALSE) for _ in range(2)]
    version = make_exam(items, behaviour=Behaviour.PRACTICE, certainty=True)
    candidate = Candidate(app, version)
    candidate.start()
    fields = form(candidate.paper())
    page = candidate.client.follow(check(candidate, {**fields, "q1": "false", "q1-certainty": "3"}))
    assert "Sure: −2" in page.one("[role=status]").text_content()


def mastery(app: Flask) -> Candidate:
    items = [
        make_item(ItemKind.SINGLE_CHOICE, topic=t) for t in ("law", "manners") for _ in range(3)
    ]
    sections = (SectionRule("law", 3), SectionRule("manners", 3))
    version = make_exam(items, behaviour=Behaviour.MASTERY, pass_percent=100, sections=sections)
    candidate = Candidate(app, version)
    candidate.start()
    return candidate


def test_mastery_ends_when_all_topics_are_mastered(app: Flask, moment: Moment) -> None:
    candidate = mastery(app)
    assert "until you have answered two questions in a row rightly" in candidate.exam().text
    for right in (True, False, True, True):
        answer(candidate, right=right)
    assert "1 / 2" in candidate.paper().text
    fields = form(candidate.paper())
    position = int(fields["position"])
    key = right_responses(candidate.attempt)[position]["choice"]
    check(candidate, {**fields, f"q{position}": key})
    assert candidate.attempt.submitted_at is not None
    result = candidate.result()
    assert "You have passed the exam" in result.text
    assert "100%" in result.text
    assert result.one("[aria-labelledby=topics-title]").text_content().count("mastered") == 2


def test_mastery_asks_again_what_was_wrong_and_counts_what_is_mastered(
    app: Flask, moment: Moment
) -> None:
    candidate = mastery(app)
    for _ in range(14):
        answer(candidate, right=False)
    assert len(candidate.log()) == 14
    candidate.hand_in()
    score = queries.latest_score(candidate.attempt.id)
    assert score is not None
    assert (score.percent, score.passed, score.topics) == (
        0.0,
        False,
        {"law": [0.0, 1], "manners": [0.0, 1]},
    )


def test_mastery_takes_an_answer_to_the_question_that_is_asked_alone(
    app: Flask, moment: Moment
) -> None:
    candidate = mastery(app)
    fields = form(candidate.paper())
    asked = int(fields["position"])
    for position in range(1, 7):
        if position != asked:
            check(candidate, {**fields, "position": str(position), f"q{position}": "b"}, 409)
    check(candidate, {**fields, "turn": "2", f"q{asked}": "b"}, 409)
    check(candidate, {**fields, "position": "99", "q99": "b"}, 409)
    assert candidate.log() == []


def test_an_exam_has_no_such_door(app: Flask, moment: Moment) -> None:
    candidate = Candidate(app)
    candidate.start()
    page = check(candidate, {"position": "1", "turn": "1", "q1": "a", "then": "skip"})
    assert page.location == candidate.path
    assert candidate.log() == []


def test_nobody_answers_in_another_persons_practice(app: Flask, practice: Candidate) -> None:
    other = Candidate(app)
    fields = {k: v for k, v in form(practice.paper()).items() if k != "csrf_token"}
    other.client.post(f"{practice.path}/check", fields, status=404)
    assert practice.log() == []
