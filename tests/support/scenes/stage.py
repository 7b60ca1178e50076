"""Browser windows on a demonstration installation, and the steps that lead to a page in them."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urljoin

from lxml import html
from playwright.sync_api import Browser, Page

from lms.people.demonstration import DEMONSTRATION_PASSWORD

Walk = Callable[[Page, str], None]


@dataclass(frozen=True)
class Scene:
    """A page: its endpoint, who sees it, and the steps to it from the address of the site."""

    name: str
    endpoint: str  # "" where there is no page
    username: str | None
    walk: Walk
    # On an installation of its own, where no other scene has begun an exam: while one is sat nothing
    # of an earlier one is shown.
    apart: bool = False


def at(path: str, status: int = 200) -> Walk:
    """Open a fixed address, which answers with ``status``."""

    def walk(page: Page, url: str) -> None:
        answer = page.goto(url + path)
        assert answer, path
        assert answer.status == status, f"{path}: {answer.status}"

    return walk


def through(path: str, *selectors: str) -> Walk:
    """Open where one comes to from an address by the first link that matches each selector in turn.

    The pages on the way are read and not drawn: most of them are scenes of their own.
    """

    def walk(page: Page, url: str) -> None:
        address = path
        for selector in selectors:
            answer = page.request.get(url + address)
            assert answer.ok, f"{address}: {answer.status}"
            links = html.document_fromstring(answer.text()).cssselect(selector)
            assert links, f"{address}: no link {selector}"
            address = urljoin(address, links[0].get("href", "")).removeprefix(url)
        at(address)(page, url)

    return walk


def sign_in(page: Page, url: str, username: str) -> None:
    """Sign a demonstration account in."""
    page.goto(f"{url}/sign-in")
    page.locator("main input[name=username]:visible").fill(username)
    page.locator("main input[name=password]:visible").fill(DEMONSTRATION_PASSWORD)
    page.locator("main input[name=password]:visible").press("Enter")
    page.wait_for_url(lambda address: "sign-in" not in address)


class Stage:
    """Browser windows of one look: language, width, theme; one per signed-in account.

    A window goes from scene to scene, as a person's does: a new one each time costs a new process.
    """

    def __init__(
        self,
        browser: Browser,
        url: str,
        *,
        language: str,
        width: int,
        theme: str,
        script: str = "",
    ) -> None:
        self.browser, self.url = browser, url
        self.script = script  # runs in each page before its own: sent once, not with each page
        self.language, self.width, self.theme = language, width, theme
        self.pages: dict[str | None, Page] = {}
        self.complaints: list[str] = []

    def _page(self, username: str | None) -> Page:
        if username not in self.pages:
            context = self.browser.new_context(
                viewport={"width": self.width, "height": 844 if self.width < 600 else 900},
                color_scheme=self.theme,  # type: ignore[arg-type]
                locale="ru-RU" if self.language == "ru" else "en-GB",
                reduced_motion="reduce",
            )
            if self.script:
                context.add_init_script(self.script)
            context.add_cookies([{"name": "language", "value": self.language, "url": self.url}])
            page = self.pages[username] = context.new_page()
            if username is not None:
                sign_in(page, self.url, username)
            page.on("console", self._note)
            page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return self.pages[username]

    def window(self, scene: Scene) -> Page:
        """Return the browser page that ``scene`` is opened in."""
        return self._page(scene.username)

    def open(self, scene: Scene) -> Page:
        """Return a browser page that shows ``scene``; console errors are noted."""
        page = self._page(scene.username)
        self.complaints.clear()
        scene.walk(page, self.url)
        page.wait_for_load_state("load")
        page.evaluate("document.fonts.ready")
        return page

    def _note(self, message: object) -> None:
        if getattr(message, "type", "") == "error" and "status of 4" not in str(message):
            self.complaints.append(str(message))

    def close(self) -> None:
        """Close all windows."""
        for page in self.pages.values():
            page.context.close()
