"""What reads and sends the answers, alone in a browser with a network made up by the test; no
server runs.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route

import lms
from lms.assessment.kinds.base import read_number

pytestmark = pytest.mark.browser
SCRIPTS = Path(lms.__file__).parents[1] / "static/js"
HOST = "https://exam.test"

# A sender whose requests are answered by ``network(events)``. ``slept``: milliseconds that the
# device's own count of time has missed; the server's hasn't.
MAKE = """
async () => {
  const [{ Sender }, { Clock }, { openJournal }] = await Promise.all(
    ["sender", "clock", "journal"].map((name) => import(`/exam-${name}.js`)),
  );
  window.slept = 0;
  const serverNow = () => new Date(1.8e12 + performance.now() + slept).toISOString();
  const data = {
    attempt: "a1", save_url: "/answers", token: "t", writer: 1, refusals: { too_late: "Too late." },
    server_now: serverNow(), deadline_at: new Date(1.8e12 + 3.6e6).toISOString(),
  };
  const clock = new Clock(data);
  window.sent = [];
  window.fetch = async (_address, { body }) => {
    const { events } = JSON.parse(body);
    sent.push(events);
    const [status, reply, headers = {}] = await network(events);
    return new Response(reply && JSON.stringify(reply), { status, headers });
  };
  window.taken = (events) => [200, {
    receipts: events.map(({ event_id }) => ({ event_id })), refused: [], writer: 1, closed: false,
    server_now: serverNow(), deadline_at: data.deadline_at,
  }];
  window.sender = new Sender({ data, journal: await openJournal("a1", clock.now()), clock });
  window.give = (position, response = {}) => sender.record({
    attempt: "a1", event_id: `e${position}`, kind: "answer", writer: 1, sequence: position, position,
    response, authored_at: clock.now(),
  });
  window.until = async (met) => { while (!met()) await new Promise((next) => setTimeout(next, 10)); };
}
"""
TYPED = """1 000|1,5|1.5|−3|–3|—3|‑3|- 3|+3|１２，５|－３|١٢|.5|5.|1.5e3|1,000|1,000,000|1,920.5|1.920,5
12 %|½|5²|NaN|1_000|0x10|.|-|,|1-2"""
WARNS = """
async ([texts, lang]) => {
  const { warnOfWords } = await import("/exam-answers.js");
  const section = document.createElement("section");
  section.innerHTML = `<p class="question-text" lang="${lang}"></p>
    <div class="question-fields"><input></div><p data-not-a-number></p>`;
  return texts.filter((text) => {
    section.querySelector("input").value = text;
    warnOfWords(section);
    return !section.querySelector("[data-not-a-number]").hidden;
  });
}
"""
LATER = "Wed, 21 Oct 2037 07:28:00 GMT"


@pytest.fixture(scope="module")
def machine(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    page.set_default_timeout(20_000)
    page.route(f"{HOST}/**", serve)
    yield page
    page.close()


@pytest.fixture
def page(machine: Page) -> Page:
    machine.goto(f"{HOST}/")
    machine.evaluate("indexedDB.deleteDatabase('exam-journal')")
    machine.evaluate(MAKE)
    return machine


def serve(route: Route) -> None:
    script = SCRIPTS / route.request.url.rsplit("/", 1)[1]
    if script.is_file():
        route.fulfill(path=script, content_type="text/javascript")
    else:
        route.fulfill(body="<!doctype html>", content_type="text/html")


@pytest.mark.parametrize(
    ("status", "reply", "headers"),
    [
        (200, None, {}),  # the page of a captive portal is no JSON either
        (200, {}, {}),
        (200, "ok", {}),
        (409, {"error": "conflict"}, {}),
        (413, None, {}),
        (422, {"detail": []}, {}),
        (503, {}, {"Retry-After": LATER}),
        (503, {}, {"Retry-After": "86400"}),
    ],
)
def test_what_stands_between_neither_saves_nor_refuses_an_answer(
    page: Page, status: int, reply: Any, headers: dict[str, str]
) -> None:
    page.evaluate("(answer) => { window.network = () => answer; }", [status, reply, headers])
    page.evaluate("give(1)")
    page.evaluate("until(() => sender.failures)")
    page.wait_for_timeout(100)
    assert page.evaluate("[sender.state, sender.pending.size, sent.length]") == ["waiting", 1, 1]
    assert page.evaluate("!(sender.retryAfter > 60_000) && sender.clock.remaining() > 3.5e6")
    page.evaluate("() => { window.network = taken; }")
    page.evaluate("until(() => (sender.wake(), sender.state === 'saved'))")
    assert page.evaluate("sent.flat().map((event) => event.position)") == [1, 1]


def test_a_device_that_slept_asks_the_time_before_it_tells_an_answers_age(page: Page) -> None:
    """Answered in time without network; the lid was shut until after the deadline."""
    page.evaluate("() => { window.network = () => { throw new TypeError('away'); }; }")
    page.evaluate("give(1)")
    page.evaluate("until(() => sender.failures)")
    page.evaluate("() => { window.slept = 40 * 60_000; window.network = taken; }")
    page.evaluate("until(() => (sender.wake(), sender.state === 'saved'))")
    before, *ages = page.evaluate("sent.flat().map((event) => event.authored_ms_ago)")
    assert before < 5000
    assert ages == [pytest.approx(40 * 60_000, abs=5000)]


def test_a_device_that_slept_without_network_counts_on_and_a_clock_put_forward_is_found_out(
    page: Page,
) -> None:
    page.evaluate("() => { const { now } = Date; Date.now = () => now() + (window.forward ?? 0); }")
    left = "sender.clock.remaining() / 60_000"
    page.evaluate("() => { window.forward = 40 * 60_000; }")
    assert page.evaluate(left) == pytest.approx(20, abs=0.5)
    page.evaluate("() => { window.forward = -40 * 60_000; window.network = taken; }")
    assert page.evaluate(left) == pytest.approx(60, abs=0.5)
    page.evaluate("() => { window.forward = 40 * 60_000; }")
    assert page.evaluate("sender.ping()")  # awake all the time, says the server
    assert page.evaluate(left) == pytest.approx(60, abs=0.5)


def test_a_storage_that_never_answers_keeps_nothing_from_being_sent(page: Page) -> None:
    page.evaluate("() => { window.network = taken; }")
    page.evaluate(
        "Object.defineProperty(IDBTransaction.prototype, 'oncomplete', { set() {} });"
        "const later = setTimeout; setTimeout = (run, pause) => later(run, pause / 20);"
    )
    page.evaluate("give(1)")
    page.evaluate("until(() => sender.state === 'saved')")
    assert page.evaluate("sender.journal.isDurable") is False
    page.evaluate("give(2)")
    page.evaluate("until(() => sent.flat().length === 2 && sender.state === 'saved')")


def test_long_answers_go_in_parts_that_a_slow_network_carries(page: Page) -> None:
    page.evaluate("() => { window.network = () => [503, {}]; }")
    page.evaluate("Promise.all([1, 2, 3, 4].map((n) => give(n, { text: 'ж'.repeat(n * 8_000) })))")
    page.evaluate("() => { sent.length = 0; window.network = taken; }")
    page.evaluate("until(() => (sender.wake(), sender.state === 'saved'))")
    parts = page.evaluate("sent.map((events) => events.map((event) => event.position))")
    assert [part for part in parts if part] == [[1, 2], [3], [4]]


def test_a_network_slower_than_the_first_patience_still_brings_the_receipt(page: Page) -> None:
    """Eleven seconds a reply, in a page whose time runs fast."""
    page.evaluate("""() => {
      const [count, later] = [performance.now.bind(performance), setTimeout];
      performance.now = () => 40 * count();
      setTimeout = (run, pause) => later(run, pause / 40);
      const wire = window.fetch;
      window.fetch = (address, options) => new Promise((resolve, reject) => {
        options.signal.addEventListener("abort", () => reject(options.signal.reason));
        setTimeout(() => resolve(wire(address, options)), 11_000);
      });
      window.network = taken;
    }""")
    page.evaluate("give(1)")
    page.evaluate("until(() => sender.state === 'saved')")
    page.evaluate("give(2)")
    page.evaluate("until(() => sender.state === 'saved')")
    assert page.evaluate("sender.failures") == 0


def test_what_another_tab_journalled_is_taken_up(page: Page) -> None:
    page.evaluate("() => { window.network = taken; }")
    page.evaluate("sender.start()")
    page.evaluate("sender.journal.add({ attempt: 'a1', event_id: 'x', writer: 1, sequence: 7 })")
    assert page.evaluate("sender.takeUp().then((left) => left.length)") == 1
    assert page.evaluate("sender.takeUp().then((left) => left.length)") == 0
    page.evaluate("until(() => (sender.wake(), sender.isEmpty))")
    assert page.evaluate("sent.flat().map((event) => event.event_id)") == ["x"]


def test_what_is_typed_and_not_recorded_yet_is_not_saved(page: Page) -> None:
    page.evaluate("() => { window.network = taken; }")
    page.evaluate("sender.setDraft(1, true)")
    assert page.evaluate("[sender.state, sender.isPending(1)]") == ["saving", True]
    page.evaluate("sender.setDraft(1, false)")
    assert page.evaluate("[sender.state, sender.isPending(1)]") == ["saved", False]


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_page_warns_of_exactly_what_the_server_cant_read(machine: Page, language: str) -> None:
    machine.goto(f"{HOST}/")
    typed = TYPED.replace("\n", "|").split("|")
    unread = [text for text in typed if read_number(text, language) is None]
    assert machine.evaluate(WARNS, [typed, language]) == unread
