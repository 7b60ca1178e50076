"""Captions: WebVTT, read strictly (https://www.w3.org/TR/webvtt1/).

Style sheets, regions and markup that a player would interpret are refused: what is left is times,
words, and who speaks.
"""

import re
from dataclasses import dataclass

from lms.catalog.media.errors import BadFile
from lms.catalog.messages import Message

TIME = r"(?:(\d{2,3}):)?([0-5]\d):([0-5]\d)\.(\d{3})"
PERCENT = r"[\d.]{1,6}%"
SETTING = (
    rf"(?:vertical:(?:rl|lr)|line:-?{PERCENT}?|position:{PERCENT}|size:{PERCENT}"
    r"|align:(?:start|center|end|left|right))"
)
TIMING = re.compile(rf"{TIME}[ \t]+-->[ \t]+{TIME}((?:[ \t]+{SETTING})*)[ \t]*")
# Emphasis and the speaker's name; nothing with classes, addresses or styles.
TAG = re.compile(r"</?[biu]>|<v [^<>&]{1,80}>|</v>")
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]")
CUE_LIMIT = 10_000
LINE_LIMIT = 500


@dataclass(frozen=True)
class Cue:
    """Words on the screen from ``begin`` to ``end``, in milliseconds."""

    begin: int
    end: int
    text: str


def read_captions(content: bytes) -> tuple[Cue, ...]:
    """Return the cues in order. Raises BadFile with the line of the first fault."""
    try:
        text = content.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise BadFile(Message("is not UTF-8"), content.count(b"\n", 0, error.start) + 1) from error
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return tuple(_Reader(lines).read())


@dataclass
class _Reader:
    lines: list[str]
    at: int = 0

    def fault(self, message: str) -> BadFile:
        return BadFile(message, self.at + 1)

    def read(self) -> list[Cue]:
        if not re.fullmatch(r"WEBVTT(?:[ \t].*)?", self.lines[0]):
            raise self.fault(Message("captions begin with WEBVTT on a line of its own"))
        self.at = 1
        if len(self.lines) > 1 and self.lines[1].strip():
            raise self.fault(Message("an empty line follows WEBVTT"))
        cues: list[Cue] = []
        while self._skip_empty():
            block = self._block()
            if re.match(r"NOTE(?:[ \t]|$)", block[0]):
                continue
            cues.append(self._cue(block, cues[-1].begin if cues else 0))
            if len(cues) > CUE_LIMIT:
                raise self.fault(Message("has more than %(limit)s captions", limit=CUE_LIMIT))
        if not cues:
            self.at = 0
            raise self.fault(Message("holds no captions"))
        return cues

    def _skip_empty(self) -> bool:
        while self.at < len(self.lines) and not self.lines[self.at].strip():
            self.at += 1
        return self.at < len(self.lines)

    def _block(self) -> list[str]:
        begin = self.at
        while self.at < len(self.lines) and self.lines[self.at].strip():
            self._check_line(self.lines[self.at])
            self.at += 1
        return self.lines[begin : self.at]

    def _check_line(self, line: str) -> None:
        if CONTROL.search(line):
            raise self.fault(Message("holds control characters"))
        if len(line) > LINE_LIMIT:
            raise self.fault(
                Message("the line is longer than %(limit)s characters", limit=LINE_LIMIT)
            )
        if re.match(r"(?:STYLE|REGION)(?:[ \t]|$)", line):
            raise self.fault(Message("style sheets and regions are not taken in captions"))
        if re.search(r"[<>]", TAG.sub("", line)) and "-->" not in line:
            raise self.fault(
                Message("captions hold words, <b>, <i>, <u> and <v Name>, and no other tags")
            )

    def _cue(self, block: list[str], before: int) -> Cue:
        end = self.at
        self.at -= len(block)
        if "-->" not in block[0]:  # the cue's own name
            block = block[1:]
            self.at += 1
        match = TIMING.fullmatch(block[0]) if block else None
        if match is None:
            raise self.fault(Message("a time reads 00:01.000 --> 00:04.000"))
        first, last = _milliseconds(match.groups()[:4]), _milliseconds(match.groups()[4:8])
        if last <= first:
            raise self.fault(Message("the caption ends before it begins"))
        if first < before:
            raise self.fault(Message("the caption begins before the one above"))
        words = block[1:]
        if not any(TAG.sub("", line).strip() for line in words):
            raise self.fault(Message("the caption has no words"))
        if any("-->" in line for line in words):
            raise self.fault(Message("an empty line stands between captions"))
        self.at = end
        return Cue(first, last, "\n".join(words))


def _milliseconds(parts: tuple[str | None, ...]) -> int:
    hours, minutes, seconds, rest = (int(part or 0) for part in parts)
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + rest
