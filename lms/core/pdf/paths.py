"""Paths of drawings, drawn once; runs in the PDF worker only.

A certificate's guilloche is thousands of curves, the same in each document, and WeasyPrint reads
them anew each time: more than half of the work. What a path became is kept by its text and put into
the next page as it is. Of codes, which differ, the operators are known as soon as they are made.
"""

import re
from typing import Any

import weasyprint.svg
from pydyf import _to_bytes

# Numbers without units, and letters: nothing that depends on where the path stands.
PLAIN = re.compile(r"[\d\s.,+\-acehlmqstvzACEHLMQSTVZ]*")
MOST = 500  # paths of drawings; templates hold a few dozen

_drawn: dict[str, bytes] = {}
codes: dict[str, bytes] = {}  # the operators of this request's codes by their path


def draw_path(svg: Any, node: Any, font_size: float) -> None:
    """Draw a path as WeasyPrint does."""
    path = node.get("d", "")
    known = codes.get(path) or _drawn.get(path)
    if any(name.startswith("marker") for name in node.attrib):
        _original(svg, node, font_size)  # which notes where the markers stand
    elif known:
        svg.stream.stream.append(known)
    else:
        begin = len(svg.stream.stream)
        _original(svg, node, font_size)
        _keep(path, joined(svg.stream.stream[begin:]))


def _keep(path: str, operators: bytes) -> None:
    if PLAIN.fullmatch(path):
        if len(_drawn) >= MOST:
            _drawn.clear()
        _drawn[path] = operators


def joined(operators: Any) -> bytes:
    """Return operators as they stand in a page's stream."""
    return b"\n".join(_to_bytes(one) for one in operators)


_original = weasyprint.svg.TAGS["path"]
weasyprint.svg.TAGS["path"] = draw_path
