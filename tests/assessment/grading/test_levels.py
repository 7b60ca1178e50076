"""What each number of points of a criterion means: in files, for examiners, for candidates."""

from dataclasses import replace

import pytest
from flask import Flask

from lms.assessment.authored import split
from lms.assessment.authoring.comparison import differences
from lms.assessment.delivery.marks import marks_of
from lms.assessment.delivery.questions import question_of
from lms.assessment.grading.forms import GradingForm
from lms.assessment.grading.models import Grading, GradingTask
from lms.assessment.kinds.values import Criterion
from lms.assessment.models import ItemKey, ItemKind, ItemVersion
from lms.assessment.source.content import AssessmentContent
from lms.assessment.source.part import AssessmentPart
from lms.assessment.source.writing import write_files
from lms.catalog.source.folder import SourceFolder
from lms.catalog.source.reading import read_folder
from tests.builders.assessment import both, make_item
from tests.builders.catalog import course_files, item_files

FILE = "items/greeting.yaml"
ESSAY = """\
schema: lms-items/1
topic: greeting
items:
  - key: letter
    kind: essay
    level: 1
    points: 2
    prompt: {ru: Напишите., en: Write.}
    explanation: {ru: Так., en: So.}
    examiners: 1
    rubric:
      - key: tone
        text: {ru: Тон, en: Tone}
        points: 2
        levels:
          "0": {ru: Винит, en: It blames}
          "1": {ru: Вежлив, en: It is polite}
          "2": {ru: Заботлив, en: It cares}
"""
LINE = ESSAY.split("levels:", maxsplit=1)[0].count("\n") + 1


def told(text: str) -> list[str]:
    files = {**course_files("welcome", **item_files()), FILE: text.encode()}
    files["exam.yaml"] = files["exam.yaml"].replace(
        b"topic: greeting, draw: 2", b"topic: greeting, draw: 1"
    )
    read = read_folder(SourceFolder(files, "welcome"), parts=[AssessmentPart()])
    return [str(problem) for problem in read.problems]


def test_a_file_with_levels_is_taken_and_written_back_the_same() -> None:
    assert told(ESSAY) == []
    files = {**course_files("welcome", **item_files()), FILE: ESSAY.encode()}
    (part,) = read_folder(SourceFolder(files, "welcome"), parts=[AssessmentPart()]).parts.values()
    (item, *_) = part.items
    assert item.rubric[0].levels[2] == {"ru": "Заботлив", "en": "It cares"}
    assert write_files(AssessmentContent((item,)))[FILE].decode() == ESSAY


def test_a_rubric_without_levels_is_the_version_and_the_file_it_was() -> None:
    item = make_item(ItemKind.FILE)
    assert split(item).answer["rubric"] == [
        {"key": "facts", "text": both("The facts are right"), "points": 3}
    ]
    assert b"levels" not in next(iter(write_files(AssessmentContent((item,))).values()))


@pytest.mark.parametrize(
    ("before", "after", "line", "message"),
    [
        ('          "1": {ru: Вежлив, en: It is polite}\n', "", 0, "levels: has no words for the points 1"),
        ("points: 2\n        levels", "points: 1\n        levels", 3, "2: is no number of points from 0 to 1"),
        ('"2": {', '"2 points": {', 3, "2 points: is no number of points from 0 to 2"),
        ("{ru: Вежлив, en: It is polite}", "{ru: Вежлив}", 2, "en: is missing"),
        ("{ru: Вежлив, en: It is polite}", "{ru: Вежлив, en: ''}", 2, "en: is empty"),
        ("en: It is polite", 'en: "It is\\npolite"', 2, "1: must be one line"),
        ("en: It is polite", 'en: "![x](figures/hall.svg)"', 2, "1: a picture can't stand here"),
    ],
)  # fmt: skip
def test_levels_that_do_not_fit_are_told_with_their_line(
    before: str, after: str, line: int, message: str
) -> None:
    assert before in ESSAY
    problems = told(ESSAY.replace(before, after))
    assert any(p.startswith(f"{FILE}:{LINE + line}: {message}") for p in problems), problems


def test_a_changed_level_stands_in_the_comparison() -> None:
    item = make_item(ItemKind.ESSAY)
    facts, tone = item.rubric
    changed = replace(tone, levels=(*tone.levels[:2], both("It *helps*")))
    (russian, english) = differences(item, replace(item, rubric=(facts, changed)))
    assert "tone" in english.label
    assert "2" in english.label
    assert (english.before, english.after) == ("It cares", "It *helps*")
    assert russian.after == "It *helps* (рус)"


@pytest.mark.parametrize(
    ("given", "reached"),
    [([2], "It cares"), ([1], "It is <em>polite</em>"), ([0, 0], "It blames"), ([1, 2], "")],
)
def test_a_candidate_reads_what_their_points_mean_if_examiners_agree(
    app: Flask, given: list[int], reached: str
) -> None:
    item = make_item(ItemKind.ESSAY)
    parts = split(item)
    version = ItemVersion(kind=item.kind, content=parts.content, points=item.points)
    key = ItemKey(answer=parts.answer, explanations=parts.explanations)
    task = GradingTask(
        gradings=[
            Grading(marks={"facts": 1, "tone": tone}, points=1 + tone, comment="") for tone in given
        ]
    )
    with app.test_request_context():
        question = question_of(version, position=1, order=[], language="en", figures={})
        facts, tone = marks_of(question, key, {"text": "Sorry."}, 2, task).rubric
        waiting = marks_of(question, key, {"text": "Sorry."}, 0, None).rubric
    assert (facts.reached, tone.reached) == ("", reached)
    assert [line.reached for line in waiting] == ["", ""]


def test_words_of_an_author_are_harmless_beside_the_points(app: Flask) -> None:
    hostile = both("<script>x</script> **so**")
    rubric = split(
        make_item(ItemKind.ESSAY, points=1, rubric=(Criterion("a", hostile, 1, (hostile,) * 2),))
    ).answer["rubric"]
    with app.test_request_context():
        levels = GradingForm(rubric, None).levels("en")["a"]
    assert len(levels) == 2
    assert "<script" not in levels[0]
    assert "<strong>so</strong>" in levels[0]
