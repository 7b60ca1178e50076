"""Watching WeasyPrint draw one page: which operators each text and each path became.

The two functions that draw them are wrapped where WeasyPrint calls them; while nobody watches they
do what they did. ``before_fonts`` is called when the page is drawn and its fonts aren't cut yet.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import weasyprint.draw
import weasyprint.pdf
import weasyprint.svg
from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder

from lms.core.pdf.paths import draw_path


@dataclass(frozen=True)
class DrawnText:
    """A line of text, or a part of one: its box and its operators' place in the stream."""

    box: Any
    stream: Any
    begin: int
    end: int

    @property
    def operators(self) -> list[Any]:
        """What draws it."""
        return list(self.stream.stream[self.begin : self.end])


@dataclass(frozen=True)
class DrawnPath:
    """A path of a drawing: its data and its operators' place in the stream."""

    data: str
    stream: Any
    begin: int
    end: int


@dataclass
class Watch:
    """What is seen while a page is drawn."""

    before_fonts: Callable[[Any], None]
    texts: list[DrawnText] = field(default_factory=list)
    paths: list[DrawnPath] = field(default_factory=list)


_watch: list[Watch] = []


def _draw_text(stream: Any, textbox: Any, *arguments: Any, **options: Any) -> None:
    begin = len(stream.stream)
    _original_text(stream, textbox, *arguments, **options)
    if _watch:
        _watch[-1].texts.append(DrawnText(textbox, stream, begin, len(stream.stream)))


def _draw_path(svg: Any, node: Any, font_size: float) -> None:
    begin = len(svg.stream.stream)
    _original_path(svg, node, font_size)
    if _watch:
        data = node.get("d", "")
        _watch[-1].paths.append(DrawnPath(data, svg.stream, begin, len(svg.stream.stream)))


def _build_fonts(pdf: Any, fonts: Any, *arguments: Any) -> Any:
    if _watch:
        _watch[-1].before_fonts(fonts)
    return _original_fonts(pdf, fonts, *arguments)


_original_text = weasyprint.draw.draw_text
_original_path = draw_path
_original_fonts = weasyprint.pdf.build_fonts_dictionary
weasyprint.draw.draw_text = _draw_text
weasyprint.svg.TAGS["path"] = _draw_path
weasyprint.pdf.build_fonts_dictionary = _build_fonts


@contextmanager
def watching(before_fonts: Callable[[Any], None]) -> Iterator[Watch]:
    """Watch what is drawn within the block."""
    watch = Watch(before_fonts)
    _watch.append(watch)
    try:
        yield watch
    finally:
        _watch.pop()


def widths_of_blocks(page: Any) -> dict[int, float]:
    """Return by the id of each text's box how wide the block around its line is, in CSS pixels."""
    found: dict[int, float] = {}

    def visit(box: Any, block: Any) -> None:
        for child in getattr(box, "children", ()):
            real = child._box if isinstance(child, AbsolutePlaceholder) else child  # noqa: SLF001
            if isinstance(real, boxes.TextBox):
                found[id(real)] = block.width
            elif isinstance(real, boxes.LineBox | boxes.InlineBox):
                visit(real, block)
            else:
                visit(real, real)

    visit(page._page_box, page._page_box)  # noqa: SLF001
    return found
