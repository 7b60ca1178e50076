"""``::: check key``: a question, then a list of options, the right ones marked [x]."""

from collections.abc import Iterator, Sequence

from markdown_it.token import Token

from lms.catalog.markdown.blocks.base import BlockType, Complain, Container
from lms.catalog.markdown.blocks.names import BlockName
from lms.catalog.markdown.tokens import closing, items, line_of
from lms.catalog.messages import Message


def options_list(inner: Sequence[Token]) -> tuple[int, int] | None:
    """Return where the options stand among the inner tokens: the last list at the top."""
    lists = [
        n for n, t in enumerate(inner) if t.type == "bullet_list_open" and t.level == inner[0].level
    ]
    return (lists[-1], closing(inner, lists[-1])) if lists else None


def examine(container: Container, complain: Complain) -> tuple[str, ...]:
    """Examine a self-check; which options are right is common."""
    line, inner = container.line, container.inner
    place = options_list(inner)
    if place is None:
        complain(line, Message("the self-check has no list of options"))
        return ()
    if place[0] == 0:
        complain(line, Message("the self-check has no question"))
    if place[1] != len(inner) - 1:
        complain(line, Message("nothing may follow the options of a self-check"))
    rights = tuple(_options(inner[place[0] : place[1] + 1], complain))
    if len(rights) < 2:
        complain(line, Message("a self-check has at least two options"))
    if "x" not in rights:
        complain(line, Message("no option of the self-check is marked as right: [x]"))
    return rights


def _options(tokens: Sequence[Token], complain: Complain) -> Iterator[str]:
    for begin, end in items(tokens):
        _option(tokens[begin : end + 1], complain)
        yield "x" if tokens[begin].meta.get("right") else "-"


def _option(item: Sequence[Token], complain: Complain) -> None:
    line = line_of(item[0])
    if "right" not in item[0].meta:
        complain(line, Message("an option begins with [ ] or [x]"))
    inline = next((t for t in item if t.type == "inline"), None)
    if inline is None or not inline.content.strip():
        complain(line, Message("the option has no text"))
    kinds = [t.type for t in item[1:-1] if t.level == item[0].level + 1]
    if kinds.count("blockquote_open") != 1:
        complain(line, Message("an option has one explanation, in lines that begin with >"))
    elif kinds != ["paragraph_open", "paragraph_close", "blockquote_open", "blockquote_close"]:
        complain(line, Message("an option is one paragraph and its explanation"))


CHECK = BlockType(BlockName.CHECK, examine=examine)
