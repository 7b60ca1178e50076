"""The lesson editor: its live preview, saving, and two people who edit at once."""

from typing import Any

import lxml.html
import pytest
from flask import Flask

from lms.catalog.authoring.palette import palette
from lms.catalog.models import Activity, CourseVersion, LessonText
from lms.catalog.queries import whole_version
from lms.catalog.services import open_draft
from lms.catalog.source.lesson_files import BODY_LIMIT
from lms.core.database import db
from lms.core.tables.texts import unfit_sign
from lms.people.models import AccessRole
from tests.builders.catalog import NOW, make_course
from tests.builders.learning import course_of, lessons_of, make_enrolment
from tests.builders.people import PASSWORD, make_account
from tests.catalog.test_hostile_text import VECTORS
from tests.pages import Page, PageClient

pytestmark = pytest.mark.in_turn


@pytest.fixture
def version(app: Flask) -> CourseVersion:
    return make_course("taught")


@pytest.fixture
def lesson(version: CourseVersion) -> Activity:
    """The first lesson of the course's draft."""
    draft = open_draft(course_of(version), now=NOW, actor=None)
    return whole_version(draft.id).activities[0]


def edit_path(lesson: Activity) -> str:
    return f"/authoring/lessons/{lesson.public_id}/edit"


def opened(author: PageClient, lesson: Activity, language: str = "en") -> dict[str, str]:
    return author.get(f"{edit_path(lesson)}?language={language}").form_values()


def stored(lesson: Activity, language: str = "en") -> LessonText:
    return (
        db.session.query(LessonText)
        .populate_existing()
        .filter_by(activity_id=lesson.id, language=language)
        .one()
    )


def live_preview(author: PageClient, lesson: Activity, body: str, **more: str) -> Page:
    return author.post(
        f"/authoring/lessons/{lesson.public_id}/preview",
        {"title": "T", "body": body, "language": "en", **more},
        status=200,
    )


def body_of(html: str, without: str = "</article>") -> str:
    """The lesson's text as it stands in the page, byte for byte."""
    begin = html.index('<article class="prose lesson-body"')
    return html[begin : html.index(without, begin)]


def test_the_editor_holds_the_stored_text_and_its_preview(
    author: PageClient, lesson: Activity
) -> None:
    page = author.get(f"{edit_path(lesson)}?language=ru")
    assert page.one("#title").get("value") == "Приветствие"
    assert page.one("#body").text.strip().startswith("Сначала взгляд")
    assert "Назовите себя." in page.one("[data-preview]").text_content()


def test_a_saved_text_stands_in_the_draft_and_not_in_what_is_taught(
    author: PageClient, lesson: Activity, version: CourseVersion
) -> None:
    values = opened(author, lesson)
    page = author.post(edit_path(lesson), {**values, "title": "New", "body": "Now **so**."})
    assert "The lesson is saved." in author.follow(page).text
    assert (stored(lesson).title, stored(lesson).body.strip()) == ("New", "Now **so**.")
    assert stored(lesson, "ru").title == "Приветствие"
    taught = stored(whole_version(version.id).activities[0])
    assert taught.title == "Greeting"


PROSE = """\
Look up **first**[@own-method].

## A heading

::: rule
Never *interrupt*.
:::

| Step | Minutes |
|---|---:|
| Ticket | 1 |

- one
- two

> said

![The way.](figures/hall.svg "Caption")
"""


def test_the_live_preview_is_byte_for_byte_what_a_trainee_reads(
    app: Flask, author: PageClient, lesson: Activity
) -> None:
    previewed = live_preview(author, lesson, PROSE).json["html"]
    for language in ("ru", "en"):
        author.post(edit_path(lesson), {**opened(author, lesson, language), "body": PROSE})
    author.post(f"/authoring/drafts/{whole_version(lesson.version_id).public_id}/publish")
    published = whole_version(lesson.version_id)
    account = make_account(AccessRole.TRAINEE)
    enrolment = make_enrolment(account.person, published)
    trainee = PageClient(app).sign_in(account.username, PASSWORD)
    address = f"/courses/{enrolment.public_id}/lessons/{lessons_of(enrolment)[0].public_id}"
    read = trainee.get(address).html
    assert "figure" in body_of(read)
    assert body_of(previewed) == body_of(read)


