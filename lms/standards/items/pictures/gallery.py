"""The pictures of one file: looked at when they are met, made clean once all of it is read.

What a picture claims to measure is checked from its first bytes, for all together, before one of
them is decoded: a file of hostile pictures is refused at little cost.
"""

import hashlib
import io
import warnings
from dataclasses import dataclass, field, replace

from PIL import Image

from lms.assessment.authored import pictures_of, with_pictures
from lms.catalog.authoring.keys import suggest_key
from lms.catalog.media import pictures
from lms.catalog.media.errors import BadFile
from lms.catalog.media.kinds import LARGEST, MEGABYTE, MediaKind, format_of
from lms.catalog.messages import Message
from lms.catalog.source.svg import NotSvg, read_svg
from lms.standards.items import limits
from lms.standards.items.errors import Unreadable
from lms.standards.items.model import NotUnderstood, Picture, Reading

UNSIZED = (800, 600)  # pixels of a drawing that doesn't say how large it is
KEPT = {"PNG": "png", "JPEG": "jpg", "WEBP": "webp"}  # formats that a course keeps as they are
TURNED = range(5, 9)  # EXIF's orientations whose picture is shown on its side
EXIF = {"JPEG", "MPO", "WEBP"}  # read without decoding; a PNG's may stand behind its pixels
ORIENTATION = 0x0112
TOO_MANY = Message("has more than %(limit)s million pixels", limit=limits.PIXELS // limits.MILLION)


@dataclass(frozen=True)
class Met:
    """A picture as it stands in the file, with the size that it claims, in pixels."""

    name: str
    content: bytes = field(repr=False)
    width: int
    height: int


class Gallery:
    """Gathers pictures under tokens, which stand for their paths until all is read."""

    def __init__(self) -> None:
        self._met: dict[str, Met] = {}
        self._clean: dict[str, Picture | Message] = {}
        self._paths: set[str] = set()
        self._claims: dict[str, tuple[int, int]] = {}
        self._seen: set[str] = set()  # those that can't be taken, too
        self._pixels = 0
        self._drawn = 0

    def take(self, name: str, content: bytes) -> tuple[str, Met]:
        """Take a picture; return its token and what it claims to be. Raises as ``weigh`` does."""
        token = self.weigh(name, content)
        if token not in self._met:
            self._met[token] = Met(name, content, *self._claims[token])
        return token, self._met[token]

    def weigh(self, name: str, content: bytes) -> str:
        """Count a picture's pixels, once however often it is shown; return its token.

        Raises NotUnderstood for what is no picture or too large, Unreadable when the pictures of
        the file are too many or too large together.
        """
        token = f"figures/{hashlib.sha256(content).hexdigest()}.png"  # a text may have it
        self._seen.add(token)
        if len(self._seen) > limits.PICTURES:
            raise Unreadable(
                Message("the file has more than %(limit)s pictures", limit=limits.PICTURES)
            )
        if token not in self._claims:
            if not _is_pixels(content):
                self._weigh_drawing(content)
            width, height = self._claims[token] = _size(name, content)
            self._pixels += width * height
            if self._pixels > limits.PIXELS_TOGETHER:
                raise Unreadable(
                    Message(
                        "the file's pictures have more than %(limit)s million pixels together",
                        limit=limits.PIXELS_TOGETHER // limits.MILLION,
                    )
                )
        return token

    def _weigh_drawing(self, content: bytes) -> None:
        """Count what makes a drawing dear to read, before it is."""
        self._drawn += content.count(b"<") + content.count(b"=")
        if self._drawn > limits.DRAWN_TOGETHER:
            raise Unreadable(
                Message(
                    "the file's drawings (SVG) have more than %(limit)s elements and attributes "
                    "together",
                    limit=limits.DRAWN_TOGETHER,
                )
            )

    def clean(self, token: str) -> Picture:
        """Return a picture in its clean form. Raises NotUnderstood for one that can't be read."""
        if token not in self._clean:
            try:
                self._clean[token] = self._made(self._met[token])
            except BadFile as error:
                self._clean[token] = _told(self._met[token].name, error.message)
        made = self._clean[token]
        if isinstance(made, Message):
            raise NotUnderstood(made)
        return made

    def settle(self, reading: Reading) -> None:
        """Put pictures' paths in the place of their tokens, once all of the file is read.

        Questions whose picture can't be read are no longer understood.
        """
        found, reading.found = reading.found, []
        places = {token: place for place, token in enumerate(self._met)}  # as they were met
        for one in found:
            shown = sorted(pictures_of(one.item) & places.keys(), key=places.__getitem__)
            try:
                made = {token: self.clean(token) for token in shown}
            except NotUnderstood as refusal:
                reading.reject(one.place, refusal.reason)
                continue
            reading.pictures |= {picture.path: picture for picture in made.values()}
            paths = {token: picture.path for token, picture in made.items()}
            item = with_pictures(one.item, paths) if paths else one.item
            reading.found.append(replace(one, item=item))

    def _made(self, met: Met) -> Picture:
        if not _is_pixels(met.content):
            content = _drawing(met.content)
            return Picture(self._path(met.name, "svg"), content, met.width, met.height)
        suffix = _own_suffix(met.content)
        if suffix:
            try:
                kept = pictures.inspected(met.content, suffix)
            except BadFile:
                pass  # it has metadata, or can't be read: that is found out next
            else:
                return Picture(self._path(met.name, suffix), met.content, kept.width, kept.height)
        made = pictures.remade(met.content)
        return Picture(self._path(met.name, made.suffix), made.content, made.width, made.height)

    def _path(self, name: str, suffix: str) -> str:
        """Return a path of its own; a name that may stand in a course stays as it is."""
        stem, _, ending = name.rpartition(".")
        path = f"figures/{stem}.{suffix}"
        same = ending == suffix or (ending == "jpeg" and suffix == "jpg")
        if not same or format_of(path) is None:
            path = free_path(f"figures/{suggest_key(stem or name, fallback='picture')}.{suffix}")
        path = free_path(path, self._paths)
        self._paths.add(path)
        return path


def free_path(path: str, taken: set[str] | frozenset[str] = frozenset()) -> str:
    """Return the path, with a number before its ending if it is taken."""
    stem, _, suffix = path.rpartition(".")
    number = 1
    while path in taken:
        number += 1
        path = f"{stem}-{number}.{suffix}"
    return path


def _is_pixels(content: bytes) -> bool:
    return pictures.is_picture(content[:512])


def _told(name: str, why: Message | str) -> Message:
    return Message("its picture “%(name)s” %(why)s", name=name[:80], why=why)


def _size(name: str, content: bytes) -> tuple[int, int]:
    """Return what a picture claims to measure, as it is shown."""
    kind = MediaKind.PICTURE if _is_pixels(content) else MediaKind.DRAWING
    if len(content) > LARGEST[kind]:
        large = Message("is larger than %(limit)s MB", limit=LARGEST[kind] // MEGABYTE)
        raise NotUnderstood(_told(name, large))
    if kind is MediaKind.DRAWING:
        if not content.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
            raise NotUnderstood(_told(name, pictures.NO_PICTURE))
        try:
            drawing = read_svg(content)
        except NotSvg as error:
            raise NotUnderstood(_told(name, error.args[0])) from error
        return drawing.width or UNSIZED[0], drawing.height or UNSIZED[1]
    width, height = _claimed(name, content)
    if not 0 < width * height <= limits.PIXELS:
        raise NotUnderstood(_told(name, TOO_MANY))
    return width, height


def _claimed(name: str, content: bytes) -> tuple[int, int]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about its size, which is checked here
        try:
            with Image.open(io.BytesIO(content), formats=pictures.READ) as image:
                width, height = image.size
                turned = image.format in EXIF and image.getexif().get(ORIENTATION) in TURNED
        except Image.DecompressionBombError as error:
            raise NotUnderstood(_told(name, TOO_MANY)) from error
        except pictures.BROKEN as error:
            raise NotUnderstood(_told(name, pictures.NO_PICTURE)) from error
    return (height, width) if turned else (width, height)


def _own_suffix(content: bytes) -> str:
    """Return the ending of a format that a course keeps as it is, "" for another one."""
    try:
        with Image.open(io.BytesIO(content), formats=tuple(KEPT)) as image:
            return KEPT.get(image.format or "", "")
    except pictures.BROKEN:
        return ""


def _drawing(content: bytes) -> bytes:
    drawing = read_svg(content)
    return drawing.clean if drawing.faults else content
