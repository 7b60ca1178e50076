"""Every main page passes axe-core (WCAG 2.2 A and AA): both languages, both widths, both themes.

At each width all rules look in one language, and in the other those that judge what is drawn: of
what a page consists is the same in both.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, ViewportSize
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import MapAdapter

from lms.standards.api.frame.serving import VERSION
from tests.support.applications import make_application, make_settings
from tests.support.scenes import SCENES
from tests.support.scenes.stage import Scene, Stage

AXE = Path(__file__).parents[1] / "vendor" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# All rules are run; only what they find is described at length and sent here. Without ``preload``:
# axe copies the sheets of shadow trees into style elements, which our policy blocks and reports.
RUN = """async only => (await axe.run(document, {
  runOnly: only, resultTypes: ["violations"], preload: false,
})).violations"""
ALL = {"type": "tag", "values": TAGS}
DRAWING = {
    "type": "rule",
    "values": [
        "color-contrast",
        "link-in-text-block",
        "scrollable-region-focusable",
        "target-size",
    ],
}
# Each page is opened once in each language and looked at twice: by all rules, then at its drawing.
LOOKS = {"ru": ((390, "light"), (1280, "dark")), "en": ((1280, "light"), (390, "dark"))}
# A window's new width, and what is laid out in it, come with the next frame.
DRAWN = "await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
# The address that was asked for: a page that answers a form shows that of its form.
ASKED_FOR = "performance.getEntriesByType('navigation')[0].name"
# By how many pixels a page is wider than the window.
OVERFLOW = "document.documentElement.scrollWidth - innerWidth"
# All of a look in one question, since each takes the browser and us a while: what axe finds, the
# overflow, and the links and buttons that the keyboard reaches though they are clipped away (a skip
# link shows itself). The windows ask for reduced motion: a look that was changed is drawn at once,
# but for what is animated.
LOOK = f"""async only => {{
  {DRAWN};
  while (document.getAnimations().length) await new Promise(done => requestAnimationFrame(done));
  const clipped = one => one && (getComputedStyle(one).clipPath === "inset(50%)" || clipped(one.parentElement));
  return [
    await ({RUN})(only),
    {OVERFLOW},
    [...document.querySelectorAll("a[href], button, summary")]
      .filter(one => one.tabIndex >= 0 && one.checkVisibility() && !one.matches(".skip-link") && clipped(one))
      .map(one => one.outerHTML.slice(0, 200)),
  ];
}}"""

# A desk at 400 % zoom (1.4.10), with the distances that a reader may set (1.4.12).
NARROW = 320
SPACED = """* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
p { margin-block-end: 2em !important }"""
# How many pixels are too many then, and what reaches beyond the right edge.
TOO_WIDE = f"""async rules => {{
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(rules);
  document.adoptedStyleSheets = [sheet];
  {DRAWN};
  const width = {OVERFLOW};
  const found = width <= 0 ? [] : [`${{width}} px`, ...[...document.querySelectorAll("body *")]
    .filter(one => one.getBoundingClientRect().right > innerWidth + 1)
    .map(one => one.outerHTML.slice(0, 200)).slice(0, 5)];
  document.adoptedStyleSheets = [];
  return found;
}}"""


# What is answered with a file, data, part of a page, or the way to another one.
NOT_PAGES = {
    "api.openapi",
    "assessment.graded_file",
    "assessment.own_file",
    "assessment.practice_session",
    "assessment.receipt_document",
    "assessment.receipt_file",
    "catalog.export_facts",
    "catalog.file",
    "catalog.media_picker",
    "catalog.package",
    "catalog.rendition",
    "certification.achievement",
    "certification.badge",
    "certification.badge_document",
    "certification.batch_file",
    "certification.calendar_file",
    "certification.checkpoint",
    "certification.credential_key",
    "certification.credential_keys",
    "certification.design_image",
    "certification.design_picture",
    "certification.did_document",
    "certification.document",
    "certification.issuer",
    "certification.of_enrolment",
    "certification.proven_badge",
    "certification.sample_staffing",
    "certification.status_list",
    "certification.verify_worker",
    "learning.export_programmes",
    "learning.sample_list",
    "notifications.message_file",
    "people.erasure_act",
    "people.import_rows",
    "people.import_sample",
    "scim.serve",
    "standards.export_file",
    "static",
    "web.health",
    "web.public_keys",
}
# Pages that the demonstration can't lead to.
UNSEEN = {
    "assessment.course_practice": "no course of ours has a practice of its own",
    "assessment.run_question": "no course of ours has a practice of its own",
    "people.sign_in_code": "demonstration accounts have no second factor",
    "people.take_second_factor_away": "demonstration accounts have no second factor",
}


@pytest.fixture(scope="module", params=list(LOOKS))
def stages(request: pytest.FixtureRequest) -> Iterator[Callable[[Scene], Stage]]:
    """The windows of one language: on the installation of most scenes, and of those apart."""
    width, theme = LOOKS[request.param][0]
    opened: dict[bool, Stage] = {}

    def stage_for(scene: Scene) -> Stage:
        if scene.apart not in opened:
            name = "demonstration_apart" if scene.apart else "demonstration"
            opened[scene.apart] = Stage(
                request.getfixturevalue("browser"),
                request.getfixturevalue(name).url,
                language=request.param,
                width=width,
                theme=theme,
                script=AXE.read_text("utf-8"),
            )
        return opened[scene.apart]

    yield stage_for
    for stage in opened.values():
        stage.close()


@pytest.fixture(scope="module")
def routes(tmp_path_factory: pytest.TempPathFactory) -> MapAdapter:
    """The addresses of an installation."""
    app = make_application(make_settings(tmp_path_factory.mktemp("routes")))
    return app.url_map.bind("localhost")


def endpoint_at(routes: MapAdapter, address: str) -> str:
    """Return whose page an address shows; "" when nobody's."""
    for method in ("GET", "POST"):  # a form that is shown again stays at the address it was sent to
        with suppress(NotFound, MethodNotAllowed):
            endpoint, _ = routes.match(urlsplit(address).path, method=method)
            return endpoint
    return ""


