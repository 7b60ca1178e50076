"""The paper: every question in its place, in the attempt's language; the review; the takeover."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from lms.assessment import queries
from lms.assessment.models import ItemKind
from tests.assessment.delivery.candidate import (
    DEADLINE,
    OVER,
    Candidate,
    Moment,
    run_job,
    script_data,
)
from tests.builders.assessment import (
    START,
    answer_event,
    fields_of,
    flag_event,
    right_responses,
)
from tests.pages import Page

pytestmark = pytest.mark.in_turn


def question(page: Page, position: int) -> Any:
    return page.one(f"#question-{position}")


def test_the_paper_asks_every_question_in_its_place(candidate: Candidate) -> None:
    candidate.start()
    page = candidate.paper()
    items = queries.paper(candidate.attempt)
    assert [int(s.get("data-position")) for s in page.select(".question")] == list(range(1, 10))
    for item in items:
        section = question(page, item.position)
        assert section.get("data-kind") == item.item_version.kind.value
        assert item.item_version.content["prompt"]["en"] in section.text_content()


def test_options_steps_and_right_sides_stand_in_the_candidates_own_order(
    candidate: Candidate,
) -> None:
    candidate.start()
    page = candidate.paper()
    for kind in (ItemKind.SINGLE_CHOICE, ItemKind.MULTIPLE_CHOICE):
        item = candidate.question(kind)
        inputs = question(page, item.position).cssselect(".option input")
        assert [one.get("value") for one in inputs] == item.order
    steps, pairs = candidate.question(ItemKind.ORDERING), candidate.question(ItemKind.MATCHING)
    shown = question(page, steps.position).cssselect("[data-key]")
    assert [step.get("data-key") for step in shown] == steps.order
    for select in question(page, pairs.position).cssselect("select"):
        assert [o.get("value") for o in select.cssselect("option")] == ["", *pairs.order]


@pytest.mark.parametrize(("language", "mark"), [("en", "Question"), ("ru", "(рус)")])
def test_questions_are_asked_in_the_language_of_the_attempt(
    candidate: Candidate, language: str, mark: str
) -> None:
    """Whatever the language of the page around them."""
    candidate.start(language)
    page = candidate.paper()
    for section in page.select(".question-text"):
        assert section.get("lang") == language
        assert mark in section.text_content()
        assert ("(рус)" in section.text_content()) == (language == "ru")
    assert page.tree.get("lang") == "en"


def test_the_paper_stays_the_same_when_it_is_opened_again(candidate: Candidate) -> None:
    candidate.start()
    first, second = candidate.paper(), candidate.paper()
    for selector in (".question-text", ".question-fields"):
        one, two = ([s.text_content() for s in p.select(selector)] for p in (first, second))
        assert one == two


def test_the_script_is_told_where_until_when_and_what_is_saved(
    candidate: Candidate, moment: Moment
) -> None:
    candidate.start()
    position = candidate.position()
    candidate.send(candidate.choose(sequence=3), flag_event(position, flagged=True, sequence=4))
    now = moment.after_start(timedelta(minutes=1))
    data = candidate.data
    assert data["attempt"] == candidate.attempt.public_id
    assert data["save_url"] == f"{candidate.path}/answers"
    assert data["server_now"] == now.isoformat()
    assert data["deadline_at"] == (START + DEADLINE).isoformat()
    assert (data["writer"], data["last_sequence"]) == (1, 4)
    assert data["answers"] == {str(position): {"response": {"choice": "a"}, "rank": [1, 3]}}
    assert data["flags"] == {str(position): {"flagged": True, "rank": [1, 4]}}


def test_the_script_has_the_words_for_each_refusal_in_the_readers_language(
    candidate: Candidate,
) -> None:
    """Replies to the script come without cookies: they can't know the reader's language."""
    candidate.start()
    assert candidate.data["refusals"]["too_late"] == "The time of this exam is over."
    candidate.client.browser.set_cookie("language", "ru")
    assert candidate.data["refusals"]["too_late"] == "Время этого экзамена вышло."


def test_saved_answers_of_each_kind_are_shown_again(candidate: Candidate) -> None:
    candidate.start()
    candidate.send_rightly()
    page, given = candidate.paper(), right_responses(candidate.attempt)
    values = page.form_values("#paper")
    for item in queries.paper(candidate.attempt):
        name, kind = f"q{item.position}", item.item_version.kind
        if kind is ItemKind.DIALOGUE:
            assert (
                "The good end." in page.one(f"#question-{item.position} [data-now]").text_content()
            )
            continue
        for field, value in fields_of(kind, name, given[item.position]).items():
            shown = values[field]
            assert (sorted(shown) if isinstance(value, list) else shown) == value
    assert page.one("[data-answered]").text_content() == str(len(given))


def test_what_was_typed_is_shown_as_text(candidate: Candidate) -> None:
    candidate.start()
    position = candidate.position(ItemKind.SHORT_TEXT)
    candidate.send(answer_event(position, {"text": '"><script>alert(1)</script>'}))
    assert candidate.paper().form_values("#paper")[f"q{position}"] == '"><script>alert(1)</script>'


def test_a_takeover_gives_a_new_lease(candidate: Candidate) -> None:
    candidate.start()
    assert candidate.take_over().location == f"{candidate.path}#writer-2"
    assert candidate.data["writer"] == 2


def test_the_review_shows_what_is_answered_and_marked(candidate: Candidate) -> None:
    candidate.start()
    position = candidate.position()
    candidate.send(candidate.choose(), flag_event(position, flagged=True, sequence=2))
    page = candidate.review()
    rows = [" ".join(row.text_content().split()) for row in page.select(".review-row")]
    assert len(rows) == 9
    assert " answered" in rows[position - 1]
    assert rows[position - 1].endswith("marked")
    assert sum("not answered" in row for row in rows) == 8
    assert "8 questions have no answer yet." in page.text
    assert "1 of 9" in page.text


def test_the_review_of_a_full_paper_warns_of_nothing(candidate: Candidate) -> None:
    candidate.start()
    candidate.send_rightly()
    page = candidate.review()
    assert "9 of 9" in page.text
    assert "no answer yet" not in page.text


def test_handing_in_leads_to_the_result_and_again_changes_nothing(candidate: Candidate) -> None:
    candidate.start()
    candidate.send_rightly()
    assert candidate.hand_in().location == f"{candidate.path}/result"
    length = len(candidate.log())
    assert candidate.hand_in().location == f"{candidate.path}/result"
    assert len(candidate.log()) == length


def test_before_the_end_the_result_leads_to_the_paper_and_after_it_the_other_way(
    candidate: Candidate, moment: Moment
) -> None:
    candidate.start()
    moment.after_start(DEADLINE)
    assert candidate.result(status=302).location == candidate.path
    candidate.paper()
    candidate.review()
    moment.after_start(DEADLINE + timedelta(microseconds=1))
    for page in ("", "/review"):
        away = candidate.client.get(candidate.path + page, status=302)
        assert away.location == f"{candidate.path}/result"


def test_nobody_takes_over_after_the_deadline(candidate: Candidate, moment: Moment) -> None:
    candidate.start()
    moment.after_start(DEADLINE + timedelta(seconds=1))
    assert candidate.take_over().location == f"{candidate.path}/result"
    assert candidate.log() == []


def test_between_deadline_and_score_the_page_waits_for_answers_on_their_way(
    candidate: Candidate, moment: Moment
) -> None:
    candidate.start()
    moment.after_start(DEADLINE + timedelta(seconds=1))
    page = candidate.result()
    assert page.heading == "The time is over"
    assert script_data(page)["token"]
    assert "%" not in page.text
    moment.after_start(OVER)
    run_job()
    assert candidate.result().heading == "Not passed this time"


def test_an_attempt_is_its_candidates_alone(app: Flask, candidate: Candidate) -> None:
    candidate.start()
    other = Candidate(app)
    for page in ("", "/review", "/result"):
        other.client.get(candidate.path + page, status=404)
    for action, status in (("/form", 401), ("/take-over", 404), ("/submit", 404)):
        other.client.post(candidate.path + action, status=status)
    assert (candidate.log(), candidate.attempt.closed_at) == ([], None)
