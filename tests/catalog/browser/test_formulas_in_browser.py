"""Formulas of lessons look the same on a device without a mathematical font."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route

from lms.catalog.markdown.formulas import mathml

STATIC = Path(__file__).parents[3] / "static"
SITE = "http://site.test"
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


def _page(route: Route) -> None:
    path = route.request.url.removeprefix(f"{SITE}/")
    if path:
        route.fulfill(path=STATIC / path)
        return
    route.fulfill(
        content_type="text/html",
        body=f'<!doctype html><link rel="stylesheet" href="/css/blocks.css">'
        f'<div class="prose formula">{mathml(FORMULA, block=True)}</div>',
    )


@pytest.mark.browser
def test_an_index_hangs_lower_and_a_fraction_keeps_off_its_bar(browser: Browser) -> None:
    page = browser.new_page()
    page.route(f"{SITE}/**", _page)
    page.goto(f"{SITE}/")
    places = page.evaluate(PLACES)
    page.close()
    assert places["fonts"] == ['"Noto Sans Math"'] or places["fonts"] == ["Noto Sans Math"]
    assert places["gap"] > 1
    assert places["lowered"] > 1
