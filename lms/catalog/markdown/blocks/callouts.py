"""Call-outs: ``::: note [Title]`` and its like, with Markdown inside."""

from lms.catalog.markdown.blocks.base import BlockType
from lms.catalog.markdown.blocks.names import CALLOUTS

CALLOUT_TYPES = tuple(BlockType(name) for name in CALLOUTS)
