"""Keys of pictures and dialogues are put right part by part: areas, and what the ends are worth."""

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.assessment import queries, services
from lms.assessment.examining.keys import keys_in_force
from lms.assessment.examining.models import Regrade
from lms.assessment.models import Attempt, Item, ItemKind, ItemVersion
from lms.catalog.models import Course, CourseVersion
from lms.core.database import db
from tests.assessment.examining.examiner import examiner
from tests.assessment.examining.test_regrade_pages import confirm
from tests.builders.assessment import (
    START,
    answer_event,
    make_attempt,
    make_exam,
    make_item,
    make_place,
    save,
    settings,
)

pytestmark = pytest.mark.in_turn
HOTSPOT, DIALOGUE = ItemKind.HOTSPOT, ItemKind.DIALOGUE
WHY = {"kind": "new_key", "reason": "The key was wrong."}


def exam(kind: ItemKind, **item: Any) -> CourseVersion:
    return make_exam([make_item(kind, **item)], pass_percent=60)


def sat(version: CourseVersion, response: dict[str, Any]) -> Attempt:
    attempt = make_attempt(enrolment=make_place(version))
    save(attempt, answer_event(1, response))
    services.submit(attempt=attempt, now=START, settings=settings())
    return attempt


def percent(attempt: Attempt) -> float:
    score = queries.latest_score(attempt.id)
    assert score is not None
    return score.percent


def asked(version: CourseVersion) -> ItemVersion:
    del version
    statement = sa.select(ItemVersion).order_by(ItemVersion.id.desc()).limit(1)
    return db.session.scalars(statement).one()


def address(version: CourseVersion) -> str:
    slug = db.session.get_one(Course, version.course_id).slug
    key = db.session.get_one(Item, asked(version).item_id).public_id
    return f"/authoring/courses/{slug}/items/{key}/correction"


def key_of(version: CourseVersion) -> dict[str, Any]:
    identifier = asked(version).id
    return keys_in_force([identifier])[identifier].answer


def test_an_instructor_moves_an_area_and_says_that_another_is_wrong(app: Flask) -> None:
    version = exam(HOTSPOT)
    moved, hit = sat(version, {"points": [[500, 500]]}), sat(version, {"points": [[200, 150]]})
    desk, path = examiner(app), address(version)
    page = desk.get(path)
    shown = page.form_values("form[data-authoring]")
    assert (shown["areas-0-at"], page.select("[data-canvas]")) != ("", [])
    assert "the thing a1" in page.text
    fields = {**shown, **WHY, "areas-1-at": "45 45 10 10", "areas-1-shape": "rectangle"}
    place = desk.post(path, {**fields, "correct": ["a2"]}, status=303).location
    preview = desk.get(place).text
    assert "the thing a2 (rectangle 45 45 10 10)" in preview
    assert "the thing a1 (rectangle 10 10 20 10)" in preview  # what was right until now
    assert (percent(moved), percent(hit)) == (0, 50)
    confirm(desk, place)
    assert (percent(moved), percent(hit)) == (100, 0)
    areas = {area["key"]: (area["numbers"], area["correct"]) for area in key_of(version)["areas"]}
    assert areas["a2"] == ([450, 450, 100, 100], True)
    assert areas["a1"] == ([100, 100, 200, 100], False)
    assert "45 45 10 10" in str(desk.get(path).form_values("form[data-authoring]"))
    assert "Other areas are right" in desk.get(f"/examining/courses/{slug(version)}/regrades").text


