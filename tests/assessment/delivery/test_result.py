"""The result: honest about what counts, and right answers for those alone who may see them."""

from contextvars import Context
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.assessment import queries
from lms.assessment.delivery.marks import Hidden, shown_percent, why_hidden
from lms.assessment.exam_rules import SectionRule
from lms.assessment.models import EventKind, ExplanationPolicy, ItemKind, Score
from lms.core.database import db
from tests.assessment.delivery.candidate import (
    DEADLINE,
    OVER,
    SETTLED,
    Candidate,
    Moment,
    run_job,
    script_data,
)
from tests.builders.assessment import answer_event, make_exam, make_item, make_place
from tests.pages import Page
from tests.support.threads import at_once

pytestmark = pytest.mark.in_turn

AFTER_PASS, NEVER = ExplanationPolicy.AFTER_PASS, ExplanationPolicy.NEVER
MINUTE = 60_000


@pytest.fixture
def sitting(candidate: Candidate) -> Candidate:
    candidate.start()
    return candidate


def are_shown(page: Page) -> bool:
    assert bool(page.select(".explanation")) != ("Not shown here" in page.text)
    return bool(page.select(".explanation"))


def hand_in(candidate: Candidate, *, rightly: bool) -> Page:
    candidate.start()
    if rightly:
        candidate.send_rightly()
    candidate.hand_in()
    return candidate.result()


def test_a_pass_says_so_and_leads_to_the_certificate(candidate: Candidate) -> None:
    page = hand_in(candidate, rightly=True)
    assert page.heading == "You have passed the exam"
    assert "100%" in page.text
    assert page.select(".outcome-passed a[href='/certificates']")
    assert "Next attempt" not in page.text
    assert [badge.text_content().strip() for badge in page.select(".question .badge")] == [
        "Right"
    ] * 9


def test_a_fail_says_what_is_missing_and_what_comes_next(app: Flask, moment: Moment) -> None:
    candidate = Candidate(app, make_exam(pass_percent=75, attempts=2))
    page = hand_in(candidate, rightly=False)
    assert page.heading == "Not passed this time"
    for text in ("75% needed to pass", "1 attempt left", "Next attempt"):
        assert text in page.text, text
    assert "The certificate" not in page.text


def test_the_result_of_a_withdrawn_enrolment_leads_to_nothing_that_is_shut(
    candidate: Candidate, moment: Moment
) -> None:
    candidate.start()
    candidate.send_rightly()
    candidate.place.withdrawn_at = moment.now
    db.session.commit()
    candidate.hand_in()
    page = candidate.result()
    assert page.heading == "You have passed the exam"
    assert "You were withdrawn from this course. The result stays on record." in page.text
    assert not page.select("a[href^='/courses/']")


def test_the_last_fail_offers_no_next_attempt(app: Flask, moment: Moment) -> None:
    page = hand_in(Candidate(app, make_exam(attempts=1)), rightly=False)
    assert "All attempts are used up." in page.text
    assert "Next attempt" not in page.text


def test_the_waiting_time_is_told(app: Flask, moment: Moment) -> None:
    page = hand_in(Candidate(app, make_exam(wait_hours=2)), rightly=False)
    assert "The next attempt can be started from 2 Mar 2026, 14:00." in page.text


def test_topics_are_told_apart_in_points(app: Flask, moment: Moment) -> None:
    items = [
        make_item(ItemKind.SINGLE_CHOICE, points=2),
        make_item(ItemKind.TRUE_FALSE, topic="law"),
    ]
    sections = (SectionRule("rules", 1), SectionRule("law", 1))
    candidate = Candidate(app, make_exam(items, sections=sections))
    candidate.start()
    candidate.send(candidate.choose("b"))
    candidate.hand_in()
    text = candidate.result().text
    assert "law 0 of 1" in text
    assert "rules 2 of 2" in text
    assert "66.6%" in text  # rounded down: never shown as more than it is


@pytest.mark.parametrize(
    ("percent", "shown"), [(79.99, 79.9), (80.0, 80.0), (66.67, 66.6), (0.0, 0.0), (100.0, 100.0)]
)
def test_a_percentage_is_never_shown_as_more_than_it_is(percent: float, shown: float) -> None:
    assert shown_percent(Score(percent=percent)) == shown


