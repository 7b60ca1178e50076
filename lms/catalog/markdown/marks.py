"""Places in compiled HTML that are filled for each page: addresses of figures and of lessons.

HTML is compiled and sanitised once per text; addresses differ from reader to reader. A mark is two
private characters around a number, which no author's text can hold.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from lms.catalog.media.kinds import MEGABYTE, captions_path

# How wide a picture is shown: the whole screen of a phone, a column of text elsewhere.
SIZES = "(min-width: 48rem) 44rem, 100vw"
LANGUAGE_NAMES = {"ru": "Русский", "en": "English"}
UNITS = {"ru": ("КБ", "МБ"), "en": ("KB", "MB")}
BEGIN, END = "\ue000", "\ue001"
LINK = re.compile(f' href="{BEGIN}(\\d+){END}"')
IMAGE = re.compile(f"{BEGIN}(\\d+){END}")


@dataclass(frozen=True)
class FigureAddress:
    """Where a file of the course is served, and what its page must know of it.

    ``alt`` is what a picture shows where the text doesn't say; ``narrow`` are its smaller ones.
    """

    url: str
    width: int | None = None  # CSS pixels
    height: int | None = None
    media_type: str = ""
    size: int = 0  # bytes
    alt: str = ""
    narrow: tuple[tuple[int, str], ...] = ()  # (width in pixels, address), narrow first
    lazy: bool = True  # loaded when it comes into view; else with the page


@dataclass(frozen=True)
class Mark:
    """A picture or recording (``alt`` says what it is), a link to a lesson (``path`` is its key) or
    to a file, or what such a link tells of its file.
    """

    path: str
    alt: str = ""
    language: str = ""  # of the text, for a recording and for a file's size
    tells: bool = False  # not the file itself: its type and size


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
        path = marks[int(match.group(1))].path
        url = _located(path, files_url).url if "/" in path else lesson_url(path)
        return f' href="{escape(url)}"' if url else ""

    def image(match: re.Match[str]) -> str:
        entry = marks[int(match.group(1))]
        address = _located(entry.path, files_url)
        if entry.tells:
            return str(_told(entry, address))
        if not address.url:
            return str(_missing(entry))
        if entry.path.startswith("media/"):
            return str(_player(entry, address, files_url))
        return str(_image(entry, address))

    return Markup(IMAGE.sub(image, LINK.sub(link, html)))  # noqa: S704 - sanitised or escaped


def fill_short(html: str, marks: Sequence[Mark], files_url: FilesUrl | None) -> Markup:
    """Return a short text with its pictures; without ``files_url`` with what they show."""
    if files_url is not None:
        return fill(html, marks, files_url, lambda _key: None)
    return Markup(  # noqa: S704 - sanitised or escaped
        IMAGE.sub(lambda match: str(escape(marks[int(match.group(1))].alt)), html)
    )


def _located(path: str, files_url: FilesUrl) -> FigureAddress:
    """Return where a file is; without an address when it isn't there."""
    found = files_url(path)
    return found if isinstance(found, FigureAddress) else FigureAddress(found or "")


def _image(entry: Mark, address: FigureAddress) -> Markup:
    size = Markup("")
    if address.width and address.height:
        size = Markup(' width="{}" height="{}"').format(address.width, address.height)
    lazy = Markup(' loading="lazy"') if address.lazy else ""
    image = Markup('<img src="{}" alt="{}"{}{} decoding="async">').format(
        address.url, entry.alt or address.alt, size, lazy
    )
    if not address.narrow:
        return image
    choices = ", ".join(f"{url} {width}w" for width, url in address.narrow)
    return Markup('<picture><source type="image/webp" srcset="{}" sizes="{}">{}</picture>').format(
        choices, SIZES, image
    )


def _player(entry: Mark, address: FigureAddress, files_url: FilesUrl) -> Markup:
    """Return the browser's own player: nothing is loaded, nothing plays before it is asked to."""
    element = "video" if address.media_type.startswith("video/") else "audio"
    captions = _located(captions_path(entry.path, entry.language), files_url)
    track = Markup("")
    if captions.url:
        track = Markup('<track kind="captions" src="{}" srclang="{}" label="{}" default>').format(
            captions.url, entry.language, LANGUAGE_NAMES.get(entry.language, entry.language)
        )
    return Markup(
        '<{element} controls preload="none" aria-label="{label}" src="{url}">{track}</{element}>'
    ).format(element=element, label=entry.alt, url=address.url, track=track)


def _told(entry: Mark, address: FigureAddress) -> Markup:
    """Return the type and size of a file: `PDF, 1,2 МБ`."""
    ending = entry.path.rpartition(".")[2].upper()
    if not address.size:
        return Markup("{}").format(ending)
    kilo, mega = UNITS.get(entry.language, UNITS["en"])
    number, unit = (
        (f"{address.size / MEGABYTE:.1f}", mega)
        if address.size >= MEGABYTE
        else (str(max(1, round(address.size / 1024))), kilo)
    )
    if entry.language == "ru":
        number = number.replace(".", ",")
    return Markup("{}, {}\N{NO-BREAK SPACE}{}").format(ending, number, unit)


def _missing(entry: Mark) -> Markup:
    return Markup('<span class="figure-missing">{}</span>').format(entry.alt or entry.path)
