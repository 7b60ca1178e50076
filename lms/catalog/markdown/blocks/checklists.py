"""``::: checklist key [Title]``: a list to tick off; each reader's ticks are kept."""

from collections.abc import Sequence

from markdown_it.token import Token

from lms.catalog.markdown.blocks.base import BlockType, Complain, Container
from lms.catalog.markdown.blocks.leads import ENTRIES
from lms.catalog.markdown.blocks.names import BlockName
from lms.catalog.markdown.tokens import closing, items, line_of, plain_text
from lms.catalog.messages import Message


def examine(container: Container, complain: Complain) -> tuple[str, ...]:
    """Examine a checklist: one list, each entry one paragraph; their count is common."""
    inner = container.inner
    if not inner or inner[0].type != "bullet_list_open" or closing(inner, 0) != len(inner) - 1:
        complain(
            container.line,
            Message(
                "the block '%(name)s' holds one list and nothing else", name=container.header.name
            ),
        )
        return ()
    entries = [inner[begin : end + 1] for begin, end in items(inner)]
    for entry in entries:
        _entry(entry, complain)
    if len(entries) > ENTRIES:
        complain(container.line, Message("a block has at most %(most)s entries", most=ENTRIES))
    return (str(len(entries)),)


def _entry(entry: Sequence[Token], complain: Complain) -> None:
    line = line_of(entry[0])
    if entry[0].meta.get("right") is not False:
        complain(line, Message("an entry of a checklist begins with [ ]"))
    kinds = [token.type for token in entry[1:-1]]
    if kinds != ["paragraph_open", "inline", "paragraph_close"]:
        complain(line, Message("an entry of a checklist is one paragraph"))
    elif not plain_text(entry[2].children):
        complain(line, Message("the entry has no text"))


CHECKLIST = BlockType(BlockName.CHECKLIST, examine=examine)
