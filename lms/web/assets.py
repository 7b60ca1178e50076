"""Addresses of static files that change with their content, so that caches may keep them."""

import hashlib
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from flask import Flask, url_for


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
