"""The parser's part of all blocks: where one begins and ends, and the tokens it becomes.

A block with Markdown inside becomes ``container_block_open`` … ``container_block_close``; one with
YAML inside a single ``raw_block`` that holds its text. Each carries its ``Header`` in ``meta``.
"""

import re

from markdown_it import MarkdownIt
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from mdit_py_plugins.container import container_plugin

from lms.catalog.markdown.blocks.names import RAW, Header, read_header
from lms.catalog.markdown.blocks.registry import TYPES
from lms.catalog.markdown.tokens import closing, items

OPEN = "container_block_open"
RAW_BLOCK = "raw_block"
RAW_FENCE = re.compile(r":::+(.*)")
OPTION = re.compile(r"\[([ xX])\](?:[ \t]+|$)")
INTERRUPTS: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}


def blocks_plugin(markdown: MarkdownIt) -> None:
    """Teach a parser the blocks."""
    markdown.use(container_plugin, "block", validate=lambda text, _: _holds_markdown(text))
    markdown.block.ruler.before("fence", RAW_BLOCK, _raw, INTERRUPTS)
    markdown.core.ruler.after("block", "block_options", _options)
    markdown.core.ruler.after("inline", "block_prepare", _prepare)


def header_of(token: Token) -> Header:
    """Return the first line of the block that ``token`` opens."""
    header = read_header(token.info)
    assert header is not None  # the parser made no token of anything else
    return header


def _holds_markdown(text: str) -> bool:
    header = read_header(text)
    return header is not None and header.name not in RAW


def _raw(state: StateBlock, begin: int, end: int, silent: bool) -> bool:
    if state.is_code_block(begin):
        return False
    match = RAW_FENCE.fullmatch(_line(state, begin))
    header = read_header(match.group(1)) if match else None
    if not match or header is None or header.name not in RAW:
        return False
    if silent:
        return True
    last = begin + 1
    while last < end and not re.fullmatch(r":::+\s*", _line(state, last)):
        last += 1
    token = state.push(RAW_BLOCK, "", 0)
    token.info = match.group(1)
    token.content = state.getLines(begin + 1, last, state.sCount[begin], False)
    token.map = [begin, last]
    token.block = True
    state.line = last + 1 if last < end else last
    return True


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]]


def _options(state: StateCore) -> None:
    """Mark the entries of self-checks and checklists, and take the ``[x]`` off their texts."""
    tokens = state.tokens
    for index, token in enumerate(tokens):
        if token.type != OPEN or token.level > 0 or not header_of(token).key:
            continue
        inner = tokens[index + 1 : closing(tokens, index)]
        for begin, _end in items(inner):
            _mark(inner[begin], inner[begin + 1 : begin + 3])


def _mark(item: Token, body: list[Token]) -> None:
    if len(body) < 2 or body[0].type != "paragraph_open":
        return
    match = OPTION.match(body[1].content)
    if match:
        item.meta = {**item.meta, "right": match.group(1) != " "}
        body[1].content = body[1].content[match.end() :]


def _prepare(state: StateCore) -> None:
    """Let each block at the top prepare its inner tokens."""
    tokens, result, index = state.tokens, list[Token](), 0
    while index < len(tokens):
        token = tokens[index]
        if token.type == OPEN and token.level == 0:
            end = closing(tokens, index)
            inner = tokens[index + 1 : end]
            result += [token, *TYPES[header_of(token).name].prepare(inner), tokens[end]]
            index = end + 1
        else:
            result.append(token)
            index += 1
    state.tokens = result
