"""What pages ask for by name: icons as inline SVG, and addresses of static files and of pages.

The address of a static file changes with its content, so that caches may keep it.
"""

import hashlib
from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, request, url_for
from markupsafe import Markup

from lms.core.settings import PROJECT
from lms.web.scripts import version_of

ICONS = PROJECT / "templates" / "components" / "icons"
ICON_NAMES = frozenset(path.stem for path in ICONS.glob("*.svg"))
ICONS_KEPT = 2000  # a page has dozens, most of them the same as on the page before
ADDRESSES_KEPT = 4096


@lru_cache(maxsize=1024)
def _digest(path: str, _modified: int) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:10]


def addresses(app: Flask) -> Callable[[str], str]:
    """Return the function that templates ask for the address of ``static/<name>``.

    The address has a version taken from the file's content (a script's: from all scripts, see
    ``scripts``), read once, in development each time.
    """
    known: dict[str, str] = {}

    def asset(name: str) -> str:
        if name not in known or app.debug:
            path = Path(str(app.static_folder)) / name
            is_script = path.suffix == ".js"  # which imports others
            version = (
                version_of(Path(str(app.static_folder)))
                if is_script
                else _digest(str(path), path.stat().st_mtime_ns)
            )
            known[name] = url_for("static", filename=name, v=version)
        return known[name]

    return asset


def page_addresses(app: Flask) -> Callable[..., str]:
    """Return ``url_for`` for templates, with the addresses asked for last kept.

    An address follows from its endpoint, its values and the root that the site is served under.
    Building it costs some twenty times what looking it up does, and a page has dozens.
    """

    @lru_cache(maxsize=ADDRESSES_KEPT, typed=True)  # 1 and True make different addresses
    def known(_root: str, endpoint: str, /, **values: Any) -> str:
        return app.url_for(endpoint, **values)

    def address(endpoint: str, /, **values: Any) -> str:
        if endpoint.startswith(".") or "_external" in values or "_scheme" in values:
            return app.url_for(endpoint, **values)  # follow from more of the request
        try:
            return known(request.root_path, endpoint, **values)
        except TypeError:  # a list of values
            return app.url_for(endpoint, **values)

    return address


@lru_cache(maxsize=ICONS_KEPT)
def icon(name: str, label: str | None = None, size: int = 20) -> Markup:
    """Return the icon ``name``, ``size`` CSS pixels high; with a ``label`` it says something.

    Raises KeyError for an unknown name.
    """
    told = (
        Markup('role="img" aria-label="{}"').format(label)
        if label
        else Markup('aria-hidden="true" focusable="false"')
    )
    return Markup(
        '<svg class="icon" width="{0}" height="{0}" viewBox="0 0 24 24" {1}>{2}</svg>'
    ).format(size, told, _shape(name))


@cache
def _shape(name: str) -> Markup:
    if name not in ICON_NAMES:
        raise KeyError(f"there is no icon {name}")
    text = (ICONS / f"{name}.svg").read_text(encoding="utf-8")
    return Markup(text.strip())  # noqa: S704 - a file of this project, never a visitor's text