def test_the_live_preview_equals_the_editors_own_and_the_page_of_the_lesson(
    author: PageClient, lesson: Activity
) -> None:
    body = opened(author, lesson)["body"]
    live = body_of(live_preview(author, lesson, body).json["html"])
    editor = body_of(author.get(f"{edit_path(lesson)}?language=en").html)
    alone = author.get(f"/authoring/lessons/{lesson.public_id}?language=en").html
    assert live == editor == body_of(alone)


def test_the_self_check_of_the_preview_is_the_trainees_question(
    app: Flask, author: PageClient, lesson: Activity, version: CourseVersion
) -> None:
    account = make_account(AccessRole.TRAINEE)
    enrolment = make_enrolment(account.person, version)
    trainee = PageClient(app).sign_in(account.username, PASSWORD)
    address = f"/courses/{enrolment.public_id}/lessons/{lessons_of(enrolment)[0].public_id}"

    def question(page: Page) -> list[str]:
        [check] = page.select("div.check, [data-check]")
        return [" ".join(o.text_content().split()) for o in check.cssselect(".option-body")]

    previewed = question(author.get(f"/authoring/lessons/{lesson.public_id}?language=en"))
    assert previewed == question(trainee.get(address)) == ["A greeting", "The list of documents"]


def test_the_preview_of_takt_leads_to_the_calculator_it_speaks_of(
    author: PageClient, lesson: Activity
) -> None:
    body = next(entry.text for _, group in palette("en") for entry in group if "takt" in entry.text)
    shown = body_of(live_preview(author, lesson, body).json["html"])
    assert "calculator below" in shown
    link = lxml.html.fromstring(shown).cssselect("a[href^='/calculator/windows?visitors=45']")[0]
    assert link.get("target") == "_blank", "what is being written stays open"
    assert "windows are needed" in author.get(link.get("href")).text


def faults_of(tree: Any) -> list[Any]:
    """What no lesson may hold, outside and inside its text."""
    elements = "script iframe object embed style link meta base svg[not(@class)] math[@*[name()!='display']] form[@action]".split()
    found = [node for name in elements for node in tree.xpath(f"//main//article//{name}")]
    return [
        *found,
        *tree.xpath("//main//*/@*[starts-with(name(), 'on')]"),
        *tree.xpath("//main//@href[contains(translate(., 'SCRIPT', 'script'), 'script:')]"),
        *tree.xpath("//main//article//@src[contains(., '//')]"),
    ]


def test_no_hostile_text_gets_through_the_live_preview(
    author: PageClient, lesson: Activity
) -> None:
    for vector in [*VECTORS, "\0<b onclick=x>\0", "\u202e<i>\ufeff", "]]>" * 99]:
        html = live_preview(author, lesson, vector, title=vector).json["html"]
        tree = lxml.html.fromstring(f"<main>{html}</main>")
        assert not faults_of(tree), vector
        assert not tree.xpath("//p[@role='heading']/*"), vector


def test_hostile_texts_look_the_same_in_preview_and_page(
    app: Flask, author: PageClient, lesson: Activity
) -> None:
    hostile = "\n\n".join([*(v for v in VECTORS if "{{" not in v and not unfit_sign(v)), "A\0B"])
    title = "<script>alert(1)</script>"
    live = live_preview(author, lesson, hostile, title=title).json["html"]
    values = {**opened(author, lesson), "title": title, "body": hostile}
    author.post(edit_path(lesson), values)
    for path in (edit_path(lesson), f"/authoring/lessons/{lesson.public_id}"):
        page = author.get(f"{path}?language=en")  # inspected: no inline code, no double ids
        assert body_of(page.html) == body_of(live)
        assert not faults_of(page.tree)
    assert "\0" not in stored(lesson).body


def test_mistakes_are_named_with_their_lines_before_publication(
    author: PageClient, lesson: Activity
) -> None:
    html = live_preview(author, lesson, "Text.\n\nSee [@nothing] and [x](lesson:gone).").json[
        "html"
    ]
    assert "Line 3" in html
    author.post(edit_path(lesson), {**opened(author, lesson), "body": "See [@nothing]."})
    draft = whole_version(lesson.version_id)
    page = author.post(f"/authoring/drafts/{draft.public_id}/publish", status=422)
    assert "nothing" in page.one(".missing-list").text_content()


