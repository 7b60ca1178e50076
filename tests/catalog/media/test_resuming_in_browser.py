"""A video is on its way when the connection breaks: it goes on by itself, after a reload too."""

import threading
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Route, expect

from lms.catalog.models import CourseVersion
from lms.catalog.queries import whole_version
from lms.catalog.services import open_draft
from lms.core.database import db
from lms.core.storage import blobs
from lms.core.unit_of_work import unit_of_work
from lms.people.models import AccessRole
from tests.builders.catalog import NOW, make_course
from tests.builders.learning import course_of
from tests.builders.media import mp4
from tests.builders.people import make_account
from tests.catalog.media.test_in_browser import signed_in
from tests.support.server import LiveServer

LENGTH = 17 * 1024 * 1024  # five pieces


@pytest.mark.browser
def test_only_the_rest_of_a_video_is_sent_after_the_connection_broke(
    browser: Browser, live_server: LiveServer, live_app: Flask, tmp_path: Path
) -> None:
    with unit_of_work():
        draft = open_draft(course_of(make_course("shown")), now=NOW, actor=None)
        draft_id, address = draft.id, f"{live_server.url}/authoring/drafts/{draft.public_id}"
        author = make_account(AccessRole.INSTRUCTOR).username
    video = tmp_path / "talk.mp4"
    video.write_bytes(mp4(length=LENGTH, place=False))
    page = signed_in(browser, live_server, author)
    sent: list[int] = []
    cut = threading.Event()

    def pass_on(route: Route) -> None:
        if route.request.method == "PATCH":
            sent.append(int(route.request.headers["upload-offset"]))
            if len(sent) == 2:
                cut.set()
            if len(sent) == 5:  # the page is left before the piece is
                return
        route.abort("connectionreset") if cut.is_set() else route.continue_()

    page.route("**/uploads/*", pass_on)
    page.goto(f"{address}/media")
    page.get_by_label("Files", exact=True).set_input_files(video)
    expect(
        page.get_by_text("No connection. Goes on by itself from 23 %.", exact=True)
    ).to_be_visible()
    cut.clear()
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.get_by_text("Sending: 70 %")).to_be_visible(timeout=15_000)
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.get_by_text("70 % of 17 MB arrived")).to_be_visible()
    page.get_by_label("Files", exact=True).set_input_files(video)
    expect(page.get_by_role("link", name="talk.mp4")).to_be_visible(timeout=15_000)
    pieces = [index * 4 * 1024 * 1024 for index in range(5)]
    assert sent == [0, pieces[1], pieces[1], pieces[2], pieces[3], pieces[3], pieces[4]]
    with unit_of_work():
        stored = whole_version(db.session.get_one(CourseVersion, draft_id).id).files[-1]
        assert blobs().get(stored.blob) == video.read_bytes()
