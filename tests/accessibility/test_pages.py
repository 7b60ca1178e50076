"""Every main page passes axe-core (WCAG 2.2 A and AA): both languages, both widths, both themes."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.support.scenes import SCENES, Scene, Stage

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
def stages(request: pytest.FixtureRequest) -> Iterator[Callable[[Scene], Stage]]:
    """The windows of one look: on the installation of most scenes, and on that of those apart."""
    language, width, theme = request.param
    opened: dict[bool, Stage] = {}

    def stage_for(scene: Scene) -> Stage:
        if scene.apart not in opened:
            name = "demonstration_apart" if scene.apart else "demonstration"
            opened[scene.apart] = Stage(
                request.getfixturevalue("browser"),
                request.getfixturevalue(name).url,
                language=language,
                width=width,
                theme=theme,
            )
        return opened[scene.apart]

    yield stage_for
    for stage in opened.values():
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
def test_a_page_is_accessible_and_fits(stages: Callable[[Scene], Stage], scene: Scene) -> None:
    stage = stages(scene)
    page = stage.open(scene)
    assert violations(page) == []
    assert overflow(page) <= 0
    assert stage.complaints == []
