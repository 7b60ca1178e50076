"""Course folders read into content; every mistake is named with its file and line."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.catalog.models import Confidence
from lms.catalog.source.folder import SourceFolder
from lms.catalog.source.reading import Reading, read_folder
from tests.builders.catalog import COURSE, LESSONS, course_files

NO_PARTS = ()


def read(files: dict[str, bytes], name: str = "welcome") -> Reading:
    return read_folder(SourceFolder(files, name), parts=NO_PARTS)


def problems(**changed: str | bytes | None) -> list[str]:
    return [str(problem) for problem in read(course_files(**changed)).problems]


def course(before: str, after: str) -> str:
    text = COURSE.format(slug="welcome")
    assert before in text
    return text.replace(before, after)


def test_a_good_folder_has_no_problems_and_is_read_wholly() -> None:
    reading = read(course_files())
    assert reading.problems == ()
    content = reading.content
    assert content.title == {"ru": "Встреча посетителя", "en": "Welcoming a visitor"}
    assert (content.hours, content.certificate_valid_months) == (Decimal(2), 12)
    assert [lesson.key for lesson in content.lessons] == ["greeting", "queue"]
    assert content.lessons[0].variants["en"].title == "Greeting"
    assert content.lessons[0].variants["en"].body.startswith("Look up first")
    assert content.sources[0].confidence is Confidence.OWN
    assert content.topic_keys == {"greeting", "waiting"}
    assert list(content.files) == ["figures/hall.svg"]


COURSE_MISTAKES = [
    ("schema: lms-course/1", "schema: lms-course/9",
     "course.yaml:1: schema: 'lms-course/9' is not lms-course/1"),
    ("slug: welcome", "slug: other", "course.yaml:2: slug: the folder is called 'welcome'"),
    ("slug: welcome", "slug: Wel come",
     "course.yaml:2: slug: 'Wel come' is no key: 2 to 60 of a-z, 0-9 and hyphens"),
    ("title: {ru: Встреча посетителя, en: Welcoming a visitor}", "title: {ru: Встреча}",
     "course.yaml:3: en: is missing"),
    ("title: {ru: Встреча посетителя, en: Welcoming a visitor}", "title: Встреча",
     "course.yaml:3: title: must be a map"),
    ("title: {ru: Встреча посетителя, en: Welcoming a visitor}", "title: {ru: а, en: b, de: c}",
     "course.yaml:3: de: there is no such field"),
    ("languages: [ru, en]", "languages: [ru, fr]",
     "course.yaml:5: languages: must be some of ru, en, each once"),
    ("languages: [ru, en]", "languages: []", "course.yaml:5: languages: is empty"),
    ("hours: 2", "hours: 2.25", "course.yaml:6: hours: must be a multiple of 0.5"),
    ("hours: 2", "hours: -1", "course.yaml:6: hours: must be from 0.5 to 1000"),
    ("hours: 2", "hours: many", "course.yaml:6: hours: 'many' is no number"),
    ("hours: 2\n", "", "course.yaml:1: hours: is missing"),
    ("as_of: 2026-01-15\nreview_by", "as_of: 15.01.2026\nreview_by",
     "course.yaml:7: as_of: '15.01.2026' is no date such as 2026-11-24"),
    ("review_by: 2026-07-15", "review_by: 2025-07-15",
     "course.yaml:8: review_by: must come after as_of"),
    ("valid_months: 12", "valid_months: 0",
     "course.yaml:9: valid_months: must be from 1 to 240"),
    ("valid_months: 12", "months: 12", "course.yaml:9: valid_months: is missing"),
    ("key: waiting", "key: greeting", "course.yaml:12: key: 'greeting' stands twice"),
    ("minutes: 7", "minutes: 0", "course.yaml:18: minutes: must be from 1 to 480"),
    ("minutes: 7", "minutes: 7.5", "course.yaml:18: minutes: must be a multiple of 1"),
    ("sources: [own-method]", "sources: [nobody]",
     "course.yaml:17: sources: there is no source 'nobody'"),
    ("sources: [own-method]", "sources: [own-method, own-method]",
     "course.yaml:17: sources: 'own-method' stands twice"),
    ("sources: [own-method]", "sources: own-method", "course.yaml:17: sources: must be a list"),
    ("{key: greeting, minutes: 5, sources: [own-method]}", "{key: greeting, minutes: 5}",
     "course.yaml:17: lessons/greeting.ru.md cites 'own-method', "
     "which the lesson's sources don't name"),
    ("{key: queue, minutes: 7}", "{key: exam, minutes: 7}",
     "course.yaml:18: key: 'exam' is the exam's own key"),
    ("{key: queue, minutes: 7}", "{key: greeting, minutes: 7}",
     "course.yaml:18: key: 'greeting' stands twice"),
    ("{key: queue, minutes: 7}", "{key: other, minutes: 7}",
     "course.yaml:18: the lesson's file lessons/other.ru.md is missing"),
    ("{key: queue, minutes: 7}", "queue", "course.yaml:18: lessons: each entry must be a map"),
    ("confidence: own", "confidence: sure",
     "course.yaml:23: confidence: 'sure' is none of act, secondary, order, own"),
    ("confidence: own", "url: http://example.org\n    confidence: own",
     "course.yaml:23: url: must be an https:// address"),
    ("hours: 2", "hours: 2\nowner: me", "course.yaml:7: owner: there is no such field"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "expected"), COURSE_MISTAKES, ids=[row[1][:40] for row in COURSE_MISTAKES]
)
def test_a_mistake_in_the_outline_is_named(before: str, after: str, expected: str) -> None:
    assert expected in problems(**{"course.yaml": course(before, after)})


LESSON = "lessons/greeting.en.md"


@pytest.mark.parametrize(
    ("path", "content", "expected"),
    [
        (LESSON, None, "course.yaml:17: the lesson's file lessons/greeting.en.md is missing"),
        (LESSON, "no front matter", f"{LESSON}:1: must begin with front matter between two lines of ---"),
        (LESSON, LESSONS["greeting.en"].replace("Greeting", ""), f"{LESSON}:3: title: is empty"),
        (LESSON, LESSONS["greeting.en"].replace("lesson/1", "lesson/2"),
         f"{LESSON}:2: schema: 'lms-lesson/2' is not lms-lesson/1"),
        (LESSON, LESSONS["greeting.en"].replace("[@own-method]", "[@nobody]"),
         f"{LESSON}:5: there is no source 'nobody'"),
        (LESSON, LESSONS["greeting.en"].replace("- [x]", "- [ ]"),
         f"{LESSON}:15: no option of the self-check is marked as right: [x]"),
        (LESSON, LESSONS["greeting.en"].replace("[x] A", "[ ] A").replace("[ ] The", "[x] The"),
         f"{LESSON}: the self-check 'first-words' has other right options"),
        (LESSON, LESSONS["greeting.en"].replace("first-words", "second-words"),
         f"{LESSON}: the self-check 'first-words' is missing in this language"),
        (LESSON, LESSONS["greeting.en"].replace("first-words", "second-words"),
         f"{LESSON}: the self-check 'second-words' is missing in the first language"),
        (LESSON, LESSONS["greeting.en"] + "x" * 200_001, f"{LESSON}:5: is longer than 200000 characters"),
        (LESSON, LESSONS["greeting.en"] + "\n<b>bold</b>\n", f"{LESSON}:26: raw HTML is not allowed"),
        ("lessons/other.ru.md", LESSONS["queue.ru"],
         "lessons/other.ru.md: belongs to no lesson of course.yaml"),
        ("lessons/queue.de.md", LESSONS["queue.ru"],
         "lessons/queue.de.md: belongs to no lesson of course.yaml"),
        ("lessons/readme.md", "x",
         "lessons/readme.md: is not named as a lesson: lessons/<key>.<language>.md"),
        ("figures/hall.svg", None, "lessons/greeting.ru.md:13: there is no file figures/hall.svg"),
        ("figures/hall.svg", b'<svg xmlns="http://www.w3.org/2000/svg">\n<script/></svg>',
         "figures/hall.svg:2: holds the element script"),
        ("figures/spare.svg", b'<svg xmlns="http://www.w3.org/2000/svg"/>',
         "figures/spare.svg: is shown in no lesson and no question"),
        ("items/greeting.yaml", b"x", "items/greeting.yaml: has no place in a course"),
        ("notes.md", b"x", "notes.md: has no place in a course"),
        ("course.yaml", None, "course.yaml: the file is missing"),
        ("course.yaml", b"\xff", "course.yaml:1: is not UTF-8"),
        ("course.yaml", "a: &x [1]\nb: *x", "course.yaml:1: anchors and aliases (& and *) are not allowed"),
    ],
    ids=lambda value: str(value)[:50],
)  # fmt: skip
def test_a_mistake_in_a_file_is_named(
    path: str, content: str | bytes | None, expected: str
) -> None:
    assert expected in problems(**{path: content})


def test_a_missing_outline_is_one_problem_not_a_hundred() -> None:
    found = problems(**{"course.yaml": None})
    assert [line for line in found if line.startswith("course.yaml")] == [
        "course.yaml: the file is missing"
    ]


def test_an_option_more_in_one_language_is_told() -> None:
    more = LESSONS["greeting.en"].replace("\n:::\n\nNext", "\n- [ ] Nothing\n  > No.\n:::\n\nNext")
    assert problems(**{LESSON: more}) == [
        f"{LESSON}: the self-check 'first-words' has another number of options"
    ]


FILES = course_files()


@settings(max_examples=120, deadline=None)
@given(
    path=st.sampled_from(sorted(FILES)),
    start=st.integers(0, 2000),
    length=st.integers(0, 60),
    new=st.binary(max_size=30)
    | st.sampled_from([b"\n- ", b": ", b"{", b"'", b"&a ", b"\t", b"---"]),
)
def test_a_folder_damaged_anywhere_is_reported_never_raised(
    path: str, start: int, length: int, new: bytes
) -> None:
    content = FILES[path]
    damaged = content[:start] + new + content[start + length :]
    reading = read({**FILES, path: damaged})
    assert all(str(problem) for problem in reading.problems)
