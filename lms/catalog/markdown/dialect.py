"""The parser of the course format's Markdown: CommonMark with tables and a few containers.

Additions: call-outs (``::: note``), self-checks (``::: check key``), citations (``[@key]``),
figures with captions, links to lessons (``lesson:key``). Raw HTML is never HTML here.
"""

import re
from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.container import container_plugin

CALLOUTS = ("note", "tip", "warning", "example", "rule")
KEY = r"[a-z0-9][a-z0-9-]{0,58}[a-z0-9]"
CALLOUT = re.compile(rf"\s*({'|'.join(CALLOUTS)})(?:\s+(\S.*?))?\s*")
CHECK = re.compile(rf"\s*check\s+({KEY})\s*")
CITATION = re.compile(rf"\[@({KEY})\]")
FIGURE = re.compile(r"figures/[a-z0-9][a-z0-9_.-]*\.(?:svg|png|jpe?g|webp)")
LESSON = re.compile(rf"lesson:({KEY})")
OPTION = re.compile(r"\[([ xX])\](?:[ \t]+|$)")
# Private characters: the renderer uses them for its own marks, so a text can't forge one.
PRIVATE = re.compile("[\x00\ue000-\uf8ff]")


def parser() -> MarkdownIt:
    """Return a new parser of the lesson dialect."""
    markdown = MarkdownIt("commonmark", {"html": False, "maxNesting": 20}).enable("table")
    # ``html`` off leaves raw HTML as text; without these rules it isn't even looked for.
    markdown.disable(["html_block", "html_inline"])
    markdown.validateLink = allowed_address  # type: ignore[method-assign, assignment]
    markdown.use(
        container_plugin, "callout", validate=lambda text, _: bool(CALLOUT.fullmatch(text))
    )
    markdown.use(container_plugin, "check", validate=lambda text, _: bool(CHECK.fullmatch(text)))
    markdown.inline.ruler.before("link", "citation", _citation)
    markdown.core.ruler.after("block", "option", _options)
    return markdown


def allowed_address(address: str) -> bool:
    """Tell whether a link or image may have this address."""
    return bool(
        re.match(r"https://[^/\s]", address)
        or LESSON.fullmatch(address)
        or FIGURE.fullmatch(address)
    )


def _citation(state: StateInline, silent: bool) -> bool:
    match = CITATION.match(state.src, state.pos, state.posMax)
    if not match:
        return False
    if not silent:
        token = state.push("citation", "", 0)
        token.meta = {"key": match.group(1)}
        token.content = match.group()
    state.pos = match.end()
    return True


def _options(state: StateCore) -> None:
    """Mark the options of self-checks, and take the ``[x]`` off their texts."""
    for begin, end in containers(state.tokens, "container_check"):
        for item, inline in _list_items(state.tokens[begin:end]):
            match = OPTION.match(inline.content)
            if match:
                item.meta = {**item.meta, "right": match.group(1) != " "}
                inline.content = inline.content[match.end() :]


def _list_items(tokens: Sequence[Token]) -> Iterator[tuple[Token, Token]]:
    """Yield each top list item of a self-check that begins with a paragraph, and its inline."""
    base = tokens[0].level + 1 if tokens else 0
    for index, token in enumerate(tokens[:-2]):
        if token.type == "list_item_open" and token.level == base + 1:
            paragraph, inline = tokens[index + 1], tokens[index + 2]
            if paragraph.type == "paragraph_open":
                yield token, inline


def containers(tokens: Sequence[Token], name: str) -> Iterator[tuple[int, int]]:
    """Yield (begin, end) of each top container: tokens[begin:end] is all of it."""
    for index, token in enumerate(tokens):
        if token.type == f"{name}_open" and token.level == 0:
            yield index, closing(tokens, index) + 1


def closing(tokens: Sequence[Token], begin: int) -> int:
    """Return the index of the token that closes ``tokens[begin]``."""
    level = tokens[begin].level
    kind = tokens[begin].type.removesuffix("_open") + "_close"
    for index in range(begin + 1, len(tokens)):
        if tokens[index].level == level and tokens[index].type == kind:
            return index
    return len(tokens) - 1


def plain_text(tokens: Sequence[Token] | None) -> str:
    """Return the words of inline tokens, without their marks and citations."""
    words = []
    for token in tokens or ():
        if token.type in ("text", "code_inline"):
            words.append(token.content)
        elif token.type in ("softbreak", "hardbreak"):
            words.append(" ")
        elif token.type == "image":
            words.append(plain_text(token.children))
    return "".join(words).strip()
