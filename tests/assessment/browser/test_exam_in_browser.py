"""The exam in a real browser: what it shows is what the server has, and nothing is lost."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Route, expect

from lms.app import create_app
from lms.assessment import services
from lms.assessment.log import fold
from lms.assessment.models import ItemKind
from lms.core import clock
from lms.core.database import db
from lms.core.unit_of_work import unit_of_work
from tests.assessment.browser.taker import Sitting, Taker, expire_sign_ins
from tests.builders.assessment import make_exam, make_item, position_of, right_responses
from tests.support.databases import SECRET, Sqlite, make_settings
from tests.support.server import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
ANSWERS = "**/answers"
# A key pressed in this tab; in the same moment another tab says that it writes from now on.
TYPE_AND_LOSE = """
(attempt) => {
  const field = document.getElementById("q1");
  field.value = "fir tree";
  field.dispatchEvent(new Event("input", { bubbles: true }));
  new BroadcastChannel(`exam:${attempt}`).postMessage({ took: 2 });
}
"""


@pytest.fixture
def server(sqlite: Sqlite, tmp_path: Path) -> Iterator[LiveServer]:
    """A server that waits a second for answers on their way."""
    var = tmp_path / "live"
    sqlite.url(var)
    server = LiveServer(var, "", SECRET, exam_grace_seconds="1")
    server.start()
    yield server
    server.kill()


@pytest.fixture
def app(server: LiveServer) -> Iterator[Flask]:
    app = create_app(make_settings(server.var, public_url=server.url, exam_grace_seconds=1))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(autouse=True)
def _patience() -> Iterator[None]:
    """The machine may be busy."""
    expect.set_options(timeout=20_000)
    yield
    expect.set_options(timeout=5_000)


@pytest.fixture
def sitting(app: Flask) -> Sitting:
    return Sitting()


@pytest.fixture
def taker(browser: Browser, server: LiveServer, sitting: Sitting) -> Iterator[Taker]:
    taker = Taker(browser, server, sitting)
    yield taker
    taker.context.close()


def test_saved_is_shown_on_the_servers_receipt_and_not_before(
    taker: Taker, sitting: Sitting
) -> None:
    held: list[Route] = []
    is_held = True

    def hold(route: Route) -> None:
        if is_held:
            held.append(route)
        else:
            route.continue_()

    taker.starts()
    taker.page.route(ANSWERS, hold)
    taker.chooses(1, "b")
    taker.sees_state(1, "saving")
    taker.page.wait_for_timeout(500)
    assert sitting.log() == []
    replies = [(route, route.fetch()) for route in held]
    assert sitting.answers() == {1: "b"}  # the server has it, the browser doesn't know
    taker.sees_state(1, "saving")
    badge, aloud = taker.page.locator("[data-save-state]"), taker.page.locator("[data-live]")
    expect(badge).to_have_attribute("data-state", "saving")
    expect(aloud).to_be_empty()
    is_held = False
    for route, reply in replies:
        route.fulfill(response=reply)
    taker.sees_state(1, "saved")
    expect(badge).to_have_attribute("data-state", "saved")
    expect(aloud).to_have_text("Saved")


def test_a_second_tab_only_reads_until_it_takes_over(taker: Taker, sitting: Sitting) -> None:
    taker.starts()
    taker.chooses(1, "b")
    taker.sees_state(1, "saved")
    first = taker.page
    taker.page = taker.context.new_page()
    taker.opens_paper()
    taker.sees_notice("elsewhere")
    expect(taker.option(1, "b")).to_be_checked()
    expect(taker.option(1, "a")).to_be_disabled()
    taker.presses("Continue here")
    expect(taker.option(1, "a")).to_be_enabled()
    taker.chooses(2, "a")
    taker.sees_state(2, "saved")
    expect(first.locator("[data-notice='elsewhere']")).to_be_visible()
    expect(first.locator("#question-1 input[value='a']")).to_be_disabled()
    assert sitting.answers() == {1: "b", 2: "a"}
    assert sitting.attempt.writer == 2


def test_what_arrives_after_another_device_took_over_shows_what_stands(
    taker: Taker, sitting: Sitting, browser: Browser, server: LiveServer
) -> None:
    taker.starts()
    taker.loses_the_server()
    taker.chooses(1, "a")
    taker.sees_state(1, "waiting")
    other = Taker(browser, server, sitting)
    other.opens_paper()
    other.presses("Continue here")
    expect(other.option(1, "b")).to_be_enabled()
    other.chooses(1, "b")
    other.sees_state(1, "saved")
    taker.finds_the_server()
    taker.sees_notice("elsewhere")
    expect(taker.option(1, "b")).to_be_checked()
    expect(taker.option(1, "b")).to_be_disabled()
    assert sitting.answers() == {1: "b"}
    assert [event.writer for event in sitting.log() if event.position] == [2, 1]
    other.context.close()


def test_what_was_not_sent_survives_a_reload(taker: Taker, sitting: Sitting) -> None:
    taker.starts()
    taker.loses_the_server()
    taker.chooses(1, "b")
    taker.sees_state(1, "waiting")
    taker.chooses(1, "c")
    taker.chooses(2, "a")
    taker.page.reload()
    expect(taker.option(1, "c")).to_be_checked()
    taker.sees_state(2, "waiting")
    assert sitting.log() == []
    taker.finds_the_server()
    taker.sees_state(1, "saved")
    taker.sees_state(2, "saved")
    assert sitting.answers() == {1: "c", 2: "a"}
    assert [event.sequence for event in sitting.log()] == [1, 2, 3]


def test_a_sign_in_that_ends_during_the_exam_costs_no_answer(
    taker: Taker, sitting: Sitting
) -> None:
    taker.starts()
    taker.chooses(1, "b")
    taker.sees_state(1, "saved")
    expire_sign_ins()
    taker.chooses(2, "b")
    taker.sees_state(2, "saved")
    taker.page.locator("[data-review]:visible").first.click()
    expect(taker.page).to_have_url(re.compile("/sign-in"))
    taker.signs_in_here()
    taker.sees("2 of 3")
    assert sitting.answers() == {1: "b", 2: "b"}


def test_what_is_being_typed_when_another_tab_takes_over_is_saved(
    browser: Browser, server: LiveServer, app: Flask
) -> None:
    """Though the pause after which typing is saved isn't over."""
    with unit_of_work():
        version = make_exam([make_item(ItemKind.SHORT_TEXT)])
    sitting = Sitting(version)
    taker = Taker(browser, server, sitting)
    taker.goes_to(sitting.exam_path)
    taker.presses("Start the exam")
    taker.page.locator("#q1").fill("fir")
    taker.sees_state(1, "saved")
    taker.page.evaluate(TYPE_AND_LOSE, sitting.attempt.public_id)
    taker.sees_notice("elsewhere")
    taker.sees_state(1, "saved")
    assert sitting.answers() == {1: {"text": "fir tree"}}
    taker.context.close()


