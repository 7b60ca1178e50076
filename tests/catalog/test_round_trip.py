"""A course written and read back is the same course; a canonical folder comes back byte for byte."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lms.assessment.handlers  # noqa: F401 - the items and the exam are a part of the folder
from lms.catalog.commands import course_folders
from lms.catalog.models import Confidence
from lms.catalog.source.content import (
    CourseContent,
    LessonContent,
    LessonVariant,
    ModuleContent,
    SourceContent,
    Texts,
    TopicContent,
)
from lms.catalog.source.folder import SourceFolder, read_disk
from lms.catalog.source.problems import Problems
from lms.catalog.source.reading import read_folder
from lms.catalog.source.writing import digest, write_folder
from lms.core.settings import PROJECT
from tests.builders.catalog import FIGURE, course_files

LANGUAGES = st.sampled_from([("ru",), ("en",), ("ru", "en"), ("en", "ru")])
KEYS = st.from_regex(r"[a-z][a-z0-9]{1,8}(-[a-z0-9]{1,5})?", fullmatch=True)
LINE = st.text("абвгabc 012«».,:;#&*!?'\"-—{}[]|>%@`", min_size=1, max_size=60).filter(str.strip)
TITLE = LINE.map(lambda text: text.strip())
DAY = st.dates(date(2020, 1, 1), date(2030, 1, 1))


def texts(languages: tuple[str, ...]) -> st.SearchStrategy[Texts]:
    return st.fixed_dictionaries(dict.fromkeys(languages, TITLE))


@st.composite
def courses(draw: st.DrawFn) -> CourseContent:
    languages = draw(LANGUAGES)
    sources = tuple(
        SourceContent(
            key=key,
            title=draw(texts(languages)),
            reference=draw(texts(languages)),
            confidence=draw(st.sampled_from(Confidence)),
            as_of=draw(st.none() | DAY),
            url=draw(st.none() | st.just("https://example.org/a?b=1#c")),
        )
        for key in draw(st.lists(KEYS, unique=True, max_size=4))
    )
    keys = draw(
        st.lists(KEYS.filter(lambda key: key != "exam"), unique=True, min_size=1, max_size=5)
    )
    used = [key.key for key in sources]
    lessons = tuple(
        LessonContent(
            key,
            draw(st.integers(1, 480)),
            tuple(used),
            {language: LessonVariant(draw(TITLE), draw(bodies(used))) for language in languages},
        )
        for key in keys
    )
    return CourseContent(
        slug=draw(KEYS),
        title=draw(texts(languages)),
        summary=draw(texts(languages)),
        languages=languages,
        hours=Decimal(draw(st.integers(1, 200))) / 2,
        as_of=draw(st.none() | DAY),
        review_by=None,
        certificate_valid_months=draw(st.none() | st.integers(1, 240)),
        topics=tuple(
            TopicContent(key, draw(texts(languages)), tuple(draw(st.lists(st.sampled_from(keys), unique=True))))
            for key in draw(st.lists(KEYS, unique=True, max_size=4))
        ),
        modules=(
            ModuleContent("first", draw(texts(languages)), lessons[:1]),
            *(ModuleContent(f"m-{n}", draw(texts(languages)), (lesson,))
              for n, lesson in enumerate(lessons[1:])),
        ),
        sources=sources,
        files={"figures/hall.svg": FIGURE},
    )  # fmt: skip


def bodies(sources: list[str]) -> st.SearchStrategy[str]:
    cited = "".join(f"[@{key}]" for key in sources)
    return st.lists(st.from_regex(r"[а-яa-z]{1,9}( [а-яa-z]{1,9}){0,30}", fullmatch=True), min_size=1, max_size=4).map(
        lambda paragraphs: "\n\n".join(
            [*paragraphs, f"Факт{cited}.", "![Рисунок.](figures/hall.svg)"]
        )
    )  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(courses())
def test_any_course_written_is_read_back_whole(course: CourseContent) -> None:
    files = write_folder(course, {}, parts=())
    reading = read_folder(SourceFolder(files, course.slug), parts=())
    assert reading.problems == ()
    assert reading.content == course
    assert write_folder(reading.content, {}, parts=()) == files


def test_the_digest_tells_any_change() -> None:
    files = course_files()
    changed = [
        {**files, "course.yaml": files["course.yaml"] + b"\n"},
        {**files, "lessons/a.md": b""},
        {path: content for path, content in files.items() if "hall" not in path},
        {path.replace("hall", "hell"): content for path, content in files.items()},
    ]
    assert len({digest(files), *map(digest, changed)}) == 5
    assert digest(dict(reversed(files.items()))) == digest(files)


@pytest.mark.parametrize("root", course_folders(PROJECT / "courses"), ids=lambda root: root.name)
def test_the_courses_of_the_project_are_free_of_mistakes_and_canonical(root: Path) -> None:
    problems = Problems()
    folder = read_disk(root, problems)
    reading = read_folder(folder, problems=problems)
    assert [str(problem) for problem in reading.problems] == []
    files = write_folder(reading.content, reading.parts)
    assert sorted(files) == sorted(folder.files)
    assert [path for path in files if files[path] != folder.files[path]] == []


def test_there_are_two_courses_with_enough_lessons() -> None:
    found = {
        root.name: read_folder(read_disk(root, Problems())).content
        for root in course_folders(PROJECT / "courses")
    }
    assert {"sincere-service", "lean-practices"} <= set(found)
    assert all(len(course.lessons) >= 6 for course in found.values())
    assert all(set(course.languages) == {"ru", "en"} for course in found.values())


def test_a_folder_of_another_style_becomes_canonical() -> None:
    loose = course_files(
        **{
            "lessons/queue.en.md": "---\ntitle:   'The queue'\nschema: lms-lesson/1\n---\n\n\nSay it.\n\n"
        }
    )
    reading = read_folder(SourceFolder(loose, "welcome"), parts=())
    assert reading.problems == ()
    assert write_folder(reading.content, {}, parts=())["lessons/queue.en.md"].decode() == (
        "---\nschema: lms-lesson/1\ntitle: The queue\n---\nSay it.\n"
    )


def test_a_changed_course_differs_only_in_its_file() -> None:
    reading = read_folder(SourceFolder(course_files(), "welcome"), parts=())
    longer = replace(reading.content, hours=Decimal("2.5"))
    files = write_folder(longer, {}, parts=())
    assert [path for path in files if files[path] != course_files()[path]] == ["course.yaml"]
