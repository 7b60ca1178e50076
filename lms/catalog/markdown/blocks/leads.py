"""Lists whose entries begin with a bold lead: dates of a timeline, questions, terms."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from lms.catalog.markdown.blocks.base import BlockType, Complain, Container
from lms.catalog.markdown.blocks.names import BlockName
from lms.catalog.markdown.tokens import closing, items, line_of, plain_text
from lms.catalog.messages import Message

DASH = re.compile(r"\s*(?:[—–:]|-(?=\s))?\s*")
ENTRIES = 100  # of one block


@dataclass(frozen=True)
class Dress:
    """The elements that a list with leads becomes: (tag, class) each."""

    whole: tuple[str, str]
    entry: tuple[str, str]
    lead: tuple[str, str]
    rest: tuple[str, str]


def dress(tokens: list[Token], wear: Dress) -> list[Token]:
    """Return the tokens with each top list dressed; an entry without a lead is all lead."""
    result: list[Token] = []
    index = 0
    base = tokens[0].level if tokens else 0
    while index < len(tokens):
        token = tokens[index]
        if token.type == "bullet_list_open" and token.level == base:
            end = closing(tokens, index)
            result += _list(tokens[index : end + 1], wear)
            index = end + 1
        else:
            result.append(token)
            index += 1
    return result


def _list(tokens: Sequence[Token], wear: Dress) -> list[Token]:
    result = [_clothe(tokens[0], wear.whole)]
    for begin, end in items(tokens):
        result += _entry(tokens[begin : end + 1], wear)
    return [*result, _clothe(tokens[-1], wear.whole)]


def _clothe(token: Token, wear: tuple[str, str]) -> Token:
    token.tag = wear[0]
    if token.nesting == 1 and wear[1]:
        token.attrSet("class", wear[1])
    return token


def _part(wear: tuple[str, str], nesting: int) -> Token:
    kind = "block_part_open" if nesting == 1 else "block_part_close"
    return _clothe(Token(kind, wear[0], nesting, block=True), wear)  # type: ignore[arg-type]


def _entry(tokens: Sequence[Token], wear: Dress) -> list[Token]:
    opening, body, end = tokens[0], list(tokens[1:-1]), tokens[-1]
    for token in body:
        if token.type.startswith("paragraph_") and token.level == opening.level + 1:
            token.hidden = False
    lead: list[Token] = []
    if len(body) > 1 and body[0].type == "paragraph_open":
        lead, rest = _split(body[1].children or [])
        opening.meta = {**opening.meta, "lead": bool(lead)}
        if lead and rest:
            body[1].children = rest
        else:
            lead, body = lead or rest, body[3:]
    opening.meta = {**opening.meta, "text": bool(body)}
    inline = Token("inline", "", 0, children=lead, content="")
    return [
        _clothe(opening, wear.entry),
        _part(wear.lead, 1),
        inline,
        _part(wear.lead, -1),
        _part(wear.rest, 1),
        *body,
        _part(wear.rest, -1),
        _clothe(end, wear.entry),
    ]


def _split(children: list[Token]) -> tuple[list[Token], list[Token]]:
    """Return what a bold beginning holds, and what follows it without its dash or colon."""
    begin = next((n for n, t in enumerate(children) if t.type != "text" or t.content), 0)
    if not children or children[begin].type != "strong_open":
        return [], children
    end = closing(children, begin)
    lead, rest = children[begin + 1 : end], children[end + 1 :]
    while rest and rest[0].type in ("softbreak", "hardbreak"):
        rest = rest[1:]
    if rest and rest[0].type == "text":
        rest[0].content = DASH.sub("", rest[0].content, count=1)
        if not rest[0].content:
            rest = rest[1:]
    while rest and rest[0].type in ("softbreak", "hardbreak"):
        rest = rest[1:]
    return lead, rest


def examine_leads(container: Container, complain: Complain) -> tuple[str, ...]:
    """Examine a block that is one list with leads; its count of entries is common."""
    inner = container.inner
    lists = [n for n, t in enumerate(inner) if t.type == "bullet_list_open" and _is_top(t, inner)]
    if len(lists) != 1 or lists[0] != 0 or closing(inner, 0) != len(inner) - 1:
        complain(
            container.line,
            Message(
                "the block '%(name)s' holds one list and nothing else", name=container.header.name
            ),
        )
        return ()
    count = 0
    for begin, _end in items(inner):
        count += 1
        item = inner[begin]
        if not item.meta.get("lead") or not plain_text(inner[begin + 2].children):
            complain(line_of(item), Message("an entry begins with words in **bold**"))
        elif not item.meta.get("text"):
            complain(line_of(item), Message("the entry has nothing after its bold beginning"))
    if count > ENTRIES:
        complain(container.line, Message("a block has at most %(most)s entries", most=ENTRIES))
    return (str(count),)


def _is_top(token: Token, inner: Sequence[Token]) -> bool:
    return token.level == inner[0].level


TIMELINE_WEAR = Dress(
    ("ol", "timeline"), ("li", ""), ("p", "timeline-date"), ("div", "timeline-text")
)
ACCORDION_WEAR = Dress(
    ("div", "accordion"), ("details", ""), ("summary", ""), ("div", "accordion-text")
)

# ``::: timeline``: the leads are dates. ``::: accordion``: they unfold what follows.
TIMELINE = BlockType(BlockName.TIMELINE, lambda tokens: dress(tokens, TIMELINE_WEAR), examine_leads)
ACCORDION = BlockType(
    BlockName.ACCORDION, lambda tokens: dress(tokens, ACCORDION_WEAR), examine_leads
)
