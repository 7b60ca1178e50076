"""What pages ask for by name: icons as inline SVG, and addresses of static files and of pages.

The address of a static file changes with its content, so that caches may keep it.

Scripts import one another, and those of one page are of one version, also in a browser's cache. A
page names a script with a version in its address, and browsers keep that for a year. What a script
imports is named in its text, which says nothing of versions: kept as long, it would go on beside
newer ones after an upgrade. So the text is sent with the version in each import, and the version is
that of all scripts together.
"""

import hashlib
import re
from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, request, send_from_directory, url_for
from markupsafe import Markup
from werkzeug.security import safe_join

from lms.core.settings import PROJECT

ICONS = PROJECT / "templates" / "components" / "icons"
ICON_NAMES = frozenset(path.stem for path in ICONS.glob("*.svg"))
ICONS_KEPT = 2000  # a page has dozens, most of them the same as on the page before
ADDRESSES_KEPT = 4096
KEPT = 365 * 24 * 3600  # seconds: their addresses change with them

IMPORT = re.compile(r'(\bfrom\s+|\bimport\s*\(?\s*)"(\.{1,2}/[\w./-]+\.js)"')


@lru_cache(maxsize=1024)
def _digest(path: str, _modified: int) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:10]


def addresses(app: Flask) -> Callable[[str], str]:
    """Return the function that templates ask for the address of ``static/<name>``.

    The address has a version taken from the file's content (a script's: from all scripts), read
    once, in development each time.
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


def version_of(folder: Path) -> str:
    """Return the version of all scripts in the folder of static files; it changes with any."""
    paths = sorted(folder.rglob("*.js"))
    return _digest_of_all(tuple((str(path), path.stat().st_mtime_ns) for path in paths))


@lru_cache(maxsize=8)
def _digest_of_all(files: tuple[tuple[str, int], ...]) -> str:
    digest = hashlib.sha256()
    for path, _modified in files:
        digest.update(hashlib.sha256(Path(path).read_bytes()).digest())
    return digest.hexdigest()[:10]


@lru_cache(maxsize=128)
def _script(path: str, _modified: int, version: str) -> str:
    return IMPORT.sub(rf'\1"\2?v={version}"', Path(path).read_text("utf-8"))


def send_scripts(app: Flask) -> None:
    """Send scripts with the version of what they import; other static files as they are."""
    version = version_of(Path(str(app.static_folder)))

    def send(filename: str) -> Response:
        if not filename.endswith(".js"):
            return send_from_directory(str(app.static_folder), filename, max_age=KEPT)
        path = Path(safe_join(str(app.static_folder), filename) or abort(404))
        if not path.is_file():
            abort(404)
        now = version_of(Path(str(app.static_folder))) if app.debug else version
        response = Response(
            _script(str(path), path.stat().st_mtime_ns, now), mimetype="text/javascript"
        )
        if request.args.get("v") == now:
            response.cache_control.public = True
            response.cache_control.max_age = KEPT
        else:
            response.cache_control.no_cache = True
        response.add_etag()
        return response.make_conditional(request)  # type: ignore[return-value]

    app.view_functions["static"] = send
