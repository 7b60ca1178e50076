"""Addresses that pages ask for: of static files, which change with their content, and of pages."""

import hashlib
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, request, url_for

ADDRESSES_KEPT = 4096


@lru_cache(maxsize=1024)
def _digest(path: str, _modified: int) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:10]


def addresses(app: Flask) -> Callable[[str], str]:
    """Return the function that templates ask for the address of ``static/<name>``.

    The address has a version taken from the file's content, read once, in development each time.
    """
    known: dict[str, str] = {}

    def asset(name: str) -> str:
        if name not in known or app.debug:
            path = Path(str(app.static_folder)) / name
            version = _digest(str(path), path.stat().st_mtime_ns)
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
