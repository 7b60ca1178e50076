"""The main pages of a demonstration installation and how to get to them in a browser.

Shared by the accessibility tests and by the pictures in the README.
"""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Browser, BrowserContext, Page

from lms.people.demonstration import DEMONSTRATION_PASSWORD

Walk = Callable[[Page, str], None]


@dataclass(frozen=True)
class Scene:
    """A page: who sees it, and the steps to it from the address of the site."""

    name: str
    username: str | None
    walk: Walk


def at(path: str) -> Walk:
    """Open a fixed address."""

    def walk(page: Page, url: str) -> None:
        page.goto(url + path)

    return walk


def through(path: str, *selectors: str) -> Walk:
    """Open an address, then follow the first link that matches each selector in turn."""

    def walk(page: Page, url: str) -> None:
        page.goto(url + path)
        for selector in selectors:
            address = page.locator(selector).first.get_attribute("href")
            assert address, f"{page.url}: no link {selector}"
            page.goto(address if address.startswith("http") else url + address)

    return walk


class Stage:
    """Browser contexts of one look: language, width, theme; one per signed-in account."""

    def __init__(
        self, browser: Browser, url: str, *, language: str, width: int, theme: str
    ) -> None:
        self.browser, self.url = browser, url
        self.language, self.width, self.theme = language, width, theme
        self.contexts: dict[str | None, BrowserContext] = {}
        self.complaints: list[str] = []

    def _context(self, username: str | None) -> BrowserContext:
        if username not in self.contexts:
            context = self.browser.new_context(
                viewport={"width": self.width, "height": 844 if self.width < 600 else 900},
                color_scheme=self.theme,  # type: ignore[arg-type]
                locale="ru-RU" if self.language == "ru" else "en-GB",
                reduced_motion="reduce",
            )
            context.add_cookies([{"name": "language", "value": self.language, "url": self.url}])
            if username is not None:
                self._sign_in(context, username)
            self.contexts[username] = context
        return self.contexts[username]

    def _sign_in(self, context: BrowserContext, username: str) -> None:
        page = context.new_page()
        page.goto(f"{self.url}/sign-in")
        page.locator("main input[name=username]:visible").fill(username)
        page.locator("main input[name=password]:visible").fill(DEMONSTRATION_PASSWORD)
        page.locator("main input[name=password]:visible").press("Enter")
        page.wait_for_url(lambda address: "sign-in" not in address)
        page.close()

    def open(self, scene: Scene) -> Page:
        """Return a browser page that shows ``scene``; console errors are noted."""
        self.complaints.clear()
        page = self._context(scene.username).new_page()
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        scene.walk(page, self.url)
        page.wait_for_load_state("networkidle")
        return page

    def _note(self, message: object) -> None:
        if getattr(message, "type", "") == "error" and "status of 4" not in str(message):
            self.complaints.append(str(message))

    def leave(self, page: Page) -> None:
        """Close a page."""
        page.close()

    def close(self) -> None:
        """Close all contexts."""
        for context in self.contexts.values():
            context.close()


SCENES: list[Scene] = [
    Scene("sign-in", None, at("/sign-in")),
    Scene("verify", None, at("/verify")),
    Scene("verify-wrong-number", None, at("/verify?number=123")),
    Scene("not-found", None, at("/no-such-page")),
    Scene("design", None, at("/design")),
    Scene("home", "trainee", at("/")),
    Scene("courses", "trainee", at("/courses")),
    Scene("course", "trainee", through("/courses", "main a[href^='/courses/']")),
    Scene(
        "lesson",
        "trainee",
        through("/courses", "main a[href^='/courses/']", "main a[href*='/lessons/']"),
    ),
    Scene("account", "trainee", at("/account")),
    Scene("password", "trainee", at("/account/password")),
    Scene("certificates", "trainee", at("/certificates")),
    Scene("forbidden", "trainee", at("/hr/people")),
    Scene("authoring", "instructor", at("/authoring")),
    Scene("authored-course", "instructor", at("/authoring/courses/sincere-service")),
    Scene("new-course", "instructor", at("/authoring/new")),
    Scene("items", "instructor", at("/authoring/sincere-service/items")),
    Scene(
        "item",
        "instructor",
        through("/authoring/sincere-service/items", "main a[href*='/items/']:not([href*='/new'])"),
    ),
    Scene("blueprint", "instructor", at("/authoring/sincere-service/exam")),
    Scene("results", "instructor", at("/results")),
    Scene("course-results", "instructor", at("/results/sincere-service")),
    Scene("people", "hr", at("/hr/people")),
    Scene("person", "hr", through("/hr/people", "main a[href^='/hr/people/']")),
    Scene("enrol", "hr", at("/hr/enrol")),
    Scene("enrol-list", "hr", at("/hr/enrol?by=list")),
    Scene("enrol-file", "hr", at("/hr/enrol?by=file")),
    Scene("registry", "hr", at("/hr/certificates")),
    Scene("certificate", "hr", through("/hr/certificates", "main a[href^='/hr/certificates/']")),
    Scene("accounts", "admin", at("/admin/accounts")),
    Scene("audit", "admin", at("/admin/audit")),
]
