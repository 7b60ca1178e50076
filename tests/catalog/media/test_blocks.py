"""Blocks that use files: what readers get, and what authors are told by line."""

from typing import Any

import lxml.html
import pytest

from lms.catalog.markdown.examining import examine
from lms.catalog.rendering import FigureAddress, render_lesson

FILES = {
    "figures/a.jpg": FigureAddress(
        "/files/a", 1200, 800, "image/jpeg", 9, "From the library.", ((480, "/files/a/480"),)
    ),
    "figures/b.jpg": FigureAddress("/files/b", 1200, 800, "image/jpeg", 9),
    "media/talk.mp4": FigureAddress("/files/talk", media_type="video/mp4", size=9),
    "media/talk.en.vtt": FigureAddress("/files/captions", media_type="text/vtt", size=9),
    "media/call.mp3": FigureAddress("/files/call", media_type="audio/mpeg", size=9),
    "media/form.docx": FigureAddress("/files/form", media_type="x", size=1_500_000),
}
TALK = "::: video\n[A talk](media/talk.mp4)\n\n**Anna.** Good morning!\n:::"
PAIR = '- ![One.](figures/a.jpg "Before")\n- ![Two.](figures/b.jpg "After")'


def shown(body: str, language: str = "en") -> Any:
    rendered = render_lesson(
        body, language=language, sources=(), files_url=FILES.get, lesson_url=lambda _: None
    )
    return lxml.html.fromstring(f"<div>{rendered.html}</div>")


def mistakes(body: str, **more: Any) -> list[tuple[int, str]]:
    found = examine(body, sources=(), figures=FILES, lessons=(), language="en", **more)
    return [(mistake.line, mistake.message) for mistake in found.mistakes]


def test_a_picture_comes_in_widths_with_a_fallback() -> None:
    page = shown("![A hall.](figures/a.jpg)")
    source = page.find(".//picture/source")
    assert source.get("srcset") == "/files/a/480 480w"
    assert page.find(".//img").get("src") == "/files/a"


def test_a_picture_without_words_takes_those_of_the_library() -> None:
    assert shown("![](figures/a.jpg)").find(".//img").get("alt") == "From the library."
    assert mistakes("![](figures/a.jpg)", described=["figures/a.jpg"]) == []
    assert mistakes("![](figures/b.jpg)") == [(1, "the image has no description in its brackets")]


@pytest.mark.parametrize("name", ["gallery", "before-after"])
def test_pictures_stand_in_a_list_with_their_captions(name: str) -> None:
    body = f"::: {name} Halls\n{PAIR}\n:::"
    page = shown(body)
    assert page.xpath("//ul/@class") == [name]
    assert [one.text for one in page.iter("figcaption")] == ["Before", "After"]
    assert page.find_class("block-title")[0].text == "Halls"
    assert mistakes(body) == []


def test_a_recording_has_controls_captions_and_a_transcript_and_waits() -> None:
    page = shown(TALK)
    video = page.find(".//video")
    assert dict(video.attrib) == {
        "controls": "", "preload": "none", "aria-label": "A talk", "src": "/files/talk",
    }  # fmt: skip
    track = video.find("track")
    assert (track.get("src"), track.get("srclang")) == ("/files/captions", "en")
    assert [one.text for one in page.find_class("recording-name")] == ["A talk"]
    transcript = page.find_class("transcript")[0]
    assert transcript.find("summary").text == "Transcript"
    assert "Good morning!" in transcript.text_content()
    assert mistakes(TALK) == []


def test_a_download_tells_its_type_and_size() -> None:
    body = "::: download\n- [The form](media/form.docx)\n:::"
    page = shown(body, "ru")
    assert page.find(".//a").get("href") == "/files/form"
    assert page.find_class("download-facts")[0].text == "DOCX, 1,4\N{NO-BREAK SPACE}МБ"
    assert mistakes(body) == []


@pytest.mark.parametrize(
    ("body", "line", "words"),
    [
        ("::: gallery\nWords.\n:::", 1, "list of pictures"),
        ("::: gallery\n- ![x](figures/a.jpg)\n:::", 1, "2 to 24"),
        (f"::: gallery\n{PAIR}\n- words\n:::", 4, "one picture and nothing else"),
        (f"::: before-after\n{PAIR}\n- ![x](figures/a.jpg)\n:::", 1, "two pictures"),
        ("::: before-after\n- ![x](figures/a.jpg)\n- ![y](figures/b.jpg)\n:::", 2, "caption"),
        ("::: gallery\n- ![x](figures/a.jpg)\n- ![y](figures/none.jpg)\n:::", 3, "no file"),
        ("::: video\nWords.\n:::", 1, "begins with a link"),
        ("::: video\n[A talk](media/talk.mp4)\n:::", 1, "no transcript"),
        ("::: video\n[A talk](media/none.mp4)\n\nx\n:::", 2, "no file media/none.mp4"),
        ("::: audio\n[A call](media/call.mp3)\n\nx\n:::", 2, "no captions: media/call.en.vtt"),
        ("::: audio\n[A talk](media/talk.mp4)\n\nx\n:::", 1, "no recording of the kind 'audio'"),
        ("::: download\n- [x](https://evil.example/x.exe)\n:::", 2, "a file in media/"),
        ("::: download\n- [x](media/none.pdf)\n:::", 2, "no file media/none.pdf"),
        (f"> {TALK.replace(chr(10), chr(10) + '> ')}", 1, "may not stand inside another"),
    ],
)  # fmt: skip
def test_each_mistake_is_told_with_its_line(body: str, line: int, words: str) -> None:
    assert any(place == line and words in message for place, message in mistakes(body))


@pytest.mark.parametrize(
    "body",
    [
        '::: video\n[<script>alert(1)</script>"](media/talk.mp4)\n\nx\n:::',
        "::: video\n[x](javascript:alert(1))\n\nx\n:::",
        "::: video\n[x](media/../../etc.mp4)\n\nx\n:::",
        '::: gallery\n- ![" onerror="alert(1)](figures/a.jpg "x" onload=y)\n:::',
        '::: download\n- [x](media/form.docx"onclick="y)\n:::',
    ],
)
def test_hostile_blocks_do_nothing(body: str) -> None:
    page = shown(body)
    assert not list(page.iter("script"))
    names = {name for element in page.iter() for name in element.attrib}
    assert not [name for name in names if name.startswith("on")]
    for name in ("href", "src"):
        assert all(value.startswith("/files/") for value in page.xpath(f"//@{name}"))
