"""An instructor drops a picture on the page and shows it in a lesson; a trainee sees it."""

import base64

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from lms.catalog.models import CourseVersion
from lms.catalog.services import open_draft, publish
from lms.core.database import db
from lms.core.unit_of_work import unit_of_work
from lms.people.models import AccessRole
from tests.builders.catalog import NOW, make_course
from tests.builders.learning import course_of, lessons_of, make_enrolment
from tests.builders.media import photograph
from tests.builders.people import PASSWORD, make_account
from tests.support.server import LiveServer

DROP = """([name, content]) => {
  const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
  const carried = new DataTransfer();
  carried.items.add(new File([bytes], name));
  for (const type of ["dragenter", "dragover", "drop"])
    document.querySelector(".dropzone").dispatchEvent(
      new DragEvent(type, { dataTransfer: carried, bubbles: true, cancelable: true }));
}"""
SHOWN = "![A light hall.](figures/light-hall.jpg)"


def signed_in(browser: Browser, server: LiveServer, username: str) -> Page:
    page = browser.new_context().new_page()
    page.context.add_cookies([{"name": "language", "value": "en", "url": server.url}])
    page.goto(f"{server.url}/sign-in")
    page.fill("[name=username]", username)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    expect(page.locator("[name=password]")).to_have_count(0)
    return page


def insert(page: Page, lesson: str, language: str) -> None:
    """Put the picture at the end of a lesson's text by the picker, see it, save."""
    page.goto(f"{lesson}?language={language}")
    text = page.locator(".editor-form textarea")
    text.press("Control+End")
    text.press("Enter")
    page.locator("[data-picker-open]").click()
    page.locator("[data-pick]", has_text="light-hall.jpg").click()
    expect(page.locator("[data-preview] img[src*='/files/']").last).to_have_js_property(
        "complete", True
    )
    assert "](figures/light-hall.jpg)" in text.input_value()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("The lesson is saved.")).to_be_visible()


def refuse_a_replacement_for_good(page: Page) -> None:
    """What won't be taken the next time either is cleared away: nothing offers to send it again."""
    refusal = {"status": 422, "json": {"message": "This is none of the kinds."}}
    page.route("**/media/uploads", lambda route: route.fulfill(**refusal))
    form = page.locator("form[data-resumes][action$='/replace']")
    form.locator("input[type=file]").set_input_files(
        {"name": "lie.jpg", "mimeType": "image/jpeg", "buffer": b"MZ"}
    )
    form.locator("button").first.click()
    expect(form.locator(".upload-row")).to_contain_text("none of the kinds")
    form.get_by_role("button", name="Clear: lie.jpg").click()
    expect(form.locator(".upload-row")).to_have_count(0)
    expect(form.locator("input[type=file]")).to_be_focused()
    page.unroute("**/media/uploads")


@pytest.mark.browser
def test_a_picture_travels_from_the_desk_to_a_trainee(
    browser: Browser, live_server: LiveServer, live_app: Flask
) -> None:
    with unit_of_work():
        draft = open_draft(course_of(make_course("shown")), now=NOW, actor=None)
        draft_id, address = draft.id, f"{live_server.url}/authoring/drafts/{draft.public_id}"
        lesson = f"{live_server.url}/authoring/lessons/{lessons_of(draft)[1].public_id}/edit"
        author, learner = make_account(AccessRole.INSTRUCTOR).username, make_account()
        trainee, person = learner.username, learner.person
    page = signed_in(browser, live_server, author)
    page.goto(f"{address}/media")
    page.evaluate(DROP, ["lie.png", base64.b64encode(b"MZ" + bytes(99)).decode()])
    clear = page.get_by_role("button", name="Clear: lie.png")  # it would be refused again
    expect(page.locator(".upload-row", has=clear)).to_contain_text("is none of the kinds")
    clear.click()
    expect(page.locator("[data-upload-queue]")).to_be_hidden()
    page.evaluate(DROP, ["Light hall.jpg", base64.b64encode(photograph()).decode()])
    page.get_by_role("link", name="light-hall.jpg").click()
    page.get_by_label("Description in Russian").fill("Светлый зал.")
    page.get_by_label("Description in English").fill("A light hall.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The description is saved.")).to_be_visible()
    refuse_a_replacement_for_good(page)
    insert(page, lesson, "ru")
    insert(page, lesson, "en")
    with unit_of_work():
        published = publish(db.session.get_one(CourseVersion, draft_id), now=NOW, actor=None)
        place = make_enrolment(person, published).public_id
        shown = lessons_of(published)[1].public_id
    reader = signed_in(browser, live_server, trainee)
    reader.goto(f"{live_server.url}/courses/{place}/lessons/{shown}")
    picture = reader.get_by_role("img", name="A light hall.")
    picture.scroll_into_view_if_needed()
    expect(picture).to_have_js_property("complete", True)
    assert picture.evaluate("image => image.currentSrc").endswith("/480")