def test_what_is_answered_before_the_scripts_arrive_is_kept_and_saved(
    browser: Browser, server: LiveServer, app: Flask
) -> None:
    """On a slow network the plain form is there first; a question of each kind is answered in it."""
    with unit_of_work():
        # A dialogue is sent in steps; files and places on pictures: test_pictures_in_browser.
        apart = (ItemKind.DIALOGUE, ItemKind.FILE, ItemKind.HOTSPOT)
        kinds = [kind for kind in ItemKind if kind not in apart]
        version = make_exam([make_item(kind) for kind in kinds])
    sitting = Sitting(version)
    taker = Taker(browser, server, sitting)
    held: list[Route] = []
    taker.page.route("**/exam-page.*js*", lambda route: held.append(route))  # noqa: PLW0108
    taker.goes_to(sitting.exam_path)
    taker.presses("Start the exam")
    expect(taker.page.locator("#paper")).to_be_visible()
    taker.page.emulate_media(media="print")  # paper doesn't wait for scripts
    assert taker.page.locator(".question").last.is_visible()
    taker.page.emulate_media(media="screen")
    for name, values in sitting.fields().items():
        for value in [values] if isinstance(values, str) else values:
            taker.fills(name, value)
    assert sitting.log() == []
    assert held
    for route in held:
        route.continue_()
    with unit_of_work():
        right = right_responses(sitting.attempt)
    for position in right:
        taker.sees_state(position, "saved")
    with unit_of_work():
        assert fold(sitting.log()).answers == right
    taker.context.close()


def test_a_conversation_goes_on_without_network_and_by_keyboard(
    browser: Browser, server: LiveServer, app: Flask
) -> None:
    with unit_of_work():
        version = make_exam([make_item(ItemKind.DIALOGUE)])
    sitting = Sitting(version)
    taker = Taker(browser, server, sitting)
    taker.starts_anything()
    with unit_of_work():
        path = right_responses(sitting.attempt)[1]["path"]
    taker.loses_the_server()
    for reply in path:
        choice = taker.page.locator(f"[data-replies] [data-reply='{reply}']")
        choice.focus()
        choice.press("Enter")
    taker.sees("The good end.")
    taker.sees("The conversation is over.")
    expect(taker.page.locator("[data-spent]")).to_have_text("0:40")
    expect(taker.page.locator("[data-mood-word='2']")).to_be_visible()
    taker.sees_state(1, "waiting")
    taker.finds_the_server()
    taker.sees_state(1, "saved")
    assert sitting.answers() == {1: {"path": path}}
    taker.page.reload()
    taker.sees("The good end.")
    taker.context.close()


