"""A lesson's text in a page of its own: with the site's styles and fonts, without a server."""

from pathlib import Path

from playwright.sync_api import Browser, Page, Route, ViewportSize

STATIC = Path(__file__).parents[3] / "static"
SITE = "http://site.test"


def show_prose(
    browser: Browser, body: str, *sheets: str, viewport: ViewportSize | None = None
) -> Page:
    """Open ``body`` as a lesson shows it, with these style sheets of ``static/css``."""
    links = "".join(f'<link rel="stylesheet" href="/css/{sheet}.css">' for sheet in sheets)

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(f"{SITE}/")
        if path:
            route.fulfill(path=STATIC / path)
            return
        page = f"<!doctype html>{links}{body}"
        route.fulfill(content_type="text/html; charset=utf-8", body=page)

    page = browser.new_page(viewport=viewport) if viewport else browser.new_page()
    page.route(f"{SITE}/**", answer)
    page.goto(f"{SITE}/")
    return page
