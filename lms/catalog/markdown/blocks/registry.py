"""Every block by its name."""

from lms.catalog.markdown.blocks.accordion import ACCORDION
from lms.catalog.markdown.blocks.base import BlockType
from lms.catalog.markdown.blocks.callouts import CALLOUT_TYPES
from lms.catalog.markdown.blocks.checks import CHECK
from lms.catalog.markdown.blocks.downloads import DOWNLOAD
from lms.catalog.markdown.blocks.names import BlockName
from lms.catalog.markdown.blocks.pictures import BEFORE_AFTER, GALLERY
from lms.catalog.markdown.blocks.recordings import AUDIO, VIDEO
from lms.catalog.markdown.blocks.terms import TERMS
from lms.catalog.markdown.blocks.timeline import TIMELINE

MEDIA = (GALLERY, BEFORE_AFTER, AUDIO, VIDEO, DOWNLOAD)
TYPES: dict[BlockName, BlockType] = {
    block.name: block for block in (*CALLOUT_TYPES, CHECK, TIMELINE, ACCORDION, TERMS, *MEDIA)
}
