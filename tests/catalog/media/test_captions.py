"""Captions: WebVTT read strictly, each fault with its line."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.catalog.media.captions import Cue, read_captions
from lms.catalog.media.errors import BadFile

HEAD = "WEBVTT\n\n"
CUE = "00:01.000 --> 00:02.500\nGood morning!\n"


def test_captions_are_read_with_their_times() -> None:
    text = f"\ufeffWEBVTT - lesson\n\nNOTE made by hand\n\n1\n{CUE}\n01:00:00.000 --> 01:00:01.000 line:90%\n<v Anna>How <i>can</i> I help?\r\n"
    assert read_captions(text.encode()) == (
        Cue(1000, 2500, "Good morning!"),
        Cue(3_600_000, 3_601_000, "<v Anna>How <i>can</i> I help?"),
    )


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "begin with WEBVTT"),
        ("WEBVTTX\n\n" + CUE, 1, "begin with WEBVTT"),
        ("WEBVTT\n" + CUE, 2, "empty line"),
        (HEAD, 1, "no captions"),
        (HEAD + "00:01 --> 00:02\nx", 3, "00:01.000"),
        (HEAD + "00:01.000 00:02.000\nx", 4, "00:01.000"),
        (HEAD + "00:02.000 --> 00:01.000\nx", 3, "ends before"),
        (HEAD + "00:01.000 --> 00:02.000\n", 3, "no words"),
        (HEAD + CUE + "\n00:00.500 --> 00:03.000\nx", 6, "the one above"),
        (HEAD + CUE + CUE, 3, "empty line stands"),
        (HEAD + "00:01.000 --> 00:02.000 onclick:x\nx", 3, "00:01.000"),
        (HEAD + "STYLE\n::cue { background: url(//evil) }", 3, "style sheets"),
        (HEAD + "00:01.000 --> 00:02.000\n<script>alert(1)</script>", 4, "other tags"),
        (HEAD + "00:01.000 --> 00:02.000\n<img src=x onerror=alert(1)>", 4, "other tags"),
        (HEAD + "00:01.000 --> 00:02.000\n<c.red>x</c>", 4, "other tags"),
        (HEAD + "00:01.000 --> 00:02.000\n<v a<b>x", 4, "other tags"),
        (HEAD + "00:01.000 --> 00:02.000\na\0b", 4, "control"),
        (HEAD + "00:01.000 --> 00:02.000\n" + "x" * 501, 4, "longer"),
    ],
)
def test_each_fault_is_told_with_its_line(text: str, line: int, words: str) -> None:
    with pytest.raises(BadFile) as refused:
        read_captions(text.encode())
    assert words in refused.value.message
    assert refused.value.line == line


def test_captions_that_are_no_utf_8_are_refused() -> None:
    with pytest.raises(BadFile, match="UTF-8"):
        read_captions(HEAD.encode() + "00:01.000 --> 00:02.000\nДа".encode("cp1251"))


@given(st.text(alphabet="W 0:1.-><\nvb/&E\rx", max_size=120))
def test_no_text_breaks_the_reading(text: str) -> None:
    with contextlib.suppress(BadFile):
        cues = read_captions((HEAD + text).encode())
        assert all(cue.begin < cue.end for cue in cues)
