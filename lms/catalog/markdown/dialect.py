"""The parser of the course format's Markdown: CommonMark with tables, blocks and formulas.

Additions: blocks (``::: note``, ``::: check key``, …: see ``blocks``), formulas between dollars,
citations (``[@key]``), facts (``[#key]``), figures with captions, links to lessons
(``lesson:key``). Raw HTML is never HTML here.
"""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

from lms.catalog.markdown.blocks.container import blocks_plugin
from lms.catalog.markdown.blocks.names import KEY
from lms.catalog.markdown.bounds import bounds_plugin
from lms.catalog.markdown.formulas import formulas_plugin
from lms.catalog.media.kinds import MEDIA_PATH

CITATION = re.compile(rf"\[@({KEY})\]")
FACT = re.compile(rf"\[#({KEY})\]")
FIGURE = re.compile(r"figures/[a-z0-9][a-z0-9_.-]*\.(?:svg|png|jpe?g|webp)")
LESSON = re.compile(rf"lesson:({KEY})")
# Private characters: the renderer uses them for its own marks, so a text can't forge one.
PRIVATE = re.compile("[\x00\ue000-\uf8ff]")


def parser() -> MarkdownIt:
    """Return a new parser of the lesson dialect."""
    markdown = MarkdownIt("commonmark", {"html": False, "maxNesting": 20}).enable("table")
    # ``html`` off leaves raw HTML as text; without these rules it isn't even looked for.
    markdown.disable(["html_block", "html_inline"])
    markdown.validateLink = allowed_address  # type: ignore[method-assign, assignment]
    blocks_plugin(markdown)
    formulas_plugin(markdown)
    bounds_plugin(markdown)
    markdown.inline.ruler.before("link", "citation", _citation)
    markdown.inline.ruler.before("link", "fact", _fact)
    return markdown


def allowed_address(address: str) -> bool:
    """Tell whether a link or image may have this address."""
    return bool(
        re.match(r"https://[^/\s]", address)
        or LESSON.fullmatch(address)
        or FIGURE.fullmatch(address)
        or MEDIA_PATH.fullmatch(address)
    )


def _citation(state: StateInline, silent: bool) -> bool:
    return _reference(state, silent, CITATION, "citation")


def _fact(state: StateInline, silent: bool) -> bool:
    return _reference(state, silent, FACT, "fact")


def _reference(state: StateInline, silent: bool, pattern: re.Pattern[str], kind: str) -> bool:
    match = pattern.match(state.src, state.pos, state.posMax)
    if not match:
        return False
    if not silent:
        token = state.push(kind, "", 0)
        token.meta = {"key": match.group(1)}
        token.content = match.group()
    state.pos = match.end()
    return True
