"""Every main page passes axe-core (WCAG 2.2 A and AA): both languages, both widths, both themes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.support.scenes import SCENES, Scene, Stage
from tests.support.server import LiveServer

AXE = Path(__file__).parents[1] / "vendor" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# All rules are run; only what they find is described at length and sent here.
RUN = """async tags => (await axe.run(document, {
  runOnly: {type: "tag", values: tags}, resultTypes: ["violations"],
})).violations"""
LOOKS = [
    pytest.param(("ru", 390, "light"), id="ru-phone-light"),
    pytest.param(("en", 390, "dark"), id="en-phone-dark"),
    pytest.param(("en", 1280, "light"), id="en-desktop-light"),
    pytest.param(("ru", 1280, "dark"), id="ru-desktop-dark"),
]


@pytest.fixture(scope="module", params=LOOKS)
def stage(
    request: pytest.FixtureRequest, browser: Browser, demonstration: LiveServer
) -> Iterator[Stage]:
    language, width, theme = request.param
    stage = Stage(browser, demonstration.url, language=language, width=width, theme=theme)
    yield stage
    stage.close()


def violations(page: Page) -> list[str]:
    """Return axe's findings as lines."""
    page.evaluate(AXE.read_text("utf-8"))
    found: list[dict[str, Any]] = page.evaluate(RUN, TAGS)
    return [
        f"{finding['id']}: {node['target']} {node['failureSummary']}"
        for finding in found
        for node in finding["nodes"]
    ]


def overflow(page: Page) -> int:
    """Return by how many pixels the page is wider than the window."""
    width: int = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return width


@pytest.mark.browser
@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_a_page_is_accessible_and_fits(stage: Stage, scene: Scene) -> None:
    page = stage.open(scene)
    assert violations(page) == []
    assert overflow(page) <= 0
    assert stage.complaints == []
