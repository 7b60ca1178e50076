"""Figures: told by their content; drawings hold nothing that runs, loads or links outside."""

import contextlib
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.catalog.media.errors import BadFile
from lms.catalog.media.reading import inspect
from lms.catalog.source.svg import NotSvg, read_svg
from tests.builders.catalog import FIGURE
from tests.builders.media import picture

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '


def svg(inside: str, attributes: str = 'viewBox="0 0 10 20"') -> bytes:
    return f"{HEAD}{attributes}>{inside}</svg>".encode()


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int = 3, height: int = 2) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IEND", b"")


JPEG = (
    b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    b"\xff\xc0\x00\x11\x08\x00\x02\x00\x03\x03\x01\x22\x00\x02\x11\x01\x03\x11\x01"
)
HOSTILE = [
    "<script>alert(1)</script>",
    '<script href="https://evil.example/x.js"/>',
    '<g onclick="alert(1)"/>',
    '<rect ONLOAD="alert(1)"/>',
    "<foreignObject><body xmlns='http://www.w3.org/1999/xhtml'>x</body></foreignObject>",
    '<a href="javascript:alert(1)"><text>x</text></a>',
    '<a xlink:href="https://evil.example"><text>x</text></a>',
    '<image href="https://evil.example/pixel.png"/>',
    '<image href="data:image/svg+xml;base64,AAAA"/>',
    '<use href="https://evil.example/x.svg#a"/>',
    '<use xlink:href="other.svg#a"/>',
    '<rect fill="url(https://evil.example/x.svg#a)"/>',
    '<rect style="fill:url(https://evil.example/x)"/>',
    '<rect style="fill:u\\72l(https://evil.example/x)"/>',
    "<style>@import 'https://evil.example/x.css';</style>",
    "<style>rect{fill:url(//evil.example/x)}</style>",
    '<animate attributeName="href" values="javascript:alert(1)"/>',
    '<set attributeName="onclick" to="alert(1)"/>',
    '<handler xmlns="http://www.w3.org/2001/xml-events">x</handler>',
    '<x:script xmlns:x="http://www.w3.org/1999/xhtml">alert(1)</x:script>',
    '<g xml:base="https://evil.example/"/>',
    "<?xml-stylesheet href='https://evil.example/x.css'?>",
    "<feImage href='https://evil.example/x'/>",
    "<iframe src='https://evil.example'/>",
]


@pytest.mark.parametrize("inside", HOSTILE)
def test_what_could_run_or_load_is_a_fault_and_is_cleaned_away(inside: str) -> None:
    drawing = read_svg(svg(f"<title>ok</title>{inside}<rect/>"))
    assert drawing.faults
    again = read_svg(drawing.clean)
    assert again.faults == ()
    assert b"<title>ok</title>" in drawing.clean
    for word in (b"script", b"alert", b"evil", b"javascript", b"import", b"onclick"):
        assert word not in drawing.clean


@pytest.mark.parametrize(
    "content",
    [
        b'<!DOCTYPE svg [<!ENTITY a "x">]>' + svg("&a;"),
        b'<!DOCTYPE svg SYSTEM "file:///etc/passwd">' + svg(""),
        svg("<g>"),
        b"<html/>",
        b'<svg xmlns="http://www.w3.org/1999/xhtml"/>',
        b"",
        b"\x00\x01\x02",
        b'<?xml version="1.0" encoding="utf-7"?>' + svg(""),
        svg("<g>" * 21_000 + "</g>" * 21_000),
        svg('<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>'),
        svg('<g id="a"/><g id="b"><use href="#a"/><use href="#a"/></g><use href="#b"/>'),
    ],
    ids=range(11),
)
def test_what_is_no_plain_drawing_is_refused_whole(content: bytes) -> None:
    with pytest.raises(NotSvg):
        read_svg(content)


