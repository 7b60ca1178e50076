"""What a result tells of an answer is what it was scored for."""

from dataclasses import replace

import pytest
from flask import Flask

from lms.assessment.authored import split
from lms.assessment.examining.receipts.answers import answer_in_words
from lms.assessment.examining.regrades.answers import in_words
from lms.assessment.kinds.values import Reply, Turn
from lms.assessment.models import ItemKind, ItemVersion
from tests.assessment.delivery.candidate import Candidate, Moment
from tests.builders.assessment import answer_event, both, make_exam, make_item
from tests.pages import Page

pytestmark = pytest.mark.in_turn


def result(app: Flask, kind: ItemKind, response: dict[str, object], points: int = 1) -> Page:
    candidate = Candidate(app, make_exam([make_item(kind, points=points)]))
    candidate.start()
    candidate.send(answer_event(1, response))
    candidate.hand_in()
    return candidate.result()


@pytest.mark.parametrize(
    ("given", "earned", "told"),
    [
        ("1234", "4 of 4", ["right", "right", "right", "right"]),
        ("4123", "2 of 4", ["", "wrong", "right", "right"]),
        ("1243", "1 of 4", ["", "right", "wrong", "wrong"]),
        ("4321", "0 of 4", ["", "wrong", "wrong", "wrong"]),
    ],
)
def test_the_steps_that_earned_something_are_those_that_are_marked(
    app: Flask, moment: Moment, given: str, earned: str, told: list[str]
) -> None:
    names = split(make_item(ItemKind.ORDERING)).answer["names"]
    keys = {author[1:]: key for key, author in names.items()}
    page = result(app, ItemKind.ORDERING, {"order": [keys[n] for n in given]}, points=4)
    assert earned in page.text
    steps = page.select(".order-marked > div:first-child .order-step")
    assert [(step.get("class") or "").partition("is-")[2] for step in steps] == told
    assert "directly after the right one" in page.text  # the rule


def test_marks_beside_the_right_places_are_told(app: Flask, moment: Moment) -> None:
    beside = result(app, ItemKind.HOTSPOT, {"points": [[200, 150], [990, 10]]})
    assert "0 of 1" in beside.text
    assert "1 mark lies beside the right places and takes one away." in beside.text
    well = result(app, ItemKind.HOTSPOT, {"points": [[200, 150]]})
    assert "beside the right places and take" not in well.text


def test_gaps_are_numbered_as_they_stand_in_the_text(app: Flask) -> None:
    item = make_item(ItemKind.GAP_TEXT)
    item = replace(item, text={"ru": "[[g1]], [[g2]]", "en": "[[g2]] minutes, [[g1]]!"})
    parts = split(item)
    content = parts.content
    given = {"gaps": {"g1": "hello", "g2": content["gaps"][1]["choices"][0]["key"]}}
    kind = ItemKind.GAP_TEXT
    words = content["gaps"][1]["choices"][0]["text"]
    assert answer_in_words(kind, content, given, "en") == f"1. {words['en']}; 2. hello"
    assert answer_in_words(kind, content, given, "ru") == f"1. hello; 2. {words['ru']}"
    version = ItemVersion(kind=kind, content=content)
    right = in_words(version, [parts.answer], "en")
    assert [line.partition(":")[0] for line in right] == ["1", "2"]
    assert [line.partition(": ")[2] for line in right] == ["15", "привет / hello / good day"]


def test_a_reply_that_was_given_twice_is_told_twice(app: Flask) -> None:
    again = Reply("again", both("Say it again"), "open", 0, 5, {})
    turns = (
        Turn("open", both("Hm?"), (again, replace(again, key="bye", leads_to="end"))),
        Turn("end", both("Bye."), score=100, debriefing=both("Well.")),
    )
    parts = split(make_item(ItemKind.DIALOGUE, turns=turns))
    keys = {name: key for key, name in parts.answer["reply_names"].items()}
    path = [keys["open/again"], keys["open/again"]]
    told = answer_in_words(ItemKind.DIALOGUE, parts.content, {"path": path}, "en")
    assert told == "Say it again → Say it again"
