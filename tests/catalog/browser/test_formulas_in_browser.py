"""Formulas of lessons look the same on a device without a mathematical font."""

import pytest
from playwright.sync_api import Browser

from lms.catalog.markdown.formulas import mathml
from tests.catalog.browser.prose import show_prose

FORMULA = r"\sqrt{\frac{a_1 + a_2}{n}}"
PLACES = """async () => {
  await document.fonts.ready;
  const box = (name, at = 0) => document.querySelectorAll(name)[at].getBoundingClientRect();
  const [over, under] = [...document.querySelector("mfrac").children].map(
    (part) => part.getBoundingClientRect());
  const [base, index] = [...document.querySelector("msub").children].map(
    (part) => part.getBoundingClientRect());
  return {
    fonts: [...document.fonts].filter((one) => one.status === "loaded").map((one) => one.family),
    gap: under.top - over.bottom,
    lowered: index.bottom - base.bottom,
  };
}"""


@pytest.mark.browser
def test_an_index_hangs_lower_and_a_fraction_keeps_off_its_bar(browser: Browser) -> None:
    prose = f'<div class="prose formula">{mathml(FORMULA, block=True)}</div>'
    page = show_prose(browser, prose, "blocks")
    places = page.evaluate(PLACES)
    page.close()
    assert places["fonts"] == ['"Noto Sans Math"'] or places["fonts"] == ["Noto Sans Math"]
    assert places["gap"] > 1
    assert places["lowered"] > 1
