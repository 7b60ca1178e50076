"""``::: terms``: a list whose bold leads are terms; the course's glossary gathers them."""

from collections.abc import Iterator, Sequence

from markdown_it.token import Token

from lms.catalog.markdown.blocks.base import BlockType
from lms.catalog.markdown.blocks.leads import Dress, dress, examine_leads
from lms.catalog.markdown.blocks.names import BlockName
from lms.catalog.markdown.tokens import items

WEAR = Dress(("dl", "terms"), ("div", "term"), ("dt", ""), ("dd", ""))


def prepare(tokens: list[Token]) -> list[Token]:
    """Dress each entry as a card of a term and its definition."""
    return dress(tokens, WEAR)


def terms_of(inner: Sequence[Token]) -> Iterator[tuple[Token, Sequence[Token]]]:
    """Yield the term (its inline) and the definition's tokens of each card of a dressed list."""
    for begin, end in items(inner):
        yield inner[begin + 2], inner[begin + 5 : end - 1]


TERMS = BlockType(BlockName.TERMS, prepare, examine_leads)
