"""Many documents of one template; runs in the PDF worker only."""

from pathlib import Path
from typing import Any

from lms.core.pdf.composing import compose, make


def respond(request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """Return what the worker answers to a request for one document or for many."""
    about = Path(request["folder"]), request["template"], request["language"]
    shared = request["shared"]
    if "many" not in request:
        return {}, make(*about, {**shared, **request["data"]}, request["form"])
    files = [compose(*about, {**shared, **data}) for data in request["many"]]
    head = {
        "lengths": [len(file) for file in files],
        "places": [(file, 0) for file in range(len(files))],
        "is_fast": [False] * len(files),
    }
    return head, b"".join(files)
