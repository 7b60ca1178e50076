"""Topics and sources of a draft."""

from typing import Any

import pytest
from flask import Flask

from lms.catalog.models import CourseVersion
from lms.catalog.queries import whole_version
from lms.catalog.services import open_draft
from tests.builders.catalog import NOW, make_course
from tests.builders.learning import course_of
from tests.pages import PageClient

pytestmark = pytest.mark.in_turn

SOURCE = {
    "title_ru": "Закон",
    "title_en": "The law",
    "reference_ru": "№ 210-ФЗ",
    "reference_en": "No. 210-FZ",
    "confidence": "act",
    "url": "",
    "as_of": "",
    "key": "",
}


@pytest.fixture
def draft(app: Flask) -> CourseVersion:
    return open_draft(course_of(make_course("taught")), now=NOW, actor=None)


@pytest.fixture
def path(draft: CourseVersion) -> str:
    return f"/authoring/drafts/{draft.public_id}"


def topics(draft: CourseVersion) -> dict[str, str]:
    return {topic.key: topic.title["en"] for topic in whole_version(draft.id).topics}


def sources(draft: CourseVersion) -> dict[str, Any]:
    return {source.key: source for source in whole_version(draft.id).sources}


def test_a_topic_is_added_renamed_and_removed(
    author: PageClient, draft: CourseVersion, path: str
) -> None:
    author.post(f"{path}/topics", {"title_ru": "Жалоба", "title_en": "A complaint", "key": ""})
    assert topics(draft)["a-complaint"] == "A complaint"
    values = author.get(f"{path}/topics/a-complaint").form_values()
    author.post(f"{path}/topics/a-complaint", {**values, "title_en": "Complaints"})
    assert topics(draft)["a-complaint"] == "Complaints"
    page = author.follow(author.post(f"{path}/topics/a-complaint/remove"))
    assert "The topic is removed." in page.text
    assert list(topics(draft)) == ["greeting", "waiting"]


def test_a_topic_without_title_or_with_a_key_in_use_is_refused(
    author: PageClient, draft: CourseVersion, path: str
) -> None:
    page = author.post(f"{path}/topics", {"title_ru": "", "title_en": "Kept"}, status=422)
    assert page.select("#title_ru-error")
    assert page.one("#title_en").get("value") == "Kept"
    fields = {"title_ru": "Т", "title_en": "T", "key": "waiting"}
    page = author.post(f"{path}/topics", fields, status=422)
    assert "already in use" in page.one("#key-error").text_content()
    assert len(topics(draft)) == 2


def test_two_people_who_rename_a_topic_at_once_see_both(author: PageClient, path: str) -> None:
    values = author.get(f"{path}/topics/waiting").form_values()
    author.post(f"{path}/topics/waiting", {**values, "title_en": "Theirs"})
    page = author.post(f"{path}/topics/waiting", {**values, "title_en": "Mine"}, status=409)
    assert "Theirs" in page.one(".facts").text_content()
    assert page.one("#title_en").get("value") == "Mine"


def test_removing_a_topic_that_questions_name_keeps_the_draft_from_publication(
    author: PageClient, path: str
) -> None:
    author.post(f"{path}/topics/waiting/remove")
    page = author.post(f"{path}/publish", status=422)
    assert "waiting" in page.one(".missing-list").text_content()


def test_a_source_is_added_changed_and_removed(
    author: PageClient, draft: CourseVersion, path: str
) -> None:
    author.post(f"{path}/sources/new", {**SOURCE, "url": "https://example.org/law"})
    assert sources(draft)["the-law"].url == "https://example.org/law"
    values = author.get(f"{path}/sources/the-law").form_values()
    author.post(f"{path}/sources/the-law", {**values, "as_of": "2026-02-01", "confidence": "own"})
    assert str(sources(draft)["the-law"].as_of) == "2026-02-01"
    page = author.follow(author.post(f"{path}/sources/the-law/remove"))
    assert "The source is removed." in page.text
    assert list(sources(draft)) == ["own-method"]


def test_a_source_that_a_lesson_names_is_not_removed(
    author: PageClient, draft: CourseVersion, path: str
) -> None:
    page = author.follow(author.post(f"{path}/sources/own-method/remove"))
    assert "A lesson still names this source." in page.text
    assert list(sources(draft)) == ["own-method"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("url", "javascript:alert(1)"),
        ("url", "http://example.org"),
        ("url", "https://a b"),
        ("url", "https://example.org/" + "x" * 500),
        ("confidence", "rumour"),
        ("as_of", "yesterday"),
        ("reference_ru", ""),
        ("title_en", "x" * 1001),
        ("key", "own-method"),
        ("key", "-x-"),
    ],
)
def test_a_source_that_makes_no_sense_is_refused_beside_its_field(
    author: PageClient, draft: CourseVersion, path: str, field: str, value: str
) -> None:
    page = author.post(f"{path}/sources/new", {**SOURCE, field: value}, status=422)
    assert page.select(f"#{field}-error")
    assert list(sources(draft)) == ["own-method"]


def test_two_people_who_change_a_source_at_once_see_both(author: PageClient, path: str) -> None:
    values = author.get(f"{path}/sources/own-method").form_values()
    author.post(f"{path}/sources/own-method", {**values, "confidence": "order"})
    page = author.post(f"{path}/sources/own-method", {**values, "confidence": "act"}, status=409)
    assert "Rule of the network" in page.one(".facts").text_content()


def test_what_is_not_there_is_missing(author: PageClient, path: str) -> None:
    for part in ("topics/no-such", "sources/no-such"):
        author.get(f"{path}/{part}", status=404)
        author.post(f"{path}/{part}/remove", status=404)
