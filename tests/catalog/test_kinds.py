"""Kinds of activities: read, written back, loaded, copied; each has all that a kind needs."""

import pytest

import lms.assessment.handlers  # noqa: F401 - registers the part of a course that has items and the exam
from lms.catalog.authoring.activity_forms import FORMS
from lms.catalog.kinds.registry import DETAILS
from lms.catalog.kinds.words import KIND_HINTS, KIND_ICONS, KIND_NAMES
from lms.catalog.models import ActivityKind
from lms.catalog.services import open_draft
from lms.catalog.source.collecting import export
from lms.catalog.source.folder import SourceFolder
from lms.catalog.source.reading import read_folder
from lms.catalog.source.writing import digest, write_folder
from lms.core.settings import PROJECT
from tests.builders.catalog import NOW
from tests.builders.learning import course_of
from tests.builders.outline import PARTS, make_mixed, mixed_files, read_mixed

BESIDE = set(ActivityKind) - {ActivityKind.LESSON, ActivityKind.EXAM}
EXAM = "      - {{key: exam, kind: exam, after: [queue]}}\n"


def told(parts: str = PARTS, more: str = "") -> list[str]:
    """The problems of a course, as they are printed."""
    return [str(problem) for problem in read_mixed(parts=parts, more=more).problems]


def test_each_kind_has_details_a_form_words_and_templates() -> None:
    assert set(DETAILS) == BESIDE
    assert set(FORMS) == set(KIND_HINTS) - {ActivityKind.LESSON} == BESIDE | {ActivityKind.EXAM}
    assert set(KIND_NAMES) == set(KIND_ICONS) == set(ActivityKind)
    assert set(KIND_HINTS) >= BESIDE
    for kind in FORMS:
        assert (PROJECT / f"templates/catalog/kinds/_{kind.value}.html").exists()
    for kind in BESIDE - {ActivityKind.PRACTICE}:  # whose page is the assessment's
        assert (PROJECT / f"templates/learning/kinds/_{kind.value}.html").exists()


def test_a_folder_with_every_kind_has_no_mistake_and_is_written_back_the_same() -> None:
    reading = read_mixed()
    assert [str(problem) for problem in reading.problems] == []
    files = write_folder(reading.content, reading.parts)
    again = read_folder(SourceFolder(files, "welcome"))
    assert again.content == reading.content
    assert write_folder(again.content, again.parts) == files


def test_what_was_loaded_exports_to_the_same_folder(app: object) -> None:
    reading = read_mixed(parts=PARTS + EXAM)
    version = make_mixed("welcome", parts=PARTS + EXAM)
    assert digest(export(version)) == digest(write_folder(reading.content, reading.parts))


def test_a_draft_copies_every_kind_and_publishes_as_the_same(app: object) -> None:
    version = make_mixed("welcome", more="exam: {{optional: true}}\n")
    before = export(version)
    assert export(open_draft(course_of(version), now=NOW, actor=None)) == before
    assert b"exam: {optional: true}" in before["course.yaml"]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("after: [greeting]", "after: [nowhere]", "course.yaml:26: after: there is no activity"),
        ("after: [greeting]", "after: [drill]", "each of these waits for the next: drill → drill"),
        ("topics: [greeting]", "topics: [cooking]", "there is no topic 'cooking'"),
        ("topics: [greeting]", "topics: []", "topics: is empty"),
        ("percent: 50", "percent: 0", "percent: must be"),
        ("questions: 2", "questions: 9", "asks 9 questions, but only 4"),
        ("en: figures/hall.svg", "en: figures/none.svg", "the course has no file"),
        ("key: thanks", "key: ticket", "'ticket' stands twice"),
        ("kind: classroom", "kind: webinar", "'webinar' is none of lesson, exam"),
        ("key: drill", "key: exam", "'exam' is the exam's own key"),
        ("minutes: 90", "minutes: 0", "minutes: must be"),
    ],
)
def test_a_mistake_is_told_with_its_place(before: str, after: str, expected: str) -> None:
    found = told(PARTS.replace(before, after))
    assert any(expected in problem for problem in found), found


def test_a_course_of_options_alone_is_refused() -> None:
    parts = PARTS.replace("minutes: ", "optional: true, minutes: ", 2)
    lines = parts.splitlines(keepends=True)[:3]
    assert any(
        "must not be optional" in problem
        for problem in told("".join(lines), "exam: {{optional: true}}\n")
    )


def test_lessons_and_activities_side_by_side_are_refused() -> None:
    assert any("one of the two" in one for one in told("    lessons: []\n" + PARTS))


def test_an_exam_in_the_outline_needs_its_file() -> None:
    files = mixed_files(parts=PARTS + EXAM)
    del files["exam.yaml"]
    problems = read_folder(SourceFolder(files, "welcome")).problems
    assert any("there is no exam.yaml" in str(problem) for problem in problems)


def test_rules_of_a_lesson_are_kept(app: object) -> None:
    parts = PARTS.replace(
        "key: queue, minutes: 7",
        "key: queue, minutes: 7, complete: {{checks: false, minutes: 5}}, optional: true",
    )
    text = export(make_mixed("welcome", parts=parts))["course.yaml"].decode()
    assert "complete: {checks: false, minutes: 5}" in text
    assert told(parts) == []


def test_a_lesson_that_asks_for_nothing_is_refused() -> None:
    parts = PARTS.replace(
        "key: queue, minutes: 7",
        "key: queue, minutes: 7, complete: {{end: false, checks: false}}",
    )
    assert any("must ask for something" in problem for problem in told(parts))


def test_a_lesson_that_asks_for_checks_it_has_not_is_refused() -> None:
    parts = PARTS.replace(
        "key: queue, minutes: 7", "key: queue, minutes: 7, complete: {{end: false}}"
    )
    assert any("asks for its self-checks and has none" in problem for problem in told(parts))