def test_each_answer_is_shown_with_the_right_one_and_the_explanation(sitting: Candidate) -> None:
    sitting.send(
        sitting.choose("a"),
        answer_event(sitting.position(ItemKind.NUMERIC), {"text": "3"}, sequence=2),
    )
    sitting.hand_in()
    page = sitting.result()
    choice = page.one(f"#question-{sitting.position()}").text_content()
    for text in ("option b", "The right answer", "Your answer: wrong", "about a", "Because"):
        assert text in choice, text
    number = " ".join(
        page.one(f"#question-{sitting.position(ItemKind.NUMERIC)}").text_content().split()
    )
    assert "Your answer: 3" in number
    assert "1,920.5 ± 0.5" in number
    badges = [badge.text_content().strip() for badge in page.select(".question .badge")]
    assert (badges.count("Wrong"), badges.count("No answer")) == (2, 7)


def test_what_a_candidate_typed_is_shown_as_text(sitting: Candidate) -> None:
    position = sitting.position(ItemKind.SHORT_TEXT)
    sitting.send(answer_event(position, {"text": "<img src=x onerror=alert(1)>"}))
    sitting.hand_in()
    assert "<img src=x onerror=alert(1)>" in sitting.result().text


@pytest.mark.parametrize(
    ("policy", "passed", "settled", "sitting", "hidden"),
    [
        (ExplanationPolicy.AFTER_SUBMISSION, False, True, False, None),
        (ExplanationPolicy.AFTER_SUBMISSION, True, False, False, Hidden.UNTIL_SETTLED),
        (ExplanationPolicy.AFTER_SUBMISSION, False, True, True, Hidden.WHILE_SITTING),
        (AFTER_PASS, True, True, False, None),
        (AFTER_PASS, False, True, False, Hidden.UNTIL_PASS),
        (AFTER_PASS, True, False, False, Hidden.UNTIL_SETTLED),
        (AFTER_PASS, True, True, True, Hidden.WHILE_SITTING),
        (NEVER, True, True, False, Hidden.NEVER),
    ],
)
def test_who_sees_right_answers(
    policy: ExplanationPolicy,
    passed: bool,
    settled: bool,
    sitting: bool,
    hidden: Hidden | None,
) -> None:
    found = why_hidden(policy, has_passed=passed, is_settled=settled, is_sitting=sitting)
    assert found is hidden


@pytest.mark.parametrize("rightly", [True, False])
def test_explanations_that_are_never_shown_are_not(
    app: Flask, moment: Moment, *, rightly: bool
) -> None:
    page = hand_in(Candidate(app, make_exam(explanations=NEVER)), rightly=rightly)
    assert not are_shown(page)
    assert "This exam doesn’t show answers and explanations." in page.text


def test_explanations_after_a_pass_come_with_the_pass_for_all_attempts(
    app: Flask, moment: Moment
) -> None:
    candidate = Candidate(app, make_exam(explanations=AFTER_PASS))
    first = hand_in(candidate, rightly=False)
    assert not are_shown(first)
    assert "after you have passed" in first.text
    first_path = candidate.path
    moment.after_start(timedelta(hours=1))
    assert are_shown(hand_in(candidate, rightly=True))
    assert are_shown(candidate.client.get(f"{first_path}/result"))


@pytest.mark.parametrize("same_place", [True, False])
def test_while_the_exam_is_sat_no_earlier_result_shows_its_answers(
    app: Flask, moment: Moment, *, same_place: bool
) -> None:
    """The next paper draws from the same questions, also in another enrolment of the course."""
    candidate = Candidate(app, make_exam())
    assert are_shown(hand_in(candidate, rightly=False))
    earlier = f"{candidate.path}/result"
    moment.after_start(timedelta(hours=1))
    if not same_place:
        candidate.place.completed_at = moment.now
        db.session.flush()
        again = make_place(candidate.version, candidate.person)
        candidate.exam_path = f"/courses/{again.public_id}/exam"
    candidate.start()
    page = candidate.client.get(earlier)
    assert not are_shown(page)
    assert "the exam that is under way" in page.text
    candidate.hand_in()
    assert are_shown(candidate.client.get(earlier))