def test_an_answer_that_comes_too_late_is_told_and_kept_on_the_device(
    taker: Taker, sitting: Sitting, app: Flask
) -> None:
    """The exam was handed in on another device while this one was without network."""
    taker.starts()
    taker.loses_the_server()
    taker.chooses(1, "b")
    taker.sees_state(1, "waiting")
    attempt = sitting.attempt
    with unit_of_work():
        services.submit(attempt=attempt, now=clock.now(), settings=app.config["SETTINGS"])
    taker.finds_the_server()
    taker.page.wait_for_url("**/result", timeout=40_000)
    taker.sees_notice("refused")
    taker.sees("This exam was handed in already.")
    expect(taker.page.locator("[data-live]")).to_contain_text("Some answers were not taken.")
    with taker.page.expect_download() as download:
        taker.page.locator("[data-notice=refused] [data-download]").click()
    kept = json.loads(Path(download.value.path()).read_text())
    assert [event["response"] for event in json.loads(kept["body"])["events"]] == [{"choice": "b"}]
    assert sitting.answers() == {}


@pytest.mark.slow
def test_answers_given_without_network_in_the_last_minute_count(
    taker: Taker, sitting: Sitting, browser: Browser, server: LiveServer
) -> None:
    """Another device looks on meanwhile, and must not hand the exam in for the one that is away."""
    taker.starts()
    onlooker = Taker(browser, server, sitting)
    sitting.ends_in(12)
    onlooker.opens_paper()
    onlooker.sees_notice("elsewhere")
    taker.chooses(1, "b")
    taker.sees_state(1, "saved")  # with the receipt came the new deadline
    taker.context.set_offline(True)
    taker.chooses(2, "b")
    taker.sees_state(2, "waiting")
    taker.sees_notice("over")
    expect(taker.option(3, "b")).to_be_disabled()
    onlooker.page.wait_for_url("**/result")
    onlooker.sees("The score isn’t final yet")
    onlooker.sees("Not passed this time")
    assert sitting.attempt.settled_at is None
    taker.sees_state(2, "waiting")
    taker.context.set_offline(False)
    taker.page.wait_for_url("**/result")
    taker.sees("You have passed the exam")
    taker.sees("They were given in time and count.")
    assert sitting.answers() == {1: "b", 2: "b"}
    assert [e.late for e in sitting.log() if e.position] == [False, True]
    onlooker.context.close()


@pytest.mark.slow
def test_the_time_may_end_without_network_though_all_is_saved(
    taker: Taker, sitting: Sitting
) -> None:
    """Neither the questions nor the review leave for a page that can't be opened now."""
    taker.starts()
    sitting.ends_in(9)
    paper = taker.page
    review = taker.context.new_page()
    review.goto(f"{taker.url}/attempts/{sitting.attempt.public_id}/review")
    expect(review.locator("[data-clock]")).to_have_attribute("data-state", "last")
    taker.chooses(1, "b")
    taker.sees_state(1, "saved")  # with the receipt came the new deadline
    taker.context.set_offline(True)
    for page in (paper, review):
        expect(page.locator("[data-notice=over]")).to_be_visible()
        expect(page.locator("[data-while-open]")).to_be_hidden()
        expect(page.locator("[data-while-over]")).to_be_visible()
    paper.wait_for_timeout(2500)  # it would have left within two seconds
    for page in (paper, review):
        assert page.url.startswith(taker.url)
        assert "/result" not in page.url
    taker.context.set_offline(False)
    for page in (paper, review):
        page.wait_for_url("**/result")


def test_the_whole_exam_goes_without_scripts(
    browser: Browser, server: LiveServer, app: Flask
) -> None:
    with unit_of_work():
        version = make_exam()
    sitting = Sitting(version)
    taker = Taker(browser, server, sitting, scripts=False)
    taker.goes_to(sitting.exam_path)
    taker.presses("Start the exam")
    with unit_of_work():
        place = position_of(sitting.attempt, ItemKind.DIALOGUE)
        path = right_responses(sitting.attempt)[place]["path"]
    talk = {f"q{place}", f"q{place}-path"}
    for name, value in sitting.fields().items():
        for one in value if isinstance(value, list) else [value]:
            if name not in talk:
                taker.fills(name, one)
    for reply in path:
        taker.fills(f"q{place}", reply)
        taker.presses("Save answers")
    taker.sees("The conversation is over.")
    taker.presses("Save and review")
    taker.sees("9 of 9")
    taker.follows("Back to the questions")
    expect(taker.page.locator("#question-1")).to_be_visible()
    taker.page.go_back()
    taker.presses("Hand in the exam")
    taker.sees("You have passed the exam")
    taker.context.close()
