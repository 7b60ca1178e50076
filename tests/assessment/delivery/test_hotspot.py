"""Places on a picture: what counts, what is taken, what a page shows and what it doesn't."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from lms.assessment.authored import split
from lms.assessment.delivery.form_answers import AllMarked, TwoWays, UnreadablePlace, read_response
from lms.assessment.examining.receipts.answers import answer_in_words
from lms.assessment.kinds.shapes import Shape, holds, inside, is_whole
from lms.assessment.models import ItemKind, ItemVersion
from lms.assessment.responses import normalise
from lms.assessment.scoring import credit
from lms.assessment.source.checks import area_faults, read_numbers, shown_numbers
from lms.assessment.source.part import AssessmentPart
from lms.catalog.errors import InUse
from lms.catalog.media.services import remove_file
from lms.catalog.models import Course, CourseFile
from lms.catalog.services import open_draft
from lms.catalog.source.folder import SourceFolder
from lms.catalog.source.reading import read_folder
from lms.core.database import db
from lms.core.errors import Invalid
from tests.assessment.delivery.candidate import Candidate, Moment
from tests.builders.assessment import (
    answer_event,
    form_fields,
    make_exam,
    make_item,
)
from tests.builders.catalog import NOW, course_files

pytestmark = pytest.mark.in_turn

HOTSPOT = ItemKind.HOTSPOT
INSIDE, SECOND, WRONG, NOWHERE = [200, 150], [700, 500], [200, 830], [990, 10]

per_mille = st.integers(0, 1000)


@st.composite
def areas(draw: st.DrawFn) -> tuple[Shape, tuple[int, ...]]:
    shape = draw(st.sampled_from(Shape))
    count = 2 * draw(st.integers(3, 6)) if shape is Shape.POLYGON else 4
    numbers = tuple(draw(st.lists(per_mille, min_size=count, max_size=count)))
    return shape, numbers


@given(areas())
def test_an_area_that_is_taken_holds_the_point_that_answers_it(area: Any) -> None:
    shape, numbers = area
    if is_whole(shape, numbers):
        assert holds(shape, numbers, inside(shape, numbers))
        assert read_numbers(shape, shown_numbers(numbers)) == numbers


@given(areas(), st.integers(1, 1000))
def test_a_point_outside_the_picture_is_in_no_area(area: Any, beyond: int) -> None:
    shape, numbers = area
    if is_whole(shape, numbers):
        assert not holds(shape, numbers, (1000 + beyond, 500))
        assert not holds(shape, numbers, (500, -beyond))


@pytest.mark.parametrize(
    ("shape", "text"),
    [("rectangle", "10 20 30"), ("rectangle", "80 20 30 10"), ("rectangle", "10 20 0 10"),
     ("rectangle", "10 20 x 10"), ("rectangle", "10.55 20 5 10"), ("rectangle", "-1 0 5 5"),
     ("ellipse", "5 50 10 10"), ("polygon", "10 10 20 20"), ("polygon", "10 10 20 20 30 30"),
     ("polygon", "1 " * 26), ("ellipse", ""), ("rectangle", "1e1 0 5 5"), ("ellipse", "٥ ٥ ٥ ٥")],
)  # fmt: skip
def test_numbers_that_make_no_area_are_refused(shape: str, text: str) -> None:
    assert read_numbers(Shape(shape), text) is None


@pytest.mark.parametrize(
    ("points", "share"),
    [([INSIDE, SECOND], 1), ([INSIDE], "1/2"), ([INSIDE, WRONG], 0), ([INSIDE, NOWHERE], 0),
     ([INSIDE, [201, 151]], "1/2"), ([WRONG], 0), ([[100, 100], [600, 500]], 1)],
)  # fmt: skip
def test_hit_areas_count_and_marks_beside_take_away(points: list[list[int]], share: Any) -> None:
    parts = split(make_item(HOTSPOT))
    response = normalise(HOTSPOT, parts.content, {"points": points})
    assert credit(HOTSPOT, parts.answer, response, "en") == Fraction(share)


def test_descriptions_answer_as_the_picture_does() -> None:
    parts = split(make_item(HOTSPOT))
    names = {area: key for key, area in parts.answer["described"].items()}
    for chosen, share in ((["a1", "a2"], 1), (["a1"], Fraction(1, 2)), (["a1", "a3"], 0)):
        raw = {"areas": [names[area] for area in chosen]}
        response = normalise(HOTSPOT, parts.content, raw)
        assert credit(HOTSPOT, parts.answer, response, "en") == share


@pytest.mark.parametrize(
    "raw",
    [{"points": [[1, 2, 3]]}, {"points": [[1001, 0]]}, {"points": [[1.5, 2]]}, {"points": "x"},
     {"points": [[True, 1]]}, {"points": [[1, 1], [2, 2], [3, 3]]}, {"areas": ["a1"]},
     {"areas": ["d1"], "points": [[1, 1]]}, {"areas": ["d1", "d2", "d3"]}, {"points": None}],
)  # fmt: skip
def test_places_that_dont_fit_are_refused(raw: Any) -> None:
    with pytest.raises(Invalid):
        normalise(HOTSPOT, split(make_item(HOTSPOT)).content, raw)


def version() -> ItemVersion:
    return ItemVersion(kind=HOTSPOT, content=split(make_item(HOTSPOT)).content)


def read(**fields: str) -> Any:
    sent = {"q1-1-x": "", "q1-1-y": "", "q1-2-x": "", "q1-2-y": "", "q1-height": "320"}
    named = {name.replace("__", ".").replace("_", "-"): text for name, text in fields.items()}
    return read_response(version(), "q1", MultiDict({**sent, **named}))


def test_a_form_without_scripts_takes_numbers_and_clicks() -> None:
    assert read(q1_1_x="12,5", q1_1_y="80.5") == {"points": [[125, 805]]}
    assert read(q1_at__x="64", q1_at__y="160") == {"points": [[100, 500]]}
    clicked = read(q1_1_x="1", q1_1_y="2", q1_at__x="640", q1_at__y="9999")
    assert clicked == {"points": [[10, 20], [1000, 1000]]}


def test_return_in_a_field_is_no_click_on_the_picture() -> None:
    """Browsers send it as a click at 0, 0: the picture is the form's first button."""
    assert read(q1_at__x="0", q1_at__y="0") is None


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [({"q1_1_x": "5"}, UnreadablePlace), ({"q1_1_x": "x", "q1_1_y": "5"}, UnreadablePlace),
     ({"q1_1_x": "101", "q1_1_y": "5"}, UnreadablePlace),
     ({"q1_1_x": "5", "q1_1_y": "5", "q1_area": "d1"}, TwoWays),
     ({"q1_1_x": "1", "q1_1_y": "1", "q1_2_x": "2", "q1_2_y": "2", "q1_at__x": "9", "q1_at__y": "9"},
      AllMarked)],
)  # fmt: skip
def test_a_form_that_cant_be_read_says_why(fields: dict[str, str], refusal: type[Invalid]) -> None:
    with pytest.raises(refusal):
        read(**fields)


