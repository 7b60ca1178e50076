"""``::: accordion``: a list whose bold leads unfold what follows, by the browser's own means."""

from markdown_it.token import Token

from lms.catalog.markdown.blocks.base import BlockType
from lms.catalog.markdown.blocks.leads import Dress, dress, examine_leads
from lms.catalog.markdown.blocks.names import BlockName

WEAR = Dress(("div", "accordion"), ("details", ""), ("summary", ""), ("div", "accordion-text"))


def prepare(tokens: list[Token]) -> list[Token]:
    """Dress each entry as a part that unfolds."""
    return dress(tokens, WEAR)


ACCORDION = BlockType(BlockName.ACCORDION, prepare, examine_leads)
