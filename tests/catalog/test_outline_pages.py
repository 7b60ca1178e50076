"""Modules and lessons of a draft: added, renamed, moved, removed."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from lms.catalog.models import CourseVersion
from lms.catalog.queries import outline_lessons, published_version, whole_version
from lms.catalog.services import create_course, exam_activity, open_draft
from lms.core.errors import Missing
from tests.builders.catalog import NOW, make_course
from tests.builders.coauthors import make_co_author
from tests.builders.learning import course_of, make_enrolment, read_lessons
from tests.builders.people import PASSWORD, make_account
from tests.pages import PageClient

pytestmark = pytest.mark.in_turn


@pytest.fixture
def draft(author: PageClient) -> CourseVersion:
    return create_course(
        slug="new", title={"ru": "Новый", "en": "New"}, languages=["ru", "en"], now=NOW, actor=None
    )


def outline(draft: CourseVersion) -> dict[str, list[str]]:
    """Return the keys of lessons by module, both in order."""
    version = whole_version(draft.id)
    lessons = outline_lessons(version)
    return {module.key: [one.key for one in lessons[module.id]] for module in version.modules}


def add_module(author: PageClient, draft: CourseVersion, key: str, **more: Any) -> str:
    """Add a module and return its public id."""
    fields = {"title_ru": f"М {key}", "title_en": f"M {key}", "key": key}
    page = author.post(f"/authoring/drafts/{draft.public_id}/modules", {**fields, **more})
    return page.location.rsplit("module-", 1)[1]


def add_lesson(author: PageClient, module: str, key: str) -> str:
    """Add a lesson and return its public id."""
    fields = {"title_ru": f"У {key}", "title_en": f"L {key}", "key": key, "minutes": "8"}
    page = author.post(f"/authoring/modules/{module}/lessons", fields)
    return page.location.split("/lessons/")[1].split("/")[0]


def test_modules_and_lessons_stand_in_the_order_they_were_added(
    author: PageClient, draft: CourseVersion
) -> None:
    one, two = add_module(author, draft, "one"), add_module(author, draft, "two")
    for module, key in ((two, "c1"), (one, "a1"), (one, "a2")):
        add_lesson(author, module, key)
    assert outline(draft) == {"one": ["a1", "a2"], "two": ["c1"]}
    page = author.get(f"/authoring/drafts/{draft.public_id}")
    titles = [
        link.text_content().strip() for link in page.select("[data-module] a.lesson-link-title")
    ]
    assert titles == ["L a1", "L a2", "L c1"]


def test_keys_are_made_from_titles_and_never_collide(
    author: PageClient, draft: CourseVersion
) -> None:
    fields = {"title_ru": "Очередь", "title_en": "The queue", "key": ""}
    for _ in range(2):
        author.post(f"/authoring/drafts/{draft.public_id}/modules", fields)
    author.post(
        f"/authoring/drafts/{draft.public_id}/modules",
        {"title_ru": "Щука!", "title_en": "!!!", "key": ""},
    )
    assert list(outline(draft)) == ["the-queue", "the-queue-2", "part"]


def test_a_key_in_use_is_refused_beside_its_field(author: PageClient, draft: CourseVersion) -> None:
    module = add_module(author, draft, "one")
    add_lesson(author, module, "a1")
    fields = {"title_ru": "Х", "title_en": "Kept", "minutes": "5"}
    page = author.post(f"/authoring/modules/{module}/lessons", {**fields, "key": "a1"}, status=422)
    assert "already in use" in page.one("#key-error").text_content()
    assert page.one("#title_en").get("value") == "Kept"
    # The exam is an activity as well.
    author.post(f"/authoring/modules/{module}/lessons", {**fields, "key": "exam"}, status=422)


@pytest.mark.parametrize(
    ("field", "value"),
    [("minutes", "0"), ("minutes", "x"), ("minutes", "9" * 30), ("key", "Ж"), ("title_ru", " ")],
)
def test_a_lesson_that_makes_no_sense_is_refused_beside_its_field(
    author: PageClient, draft: CourseVersion, field: str, value: str
) -> None:
    module = add_module(author, draft, "one")
    fields = {"title_ru": "У", "title_en": "L", "minutes": "8", "key": "ok", field: value}
    page = author.post(f"/authoring/modules/{module}/lessons", fields, status=422)
    assert page.select(f"#{field}-error")
    assert outline(draft) == {"one": []}


def test_a_module_is_renamed(author: PageClient, draft: CourseVersion) -> None:
    path = f"/authoring/modules/{add_module(author, draft, 'one')}"
    values = author.get(path).form_values()
    author.post(path, {**values, "title_en": "Renamed"})
    assert "Renamed" in author.get(f"/authoring/drafts/{draft.public_id}").text


def test_two_people_who_rename_a_module_at_once_see_both(
    author: PageClient, draft: CourseVersion
) -> None:
    path = f"/authoring/modules/{add_module(author, draft, 'one')}"
    values = author.get(path).form_values()
    author.post(path, {**values, "title_en": "Theirs"})
    page = author.post(path, {**values, "title_en": "Mine"}, status=409)
    assert "Theirs" in page.text
    assert page.one("#title_en").get("value") == "Mine"


def test_modules_move_up_and_down_and_stay_at_the_ends(
    author: PageClient, draft: CourseVersion
) -> None:
    one, _two, three = (add_module(author, draft, key) for key in ("one", "two", "three"))
    author.post(f"/authoring/modules/{three}/move/up")
    assert list(outline(draft)) == ["one", "three", "two"]
    author.post(f"/authoring/modules/{one}/move/down")
    assert list(outline(draft)) == ["three", "one", "two"]
    author.post(f"/authoring/modules/{three}/move/up")
    author.post(f"/authoring/modules/{three}/move/sideways")
    assert list(outline(draft)) == ["three", "one", "two"]


def test_lessons_move_within_their_module(author: PageClient, draft: CourseVersion) -> None:
    module = add_module(author, draft, "one")
    first, last = add_lesson(author, module, "a1"), add_lesson(author, module, "a2")
    author.post(f"/authoring/lessons/{last}/move/up")
    assert outline(draft) == {"one": ["a2", "a1"]}
    author.post(f"/authoring/lessons/{last}/move/down")
    author.post(f"/authoring/lessons/{first}/move/up")
    assert outline(draft) == {"one": ["a1", "a2"]}


def test_moving_something_is_no_change_for_whoever_is_editing_it(
    author: PageClient, draft: CourseVersion
) -> None:
    one = add_module(author, draft, "one")
    add_module(author, draft, "two")
    path = f"/authoring/modules/{one}"
    values = author.get(path).form_values()
    author.post(f"{path}/move/down")
    author.post(path, {**values, "title_en": "Renamed"})
    assert list(outline(draft)) == ["two", "one"]


def test_a_module_with_lessons_is_not_removed_an_empty_one_is(
    author: PageClient, draft: CourseVersion
) -> None:
    module = add_module(author, draft, "one")
    lesson = add_lesson(author, module, "a1")
    page = author.follow(author.post(f"/authoring/modules/{module}/remove"))
    assert "The module isn’t empty yet" in page.text
    page = author.follow(author.post(f"/authoring/lessons/{lesson}/remove"))
    assert "The lesson is removed." in page.text
    page = author.follow(author.post(f"/authoring/modules/{module}/remove"))
    assert "The module is removed." in page.text
    assert outline(draft) == {}


def test_a_lesson_moves_to_another_module_in_its_details(
    author: PageClient, draft: CourseVersion
) -> None:
    one, two = add_module(author, draft, "one"), add_module(author, draft, "two")
    lesson = add_lesson(author, one, "a1")
    path = f"/authoring/lessons/{lesson}/details"
    values = author.get(path).form_values()
    author.post(path, {**values, "module": two, "minutes": "12"})
    assert outline(draft) == {"one": [], "two": ["a1"]}
    assert author.get(path).one("#minutes").get("value") == "12"


def test_two_people_who_change_the_details_at_once_see_both(
    author: PageClient, draft: CourseVersion
) -> None:
    lesson = add_lesson(author, add_module(author, draft, "one"), "a1")
    path = f"/authoring/lessons/{lesson}/details"
    values = author.get(path).form_values()
    author.post(path, {**values, "minutes": "12"})
    page = author.post(path, {**values, "minutes": "15"}, status=409)
    assert "12" in page.one(".facts").text_content()
    assert page.one("#minutes").get("value") == "15"


def test_a_lesson_never_moves_into_another_courses_module_or_names_a_foreign_source(
    author: PageClient, draft: CourseVersion
) -> None:
    other = open_draft(course_of(make_course("other")), now=NOW, actor=None)
    foreign = whole_version(other.id).modules[0].public_id
    lesson = add_lesson(author, add_module(author, draft, "one"), "a1")
    path = f"/authoring/lessons/{lesson}/details"
    values = author.get(path).form_values()
    author.post(path, {**values, "module": foreign}, status=422)
    author.post(path, {**values, "sources": "own-method"}, status=422)
    assert outline(draft) == {"one": ["a1"]}


READS: list[Callable[[str], str]] = [
    lambda key: f"/authoring/modules/{key}",
    lambda key: f"/authoring/modules/{key}/lessons",
    lambda key: f"/authoring/lessons/{key}",
    lambda key: f"/authoring/lessons/{key}/edit",
    lambda key: f"/authoring/lessons/{key}/details",
]


def test_what_is_missing_or_published_cannot_be_edited(author: PageClient) -> None:
    version = whole_version(make_course("taught").id)
    module, lesson = version.modules[0].public_id, version.activities[0].public_id
    exam = version.activities[-1].public_id
    for path in READS:
        author.get(path("0" * 16), status=404)
        author.get(path(exam), status=404)
    author.get(f"/authoring/modules/{module}", status=404)
    author.get(f"/authoring/lessons/{lesson}/edit", status=404)
    author.post(f"/authoring/modules/{module}/remove", status=Missing.status)
    author.post(f"/authoring/lessons/{lesson}/remove", status=Missing.status)
    author.post(f"/authoring/lessons/{lesson}/move/up", status=Missing.status)
    author.get(f"/authoring/lessons/{lesson}")


def test_a_course_does_without_a_final_exam_and_gets_one_again(
    app: Flask, author: PageClient, draft: CourseVersion
) -> None:
    lesson = add_lesson(author, add_module(author, draft, "one"), "a1")
    for language in ("ru", "en"):
        path = f"/authoring/lessons/{lesson}/edit?language={language}"
        author.post(path, {**author.get(path).form_values(), "body": "Read this."})
    path = f"/authoring/drafts/{draft.public_id}/settings"
    author.post(path, {**author.get(path).form_values(), "summary_ru": "О", "summary_en": "On"})
    page = f"/authoring/drafts/{draft.public_id}"
    assert "The exam has no rules yet." in author.get(page).text
    exam = whole_version(draft.id).activities[-1].public_id
    remove = f"/authoring/lessons/{exam}/remove"
    guest = PageClient(app).sign_in(make_co_author("new").username, PASSWORD)
    guest.post(remove, status=Missing.status)
    author.post(remove)
    assert "No final exam: the course is complete" in author.get(page).text
    assert "Add a final exam" not in guest.get(page).text

    author.post(f"{page}/publish", author.get(f"{page}/publish").form_values())
    published = published_version(course_of(draft))
    assert published is not None
    account = make_account()
    enrolment = make_enrolment(account.person, published)
    reader = PageClient(app).sign_in(account.username, PASSWORD)
    read_lessons(enrolment)
    assert enrolment.completed_at == NOW
    assert "Preview of the exam" not in author.get("/authoring/courses/new").text
    assert "exam" not in reader.get(f"/courses/{enrolment.public_id}").one("main").text_content()
    again = open_draft(course_of(draft), now=NOW, actor=None)
    assert "No final exam" in author.get(f"/authoring/drafts/{again.public_id}").text
    exam_activity(again, minutes=20)
    assert "The exam has no rules yet." in author.get(f"/authoring/drafts/{again.public_id}").text
