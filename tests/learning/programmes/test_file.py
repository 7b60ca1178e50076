"""The file of programmes: what it says, its mistakes, and that nothing is lost on the way."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.catalog.commands import course_folders
from lms.catalog.source.problems import Problems
from lms.core.settings import PROJECT
from lms.learning.programmes.definitions import ProgrammeDefinition, StepDefinition
from lms.learning.programmes.models import Coverage
from lms.learning.programmes.source.file import (
    PROGRAMMES_FILE,
    read_file,
    read_programmes,
    write_programmes,
)

TEXT = """\
schema: lms-programmes/1
programmes:
  - key: newcomers
    title: {ru: Путь, en: The path}
    summary: {ru: Куда он ведёт, en: Where it leads}
    post: specialist
    for: newcomers
    from: 2026-01-01
    steps:
      - {course: first-day, days: 14}
      - {choice: [lean-practices, sincere-service], days: 90, since: 2026-02-01}
"""


def faults(text: str, known: set[str] | None = None) -> list[str]:
    problems = Problems()
    read_programmes(text, problems, known)
    return [str(problem) for problem in problems]


def test_a_file_is_written_as_it_was_read() -> None:
    assert write_programmes(read_programmes(TEXT, Problems())) == TEXT


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ("lms-programmes/1", "lms-programmes/9", "programmes.yaml:1: schema: 'lms-programmes/9'"),
        ("key: newcomers", "key: N!", "programmes.yaml:3: key: 'N!' is no key"),
        ("days: 14", "days: 0", "programmes.yaml:10: days: must be from 1 to 3660"),
        ("for: newcomers", "for: some", "programmes.yaml:7: for: 'some' is none of"),
        ("course: first-day", "course: lean-practices", "programmes.yaml:11: choice: 'lean-practices' stands in an earlier step"),
        ("[lean-practices, sincere-service]", "[lean-practices]", "programmes.yaml:11: choice: must name 2 to 3 courses"),
        ("days: 90", "days: 90, course: first-aid", "programmes.yaml:11: course: a step has either"),
        ("from: 2026-01-01", "from: soon", "programmes.yaml:8: from: 'soon' is no date"),
        ("post: specialist", "post: ''", "programmes.yaml:6: post: is empty"),
        ("for: newcomers", "whom: newcomers", "programmes.yaml:7: whom: there is no such field"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_line(before: str, after: str, fault: str) -> None:
    assert any(one.startswith(fault) for one in faults(TEXT.replace(before, after)))


def test_an_unknown_course_is_told_with_its_line() -> None:
    found = faults(TEXT, {"first-day", "lean-practices"})
    assert found == ["programmes.yaml:11: choice: there is no course 'sincere-service'"]


def test_two_programmes_for_one_post_are_refused_unless_one_is_out_of_use() -> None:
    entry = TEXT.split("programmes:\n")[1].replace("key: newcomers", "key: others")
    assert faults(TEXT + entry) == ["programmes.yaml:15: post: another programme is for this post already"]  # fmt: skip
    assert faults(TEXT + entry.replace("    steps:", "    retired: true\n    steps:")) == []


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"a" * 1_000_001, b"- 1", b"{{{"])
def test_a_file_that_is_none_is_a_mistake(content: bytes, tmp_path: Path) -> None:
    (tmp_path / PROGRAMMES_FILE).write_bytes(content)
    assert read_file(tmp_path / PROGRAMMES_FILE, None)[1]


slugs = st.from_regex(r"[a-z][a-z0-9-]{1,8}[a-z0-9]", fullmatch=True)
texts = st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=40).map(str.strip).filter(bool)  # fmt: skip
languages = st.fixed_dictionaries({"ru": texts, "en": texts})


@st.composite
def definitions(draw: st.DrawFn) -> ProgrammeDefinition:
    courses = draw(st.lists(slugs, min_size=1, max_size=6, unique=True))
    cut = draw(st.integers(0, min(3, len(courses))))
    groups = [(slug,) for slug in courses[cut:]] + ([tuple(courses[:cut])] if cut else [])
    day = st.dates(date(2020, 1, 1), date(2030, 1, 1))
    steps = tuple(StepDefinition(one, draw(st.integers(1, 3660)), draw(st.none() | day)) for one in groups)  # fmt: skip
    return ProgrammeDefinition(
        draw(slugs), draw(languages), draw(languages), draw(slugs), draw(st.sampled_from(Coverage)), steps,
        date(2019, 1, 1), draw(st.booleans()),
    )  # fmt: skip


@given(definitions())
def test_nothing_is_lost_between_writing_and_reading(definition: ProgrammeDefinition) -> None:
    problems = Problems()
    (read,) = read_programmes(write_programmes([definition]), problems)
    assert not list(problems)
    assert replace(read, line=0) == definition


def test_the_programmes_beside_the_courses_are_well_and_for_the_four_posts() -> None:
    known = {folder.name for folder in course_folders(PROJECT / "courses")}
    found, problems = read_file(PROJECT / "courses" / PROGRAMMES_FILE, known)
    assert not list(problems)
    assert [one.post for one in found] == ["universal-specialist", "hall-administrator", "senior-specialist", "head-of-centre"]  # fmt: skip
    assert known == {slug for one in found for slug in one.slugs}
    assert write_programmes(found) == (PROJECT / "courses" / PROGRAMMES_FILE).read_text("utf-8")