def slug(version: CourseVersion) -> str:
    return db.session.get_one(Course, version.course_id).slug


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"areas-0-at": "95 95 20 20"}, "no area inside the picture"),
        ({"correct": []}, "t least one area must be right"),
        ({"correct": ["a1", "a2", "a3"]}, "more right areas than places"),
        ({"areas-3-key": "a4", "areas-3-at": "1 1 5 5"}, "can’t come or go"),
        ({"areas-1-key": "a1"}, "damaged"),
        ({}, "already"),  # the key as it is
    ],
)
def test_a_key_of_areas_that_makes_no_question_is_refused_with_what_was_typed(
    app: Flask, fields: dict[str, Any], said: str
) -> None:
    version = exam(HOTSPOT)
    desk, path = examiner(app), address(version)
    shown = {**desk.get(path).form_values("form[data-authoring]"), **WHY, "correct": ["a1", "a2"]}
    page = desk.post(path, {**shown, **fields}, status=422)
    assert said in page.text
    if "areas-0-at" in fields:
        assert page.form_values("form[data-authoring]")["areas-0-at"] == fields["areas-0-at"]
    assert db.session.scalar(sa.select(sa.func.count(Regrade.id))) == 0


def test_areas_without_descriptions_come_and_go(app: Flask) -> None:
    from dataclasses import replace

    areas = tuple(replace(area, label={}) for area in make_item(HOTSPOT).areas)
    version = exam(HOTSPOT, areas=areas)
    attempt = sat(version, {"points": [[500, 100]]})
    desk, path = examiner(app), address(version)
    shown = desk.get(path).form_values("form[data-authoring]")
    page = desk.post(path, {**shown, **WHY, "correct": ["a1"], "rows": "add:areas"}, status=200)
    grown = page.form_values("form[data-authoring]")
    assert grown["areas-3-key"] == "a4"
    assert grown["reason"] == WHY["reason"]
    assert db.session.scalar(sa.select(sa.func.count(Regrade.id))) == 0
    fields = {**grown, "areas-3-at": "45 5 10 10", "correct": ["a1", "a4"]}
    confirm(desk, desk.post(path, fields, status=303).location)
    assert percent(attempt) == 50


def test_an_instructor_puts_right_what_the_ends_of_a_dialogue_are_worth(app: Flask) -> None:
    version = exam(DIALOGUE)
    content = asked(version).content
    turns = {turn["says"]["en"]: turn for turn in content["turns"]}

    def reply(says: str, text: str) -> str:
        return next(r["key"] for r in turns[says]["replies"] if r["text"]["en"] == text)

    path_to_fair = [reply("Good *day*.", "say greet"), reply("My papers?", "say delay")]
    fair = sat(version, {"path": path_to_fair})
    bad = sat(version, {"path": [reply("Good *day*.", "say shrug")]})
    desk, path = examiner(app), address(version)
    page = desk.get(path)
    assert "The fair end." in page.text
    shown = {**page.form_values("form[data-authoring]"), **WHY}
    keys = {shown[f"ends-{n}-key"]: f"ends-{n}-score" for n in range(3)}
    name = keys[turns["The fair end."]["key"]]
    assert shown[name] == "50"
    good = keys[turns["The good end."]["key"]]
    assert "worth all points" in desk.post(path, {**shown, good: "90"}, status=422).text
    desk.post(path, {**shown, name: "101"}, status=422)
    desk.post(path, {**shown, name: ""}, status=422)
    desk.post(path, {**shown, "ends-0-key": "zz"}, status=422)
    place = desk.post(path, {**shown, name: "80"}, status=303).location
    preview = desk.get(place).text
    assert "The fair end. — 80 %" in preview
    assert "The fair end. — 50 %" in preview
    confirm(desk, place)
    assert (percent(fair), percent(bad)) == (80, 0)
    assert key_of(version)["scores"][turns["The fair end."]["key"]] == 80


@pytest.mark.parametrize("kind", [HOTSPOT, DIALOGUE])
def test_all_are_given_full_points_whatever_the_key_says(app: Flask, kind: ItemKind) -> None:
    version = exam(kind)
    attempt = sat(version, {})
    desk, path = examiner(app), address(version)
    shown = desk.get(path).form_values("form[data-authoring]")
    place = desk.post(path, {**shown, **WHY, "kind": "full_points"}, status=303).location
    desk.get(place)
    confirm(desk, place)
    assert percent(attempt) == 100
    desk.get(path)
