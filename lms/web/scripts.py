"""The site's scripts, which import one another: all are of one version, also in a browser's cache.

A page names a script with a version in its address, and browsers keep that for a year. What a
script imports is named in its text, which says nothing of versions: kept as long, it would go on
beside newer ones after an upgrade. So the text is sent with the version in each import, and the
version is that of all scripts together.
"""

import hashlib
import re
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, abort, current_app, request
from werkzeug.security import safe_join

IMPORT = re.compile(r'(\bfrom\s+|\bimport\s*\(?\s*)"(\.{1,2}/[\w./-]+\.js)"')


def version_of(folder: Path) -> str:
    """Return the version of all scripts in the folder of static files; it changes with any."""
    paths = sorted(folder.rglob("*.js"))
    return _digest(tuple((str(path), path.stat().st_mtime_ns) for path in paths))


@lru_cache(maxsize=8)
def _digest(files: tuple[tuple[str, int], ...]) -> str:
    digest = hashlib.sha256()
    for path, _modified in files:
        digest.update(hashlib.sha256(Path(path).read_bytes()).digest())
    return digest.hexdigest()[:10]


@lru_cache(maxsize=128)
def _text(path: str, _modified: int, version: str) -> str:
    return IMPORT.sub(rf'\1"\2?v={version}"', Path(path).read_text("utf-8"))


def send_scripts(app: Flask) -> None:
    """Send scripts with the version of what they import; other static files as they are."""
    version = version_of(Path(str(app.static_folder)))

    def send(filename: str) -> Response:
        if not filename.endswith(".js"):
            return current_app.send_static_file(filename)
        path = Path(safe_join(str(app.static_folder), filename) or abort(404))
        if not path.is_file():
            abort(404)
        now = version_of(Path(str(app.static_folder))) if app.debug else version
        response = Response(
            _text(str(path), path.stat().st_mtime_ns, now), mimetype="text/javascript"
        )
        if request.args.get("v") == now:
            response.cache_control.public = True
            response.cache_control.max_age = app.config["SEND_FILE_MAX_AGE_DEFAULT"]
        else:
            response.cache_control.no_cache = True
        response.add_etag()
        return response.make_conditional(request)  # type: ignore[return-value]

    app.view_functions["static"] = send
