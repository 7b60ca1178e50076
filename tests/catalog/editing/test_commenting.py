"""Comments: anchored to a passage, found again after edits, answered and resolved."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.catalog.commenting.anchors import Place, find, passages
from lms.catalog.commenting.queries import open_threads, threads_of
from lms.catalog.models import Activity
from lms.catalog.queries import lesson_for
from lms.catalog.services import edit_lesson
from lms.core.database import db
from tests.builders.catalog import NOW
from tests.catalog.editing.conftest import BODY
from tests.pages import PageClient

pytestmark = pytest.mark.in_turn

QUOTE = "Greet the visitor before they speak."


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (f"New.\n\n{QUOTE}\n\nLast.", Place.THERE),
        ("New.\n\nGreet every visitor before they speak.", Place.CHANGED),
        ("Something else altogether.", Place.GONE),
        ("", Place.GONE),
    ],
)
def test_a_passage_is_found_again_by_its_quotation(body: str, place: Place) -> None:
    assert find(QUOTE, body).place is place


def test_a_comment_on_the_whole_lesson_needs_no_passage() -> None:
    assert find("", "anything").place is Place.WHOLE


@given(st.text(alphabet="ab \n", max_size=80))
def test_each_offered_passage_is_found_in_its_own_text(body: str) -> None:
    assert all(find(passage.text, body).place is Place.THERE for passage in passages(body))


def path(lesson: Activity) -> str:
    return f"/authoring/lessons/{lesson.public_id}/comments"


def begin(author: PageClient, lesson: Activity, body: str = "Why?", place: int = 1) -> str:
    """Comment on the second paragraph and return the thread's address."""
    values = {"passage": passages(BODY)[place].key, "body": body, "language": "en"}
    page = author.follow(author.post(path(lesson), values))
    return str(page.one("article.thread form").get("action"))


def open_number(lesson: Activity) -> int:
    return open_threads(lesson.version.course_id).get((lesson.version.course_id, lesson.key), 0)


def test_a_comment_quotes_its_passage_and_survives_its_edit(
    author: PageClient, lesson: Activity
) -> None:
    begin(author, lesson)
    assert author.get(f"{path(lesson)}?language=en").one(".thread-quote").text == "Two."
    edit_lesson(lesson, "en", title="T", body="Zero.\n\nOne.", row_version=2, now=NOW, actor=None)
    db.session.commit()
    page = author.get(f"{path(lesson)}?language=en")
    assert page.one(".thread-quote").text == "Two."
    assert "this passage is gone" in page.text


def test_a_thread_is_answered_resolved_and_opened_again(
    author: PageClient, other: PageClient, lesson: Activity
) -> None:
    thread = begin(author, lesson)
    other.post(thread, {"body": "Because.", "action": "reply"})
    assert open_number(lesson) == 1
    other.post(thread, {"body": "", "action": "resolve"})
    other.post(thread, {"body": "", "action": "resolve"})
    assert open_number(lesson) == 0
    author.post(thread, {"body": "No.", "action": "reopen"})
    assert open_number(lesson) == 1
    found = lesson_for(lesson.public_id)
    assert found is not None
    kinds = [entry.kind.value for entry in threads_of(found, "en")[0].entries]
    assert kinds == ["reply", "resolved", "reopened"]


def test_the_editor_tells_how_many_comments_are_open(author: PageClient, lesson: Activity) -> None:
    begin(author, lesson)
    page = author.get(f"/authoring/lessons/{lesson.public_id}/edit?language=en")
    assert "Comments (1)" in page.text


def test_hostile_comments_are_shown_as_text(author: PageClient, lesson: Activity) -> None:
    begin(author, lesson, "<script>alert(1)</script>\0")
    page = author.get(f"{path(lesson)}?language=en")
    assert page.one(".thread-text").text == "<script>alert(1)</script>"


def test_an_empty_too_long_or_misplaced_comment_is_refused_and_kept(
    author: PageClient, lesson: Activity
) -> None:
    for values in (
        {"passage": "", "body": " "},
        {"passage": "", "body": "x" * 4001},
        {"passage": "0" * 16, "body": "Kept."},
    ):
        page = author.post(path(lesson), {**values, "language": "en"}, status=422)
    assert page.one("#body").text.strip() == "Kept."
    assert open_number(lesson) == 0


def test_an_empty_answer_writes_nothing(author: PageClient, lesson: Activity) -> None:
    thread = begin(author, lesson)
    author.post(thread, {"body": " ", "action": "reply"})
    author.post(thread, {"body": "x" * 4001, "action": "reply"})
    found = lesson_for(lesson.public_id)
    assert found is not None
    assert threads_of(found, "en")[0].entries == []
    author.post("/authoring/comments/" + "0" * 16, {"body": "x"}, status=404)