def violations(page: Page) -> list[str]:
    """Return what axe finds by all rules as lines, in a window of no stage's."""
    page.evaluate(AXE.read_text("utf-8"))
    return lines(page.evaluate(RUN, ALL))


def lines(found: list[dict[str, Any]]) -> list[str]:
    """Return what axe found as lines."""
    return [
        f"{finding['id']}: {node['target']} {node['failureSummary']}"
        for finding in found
        for node in finding["nodes"]
    ]


def too_wide_when_enlarged(page: Page) -> list[str]:
    """Return what makes the page too wide at 400 % zoom with more space in its text."""
    before = page.viewport_size
    assert before
    page.set_viewport_size(size(NARROW))
    found: list[str] = page.evaluate(TOO_WIDE, SPACED)
    page.set_viewport_size(before)
    return found


@pytest.mark.browser
@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_a_page_is_accessible_and_fits(
    stages: Callable[[Scene], Stage], routes: MapAdapter, scene: Scene
) -> None:
    stage = stages(scene)
    looks = LOOKS[stage.language]
    whole = looks[0]
    if stage.window(scene).viewport_size == size(looks[-1][0]):
        looks = looks[::-1]  # go on as the scene before left the window
    show(stage, scene, *looks[0])
    page = stage.open(scene)
    assert endpoint_at(routes, page.evaluate(ASKED_FOR)) == scene.endpoint
    for width, theme in looks:
        if (width, theme) != looks[0]:
            show(stage, scene, width, theme)
        found, overflow, clipped = page.evaluate(LOOK, ALL if (width, theme) == whole else DRAWING)
        assert (width, lines(found)) == (width, [])
        assert (width, max(0, overflow)) == (width, 0)
        assert (width, clipped) == (width, [])
        if width < 600 and stage.language == "ru":  # whose words are the longer ones
            assert too_wide_when_enlarged(page) == []
    assert stage.complaints == []


def test_each_page_is_among_them(routes: MapAdapter) -> None:
    shown = {
        rule.endpoint
        for rule in routes.map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.rule.startswith(VERSION)
    }
    seen = {scene.endpoint for scene in SCENES}
    assert shown - seen == NOT_PAGES | UNSEEN.keys()


def size(width: int) -> ViewportSize:
    """Return the size of a phone's or a desk's window."""
    return {"width": width, "height": 844 if width < 600 else 900}


def show(stage: Stage, scene: Scene, width: int, theme: str) -> None:
    """Give the window of ``scene`` a width and a theme."""
    page = stage.window(scene)
    if page.viewport_size != size(width):
        page.set_viewport_size(size(width))
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
