"""The courses' own figures hold their words on a phone."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

FIGURES = Path(__file__).parents[3] / "courses"
PHONE = {
    "viewport": {"width": 356, "height": 800}
}  # a phone of 390 px without the lesson's margins
CUT_OFF = """() => [...document.querySelectorAll("svg")].flatMap((figure) => {
  const frame = figure.getBoundingClientRect();
  return [...figure.querySelectorAll("text")].filter((text) => {
    const box = text.getBoundingClientRect();
    return box.left < frame.left + 2 || box.right > frame.right - 2;
  }).map((text) => `${figure.parentElement.title}: ${text.textContent}`);
})"""


@pytest.mark.browser
def test_no_word_of_a_figure_is_cut_off_by_its_frame(browser: Browser) -> None:
    files = sorted(FIGURES.glob("*/figures/*.svg"))
    assert files
    page = browser.new_context(**PHONE).new_page()  # type: ignore[arg-type]
    style = "<style>body { margin: 0 } svg { display: block; width: 100%; height: auto }</style>"
    page.set_content(
        style + "".join(f'<div title="{one.name}">{one.read_text()}</div>' for one in files)
    )
    assert page.locator("svg").count() == len(files)
    assert page.evaluate(CUT_OFF) == []
