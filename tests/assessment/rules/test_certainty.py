"""Certainty-based marking: the published scheme, part of the answer, in the score and the result."""

import json
from fractions import Fraction

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from lms.assessment import queries
from lms.assessment.models import ItemKind
from lms.assessment.rules.certainty import RIGHT, mark
from tests.assessment.delivery.candidate import Candidate, Moment
from tests.builders.assessment import answer_event, make_exam, make_item, right_responses

pytestmark = pytest.mark.in_turn


@pytest.fixture
def moment(monkeypatch: pytest.MonkeyPatch) -> Moment:
    return Moment(monkeypatch)


@pytest.fixture
def candidate(app: Flask, moment: Moment) -> Candidate:
    items = [make_item(ItemKind.TRUE_FALSE, points=2) for _ in range(4)]
    return Candidate(app, make_exam(items, certainty=True, pass_percent=60))


def test_the_marks_are_those_of_the_published_scheme() -> None:
    table = [(3 * mark(Fraction(1), c), 3 * mark(Fraction(0), c)) for c in RIGHT]
    assert table == [(1, 0), (2, -2), (3, -6)]


@given(st.fractions(0, 1))
def test_saying_how_sure_one_is_pays_best(chance: Fraction) -> None:
    """The thresholds that candidates are told: 2/3 and 4/5."""
    expected = {
        c: chance * mark(Fraction(1), c) + (1 - chance) * mark(Fraction(0), c) for c in RIGHT
    }
    best = max(expected.values())
    if chance < Fraction(2, 3):
        assert expected[1] == best
    elif Fraction(2, 3) < chance < Fraction(4, 5):
        assert expected[2] == best
    elif chance > Fraction(4, 5):
        assert expected[3] == best


def send(candidate: Candidate, *answers: tuple[bool, int | None]) -> None:
    given = right_responses(candidate.attempt)
    candidate.send(
        *(
            answer_event(
                place,
                given[place] if right else {"value": not given[place]["value"]},
                sequence=place,
                certainty=level,
            )
            for place, (right, level) in enumerate(answers, start=1)
        )
    )


def test_certainty_is_part_of_the_answer_and_goes_into_the_score(candidate: Candidate) -> None:
    assert "With each answer say how sure you are" in candidate.exam().text
    candidate.start()
    send(candidate, (True, 3), (True, 2), (False, 1), (False, 3))
    assert [event.body.get("certainty") for event in candidate.log()] == [3, 2, 1, 3]
    candidate.hand_in()
    score = queries.latest_score(candidate.attempt.id)
    assert score is not None
    # 2 + 4/3 + 0 - 4 of 8
    assert (score.points, score.percent, score.passed) == (pytest.approx(-0.6667), 0.0, False)
    assert score.items == {"1": 2.0, "2": 2.0, "3": 0.0, "4": 0.0}  # right or wrong, all the same
    assert score.certainty == {
        "1": [3, 2.0],
        "2": [2, 1.3333],
        "3": [1, 0.0],
        "4": [3, -4.0],
    }
    page = candidate.result()
    shown = [" ".join(p.text_content().split()) for p in page.select("article.question .row")]
    assert shown[3] == "Wrong 0 of 2 Sure: −4"
    assert shown[0] == "Right 2 of 2 Sure: 2"


def test_all_right_and_sure_is_everything_and_unsure_a_third(
    app: Flask, candidate: Candidate
) -> None:
    candidate.start()
    send(candidate, *[(True, 3)] * 4)
    candidate.hand_in()
    score = queries.latest_score(candidate.attempt.id)
    assert score is not None
    assert (score.percent, score.passed) == (100.0, True)
    other = Candidate(app, candidate.version)
    other.start()
    send(other, *[(True, None)] * 4)  # without a word: not sure
    other.hand_in()
    score = queries.latest_score(other.attempt.id)
    assert score is not None
    assert (score.percent, score.passed) == (33.33, False)


def test_a_changed_certainty_is_a_new_answer(candidate: Candidate) -> None:
    candidate.start()
    given = right_responses(candidate.attempt)
    candidate.send(answer_event(1, given[1], sequence=1, certainty=3))
    candidate.send(answer_event(1, given[1], sequence=2, certainty=1))
    assert queries.state(candidate.attempt.id).certainty == {1: 1}
    candidate.send(answer_event(1, given[1], sequence=3))
    assert queries.state(candidate.attempt.id).certainty == {}


@pytest.mark.in_turn
@pytest.mark.parametrize("level", [0, 4, "3", True, 2.5, [3]])
def test_no_other_certainty_is_taken(candidate: Candidate, level: object) -> None:
    candidate.start()
    reply = candidate.send(
        answer_event(1, {"value": True}, sequence=1, certainty=level), status=422
    )
    assert reply["code"] == "malformed"
    assert candidate.log() == []


def test_the_same_event_with_another_certainty_is_refused(candidate: Candidate) -> None:
    candidate.start()
    event = answer_event(1, {"value": True}, sequence=1, certainty=3)
    candidate.send(event)
    reply = candidate.send({**event, "certainty": 1}, status=409)
    assert reply["code"] == "event_differs"


def test_without_scripts_the_form_carries_it(candidate: Candidate) -> None:
    candidate.start()
    page = candidate.paper()
    assert len(page.select("[name=q1-certainty]")) == 3
    values = page.form_values("#paper")
    path = f"{candidate.path}/form"
    candidate.client.post(path, {**values, "q1": "true", "q1-certainty": "3"})
    candidate.client.post(path, {**candidate.paper().form_values("#paper"), "q2-certainty": "2"})
    state = queries.state(candidate.attempt.id)
    assert (state.answers, state.certainty) == ({1: {"value": True}}, {1: 3})
    values = candidate.paper().form_values("#paper")
    assert values["q1-certainty"] == "3"
    candidate.client.post(path, {**values, "q1-certainty": "1"})
    assert queries.state(candidate.attempt.id).certainty == {1: 1}
    data = json.loads(candidate.paper().one("#exam-data").text)
    assert data["answers"]["1"]["certainty"] == 1


def test_other_exams_do_not_ask_for_it(app: Flask, moment: Moment) -> None:
    candidate = Candidate(app)
    candidate.start()
    assert not candidate.paper().select("[name$=-certainty]")
    assert "how sure" not in candidate.exam().text
