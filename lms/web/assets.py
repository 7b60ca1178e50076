"""Addresses of static files that change with their content, so that caches may keep them."""

import hashlib
from functools import lru_cache
from pathlib import Path

from flask import current_app, url_for


@lru_cache(maxsize=1024)
def _digest(path: str, _modified: int) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:10]


def asset(name: str) -> str:
    """Return the address of ``static/<name>`` with a version taken from its content."""
    cache: dict[str, str] = current_app.extensions.setdefault("assets", {})
    if name in cache and not current_app.debug:
        return cache[name]
    path = Path(str(current_app.static_folder)) / name
    address = url_for("static", filename=name, v=_digest(str(path), path.stat().st_mtime_ns))
    cache[name] = address
    return address
