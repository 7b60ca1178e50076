"""``::: download``: a list of links to documents; each shows its type and size."""

from lms.catalog.markdown.blocks.base import BlockType, Complain, Container
from lms.catalog.markdown.blocks.names import BlockName
from lms.catalog.markdown.blocks.pictures import dressed, only_child
from lms.catalog.markdown.tokens import items, line_of
from lms.catalog.media.kinds import MEDIA_PATH
from lms.catalog.messages import Message


def examine(container: Container, complain: Complain) -> tuple[str, ...]:
    """Tell what is no link to a file; how many there are is common to both languages."""
    inner = container.inner
    entries = [inner[begin : end + 1] for begin, end in items(inner)]
    if not entries or inner[0].type != "bullet_list_open":
        complain(container.line, Message("the block is a list of files: - [Its name](media/…)"))
        return ()
    for item in entries:
        link = only_child(item, "link_open")
        if link is None or not MEDIA_PATH.fullmatch(str(link.attrGet("href") or "")):
            complain(line_of(item[0]), Message("an entry is one link to a file in media/"))
    return (str(len(entries)),)


DOWNLOAD = BlockType(BlockName.DOWNLOAD, dressed("downloads"), examine)
