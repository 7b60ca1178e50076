"""Every block by its name."""

from lms.catalog.markdown.blocks.base import BlockType
from lms.catalog.markdown.blocks.checklists import CHECKLIST
from lms.catalog.markdown.blocks.checks import CHECK
from lms.catalog.markdown.blocks.downloads import DOWNLOAD
from lms.catalog.markdown.blocks.exercises import EXERCISE_TYPES
from lms.catalog.markdown.blocks.leads import ACCORDION, TIMELINE
from lms.catalog.markdown.blocks.names import CALLOUTS, BlockName
from lms.catalog.markdown.blocks.pictures import BEFORE_AFTER, GALLERY
from lms.catalog.markdown.blocks.recordings import AUDIO, VIDEO
from lms.catalog.markdown.blocks.terms import TERMS

MEDIA = (GALLERY, BEFORE_AFTER, AUDIO, VIDEO, DOWNLOAD)
TYPES: dict[BlockName, BlockType] = {
    block.name: block
    for block in (
        *map(BlockType, CALLOUTS),
        CHECK,
        TIMELINE,
        ACCORDION,
        TERMS,
        CHECKLIST,
        *EXERCISE_TYPES,
        *MEDIA,
    )
}