def test_a_clean_drawing_keeps_its_meaning() -> None:
    content = svg(
        '<defs><linearGradient id="a"><stop offset="1"/></linearGradient></defs>'
        '<style>text{font-weight:700}</style><use xlink:href="#a"/>'
        '<rect fill="url(#a)" style="stroke:#fff"/><text x="1">5 &lt; 6 «да»</text>'
    )
    drawing = read_svg(content)
    assert drawing.faults == ()
    assert drawing.clean.decode() == (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 20">'
        '<defs><linearGradient id="a"><stop offset="1"/></linearGradient></defs>'
        '<style>text{font-weight:700}</style><use href="#a"/>'
        '<rect fill="url(#a)" style="stroke:#fff"/><text x="1">5 &lt; 6 «да»</text></svg>\n'
    )


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        ('width="320" height="120"', (320, 120)),
        ('width="320px" height="120.5px" viewBox="0 0 1 1"', (320, 120)),
        ('viewBox="0 0 640 480"', (640, 480)),
        ('viewBox="0,0,640,480" width="100%"', (640, 480)),
        ('width="100%" height="100%"', (None, None)),
        ('width="99999999" height="1"', (None, None)),
        ('viewBox="0 0 0 0"', (None, None)),
    ],
)
def test_the_size_of_a_drawing_is_known_before_it_loads(
    attributes: str, size: tuple[int | None, int | None]
) -> None:
    drawing = read_svg(svg("", attributes))
    assert (drawing.width, drawing.height) == size


@pytest.mark.parametrize(
    ("path", "content", "media_type", "size"),
    [
        ("figures/a.svg", FIGURE, "image/svg+xml", (320, 120)),
        ("figures/a.png", picture(3, 2, "PNG"), "image/png", (3, 2)),
        ("figures/a.jpg", picture(3, 2), "image/jpeg", (3, 2)),
        ("figures/a.jpeg", picture(3, 2), "image/jpeg", (3, 2)),
        ("figures/a.webp", picture(3, 2, "WEBP"), "image/webp", (3, 2)),
    ],
)
def test_each_kind_of_figure_is_told_with_its_size(
    path: str, content: bytes, media_type: str, size: tuple[int, int]
) -> None:
    figure = inspect(path, content)
    assert (figure.format.media_type, (figure.width, figure.height)) == (media_type, size)


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("figures/a.png", FIGURE),
        ("figures/a.svg", png()),
        ("figures/a.png", JPEG),
        ("figures/a.jpg", b"GIF89a"),
        ("figures/a.webp", b"RIFF1234WAVEfmt " + b"\0" * 40),
        ("figures/a.png", b"<script>alert(1)</script>"),
        ("figures/a.png", png(100_000, 100_000)),
        ("figures/a.png", png(0, 5)),
        ("figures/a.html", b"<html>"),
        ("figures/A.png", png()),
        ("figures/../a.png", png()),
        ("figures/" + "a" * 300 + ".png", png()),
        ("figures/a.svg", svg("<script>x</script>")),
        ("figures/a.png", png() + b"\0" * (2 * 1024 * 1024)),
    ],
    ids=lambda value: str(value)[:24],
)
def test_a_file_that_is_not_what_it_says_is_refused(path: str, content: bytes) -> None:
    with pytest.raises(BadFile):
        inspect(path, content)


@given(st.binary(max_size=200), st.sampled_from(["svg", "png", "jpg", "webp"]))
def test_no_bytes_break_the_reading(content: bytes, kind: str) -> None:
    starts = {"png": b"\x89PNG\r\n\x1a\n", "jpg": b"\xff\xd8\xff", "webp": b"RIFFxxxxWEBP"}
    for body in (content, starts.get(kind, b"<svg ") + content):
        with contextlib.suppress(BadFile):
            assert inspect(f"figures/a.{kind}", body).size == len(body)


@pytest.mark.parametrize("between", ["<tspan/>", "<?x y?>", "<!-- -->", "<x/>"])
def test_a_style_sheet_is_judged_without_what_cuts_it_up(between: str) -> None:
    drawing = read_svg(svg(f"<style>a{{b:u{between}rl(//c)}}</style>"))
    assert drawing.faults
    assert b"rl(" not in drawing.clean
