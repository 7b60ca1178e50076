"""Words of lessons that hold together flow as one text in a narrow window."""

import pytest
from playwright.sync_api import Browser, ViewportSize

from lms.catalog.rendering import render_text
from tests.catalog.browser.prose import show_prose

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


@pytest.mark.browser
def test_the_heading_of_an_accordion_is_one_text(browser: Browser) -> None:
    body = render_text(f"::: accordion\n- **{HEADING}**\n  Нет.\n:::")
    prose = f'<div class="prose">{body}</div>'
    narrow: ViewportSize = {"width": 320, "height": 600}
    page = show_prose(browser, prose, "base", "blocks", viewport=narrow)
    ends = page.evaluate(ENDS)
    page.close()
    assert ends["words"] <= ends["mark"] < 320