def test_an_attempt_the_clock_closed_shows_a_score_that_is_not_final(
    sitting: Candidate, moment: Moment
) -> None:
    sitting.send_rightly()
    moment.after_start(OVER)
    run_job()
    page = sitting.result()
    assert page.heading == "You have passed the exam"
    assert "The score isn’t final yet" in page.text
    assert "until 12:45" in page.text
    assert not are_shown(page)
    assert script_data(page)["token"]
    moment.after_start(SETTLED)
    run_job()
    settled = sitting.result()
    assert are_shown(settled)
    assert "final yet" not in settled.text
    assert "closed at the end of its time" in settled.text


def test_late_answers_are_counted_when_the_score_becomes_final(
    sitting: Candidate, moment: Moment
) -> None:
    token = sitting.token
    moment.after_start(OVER)
    run_job()
    moment.after_start(DEADLINE + timedelta(minutes=5))
    sitting.send(sitting.choose("b", authored_ms_ago=6 * MINUTE), token=token)
    before = sitting.result()
    assert "The score isn’t final yet" in before.text
    assert "0 of 9" in before.text
    assert "arrived after the end" not in before.text  # not counted yet: not claimed
    moment.after_start(SETTLED)
    run_job()
    after = sitting.result()
    assert "arrived after the end" in after.text
    assert "1 of 9" in after.text


def test_whoever_has_nothing_more_to_send_gets_the_final_result_at_once(
    sitting: Candidate, moment: Moment
) -> None:
    token = sitting.token
    moment.after_start(OVER)
    run_job()
    sitting.send(sitting.choose("b", authored_ms_ago=MINUTE), token=token)
    form = sitting.result().one("[data-finish]")
    assert form.get("action") == f"{sitting.path}/submit"
    sitting.hand_in()
    assert are_shown(sitting.result())
    assert sitting.attempt.submitted_at is None
    late = sitting.choose("a", sequence=2, authored_ms_ago=MINUTE)
    assert sitting.send(late, token=token, status=409)["code"] == "closed"


def test_handing_in_at_the_same_moment_gives_one_score(sitting: Candidate, app: Flask) -> None:
    """Both clients are sent to the result; so is the job that closes it by the clock."""
    sitting.send_rightly()
    csrf, path = sitting.client.csrf_token(), f"{sitting.path}/submit"
    browser = sitting.client.browser

    def hand_in() -> Any:
        own = app.test_client()
        own._cookies = dict(browser._cookies)  # type: ignore[union-attr,arg-type]
        return Context().run(own.post, path, data={"csrf_token": csrf})

    db.session.commit()
    replies = at_once(app, *[hand_in] * 4)
    assert [reply.status_code for reply in replies] == [303] * 4
    db.session.expire_all()
    assert [entry.kind for entry in sitting.log()].count(EventKind.SUBMIT) == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Score)) == 1
    assert sitting.result().heading == "You have passed the exam"


def test_a_save_and_handing_in_at_the_same_moment_lose_nothing_silently(
    sitting: Candidate, app: Flask
) -> None:
    """Either the answer has a receipt and counts, or it is refused as too late for this exam."""
    sent, token = sitting.choose("b"), sitting.token
    csrf, browser, path = sitting.client.csrf_token(), sitting.client.browser, sitting.path

    def hand_in() -> Any:
        own = app.test_client()
        own._cookies = dict(browser._cookies)  # type: ignore[union-attr,arg-type]
        return Context().run(own.post, f"{path}/submit", data={"csrf_token": csrf})

    def save() -> Any:
        headers = {"Authorization": f"Bearer {token}"}
        body = {"events": [sent]}
        return Context().run(app.test_client().post, f"{path}/answers", json=body, headers=headers)

    db.session.commit()
    handed_in, saved = at_once(app, hand_in, save)
    assert handed_in.status_code == 303
    db.session.expire_all()
    score = queries.latest_score(sitting.attempt.id)
    assert score is not None
    expected = {200: 1, 409: 0}[saved.status_code]
    assert score.points == expected
    assert len(sitting.answers()) == expected
