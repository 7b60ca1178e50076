"""``::: timeline``: a list whose bold leads are dates."""

from markdown_it.token import Token

from lms.catalog.markdown.blocks.base import BlockType
from lms.catalog.markdown.blocks.leads import Dress, dress, examine_leads
from lms.catalog.markdown.blocks.names import BlockName

WEAR = Dress(("ol", "timeline"), ("li", ""), ("p", "timeline-date"), ("div", "timeline-text"))


def prepare(tokens: list[Token]) -> list[Token]:
    """Dress the list as a line of dates."""
    return dress(tokens, WEAR)


TIMELINE = BlockType(BlockName.TIMELINE, prepare, examine_leads)
