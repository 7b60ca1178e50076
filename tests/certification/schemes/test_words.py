"""What a state is told as: each sentence is true on its day."""

import pytest
from flask import Flask
from wtforms.validators import ValidationError

from lms.certification.lifecycle.facts import Fact, Required, Revoked, Suspended, Waived
from lms.certification.schemes.deciding import Decision, check_date
from lms.certification.schemes.words import sentences
from lms.web.i18n import in_language
from tests.certification.lifecycle.facts import awarded, fact, on, state

pytestmark = pytest.mark.in_turn
PARTS = {"exam": {"ru": "Экзамен", "en": "Exam"}, "visit": {"ru": "Визит", "en": "Visit"}}
HELD = awarded(on(0), on(365))
INSTEAD = awarded(on(0), on(365), is_equivalent=True)


@pytest.mark.parametrize(
    ("facts", "day", "expected"),
    [
        ([HELD], 10, "Held, the last day is 1 March 2027."),
        ([HELD], 366, "Held until 1 March 2027."),
        (
            [HELD, fact(Suspended, on(5))],
            10,
            "That doesn’t prolong it: the last day is 1 March 2027.",
        ),
        ([INSTEAD], 10, "Something else counts in its place until 1 March 2027."),
        ([INSTEAD], 366, "Something else counted in its place until 1 March 2027."),
        ([HELD, fact(Revoked, on(5))], 10, "Taken away: only a new award leads out of this."),
    ],
)
def test_what_is_held_is_told_as_it_is_on_the_day(
    app: Flask, facts: list[Fact], day: int, expected: str
) -> None:
    with app.test_request_context(), in_language("en"):
        assert expected in sentences(state(facts, on(day)), [], PARTS)


@pytest.mark.parametrize("serves", [True, False])
def test_a_waiver_says_whether_it_lets_one_serve(app: Flask, serves: bool) -> None:
    waiver = fact(Waived, on(1), until_on=on(30), grants_authority=serves)
    with app.test_request_context(), in_language("en"):
        told = " ".join(
            sentences(state([fact(Required, on(0), days=90), waiver], on(10)), [], PARTS)
        )
    assert ("and the person may serve" in told) is serves


@pytest.mark.parametrize(("decision", "years"), [("waive", "3 года"), ("extend", "10 лет")])
def test_how_far_ahead_a_decision_may_lie_is_said_in_the_right_case(
    app: Flask, decision: str, years: str
) -> None:
    with in_language("ru"), pytest.raises(ValidationError, match=f"через {years} от сегодняшнего"):
        check_date(Decision(decision), on(5000), on(0))
