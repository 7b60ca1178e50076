"""The list of a course's questions: narrowed by topic and by warning, in pages."""

import csv
import io
from dataclasses import replace

import pytest
from flask import Flask

from lms.assessment.exam_rules import SectionRule
from lms.catalog.models import CourseVersion
from lms.reporting.item_analysis import flags
from lms.reporting.views import question_list
from tests.builders.assessment import make_exam
from tests.pages import Page, PageClient
from tests.reporting.test_question_pages import KEYS, address, exam_items, exported, sit

pytestmark = pytest.mark.in_turn


@pytest.fixture
def version(app: Flask, monkeypatch: pytest.MonkeyPatch) -> CourseVersion:
    """Six people: all are right on the choice (very easy), none on the last statement."""
    monkeypatch.setattr(flags, "FEWEST_ASKED", 5)
    choice, one, *others = exam_items()
    items = [choice, one, *(replace(item, topic="manners") for item in others)]
    sections = (SectionRule("rules", 2), SectionRule("manners", 2))
    version = make_exam(items, sections=sections, pass_percent=50)
    for n in range(6):
        sit(version, "b", [n > 2, n > 1, False])
    return version


def keys_of(page: Page) -> list[str]:
    """The keys of the questions that a page lists, in its order."""
    notes = page.select("section[aria-labelledby=questions] tbody th .small")
    return [note.text_content().split(" ·")[0] for note in notes]


def test_the_list_is_narrowed_by_topic_and_by_warning(
    author: PageClient, version: CourseVersion
) -> None:
    assert keys_of(author.get(f"{address(version)}?topic=manners&sort=-topic")) == ["three", "two"]
    assert keys_of(author.get(f"{address(version)}?flag=easy")) == ["single-choice"]
    page = author.get(f"{address(version)}?flag=hard&topic=manners")
    assert keys_of(page) == ["three"]
    assert page.form_values("form[action$='#questions']") == {
        "topic": "manners",
        "flag": "hard",
    }
    assert "1 of 4" in page.text
    empty = author.get(f"{address(version)}?flag=slow")
    assert keys_of(empty) == []
    assert "Nothing was found" in empty.text


@pytest.mark.parametrize("query", ["topic=none", "flag=poor"])
def test_what_the_list_cannot_be_narrowed_by_is_refused(
    author: PageClient, version: CourseVersion, query: str
) -> None:
    author.get(f"{address(version)}?{query}", status=422)


def test_the_page_says_at_its_top_which_questions_ask_for_attention(
    author: PageClient, version: CourseVersion
) -> None:
    page = author.get(address(version))
    (link,) = page.select(".alert a[href*='flag=any']")
    found = author.get(str(link.get("href")))
    assert sorted(keys_of(found)) == ["single-choice", "three"]
    assert not found.select(".alert a[href*='flag=any']")


def test_a_long_list_comes_in_pages(
    author: PageClient, version: CourseVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(question_list, "SIZE", 3)
    first = author.get(f"{address(version)}?sort=-asked")
    (onwards,) = first.select("a[rel=next]")
    second = author.get(str(onwards.get("href")))
    assert (len(keys_of(first)), len(keys_of(second))) == (3, 1)
    assert sorted(keys_of(first) + keys_of(second)) == sorted(KEYS)
    (back,) = second.select("a[rel=prev]")
    assert keys_of(author.get(str(back.get("href")))) == keys_of(first)
    assert not second.select("a[rel=next]")
    assert keys_of(author.get(f"{address(version)}?sort=-asked&page=no")) == keys_of(first)


def test_a_file_holds_what_the_list_was_narrowed_to(
    author: PageClient, version: CourseVersion
) -> None:
    path = "/lists/questions.csv"
    chosen = author.get(f"{address(version)}?topic=manners").form_values(f"form[action='{path}']")
    text = author.post(path, chosen, status=200).response.get_data().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert [row["Key"] for row in rows] == ["three", "two"]
    assert len(exported(author, version, "csv").text.splitlines()) > len(rows) + 1
