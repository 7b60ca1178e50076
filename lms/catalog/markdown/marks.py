"""Places in compiled HTML that are filled for each page: addresses of figures and of lessons.

HTML is compiled and sanitised once per text; addresses differ from reader to reader. A mark is two
private characters around a number, which no author's text can hold.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

BEGIN, END = "\ue000", "\ue001"
LINK = re.compile(f' href="{BEGIN}(\\d+){END}"')
IMAGE = re.compile(f"{BEGIN}(\\d+){END}")


@dataclass(frozen=True)
class FigureAddress:
    """Where a figure is served, and its size in CSS pixels when known."""

    url: str
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True)
class Mark:
    """A figure (``path`` and ``alt``) or a link to a lesson (``path`` is its key)."""

    path: str
    alt: str = ""


FilesUrl = Callable[[str], FigureAddress | str | None]
LessonUrl = Callable[[str], str | None]


def mark(number: int) -> str:
    """Return the text that stands for mark ``number``."""
    return f"{BEGIN}{number}{END}"


def fill(html: str, marks: Sequence[Mark], files_url: FilesUrl, lesson_url: LessonUrl) -> Markup:
    """Return ``html`` with its marks filled; a figure or lesson that isn't there loses its address.

    A missing figure shows its description instead, a link to an unknown lesson becomes text.
    """
    if BEGIN not in html:
        return Markup(html)  # noqa: S704 - sanitised

    def link(match: re.Match[str]) -> str:
        url = lesson_url(marks[int(match.group(1))].path)
        return "" if url is None else f' href="{escape(url)}"'

    def image(match: re.Match[str]) -> str:
        entry = marks[int(match.group(1))]
        address = files_url(entry.path)
        return str(_missing(entry) if address is None else _image(entry, address))

    return Markup(IMAGE.sub(image, LINK.sub(link, html)))  # noqa: S704 - sanitised or escaped


def _image(entry: Mark, address: FigureAddress | str) -> Markup:
    if isinstance(address, str):
        address = FigureAddress(address)
    size = Markup("")
    if address.width and address.height:
        size = Markup(' width="{}" height="{}"').format(address.width, address.height)
    return Markup('<img src="{}" alt="{}"{} loading="lazy" decoding="async">').format(
        address.url, entry.alt, size
    )


def _missing(entry: Mark) -> Markup:
    return Markup('<span class="figure-missing">{}</span>').format(entry.alt or entry.path)