def test_the_button_preview_shows_the_text_and_saves_nothing(
    author: PageClient, lesson: Activity
) -> None:
    values = {**opened(author, lesson), "body": "Only *seen*.", "preview": "1"}
    page = author.post(edit_path(lesson), values, status=200)
    assert "<em>seen</em>" in page.html
    assert page.one("#body").text.strip() == "Only *seen*."
    assert "Only" not in stored(lesson).body
    # The script must know that this text is not saved yet.
    assert page.select("form[data-unsaved]")
    assert not author.get(edit_path(lesson)).select("form[data-unsaved]")


def test_whoever_saves_the_same_text_twice_meets_no_conflict(
    author: PageClient, lesson: Activity
) -> None:
    values = {**opened(author, lesson), "body": "The same."}
    author.post(edit_path(lesson), values)
    author.post(edit_path(lesson), values)


def test_another_language_of_the_same_lesson_is_no_conflict(
    author: PageClient, lesson: Activity
) -> None:
    english, russian = opened(author, lesson, "en"), opened(author, lesson, "ru")
    author.post(edit_path(lesson), {**english, "body": "English."})
    author.post(edit_path(lesson), {**russian, "body": "Русский."})
    assert (stored(lesson).body, stored(lesson, "ru").body) == ("English.", "Русский.")


@pytest.mark.parametrize("wrong", ["", "x", "-1", "9" * 30, "٣", "0"])
def test_a_damaged_row_version_overwrites_nothing(
    author: PageClient, lesson: Activity, wrong: str
) -> None:
    values = {**opened(author, lesson), "body": "Mine.", "row_version": wrong}
    page = author.post(edit_path(lesson), values, status=409)
    assert page.one("#body").text.strip() == "Mine."
    assert "Mine." not in stored(lesson).body


def test_a_lesson_without_title_or_too_long_is_refused_and_kept_in_the_form(
    author: PageClient, lesson: Activity
) -> None:
    values = opened(author, lesson)
    page = author.post(edit_path(lesson), {**values, "title": " ", "body": "Kept."}, status=422)
    assert page.select("#title-error")
    assert page.one("#body").text.strip() == "Kept."
    assert page.select("form[data-unsaved]")
    author.post(edit_path(lesson), {**values, "title": "t" * 301}, status=422)
    author.post(edit_path(lesson), {**values, "body": "b" * (BODY_LIMIT + 1)}, status=422)
    author.post(edit_path(lesson), {**values, "body": "ы" * BODY_LIMIT})
    live = {"body": "b" * (BODY_LIMIT + 1), "language": "en"}
    author.post(f"/authoring/lessons/{lesson.public_id}/preview", live, status=422)


def test_a_huge_text_is_refused_before_it_is_read(author: PageClient, lesson: Activity) -> None:
    huge = {**opened(author, lesson), "body": "b" * 6_000_000}
    assert "at most 5 MB" in author.post(edit_path(lesson), huge, status=413).text


def test_a_language_the_course_does_not_have_is_shown_as_one_it_has_and_never_saved(
    author: PageClient, lesson: Activity
) -> None:
    author.get(f"{edit_path(lesson)}?language=xx")
    values = {**opened(author, lesson), "language": "xx", "body": "New."}
    author.post(edit_path(lesson), values, status=404)
    texts = db.session.query(LessonText).all()
    assert {text.language for text in texts} == {"ru", "en"}
    assert all(text.body != "New." for text in texts)


def test_a_text_whose_lesson_is_gone_is_given_back(author: PageClient, lesson: Activity) -> None:
    values = {**opened(author, lesson), "title": "Queues", "body": "Written <meanwhile>."}
    path = edit_path(lesson)
    author.post(f"/authoring/lessons/{lesson.public_id}/remove")
    page = author.post(path, values, status=404)
    assert page.one("#title").get("value") == values["title"]
    assert (page.one("#body").text or "").strip() == values["body"]
    author.post(path, status=404)