@pytest.mark.parametrize(
    ("changes", "told"),
    [({"correct": False}, "at least one area must be right"), ({"label": {}}, "either all areas")],
)
def test_areas_that_make_no_question_are_told(changes: dict[str, Any], told: str) -> None:
    first, second, _wrong = make_item(HOTSPOT).areas
    areas = [replace(first, **changes), replace(second, **({} if "label" in changes else changes))]
    assert told in [str(fault)[: len(told)] for fault in area_faults(areas, 2)]


def test_descriptions_of_right_areas_alone_would_be_the_answer() -> None:
    right = make_item(HOTSPOT).areas[:2]
    assert "need a wrong one" in " ".join(map(str, area_faults(right, 2)))
    assert "more right areas" in " ".join(map(str, area_faults(make_item(HOTSPOT).areas, 1)))


def test_the_candidate_gets_the_picture_of_the_version_that_was_sat(
    app: Flask, moment: Moment
) -> None:
    candidate = Candidate(app, make_exam([make_item(HOTSPOT)]))
    candidate.start()
    page = candidate.paper()
    [address] = {node.get("src") for node in page.select(".hotspot-picture")}
    assert candidate.client.get(address).response.mimetype == "image/svg+xml"
    described = {node.text_content().strip() for node in page.select(".hotspot-described .option")}
    assert described == {f"the thing a{n}" for n in "123"}


def test_a_plain_form_with_the_right_places_earns_all(app: Flask, moment: Moment) -> None:
    candidate = Candidate(app, make_exam([make_item(HOTSPOT)]))
    candidate.start()
    values = candidate.paper().form_values("#paper")
    candidate.client.post(f"{candidate.path}/form", {**values, **form_fields(candidate.attempt)})
    candidate.hand_in()
    page = candidate.result()
    assert "100" in page.one(".outcome").text_content()
    assert page.select("svg .hotspot-area")
    assert "about a3" in page.text


def test_a_receipt_tells_the_places(app: Flask) -> None:
    content = version().content
    told = answer_in_words(HOTSPOT, content, {"points": [[125, 500]]}, "en")
    assert told == "12.5% from the left, 50% from the top"
    name = content["described"][0]
    assert answer_in_words(HOTSPOT, content, {"areas": [name["key"]]}, "en") == name["text"]["en"]


def test_a_figure_that_a_question_shows_cant_be_removed(app: Flask) -> None:
    course = db.session.get_one(Course, make_exam([make_item(HOTSPOT)]).course_id)
    draft = open_draft(course, now=NOW, actor=None)
    file = db.session.scalars(sa.select(CourseFile).filter_by(version_id=draft.id)).one()
    with pytest.raises(InUse):
        remove_file(file, now=NOW, actor=None)


HALL = """
schema: lms-items/1
topic: greeting
items:
  - key: hall-1
    kind: hotspot
    level: 1
    prompt: {ru: "Где?", en: "Where?"}
    explanation: {ru: "Так.", en: "So."}
    figure: {ru: figures/spare.svg, en: figures/spare.svg}
    alt: {ru: "Зал", en: "A hall, 5 < 6, <b>"}
    areas:
      - {key: a, shape: rectangle, at: 10 20 30.5 15, correct: true, explanation: {ru: "Да", en: "Yes"}}
"""


def test_a_figure_of_a_question_counts_as_shown_and_a_missing_one_is_told() -> None:
    files = {**course_files("taught"), "items/greeting.yaml": HALL.encode()}
    drawing = {"figures/spare.svg": b'<svg xmlns="http://www.w3.org/2000/svg"/>'}

    def figures_told(**more: Any) -> list[str]:
        folder = SourceFolder({**files, **more}, "taught")
        told = map(str, read_folder(folder, parts=[AssessmentPart()]).problems)
        return [line for line in told if "figure" in line or "alt" in line]

    assert figures_told(**drawing) == []
    assert any("there is no figure 'figures/spare.svg'" in line for line in figures_told())


def test_an_open_exam_keeps_where_the_areas_are(app: Flask, moment: Moment) -> None:
    candidate = Candidate(app, make_exam([make_item(HOTSPOT)]))
    candidate.start()
    candidate.send(answer_event(1, {"points": [INSIDE]}))
    page = candidate.paper()
    assert "about a1" not in page.text
    assert not page.select(".hotspot-area")
    assert page.select("input[type=image]")
