"""A text of a foreign file as texts by language: formats, and the ways to write two languages."""

import re
from collections.abc import Iterator
from enum import Enum

from lms.assessment.kinds.values import Texts
from lms.catalog.messages import Message
from lms.core.tables.texts import UNFIT, fit
from lms.standards.items import limits
from lms.standards.items.model import NotUnderstood, too_long
from lms.standards.items.texts.images import INLINED, Taking, not_taken
from lms.standards.items.texts.markdown import (
    markdown_of_html,
    markdown_of_markdown,
    markdown_of_plain,
)
from lms.standards.items.texts.trees import Lost
from lms.web.i18n import LANGUAGES

SPAN = re.compile(r"<span\b([^<>]*)>", re.IGNORECASE)
SPAN_MARK = re.compile(r"<(/?)span\b[^<>]*>", re.IGNORECASE)
LANG = re.compile(r"""\blang\s*=\s*["']?([A-Za-z]{2,8})""", re.IGNORECASE)
MLANG = re.compile(r"\{mlang\s+([A-Za-z_,\s-]{1,100})\}", re.IGNORECASE)
MARKUP = re.compile(r"</?[a-zA-Z][^<>]*>|&#?\w{1,32};")


class TextForm(Enum):
    """How a text in a file is written."""

    HTML = "html"
    MARKDOWN = "markdown"
    PLAIN = "plain"
    AUTO = "moodle"  # HTML where it has tags, else plain


class TextReader:
    """Reads the texts of one item; ``lost`` gathers what could not be kept."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.lost = Lost()
        self.taking: Taking = not_taken  # of the images of the texts to come
        self._characters = 0  # of all texts so far
        self._inside: set[str] = set()  # images that stood in a text itself, as they were taken

    def texts(self, raw: str, form: TextForm, *, inline: bool = False) -> Texts:
        """Return the text in each language it is written in; none for an empty one."""
        raw = INLINED.sub(self._inlined, raw)
        if len(raw) > limits.TEXT_CHARACTERS:
            raise NotUnderstood(
                Message("a text is longer than %(limit)s characters", limit=limits.TEXT_CHARACTERS)
            )
        self._characters += len(raw)
        if self._characters > limits.BLOCK_CHARACTERS:
            raise too_long()
        if UNFIT.search(raw):
            self.lost.add(Message("control characters are left out"))
            raw = fit(raw)
        texts = {
            language: self._one(part, form, inline=inline)
            for language, part in self._variants(raw).items()
        }
        return {language: text for language, text in texts.items() if text}

    def _inlined(self, match: re.Match[str]) -> str:
        """Take an image that stands in the text itself: it would be too long to be read as one."""
        try:
            path = self.taking(match[2])
        except NotUnderstood:
            return f"src={match[1]}data:{match[1]}"
        self._inside.add(path)
        return f"src={match[1]}{path}{match[1]}"

    def _take(self, address: str) -> str:
        return address if address in self._inside else self.taking(address)

    def plain(self, raw: str) -> Texts:
        """Return a text that stays as it is (an accepted answer, a unit) by language."""
        variants = self._variants(fit(raw))
        return {code: text for code, part in variants.items() if (text := " ".join(part.split()))}

    def _one(self, raw: str, form: TextForm, *, inline: bool) -> str:
        if form is TextForm.AUTO:
            form = TextForm.HTML if MARKUP.search(raw) else TextForm.PLAIN
        if form is TextForm.HTML:
            return markdown_of_html(raw, self.lost, inline=inline, taking=self._take)
        if form is TextForm.MARKDOWN:
            return markdown_of_markdown(raw, self.lost, inline=inline, taking=self._take)
        return markdown_of_plain(raw, inline=inline)

    def _variants(self, raw: str) -> Texts:
        pieces = list(_pieces(raw))
        spoken = {code for codes, _ in pieces for code in codes if code in LANGUAGES}
        foreign = {
            code for codes, _ in pieces for code in codes if code not in {*LANGUAGES, "other"}
        }
        for code in sorted(foreign):
            self.lost.add(Message("the text in the language “%(code)s” is left out", code=code))
        if not spoken:
            return {
                self.language: "".join(t for codes, t in pieces if not codes or "other" in codes)
            }
        return {
            language: "".join(t for codes, t in pieces if not codes or language in codes)
            for language in LANGUAGES
            if language in spoken
        }


def _pieces(raw: str) -> Iterator[tuple[frozenset[str], str]]:
    """Yield stretches of text, each with the languages it is for (none: for all)."""
    lower = raw.lower()
    if "multilang" in lower:
        yield from _parted(raw, lower, SPAN)
    elif "{mlang" in lower:
        yield from _parted(raw, lower, MLANG)
    else:
        yield frozenset(), raw


def _parted(raw: str, lower: str, opening: re.Pattern[str]) -> Iterator[tuple[frozenset[str], str]]:
    done = 0
    for match in opening.finditer(raw):
        codes = _codes(match.group(1), opening)
        if match.start() < done or not codes:
            continue
        if opening is SPAN:
            end, stop = _span_end(raw, match.end())
        else:
            end = lower.find("{mlang", match.end())
            stop = lower.find("}", end) if end >= 0 else -1
        if stop < 0:
            break
        if raw[done : match.start()].strip():
            yield frozenset(), raw[done : match.start()]
        yield codes, raw[match.end() : end]
        done = stop + 1
    if raw[done:].strip():
        yield frozenset(), raw[done:]


def _span_end(raw: str, start: int) -> tuple[int, int]:
    """Return where the span that is open at ``start`` ends: its last mark's begin and end.

    Spans inside it have ends of their own. -1 for one that is never closed.
    """
    depth = 1
    for match in SPAN_MARK.finditer(raw, start):
        depth += -1 if match[1] else 1
        if not depth:
            return match.start(), match.end() - 1
    return -1, -1


def _codes(words: str, opening: re.Pattern[str]) -> frozenset[str]:
    if opening is MLANG:
        names = re.split(r"[,\s]+", words.strip().lower())
        return frozenset(re.split(r"[_-]", name)[0] for name in names if name)
    if "multilang" not in words.lower():
        return frozenset()
    found = LANG.search(words)
    return frozenset({found.group(1).lower()}) if found else frozenset()
