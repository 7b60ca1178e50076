"""``::: gallery`` and ``::: before-after``: a list of pictures, each with its caption."""

from collections.abc import Callable, Sequence

from markdown_it.token import Token

from lms.catalog.markdown.blocks.base import BlockType, Complain, Container
from lms.catalog.markdown.blocks.names import BlockName
from lms.catalog.markdown.tokens import items, line_of, plain_text
from lms.catalog.messages import Message

MOST = 24  # pictures of a gallery


def dressed(name: str) -> Callable[[list[Token]], list[Token]]:
    """Return what gives the list of a block the class ``name``."""

    def prepare(tokens: list[Token]) -> list[Token]:
        if tokens and tokens[0].type == "bullet_list_open":
            tokens[0].attrSet("class", name)
        return tokens

    return prepare


def only_child(item: Sequence[Token], kind: str) -> Token | None:
    """Return the link or image that is all a list item holds."""
    inlines = [token for token in item if token.type == "inline"]
    if len(inlines) != 1:
        return None
    children = [
        child
        for child in inlines[0].children or []
        if child.type != "text" or child.content.strip()
    ]
    if not children or children[0].type != kind:
        return None
    whole = len(children) == 1 if kind == "image" else children[-1].type == "link_close"
    return children[0] if whole else None


def examine(container: Container, complain: Complain) -> tuple[str, ...]:
    """Tell what is no picture; how many there are is common to both languages."""
    inner = container.inner
    pictures = [inner[begin : end + 1] for begin, end in items(inner)]
    if not pictures or inner[0].type != "bullet_list_open":
        complain(
            container.line,
            Message("the block is a list of pictures: - ![What it shows](figures/…)"),
        )
        return ()
    for item in pictures:
        if only_child(item, "image") is None:
            complain(line_of(item[0]), Message("an entry is one picture and nothing else"))
    return (str(len(pictures)),)


def examine_gallery(container: Container, complain: Complain) -> tuple[str, ...]:
    """Examine a gallery."""
    common = examine(container, complain)
    if common and not 2 <= int(common[0]) <= MOST:
        complain(container.line, Message("a gallery has 2 to %(most)s pictures", most=MOST))
    return common


def examine_pair(container: Container, complain: Complain) -> tuple[str, ...]:
    """Examine a comparison: two pictures, each with a caption that tells which it is."""
    common = examine(container, complain)
    if common and common[0] != "2":
        complain(container.line, Message("a comparison has two pictures: before and after"))
    for begin, end in items(container.inner):
        image = only_child(container.inner[begin : end + 1], "image")
        if image is not None and not str(image.attrGet("title") or "").strip():
            complain(
                line_of(container.inner[begin]),
                Message(
                    'each picture of a comparison has a caption: ![%(alt)s](… "Before")',
                    alt=plain_text(image.children)[:40],
                ),
            )
    return common


GALLERY = BlockType(BlockName.GALLERY, dressed("gallery"), examine_gallery)
BEFORE_AFTER = BlockType(BlockName.BEFORE_AFTER, dressed("before-after"), examine_pair)
