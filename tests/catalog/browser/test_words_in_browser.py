"""Words of lessons that hold together flow as one text in a narrow window."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route

from lms.catalog.rendering import render_text

STATIC = Path(__file__).parents[3] / "static"
SITE = "http://site.test"
HEADING = "Посетитель благодарит и протягивает в окно № 5 шоколадку. Взять?"
# How far the heading's words reach, and where the mark beside them is.
ENDS = """() => {
  const heading = document.querySelector("summary");
  const range = document.createRange();
  range.selectNodeContents(heading);
  return {
    words: Math.max(...[...range.getClientRects()].map((box) => box.right)),
    mark: heading.getBoundingClientRect().right - 28,
  };
}"""


def _page(route: Route) -> None:
    path = route.request.url.removeprefix(f"{SITE}/")
    if path:
        route.fulfill(path=STATIC / path)
        return
    body = render_text(f"::: accordion\n- **{HEADING}**\n  Нет.\n:::")
    route.fulfill(
        content_type="text/html; charset=utf-8",
        body=f'<!doctype html><link rel="stylesheet" href="/css/base.css">'
        f'<link rel="stylesheet" href="/css/blocks.css"><div class="prose">{body}</div>',
    )


@pytest.mark.browser
def test_the_heading_of_an_accordion_is_one_text(browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 320, "height": 600})
    page.route(f"{SITE}/**", _page)
    page.goto(f"{SITE}/")
    ends = page.evaluate(ENDS)
    page.close()
    assert ends["words"] <= ends["mark"] < 320
