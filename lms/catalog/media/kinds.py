"""The kinds of files a course holds, and the formats of each."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import Enum

MEGABYTE = 1024 * 1024


class MediaKind(Enum):
    """What a file is for the reader."""

    PICTURE = "picture"  # of pixels
    DRAWING = "drawing"  # of lines: SVG
    AUDIO = "audio"
    VIDEO = "video"
    CAPTIONS = "captions"
    DOCUMENT = "document"  # to be downloaded


# The most a file of a course may hold, in bytes; settings draw narrower bounds for uploads.
LARGEST = {
    MediaKind.PICTURE: 8 * MEGABYTE,
    MediaKind.DRAWING: 2 * MEGABYTE,
    MediaKind.AUDIO: 100 * MEGABYTE,
    MediaKind.VIDEO: 200 * MEGABYTE,
    MediaKind.CAPTIONS: 1 * MEGABYTE,
    MediaKind.DOCUMENT: 50 * MEGABYTE,
}
SHOWN = frozenset({MediaKind.PICTURE, MediaKind.DRAWING})
RECORDED = frozenset({MediaKind.AUDIO, MediaKind.VIDEO})


@dataclass(frozen=True)
class Format:
    """A format by the ending of its files' names."""

    suffix: str
    kind: MediaKind
    media_type: str


_OFFICE = "application/vnd.openxmlformats-officedocument"
FORMATS = {
    one.suffix: one
    for one in (
        Format("png", MediaKind.PICTURE, "image/png"),
        Format("jpg", MediaKind.PICTURE, "image/jpeg"),
        Format("jpeg", MediaKind.PICTURE, "image/jpeg"),
        Format("webp", MediaKind.PICTURE, "image/webp"),
        Format("svg", MediaKind.DRAWING, "image/svg+xml"),
        Format("mp3", MediaKind.AUDIO, "audio/mpeg"),
        Format("m4a", MediaKind.AUDIO, "audio/mp4"),
        Format("ogg", MediaKind.AUDIO, "audio/ogg"),
        Format("weba", MediaKind.AUDIO, "audio/webm"),
        Format("mp4", MediaKind.VIDEO, "video/mp4"),
        Format("webm", MediaKind.VIDEO, "video/webm"),
        Format("vtt", MediaKind.CAPTIONS, "text/vtt"),
        Format("pdf", MediaKind.DOCUMENT, "application/pdf"),
        Format("docx", MediaKind.DOCUMENT, f"{_OFFICE}.wordprocessingml.document"),
        Format("xlsx", MediaKind.DOCUMENT, f"{_OFFICE}.spreadsheetml.sheet"),
        Format("pptx", MediaKind.DOCUMENT, f"{_OFFICE}.presentationml.presentation"),
        Format("zip", MediaKind.DOCUMENT, "application/zip"),
    )
}
NAME = r"[a-z0-9][a-z0-9_.-]*"
FIGURE_PATH = re.compile(rf"figures/{NAME}\.(png|jpe?g|webp|svg)")
MEDIA_PATH = re.compile(
    rf"media/{NAME}\.({'|'.join(s for s, f in FORMATS.items() if f.kind not in SHOWN)})"
)
CAPTIONS_PATH = re.compile(rf"(media/{NAME})\.([a-z]{{2}})\.vtt")
PATH_LIMIT = 200
MENTION = re.compile(rf"(?<![\w./-])(?:figures|media)/{NAME}")


# A picture that a text shows without saying what it is.
# A picture in a text: what a text has before "](figures/" is its description.
PICTURED = re.compile(rf"\]\((figures/{NAME})")
BARE = re.compile(rf"!\[\s*\]\((figures/{NAME})")


def format_of(path: str) -> Format | None:
    """Return the format that a course's path promises; None for no path of a file."""
    match = FIGURE_PATH.fullmatch(path) or MEDIA_PATH.fullmatch(path)
    return FORMATS[match.group(1)] if match and len(path) <= PATH_LIMIT else None


def folder_of(kind: MediaKind) -> str:
    """Return the folder of a course that holds files of this kind."""
    return "figures" if kind in SHOWN else "media"


def captions_path(recording: str, language: str) -> str:
    """Return where the captions of a recording lie: `media/talk.mp4` → `media/talk.ru.vtt`."""
    return f"{recording.rpartition('.')[0]}.{language}.vtt"


def unused(paths: Iterable[str], shown: Collection[str]) -> set[str]:
    """Return those of ``paths`` that nothing shows; captions are shown with their recording."""
    recordings = {path.rpartition(".")[0] for path in shown}
    captions = {
        path for path in paths if (m := CAPTIONS_PATH.fullmatch(path)) and m.group(1) in recordings
    }
    return set(paths) - set(shown) - captions


def mentions(text: str) -> frozenset[str]:
    """Return the paths of files that a text names."""
    return frozenset(match.group().rstrip(".") for match in MENTION.finditer(text))
